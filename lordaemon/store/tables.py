"""The tables: append-only facts of a season, and the outbox.

The promise of S1 stands here as a unique index: one live row per (season, identity). An identity
is `person:kind` for a message to a writer, `digest:DATE` for a digest (D1), `notice:TOKEN` for a
notice. Stages and counts are never stored; they are folds over these rows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)  # fmt: skip
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SETTLED_UNSENT = ("refused", "bounced", "not_sent", "superseded")
"""Attempts that do not count: the message is known not to have reached anybody (S1, H5)."""

_LIVE = text("state NOT IN ('refused', 'bounced', 'not_sent', 'superseded')")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite drops the offset, so it is refused or put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Into the database: naive values are a bug, everything else becomes UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time can't be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the database: always aware."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The one registry of tables."""

    type_annotation_map = {datetime: Instant, str: Text, bytes: LargeBinary, date: Date}  # noqa: RUF012


class PersonRow(Base):
    """Somebody who is asked: the same through renamed ids and changed addresses (S1)."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    season: Mapped[str]
    key: Mapped[str] = mapped_column(String(80))
    first_seen_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("season", "key"),)


class AliasRow(Base):
    """An id, address, name or kind of work a person has had in the plan."""

    __tablename__ = "alias"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    what: Mapped[str] = mapped_column(String(10))
    value: Mapped[str]
    __table_args__ = (UniqueConstraint("person_id", "what", "value"),)


class OutboxRow(Base):
    """One attempt at one message: to a writer, or to the applicant (digest, notice)."""

    __tablename__ = "outbox"
    token: Mapped[str] = mapped_column(String(120), primary_key=True)
    season: Mapped[str]
    identity: Mapped[str] = mapped_column(String(160))
    person: Mapped[str | None]
    writer: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str]
    subject: Mapped[str]
    message_id: Mapped[str]
    other_id: Mapped[str] = mapped_column(Text, default="")
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """Loaded only where it is sent or copied: it carries the attachments."""
    fingerprint: Mapped[str]
    text: Mapped[str] = mapped_column(Text, default="")
    planned_at: Mapped[datetime]
    noticed_at: Mapped[datetime | None]
    approved: Mapped[bool] = mapped_column(Boolean, default=False)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    witness_uid: Mapped[int | None]
    copied: Mapped[bool] = mapped_column(Boolean, default=False)
    problem: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (
        Index("one_live_message", "season", "identity", unique=True,
              sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("outbox_message_id", "message_id"),
    )  # fmt: skip


class HeardRow(Base):
    """One message that came in and concerns the season, with how it was read."""

    __tablename__ = "heard"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    season: Mapped[str]
    person: Mapped[str | None]
    fingerprint: Mapped[str] = mapped_column(String(64))
    folder: Mapped[str]
    uid: Mapped[int]
    at: Mapped[datetime]
    seen_at: Mapped[datetime]
    label: Mapped[str] = mapped_column(String(20))
    confident: Mapped[bool]
    evidence: Mapped[str]
    reason: Mapped[str]
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    sender: Mapped[str]
    sender_name: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str]
    message_id: Mapped[str]
    in_thread: Mapped[bool]
    authentic: Mapped[bool]
    return_on: Mapped[date | None]
    bounced_token: Mapped[str | None]
    bounce_permanent: Mapped[bool] = mapped_column(Boolean, default=False)
    __table_args__ = (UniqueConstraint("season", "fingerprint"),)


class HandRow(Base):
    """The applicant's own mail to a writer, found in Sent (H8, S15)."""

    __tablename__ = "hand"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    season: Mapped[str]
    person: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    message_id: Mapped[str]
    subject: Mapped[str]
    attachments: Mapped[bool]
    before_first_sync: Mapped[bool]
    __table_args__ = (UniqueConstraint("season", "fingerprint", "person"),)


class WordRow(Base):
    """The applicant's word: from `mark`, an order by mail, or a key of the plan."""

    __tablename__ = "word"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    season: Mapped[str]
    person: Mapped[str]
    verb: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(10))
    plan_key: Mapped[str] = mapped_column(String(30), default="")
    on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    undone_at: Mapped[datetime | None]


class CursorRow(Base):
    """How far a folder has been read (RFC 3501 section 2.3.1.1: UIDVALIDITY and UID)."""

    __tablename__ = "cursor"
    folder: Mapped[str] = mapped_column(String(250), primary_key=True)
    uidvalidity: Mapped[int]
    uid: Mapped[int]


class ShuntRow(Base):
    """A message that could not be read safely; it is shown in the digest, never guessed at."""

    __tablename__ = "shunt"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    season: Mapped[str]
    folder: Mapped[str]
    uid: Mapped[int]
    person: Mapped[str | None]
    at: Mapped[datetime]
    what: Mapped[str]


class OrderTokenRow(Base):
    """A digest's or notice's own token: orders are accepted with it for seven days (D4)."""

    __tablename__ = "order_token"
    token: Mapped[str] = mapped_column(String(60), primary_key=True)
    season: Mapped[str]
    sent_at: Mapped[datetime]
    concerns: Mapped[str] = mapped_column(Text, default="")


class OrderRow(Base):
    """One order line that came by mail: what became of it, told once in the next digest."""

    __tablename__ = "order_line"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    season: Mapped[str]
    token: Mapped[str] = mapped_column(String(60))
    line: Mapped[str]
    at: Mapped[datetime]
    outcome: Mapped[str]
    done: Mapped[bool]
    __table_args__ = (UniqueConstraint("token", "line"),)


class NoteRow(Base):
    """The program's own small memory: last sync, last send, what went wrong, by name."""

    __tablename__ = "note"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str]
    at: Mapped[datetime]
