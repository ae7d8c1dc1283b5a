"""A mailbox, a post office and a clock in memory, with faults: the world the engine is played in.

It mirrors what the real servers of `tests/servers` do: ascending UIDs, UIDVALIDITY, a Sent folder
that may or may not fill itself, providers that change the Message-ID, answers that get lost.
Faults come from a seeded source and can strike at any call.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from functools import cached_property

from lordaemon.errors import LoginRefused, MailUnreachable
from lordaemon.wire import Batch, Cursor, Delivery, Fetched, Folders

SENT = "Sent"
INBOX = "INBOX"


@dataclass
class Clock:
    """The machine's clock. `now` is the true time; `wrong` is what the machine adds to it."""

    now: datetime
    wrong: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return self.now + self.wrong


@dataclass
class Accepted:
    """A message that the post office took responsibility for."""

    at: datetime
    recipient: str
    raw: bytes
    acknowledged: bool

    @cached_property
    def parsed(self) -> EmailMessage:
        """The message as the recipient sees it."""
        return message_from_bytes(self.raw, policy=policy.default)

    @cached_property
    def head(self) -> Message:
        """Its headers only, as they are written; much quicker."""
        return message_from_bytes(self.raw.partition(b"\r\n\r\n")[0])

    @cached_property
    def words(self) -> str:
        """The plain text, blanks made single."""
        for part in message_from_bytes(self.raw).walk():
            if part.get_content_type() == "text/plain":
                data = part.get_payload(decode=True)
                assert isinstance(data, bytes)
                return " ".join(data.decode().split())
        return ""


@dataclass
class Faults:
    """How often the world fails, as probabilities of each call."""

    imap_down: float = 0.0
    imap_drop: float = 0.0
    append_fails: float = 0.0
    smtp_down: float = 0.0
    temporary: float = 0.0
    refused: float = 0.0
    lost_answer: float = 0.0
    lost_before_taken: float = 0.0


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
    renames: bool = False
    """The provider puts a Message-ID of its own in place of ours (and says so in its answer)."""
    accepted: list[Accepted] = field(default_factory=list)
    on_accept: Callable[[Accepted], None] = lambda _message: None
    on_read: Callable[[str], None] = lambda _folder: None
    on_fault: Callable[[str], None] = lambda _what: None
    imap_up: bool = True
    smtp_up: bool = True
    password_ok: bool = True
    crash_in: int | None = None
    """The process is killed at this many calls from now."""
    meanwhile_in: int | None = None
    """At this many calls from now, `meanwhile` happens: another daemon's whole pass."""
    meanwhile: Callable[[], None] = lambda: None
    leaving: bool = False
    """The last gate has let a message go; nothing can hold it any more."""

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

    def renumber(self, folder: str) -> None:
        """The server rebuilt a folder: a new UIDVALIDITY, new UIDs, the same messages."""
        old = self.folders[folder]
        self.uidvalidity[folder] += 1
        self.folders[folder] = []
        for message in old:
            self.put(folder, message.raw, message.arrived)

    def take(self, recipient: str, raw: bytes, *, acknowledged: bool) -> str:
        """The post office accepts a message for good; the answer it gives."""
        answer = "ok queued"
        if self.renames:
            own = f"<renamed.{len(self.accepted)}@provider.example>"
            raw = re.sub(rb"(?m)^Message-ID: .*?\r$", f"Message-ID: {own}\r".encode(), raw, count=1)
            answer = f"ok {own}"
        message = Accepted(self.clock.now, recipient, raw, acknowledged)
        self.accepted.append(message)
        if self.saves_sent:
            self.put(SENT, raw)
        if recipient.lower() == self.owner.lower():
            self.put(INBOX, raw)
        self.on_accept(message)
        return answer

    def to(self, address: str) -> list[Accepted]:
        """What was accepted for an address."""
        return [m for m in self.accepted if m.recipient.lower() == address.lower()]

    def call(self) -> None:
        """One call of the program to the world: another daemon may act, the machine may stop."""
        if self.meanwhile_in is not None:
            self.meanwhile_in -= 1
            if self.meanwhile_in < 0:
                self.meanwhile_in = None
                self.meanwhile()
        self.step()

    def step(self) -> None:
        """One call to the world or the disk: the machine may stop here."""
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in < 0:
                self.crash_in = None
                raise Crash

    def strikes(self, fault: str) -> bool:
        """Whether a fault befalls this call."""
        chance = getattr(self.faults, fault)
        if chance and self.random.random() < chance:
            self.on_fault(fault)
            return True
        return False

    # -- the account (wire.Account) -----------------------------------------------------------

    @contextmanager
    def mailbox(self) -> Iterator[SimulatedMailbox]:
        """Log in over IMAP."""
        self.call()
        if not self.password_ok:
            raise LoginRefused("The mail server refused the password.")
        if not self.imap_up or self.strikes("imap_down"):
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
        self.world.call()
        if self.world.strikes("imap_drop"):
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
        self.world.on_read(folder)
        return Batch(Cursor(validity, last), new, rescanned)

    def append(self, folder: str, raw: bytes, when: datetime | None) -> int | None:
        """A note or a copy of ours; it may lie there although the answer was lost."""
        self._call()
        if self.world.strikes("append_fails"):
            if self.world.random.random() < 0.5:
                self.world.put(folder, raw, when)
            raise MailUnreachable("The mailbox took no note.")
        uid = self.world.put(folder, raw, when)
        self.world.call()
        return uid

    def server_time(self, folder: str, uid: int) -> datetime | None:
        """The server's clock is the true one."""
        self._call()
        return next((m.arrived for m in self.world.folders[folder] if m.uid == uid), None)


@dataclass
class SimulatedPostman:
    """wire.Postman with the outcomes a real conversation can have."""

    world: World

    def deliver(
        self, sender: str, recipient: str, raw: bytes, *, last_gate: Callable[[], None]
    ) -> Delivery:
        """One attempt."""
        world = self.world
        world.call()
        if not world.password_ok:
            raise LoginRefused("The mail server refused the password.")
        if not world.smtp_up or world.strikes("smtp_down"):
            raise MailUnreachable("smtp.example.edu can't be reached.")
        if world.strikes("temporary"):
            return Delivery("later", "rcpt", 451, "try again later")
        last_gate()
        world.leaving = True
        try:
            return self._body(recipient, raw)
        finally:
            world.leaving = False

    def _body(self, recipient: str, raw: bytes) -> Delivery:
        """From the first byte to the server's answer."""
        world = self.world
        world.call()
        if world.strikes("refused"):
            return Delivery("refused", "reply", 550, "5.7.1 not wanted here")
        if world.strikes("lost_before_taken"):
            return Delivery("uncertain", "reply", None, "connection lost")
        if world.strikes("lost_answer"):
            world.take(recipient, raw, acknowledged=False)
            world.call()
            return Delivery("uncertain", "reply", None, "connection lost")
        answer = world.take(recipient, raw, acknowledged=True)
        world.call()
        return Delivery("accepted", "reply", 250, answer)
