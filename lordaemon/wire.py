"""What the outbox and the intake need of a mailbox and of a post office, as protocols.

`lordaemon.mail` fulfils them over IMAP and SMTP; the simulated world of the tests fulfils them in
memory. Nothing here knows a library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

WITNESS_FOLDER = "lordaemon"
"""The mailbox folder that holds one note for every message about to be sent (docs/sending.md)."""

Outcome = Literal["accepted", "refused", "later", "uncertain", "not_sent"]


class WithheldError(Exception):
    """Raised by the last gate, after 354: the message must not go now. `str()` says why."""


class NotWantedError(WithheldError):
    """The message is not wanted any more, or not at this hour; nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one attempt ended. `text` is the server's own last line, printable."""

    outcome: Outcome
    stage: str
    code: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder was read: every message up to `uid`, while `uidvalidity` holds (RFC 3501
    section 2.3.1.1)."""

    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message of a folder, bounded. `problem` says why it could not be fetched, if so;
    `truncated`, that only the beginning of its text was fetched."""

    folder: str
    uid: int
    arrived: datetime
    size: int
    raw: bytes
    problem: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What is new in a folder. `rescanned`: there was no good cursor, so old mail comes too."""

    cursor: Cursor
    messages: Iterable[Fetched]
    rescanned: bool


@dataclass(frozen=True, slots=True)
class Folders:
    """Where to listen, and where the applicant's own mail lies."""

    listen: tuple[str, ...]
    sent: str | None


class Postman(Protocol):
    """Hands one message to the applicant's mail server, once."""

    def deliver(
        self, sender: str, recipient: str, raw: bytes, *, last_gate: Callable[[], None]
    ) -> Delivery:
        """One attempt. Calls `last_gate` after the server's 354, before the first byte."""
        ...


class Mailbox(Protocol):
    """An open mailbox. Reading never changes a flag; the only write is `append`."""

    def find_folders(self, wanted: tuple[str, ...], sent: str) -> Folders:
        """The folders to listen to and Sent."""
        ...

    def ensure_folder(self, name: str) -> str:
        """Make the folder if it isn't there; its full name on this server."""
        ...

    def new_messages(self, folder: str, cursor: Cursor | None, since: date | None) -> Batch:
        """What came after the cursor; without one, everything since a day."""
        ...

    def append(self, folder: str, raw: bytes, when: datetime | None) -> int | None:
        """Add a message, marked as read; its UID where the server tells it or it can be found."""
        ...

    def server_time(self, folder: str, uid: int) -> datetime | None:
        """INTERNALDATE of a message: the server's own clock when `append` gave no time."""
        ...


class Account(Protocol):
    """How a plan's mailbox and post office are reached."""

    @property
    def saves_sent(self) -> bool:
        """Whether the provider is known to keep a copy of what it sends in Sent by itself."""
        ...

    def mailbox(self) -> AbstractContextManager[Mailbox]:
        """Connect and log in. Raises LoginRefused, MailUnreachable or MailMisconfigured."""
        ...

    def postman(self) -> Postman:
        """The way out; it connects when it delivers."""
        ...

    def mark(self) -> str:
        """A short word that changes when the secret changes, and that doesn't give it away."""
        ...
