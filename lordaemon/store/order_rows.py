"""What became of orders that came by mail (D4): each line of a digest's or notice's answers once,
and one row for every message that only claimed to give orders.

A row's `token` is the order code for a line that was looked at, or a mark of the message for what
is told of the message itself.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lordaemon.store import record
from lordaemon.store.tables import OrderRow

PROOF_MAY_TAKE = timedelta(hours=1)
"""How long the copy in Sent may follow the one in the inbox before the applicant is alarmed."""
MOST_TOLD = 20
"""Reports a digest shows; somebody who sends thousands must not bury the rest."""


def first_time(session: Session, season: str, key: str, now: datetime) -> bool:
    """True once for every message; its other copies, and a folder read again, bring nothing new.
    What was reported of a copy that proved nothing is taken back."""
    session.execute(delete(OrderRow).where(OrderRow.token == _mark("unproven", key)))
    return record.once(session, _row(season, _mark("taken", key), "", now, "", done=True))


def heard(session: Session, code: str, line: str) -> bool:
    """Whether this line was taken from an answer to the same mail before."""
    query = select(OrderRow.id).where(OrderRow.token == code, OrderRow.line == line)
    return session.scalars(query).first() is not None


def line(
    session: Session, season: str, code: str, text: str, now: datetime, outcome: str, *, done: bool
) -> None:
    """What became of one line."""
    record.once(session, _row(season, code, text, now, outcome, done=done))


def report(session: Session, season: str, key: str, text: str, why: str, now: datetime) -> None:
    """A message gave no order, and why; once for every message."""
    record.once(session, _row(season, _mark("told", key), text, now, why, done=False))


def unproven(session: Session, season: str, key: str, text: str, now: datetime) -> None:
    """An answer in the inbox that nothing proves (yet): told only if no copy turns up in Sent."""
    query = select(OrderRow.id).where(OrderRow.token == _mark("taken", key))
    if session.scalars(query).first() is None:
        why = "it could not be verified that it came from you"
        row = _row(season, _mark("unproven", key), text, now + PROOF_MAY_TAKE, why, done=False)
        record.once(session, row)


def told_between(
    session: Session, season: str, since: datetime | None, until: datetime
) -> list[OrderRow]:
    """What the digest of `until` has to tell, oldest first, `MOST_TOLD` at most."""
    query = (
        select(OrderRow)
        .where(OrderRow.season == season, OrderRow.outcome != "", OrderRow.at <= until)
        .order_by(OrderRow.at, OrderRow.id)
    )
    rows = [row for row in session.scalars(query) if since is None or row.at > since]
    return rows[:MOST_TOLD]


def _mark(what: str, key: str) -> str:
    return f"{what}:{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:40]}"


def _row(
    season: str, token: str, text: str, now: datetime, outcome: str, *, done: bool
) -> OrderRow:
    return OrderRow(season=season, token=token, line=text, at=now, outcome=outcome, done=done)
