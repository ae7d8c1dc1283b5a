"""Hearing, each message once: new mail -> which writer -> what it says -> one row, with the cursor.

The witness folder and Sent are read first, so that what was sent and the applicant's own hand are
known before an answer is judged; then the folders where mail arrives. Mail that concerns nobody in
the plan leaves no trace. Nothing is sent here, and nothing in the mailbox is changed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lordaemon import hearing
from lordaemon.adoption import Adoption
from lordaemon.clock import Clock
from lordaemon.errors import DatabaseUnusable
from lordaemon.mailorders import MailOrders
from lordaemon.plan.model import Plan
from lordaemon.reading.message import Message, Unreadable, parse
from lordaemon.season.calendar import local_day
from lordaemon.store import notes, people, record
from lordaemon.store.database import Database
from lordaemon.store.tables import HandRow, ShuntRow
from lordaemon.wire import WITNESS_FOLDER, Batch, Cursor, Fetched, Folders, Mailbox

log = logging.getLogger("lordaemon.intake")

LOOK_BACK = timedelta(days=200)
"""How far the first reading of a folder goes: a season is shorter (S15)."""
COMMIT_EVERY = 200

Role = Literal["sent", "witness", "listen"]


@dataclass
class SyncReport:
    """What one sync found."""

    read: int = 0
    heard: int = 0
    hand: int = 0
    adopted: int = 0
    folders: Folders | None = None
    problems: list[str] = field(default_factory=list)


class Intake:
    """Reads the mailbox of one plan into its database."""

    def __init__(
        self, plan: Plan, database: Database, mailbox: Mailbox, clock: Clock, obey: MailOrders
    ) -> None:
        self.plan, self.database, self.mailbox, self.clock = plan, database, mailbox, clock
        self.orders = obey
        self.report = SyncReport()
        self._cursors: dict[str, tuple[int, int]] = {}

    def sync(self) -> SyncReport:
        """Read everything new, complete or not at all: the sync counts (S9) only if every folder
        was read to its end. Raises the wire's errors."""
        plan, began = self.plan, self.clock()
        folders = self.mailbox.find_folders(plan.mail.imap.folders, plan.mail.imap.sent)
        self.report = SyncReport(folders=folders)
        with self.database.begin() as session:
            self._cursors = record.cursors(session)
            people.resolve(session, plan, began)
            if notes.instant(session, notes.started(plan.season.name)) is None:
                notes.write(session, notes.started(plan.season.name), plan.season.name, began)
        self._read_own(folders)
        for folder in folders.listen:
            self._read(folder, "listen", self._from_inbox)
        with self.database.begin() as session:
            Adoption(session, plan, self.clock()).settle()
            notes.write(session, notes.LAST_SYNC, "", self.clock())
            notes.forget(session, notes.MAIL_PROBLEM, notes.LOGIN_REFUSED)
        return self.report

    def read_own(self, folders: Folders) -> None:
        """Only the notes and Sent, after a message went out: is a copy of it there?"""
        with self.database.begin() as session:
            self._cursors = record.cursors(session)
        self._read_own(folders)

    def _read_own(self, folders: Folders) -> None:
        """The notes come first: they know more names of a writer than the copy in Sent does."""
        self._read(self.mailbox.ensure_folder(WITNESS_FOLDER), "witness", self._from_witness)
        if folders.sent is not None:
            self._read(folders.sent, "sent", self._from_sent)

    def _read(
        self, folder: str, role: Role, take: Callable[[Session, Fetched, bool], None]
    ) -> None:
        """Read a folder from its cursor. Row and cursor are committed together, in bundles."""
        known = self._cursors.get(folder)
        cursor = Cursor(*known) if known else None
        since = None if role == "witness" else local_day(self.clock() - LOOK_BACK, self.plan.zone)
        batch = self.mailbox.new_messages(folder, cursor, since)
        bundle: list[Fetched] = []
        for fetched in batch.messages:
            bundle.append(fetched)
            if len(bundle) == COMMIT_EVERY:
                cursor = self._commit(bundle, take, batch)
                bundle = []
        if bundle:
            cursor = self._commit(bundle, take, batch)
        if batch.cursor != cursor:
            with self.database.begin() as session:
                record.advance(session, folder, batch.cursor.uidvalidity, batch.cursor.uid)

    def _commit(
        self, bundle: list[Fetched], take: Callable[[Session, Fetched, bool], None], batch: Batch
    ) -> Cursor | None:
        """How far the folder is read now; None while it is scanned again, where an interruption
        starts the scan anew."""
        last = bundle[-1]
        with self.database.begin() as session:
            for fetched in bundle:
                self.report.read += 1
                take(session, fetched, batch.rescanned)
            if batch.rescanned:
                return None
            record.advance(session, last.folder, batch.cursor.uidvalidity, last.uid)
        return Cursor(batch.cursor.uidvalidity, last.uid)

    def _parsed(self, session: Session, fetched: Fetched) -> Message | None:
        """The message as a value; what can't be read safely is put aside."""
        try:
            if fetched.problem:
                raise Unreadable(fetched.problem)
            message = parse(fetched.raw)
            return replace(message, body_truncated=True) if fetched.truncated else message
        except Unreadable as why:
            self._shunt(session, fetched, str(why))
            return None

    def _shunt(self, session: Session, fetched: Fetched, why: str) -> None:
        """Shown in the digest, never guessed at; a writer who seems to be its sender is held."""
        log.warning("shunt folder=%s uid=%d why=%s", fetched.folder, fetched.uid, why)
        row = hearing.Listener(session, self.plan, self.clock()).unread(fetched, why)
        session.add(
            ShuntRow(season=self.plan.season.name, folder=fetched.folder, uid=fetched.uid,
                     person=row.person if row else None, at=self.clock(), what=why)
        )  # fmt: skip
        if row is not None:
            record.once(session, row)

    # -- one message ---------------------------------------------------------------------

    def _from_sent(self, session: Session, fetched: Fetched, rescanned: bool) -> None:
        message = self._parsed(session, fetched)
        if message is None or Adoption(session, self.plan, self.clock()).own_copy(
            message, fetched.arrived
        ):
            return
        if not self._took(session, message, fetched, in_sent=True):
            self._hand(session, message, fetched, rescanned)

    def _from_witness(self, session: Session, fetched: Fetched, rescanned: bool) -> None:
        del rescanned
        if not fetched.problem:
            adoption = Adoption(session, self.plan, self.clock())
            self.report.adopted += adoption.witness(fetched.raw, fetched.arrived)

    def _from_inbox(self, session: Session, fetched: Fetched, rescanned: bool) -> None:
        message = self._parsed(session, fetched)
        if message is None:
            return
        if message.from_address.lower() in self._own_addresses() and message.from_count == 1:
            adoption = Adoption(session, self.plan, self.clock())
            if not adoption.own_copy(message, fetched.arrived) and not self._took(
                session, message, fetched, in_sent=False
            ):
                self._hand(session, message, fetched, rescanned)
            return
        self._took(session, message, fetched, in_sent=False)  # only reported: it isn't their own
        self._guarded(
            session, fetched, lambda: self._hear(session, message, fetched, rescanned=rescanned)
        )

    def _took(self, session: Session, message: Message, fetched: Fetched, *, in_sent: bool) -> bool:
        """Whether the message was an answer to a digest or notice, and is dealt with (D4)."""
        key = message.message_id or fingerprint(message)
        take = partial(self.orders.take, session, message, key, fetched.arrived, in_sent=in_sent)
        return self._guarded(session, fetched, take)

    def _guarded(self, session: Session, fetched: Fetched, act: Callable[[], bool]) -> bool:
        """What `act` says. Whatever is wrong with one message never stops the rest: it is put
        aside, and True says that there is no more to do."""
        try:
            with session.begin_nested():
                return act()
        except (DatabaseUnusable, SQLAlchemyError):
            raise
        except Exception as fault:
            log.exception("reading failed folder=%s uid=%d", fetched.folder, fetched.uid)
            self._shunt(session, fetched, f"reading it failed: {type(fault).__name__}")
            return True

    def _hear(
        self, session: Session, message: Message, fetched: Fetched, *, rescanned: bool
    ) -> bool:
        listener = hearing.Listener(session, self.plan, self.clock())
        row = listener.hear(message, fetched, fingerprint(message), rescanned=rescanned)
        if row is not None and record.once(session, row):
            self.report.heard += 1
            listener.evidence(row)
            log.info("heard writer=%s label=%s confident=%s", row.person or "?", row.label,
                     row.confident)  # fmt: skip
        return True

    def _own_addresses(self) -> frozenset[str]:
        plan = self.plan
        own = {plan.applicant.email, plan.digest_to, plan.mail.username}
        return frozenset(a.lower() for a in own if "@" in a)

    def _hand(self, session: Session, message: Message, fetched: Fetched, rescanned: bool) -> None:
        """The applicant's own mail to a writer (H8), or before the season began (S15)."""
        if message.header("x-lordaemon"):
            return  # a rehearsal, a probe: ours, and not to a writer
        began = notes.instant(session, notes.started(self.plan.season.name)) or self.clock()
        identities = people.resolve(session, self.plan, self.clock())
        reached = {a.lower() for a in (*message.to, *message.cc)}
        for writer in self.plan.writers:
            if not reached & set(writer.addresses):
                continue
            row = HandRow(
                season=self.plan.season.name, person=identities[writer.id].person,
                fingerprint=fingerprint(message),
                at=hearing.plausible(fetched.arrived, None, self.clock()),
                message_id=f"<{message.message_id}>" if message.message_id else "",
                subject=message.subject[:200],
                attachments=bool(message.attachments),
                before_first_sync=rescanned and fetched.arrived < began,
            )  # fmt: skip
            self.report.hand += record.once(session, row)


def fingerprint(message: Message) -> str:
    """What makes a message the same one in another folder or after UIDs changed."""
    day: date | datetime | str = message.date or ""
    parts = [message.message_id, str(day), message.from_address, message.subject]
    parts.append(message.text[:2000] or (message.html or "")[:2000])
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
