"""Facts into the database, each once. Callers hold the transaction, so that a fact and the cursor
that says it was read are committed together."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lordaemon.plan.model import Plan, Writer
from lordaemon.store.people import Identity
from lordaemon.store.season_rows import season_rows
from lordaemon.store.tables import Base, CursorRow, OrderTokenRow, WordRow

PLAN = "plan"


def once(session: Session, row: Base) -> bool:
    """Add a row unless one with the same fingerprint stands already. True when it is new."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def word(
    session: Session,
    season: str,
    person: str,
    verb: str,
    now: datetime,
    *,
    source: str = "mark",
    on: date | None = None,
    note: str = "",
    plan_key: str = "",
) -> None:
    """Write down the applicant's word."""
    session.add(
        WordRow(season=season, person=person, verb=verb, at=now, source=source, on=on, note=note,
                plan_key=plan_key, undone_at=None)
    )  # fmt: skip


def undo(session: Session, season: str, person: str, now: datetime) -> WordRow | None:
    """Take the last word back (not one that stands in the plan). None when there is none."""
    last = session.scalars(
        select(WordRow)
        .where(
            WordRow.season == season,
            WordRow.person == person,
            WordRow.undone_at.is_(None),
            WordRow.source != PLAN,
        )
        .order_by(WordRow.id.desc())
        .limit(1)
    ).first()
    if last is not None:
        last.undone_at = now
    return last


def plan_words(
    session: Session, plan: Plan, identities: dict[str, Identity], now: datetime
) -> None:
    """Compare what the plan says of each writer with what it said before.

    A new or changed key is a word given now; a deleted key takes its word back (contract.md).
    """
    season = plan.season.name
    standing = season_rows(session, season).words
    old = {(row.person, row.plan_key): row for row in standing if row.source == PLAN}
    said: dict[tuple[str, str], tuple[str, date | None]] = {}
    for writer in plan.writers:
        if identities[writer.id].doubt:
            continue
        for key, meaning in _says(writer).items():
            said[identities[writer.id].person, key] = meaning
    for place, row in old.items():
        if said.get(place) != (row.verb, row.on):
            session.execute(update(WordRow).where(WordRow.id == row.id).values(undone_at=now))
    for (person, key), (verb, on) in said.items():
        before = old.get((person, key))
        if before is None or (before.verb, before.on) != (verb, on):
            word(session, season, person, verb, now, source=PLAN, on=on, plan_key=key)


def _says(writer: Writer) -> dict[str, tuple[str, date | None]]:
    said: dict[str, tuple[str, date | None]] = {}
    if writer.answer is not None:
        said["answer"] = (writer.answer, writer.asked_in_person)
    if writer.uploaded is not None:
        said["uploaded"] = ("uploaded", writer.uploaded)
    if "paused" in writer.model_fields_set:  # written down as false, it is a word as well
        said["paused"] = ("pause" if writer.paused else "resume", None)
    return said


def cursors(session: Session) -> dict[str, tuple[int, int]]:
    """How far each folder was read: (UIDVALIDITY, last UID)."""
    return {folder: (v, uid) for folder, v, uid in session.connection().execute(_CURSORS)}


def advance(session: Session, folder: str, uidvalidity: int, uid: int) -> None:
    """Remember how far a folder has been read."""
    connection = session.connection()
    if not connection.execute(_MOVE, {"at": folder, "v": uidvalidity, "u": uid}).rowcount:
        new = {"folder": folder, "uidvalidity": uidvalidity, "uid": uid}
        connection.execute(insert(CursorRow), new)


def order_token(
    session: Session, season: str, token: str, now: datetime, concerns: str = ""
) -> None:
    """A digest or notice went out with this order code (D4)."""
    session.merge(OrderTokenRow(token=token, season=season, sent_at=now, concerns=concerns))


_cursor = CursorRow.__table__.c
_CURSORS = select(*_cursor)
_MOVE = (
    update(CursorRow)
    .where(_cursor.folder == bindparam("at"))
    .values(uidvalidity=bindparam("v"), uid=bindparam("u"))
)
