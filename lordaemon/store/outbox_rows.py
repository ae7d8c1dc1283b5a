"""The outbox's rows: every change of state is one compare-and-set in one transaction.

    planned -> claimed -> transmitting -> sent | uncertain | refused
    claimed, transmitting -> planned        (known not to have left: back off and try again)
    sent -> bounced    uncertain -> sent | not_sent    planned -> superseded
    not_sent -> sent                        (evidence came after the word that it had not left)

A change that finds another state than it expects changes nothing and says so (False): some other
process got there first, and the caller stops.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lordaemon.store.tables import SETTLED_UNSENT, OutboxRow

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
        ("not_sent", "sent"),
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
    session.flush()
    done = session.connection().execute(
        _CHANGE.where(_c.state == bindparam("old")),
        {"row": token, "old": old, "state": new, **values},
    )
    return bool(done.rowcount)


def prove(session: Session, token: str, when: datetime, **values: Any) -> bool:
    """There is evidence that a message left. False when that changes nothing.

    Evidence weighs more than the word that it had not left: a second attempt that has not left
    itself is given up for it. One that has keeps the place, and nothing is left to be done.
    """
    row = get(session, token)
    if row is None or (row.state, "sent") not in LEGAL:
        return False
    rival = live(session, row.season, row.identity)
    if rival is not None and rival.token != token:
        if (rival.state, "superseded") not in LEGAL:
            return False
        move(session, rival.token, rival.state, "superseded", problem="the first one had left")
    return move(session, token, row.state, "sent", sent_at=when, problem="", **values)


def put(session: Session, token: str, **values: Any) -> None:
    """Change what is not the state: noticed, approved, a learned id, the next try."""
    session.flush()
    session.connection().execute(_CHANGE, {"row": token, **values})


def get(session: Session, token: str) -> OutboxRow | None:
    """One row as the database has it now, with its bytes."""
    return _one(session, _ROW, {"row": token})


def state(session: Session, token: str) -> str | None:
    """Only the state, as the database has it now."""
    session.flush()
    found = session.connection().execute(_STATE, {"row": token}).scalar()
    return str(found) if found is not None else None


def live(session: Session, season: str, identity: str) -> OutboxRow | None:
    """The row that holds an identity's place, if any."""
    return _one(session, _LIVE_ROW, {"season": season, "identity": identity})


def live_state(session: Session, season: str, identity: str) -> str | None:
    """Only the state of the row that holds an identity's place."""
    session.flush()
    values = {"season": season, "identity": identity}
    found = session.connection().execute(_LIVE_STATE, values).scalar()
    return str(found) if found is not None else None


def _one(session: Session, query: Select[Any], values: dict[str, str]) -> OutboxRow | None:
    """A row as it stands now. It is a copy: changes go through `move` and `put`."""
    session.flush()
    found = session.connection().execute(query, values).mappings().first()
    return OutboxRow(**found) if found is not None else None


def in_state(session: Session, season: str, *states: str) -> list[OutboxRow]:
    """Rows in one of these states, oldest first."""
    query = select(OutboxRow).where(OutboxRow.season == season, OutboxRow.state.in_(states))
    return list(session.scalars(query.order_by(OutboxRow.planned_at)))


def tokens(session: Session, season: str) -> frozenset[str]:
    """Every attempt this database knows of."""
    query = select(OutboxRow.token).where(OutboxRow.season == season)
    return frozenset(session.scalars(query))


def first_sent(session: Session, season: str) -> datetime | None:
    """When the first message of the season left, to whomever."""
    query = select(func.min(OutboxRow.sent_at)).where(OutboxRow.season == season)
    return session.scalars(query).first()


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


_c = OutboxRow.__table__.c
_CHANGE = update(OutboxRow).where(_c.token == bindparam("row"))
_ROW = select(*_c).where(_c.token == bindparam("row"))
_STATE = select(_c.state).where(_c.token == bindparam("row"))
_HOLDS_PLACE = and_(
    _c.season == bindparam("season"),
    _c.identity == bindparam("identity"),
    _c.state.not_in(SETTLED_UNSENT),
)
_LIVE_ROW = select(*_c).where(_HOLDS_PLACE)
_LIVE_STATE = select(_c.state).where(_HOLDS_PLACE)
