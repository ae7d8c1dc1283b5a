"""The outbox's rows: every change of state is one compare-and-set in one transaction.

    planned -> claimed -> transmitting -> sent | uncertain | refused
    claimed, transmitting -> planned        (known not to have left: back off and try again)
    sent -> bounced    uncertain -> sent | not_sent    planned -> superseded

A change that finds another state than it expects changes nothing and says so (False): some other
process got there first, and the caller stops.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from lordaemon.store.tables import OutboxRow

LEGAL: frozenset[tuple[str, str]] = frozenset(
    {
        ("planned", "claimed"),
        ("planned", "superseded"),
        ("planned", "sent"),
        ("claimed", "planned"),
        ("claimed", "sent"),
        ("claimed", "superseded"),
        ("claimed", "transmitting"),
        ("transmitting", "sent"),
        ("transmitting", "planned"),
        ("transmitting", "refused"),
        ("transmitting", "uncertain"),
        ("claimed", "refused"),
        ("uncertain", "sent"),
        ("uncertain", "not_sent"),
        ("uncertain", "bounced"),
        ("sent", "bounced"),
    }
)


def add(session: Session, row: OutboxRow) -> bool:
    """Plan a message. False when one for this identity lives already (the unique index, S1)."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def move(session: Session, token: str, old: str, new: str, **values: Any) -> bool:
    """Compare-and-set of one row's state. Raises ValueError for a step that is not legal (I10)."""
    if (old, new) not in LEGAL:
        raise ValueError(f"{old} -> {new} is not a step of the outbox")
    done = session.execute(
        update(OutboxRow)
        .where(OutboxRow.token == token, OutboxRow.state == old)
        .values(state=new, **values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    return bool(done.rowcount)


def put(session: Session, token: str, **values: Any) -> None:
    """Change what is not the state: noticed, approved, a learned id, the next try."""
    session.execute(update(OutboxRow).where(OutboxRow.token == token).values(**values))


def get(session: Session, token: str) -> OutboxRow | None:
    """One row as the database has it now, with its bytes."""
    return session.get(OutboxRow, token, populate_existing=True, options=[undefer(OutboxRow.raw)])


def live(session: Session, season: str, identity: str) -> OutboxRow | None:
    """The row that holds an identity's place, if any."""
    return session.scalars(
        select(OutboxRow).where(
            OutboxRow.season == season,
            OutboxRow.identity == identity,
            OutboxRow.state.not_in(("refused", "bounced", "not_sent", "superseded")),
        )
    ).first()


def in_state(session: Session, season: str, *states: str) -> list[OutboxRow]:
    """Rows in one of these states, oldest first."""
    query = select(OutboxRow).where(OutboxRow.season == season, OutboxRow.state.in_(states))
    return list(session.scalars(query.order_by(OutboxRow.planned_at)))


def tokens(session: Session, season: str) -> frozenset[str]:
    """Every attempt this database knows of."""
    query = select(OutboxRow.token).where(OutboxRow.season == season)
    return frozenset(session.scalars(query))


def after_restart(session: Session, season: str) -> list[OutboxRow]:
    """What a stopped process left: a claim is taken back, a transmission is in doubt for ever
    (until there is evidence or the applicant's word). Returns the rows that are in doubt."""
    for row in in_state(session, season, "claimed"):
        move(session, row.token, "claimed", "planned")
    doubtful = in_state(session, season, "transmitting")
    for row in doubtful:
        problem = "the program stopped while this was being sent"
        move(session, row.token, "transmitting", "uncertain", problem=problem, sent_at=None)
    return doubtful
