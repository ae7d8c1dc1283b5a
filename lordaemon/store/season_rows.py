"""Everything on record that decisions are made of, read at once and kept while nothing changes.

A pass looks at the same rows again and again: before every message, at its gates, for the digest.
They are read anew as soon as anything was written: by this connection (its own statements are
counted) or by another one (SQLite's `data_version`); on other databases at every look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, String, bindparam, select
from sqlalchemy.orm import Session

from lordaemon.store.tables import AliasRow, HandRow, HeardRow, OutboxRow, PersonRow, WordRow

WRITES = "writes"
"""In a connection's `info`: how many statements of it changed something worth reading again."""
WRITES_BEFORE = "writes before this transaction"
_KEPT = "season rows"

Found = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class SeasonRows:
    """The rows of one season, in the order in which they count."""

    people: Found
    aliases: Found
    attempts: Found
    """Messages to writers only, oldest first, without their bytes and texts."""
    heard: Found
    hand: Found
    words: Found
    """Words that stand; one that was taken back is none."""


def season_rows(session: Session, season: str) -> SeasonRows:
    """The rows as they stand inside this transaction."""
    session.flush()
    connection = session.connection()
    version = _version(connection)
    kept = connection.info.get(_KEPT)
    if version is not None and kept is not None and kept[:2] == (version, season):
        found: SeasonRows = kept[2]
        return found
    found = _read(connection, season)
    if version is not None and connection.info.get(WRITES_BEFORE) == connection.info.get(WRITES):
        # what this transaction wrote itself may still be rolled back, and is not kept
        connection.info[_KEPT] = (version, season, found)
    return found


def _version(connection: Connection) -> tuple[int, int] | None:
    if connection.dialect.name != "sqlite":
        return None
    raw = connection.connection.driver_connection
    assert raw is not None  # a transaction is open on it
    others = int(raw.execute("PRAGMA data_version").fetchone()[0])
    return others, connection.info.get(WRITES, 0)


def _read(connection: Connection, season: str) -> SeasonRows:
    def every(query: Select[Any]) -> Found:
        return connection.execute(query, {"season": season}).all()

    return SeasonRows(
        every(_PEOPLE), every(_ALIASES), every(_ATTEMPTS), every(_HEARD), every(_HAND),
        every(_WORDS),
    )  # fmt: skip


def counts(statement: str) -> bool:
    """Whether a statement may change one of these rows; notes and cursors are none of them."""
    verb, _, rest = statement.lstrip().partition(" ")
    if verb.upper() not in ("INSERT", "UPDATE", "DELETE", "REPLACE"):
        return False
    table = rest.removeprefix("INTO ").removeprefix("FROM ").split(None, 1)[0].strip('"')
    return table not in ("note", "cursor")


_SEASON = bindparam("season", type_=String)
_person, _alias = PersonRow.__table__.c, AliasRow.__table__.c
_outbox, _heard = OutboxRow.__table__.c, HeardRow.__table__.c
_hand, _word = HandRow.__table__.c, WordRow.__table__.c
_PEOPLE = select(_person.id, _person.key, _person.first_seen_at).where(_person.season == _SEASON)
_ALIASES = (
    select(_alias.person_id, _alias.what, _alias.value)
    .join_from(AliasRow.__table__, PersonRow.__table__, _alias.person_id == _person.id)
    .where(_person.season == _SEASON)
)
_ATTEMPTS = (
    select(
        _outbox.token, _outbox.person, _outbox.kind, _outbox.state, _outbox.planned_at,
        _outbox.sent_at, _outbox.message_id, _outbox.other_id, _outbox.subject, _outbox.recipient,
        _outbox.noticed_at, _outbox.approved, _outbox.problem, _outbox.claimed_at,
    )
    .where(_outbox.season == _SEASON, _outbox.person.is_not(None))
    .order_by(_outbox.planned_at, _outbox.number)
)  # fmt: skip
_HEARD = select(*_heard).where(_heard.season == _SEASON).order_by(_heard.at)
_HAND = select(*_hand).where(_hand.season == _SEASON).order_by(_hand.at)
_WORDS = (
    select(*_word)
    .where(_word.season == _SEASON, _word.undone_at.is_(None))
    .order_by(_word.at, _word.id)
)
