"""A mailbox, a post office and a clock in memory, with faults: the world the engine is played in.

It mirrors what the real servers of `tests/servers` do: ascending UIDs, UIDVALIDITY, a Sent folder
that may or may not fill itself, answers that arrive on their own time. Faults come from a seeded
source and can be raised at any call.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from lordaemon.errors import LoginRefused, MailUnreachable
from lordaemon.wire import Batch, Cursor, Delivery, Fetched, Folders

SENT = "Sent"
INBOX = "INBOX"


@dataclass
class Clock:
    """The simulated time; callable like the system's clock."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        """Time passes."""
        self.now += by


@dataclass
class Accepted:
    """A message that the post office took responsibility for."""

    at: datetime
    recipient: str
    raw: bytes
    acknowledged: bool

    @property
    def parsed(self) -> EmailMessage:
        """The message as the recipient sees it."""
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass
class Faults:
    """How often the world fails, as probabilities of each call."""

    imap_down: float = 0.0
    imap_drop: float = 0.0
    append_fails: float = 0.0
    smtp_down: float = 0.0
    temporary: float = 0.0
    lost_answer: float = 0.0
    lost_before_taken: float = 0.0
    crash: float = 0.0


class Crash(BaseException):  # not an error of the program: the machine stops here
    """The process is killed at this point; nothing after it runs."""


@dataclass
class World:
    """One applicant's mail world. `on_accept` is told of every message that really left."""

    clock: Clock
    random: random.Random
    owner: str
    faults: Faults = field(default_factory=Faults)
    saves_sent: bool = False
    accepted: list[Accepted] = field(default_factory=list)
    on_accept: Callable[[Accepted], None] = lambda _message: None
    password_ok: bool = True

    def __post_init__(self) -> None:
        self.folders: dict[str, list[Fetched]] = {INBOX: [], SENT: []}
        self.uidvalidity: dict[str, int] = {INBOX: 1, SENT: 1}
        self._uid = 0

    # -- mail that comes and goes ----------------------------------------------------------

    def put(self, folder: str, raw: bytes, arrived: datetime | None = None) -> int:
        """A message lands in a folder."""
        self._uid += 1
        self.folders.setdefault(folder, [])
        self.uidvalidity.setdefault(folder, 1)
        message = Fetched(folder, self._uid, arrived or self.clock.now, len(raw), raw)
        self.folders[folder].append(message)
        return self._uid

    def take(self, recipient: str, raw: bytes, *, acknowledged: bool) -> None:
        """The post office accepts a message for good."""
        message = Accepted(self.clock.now, recipient, raw, acknowledged)
        self.accepted.append(message)
        if self.saves_sent:
            self.put(SENT, raw)
        if recipient.lower() == self.owner.lower():
            self.put(INBOX, raw)
        self.on_accept(message)

    def to(self, address: str) -> list[Accepted]:
        """What was accepted for an address."""
        return [m for m in self.accepted if m.recipient.lower() == address.lower()]

    def maybe_crash(self) -> None:
        """The machine may stop here."""
        if self.random.random() < self.faults.crash:
            raise Crash

    # -- the account (wire.Account) -----------------------------------------------------------

    @contextmanager
    def mailbox(self) -> Iterator[SimulatedMailbox]:
        """Log in over IMAP."""
        if not self.password_ok:
            raise LoginRefused("The mail server refused the password.")
        if self.random.random() < self.faults.imap_down:
            raise MailUnreachable("imap.example.edu can't be reached.")
        yield SimulatedMailbox(self)

    def postman(self) -> SimulatedPostman:
        """The way out."""
        return SimulatedPostman(self)

    def mark(self) -> str:
        """Changes with the password."""
        return str(self.password_ok)


@dataclass
class SimulatedMailbox:
    """wire.Mailbox over the world's folders."""

    world: World

    def _call(self) -> None:
        self.world.maybe_crash()
        if self.world.random.random() < self.world.faults.imap_drop:
            raise MailUnreachable("The connection to imap.example.edu broke.")

    def find_folders(self, wanted: tuple[str, ...], sent: str) -> Folders:
        """INBOX and Sent."""
        self._call()
        return Folders(wanted or (INBOX,), sent or SENT)

    def ensure_folder(self, name: str) -> str:
        """Folders are made on demand."""
        self._call()
        self.world.folders.setdefault(name, [])
        self.world.uidvalidity.setdefault(name, 1)
        return name

    def new_messages(self, folder: str, cursor: Cursor | None, since: date | None) -> Batch:
        """Everything after the cursor, or since a day."""
        self._call()
        validity = self.world.uidvalidity[folder]
        stored = list(self.world.folders[folder])
        rescanned = cursor is None or cursor.uidvalidity != validity
        if rescanned:
            new = [m for m in stored if since is None or m.arrived.date() >= since]
        else:
            assert cursor is not None
            new = [m for m in stored if m.uid > cursor.uid]
        last = max([m.uid for m in stored] + [0 if rescanned or cursor is None else cursor.uid])
        return Batch(Cursor(validity, last), new, rescanned)

    def append(self, folder: str, raw: bytes, when: datetime | None) -> int | None:
        """A note or a copy of ours."""
        self._call()
        if self.world.random.random() < self.world.faults.append_fails:
            raise MailUnreachable("The mailbox took no note.")
        return self.world.put(folder, raw, when)

    def server_time(self, folder: str, uid: int) -> datetime | None:
        """The server's clock is the world's."""
        return next((m.arrived for m in self.world.folders[folder] if m.uid == uid), None)


@dataclass
class SimulatedPostman:
    """wire.Postman with the outcomes a real conversation can have."""

    world: World

    def deliver(
        self, sender: str, recipient: str, raw: bytes, *, last_gate: Callable[[], None]
    ) -> Delivery:
        """One attempt."""
        world, dice = self.world, self.world.random
        world.maybe_crash()
        if not world.password_ok:
            raise LoginRefused("The mail server refused the password.")
        if dice.random() < world.faults.smtp_down:
            raise MailUnreachable("smtp.example.edu can't be reached.")
        if dice.random() < world.faults.temporary:
            return Delivery("later", "rcpt", 451, "try again later")
        last_gate()
        world.maybe_crash()
        if dice.random() < world.faults.lost_before_taken:
            return Delivery("uncertain", "reply", None, "connection lost")
        if dice.random() < world.faults.lost_answer:
            world.take(recipient, raw, acknowledged=False)
            world.maybe_crash()
            return Delivery("uncertain", "reply", None, "connection lost")
        world.take(recipient, raw, acknowledged=True)
        world.maybe_crash()
        return Delivery("accepted", "reply", 250, "ok queued")


def utc(text: str) -> datetime:
    """An instant from "2027-03-15 09:00" (UTC)."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
