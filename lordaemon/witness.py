"""Witness notes: the intent to send, written where every daemon on this mailbox can see it.

Before a message goes to a writer, a note is appended to the mailbox folder "lordaemon". IMAP hands
out ascending UIDs, so of two daemons that share nothing but the mailbox the lower one wins; and a
lost or old database learns from the notes what it once announced (docs/sending.md).
"""

from __future__ import annotations

import json
from collections.abc import Set
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from lordaemon.plan.model import Plan
from lordaemon.reading.message import parse
from lordaemon.store.tables import OutboxRow
from lordaemon.wire import WITNESS_FOLDER, Cursor, Mailbox, WithheldError

MARK = "lordaemon-witness-1"


@dataclass(frozen=True, slots=True)
class Witness:
    """What a note says: which message, to whom, and the attempt's token."""

    season: str
    writer: str
    addresses: tuple[str, ...]
    kind: str
    number: int
    token: str
    name: str = ""

    @classmethod
    def of(cls, row: OutboxRow, plan: Plan) -> Witness:
        """The note for a row of the outbox."""
        writer = plan.writer(row.writer or "")
        addresses = writer.addresses if writer else (row.recipient.lower(),)
        name = writer.name if writer else ""
        return cls(row.season, row.writer or "", addresses, row.kind, row.number, row.token, name)

    def same_message(self, other: Witness) -> bool:
        """Whether both announce the same message to the same person, at whichever attempt: two
        databases count their attempts apart."""
        return (self.season, self.kind) == (other.season, other.kind) and bool(
            set(self.addresses) & set(other.addresses) or self.writer == other.writer
        )

    def to_bytes(self) -> bytes:
        """The note as a small mail that a curious owner can read."""
        note = EmailMessage(policy=SMTP)
        note["Subject"] = f"lordaemon is about to send the {self.kind} to {self.writer}"
        note["Message-ID"] = f"<witness.{self.token}@lordaemon.invalid>"
        note["X-Lordaemon"] = MARK
        note.set_content(
            "lordaemon keeps this note so that the message is never sent twice, even if its\n"
            "database is lost. Please leave it here until the season is over.\n\n"
            + json.dumps(asdict(self), ensure_ascii=True)
            + "\n"
        )
        return note.as_bytes()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Witness | None:
        """A note read back; None for anything else that lies in the folder."""
        message = parse(raw)
        if MARK not in message.headers.get("x-lordaemon", ()):
            return None
        try:
            data = json.loads(message.text.partition("{")[1] + message.text.partition("{")[2])
            return cls(
                str(data["season"]), str(data["writer"]),
                tuple(str(a).lower() for a in data["addresses"]),
                str(data["kind"]), int(data["number"]), str(data["token"]),
                str(data.get("name", "")),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError):
            return None


class WitnessBook:
    """The folder of notes, read forward from where it was left in this pass."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._folder = mailbox.ensure_folder(WITNESS_FOLDER)
        self._cursor: Cursor | None = None
        self.seen: dict[int, Witness] = {}

    def read(self) -> dict[int, Witness]:
        """Every note of the folder, by UID."""
        batch = self._mailbox.new_messages(self._folder, self._cursor, None)
        for fetched in batch.messages:
            witness = None if fetched.problem else Witness.from_bytes(fetched.raw)
            if witness is not None:
                self.seen[fetched.uid] = witness
        self._cursor = batch.cursor
        return self.seen

    def write(self, witness: Witness) -> int | None:
        """Append a note; its UID."""
        return self._mailbox.append(self._folder, witness.to_bytes(), None)

    def rival(self, mine: Witness, uid: int | None, known: Set[str]) -> Witness | None:
        """Another daemon's earlier note for the same message, if there is one.

        `known`: tokens of our own database; what we announced ourselves is no rival.
        """
        for other_uid, other in sorted(self.read().items()):
            earlier = uid is None or other_uid < uid
            if earlier and other.token not in known and mine.same_message(other):
                return other
        return None

    def compare_clocks(self, uid: int, now: datetime, allowed: timedelta) -> None:
        """The note's INTERNALDATE is the server's clock. Raises WithheldError when ours is off."""
        theirs = self._mailbox.server_time(self._folder, uid)
        if theirs is not None and abs(theirs - now) > allowed:
            minutes = abs(theirs - now).total_seconds() / 60
            raise WithheldError(
                f"this machine's clock and the mail server's differ by {minutes:.0f} minutes; "
                "set the clock right (or clock_skew_minutes in [policy])"
            )
