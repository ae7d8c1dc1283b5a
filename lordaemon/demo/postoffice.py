"""A whole mail provider on loopback: accounts, IMAP, SMTP, bounces, and a record of every mail.

Nothing leaves the machine: every address is local, and one that nobody has bounces. Runs on an
event loop in a thread of its own; to its users it is two ports and a journal.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import SMTP
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from lordaemon.clock import Clock
from lordaemon.demo.bounce import HOST, no_such_user
from lordaemon.errors import LordaemonError
from lordaemon.reading.address import parse_addresses

if TYPE_CHECKING:
    from lordaemon.demo.imapserver import ImapServer
    from lordaemon.demo.smtpserver import SmtpServer

Result = TypeVar("Result")

SENT = "Sent"
FOLDERS = (SENT, "Drafts", "Archive", "Junk", "Trash")
"""What every account has beside INBOX; found by name, the server knows no SPECIAL-USE."""
START_SECONDS = 20
"""How long the servers may take to open their ports, and a delivery to be stored."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One mail to one recipient, as it went through. `at`: aware UTC, by the clock given."""

    number: int
    at: datetime
    sender: str
    recipient: str
    data: bytes
    delivered: bool
    """False when nobody has that address; then a bounce follows."""


class PostOffice:
    """The embedded mail server. Use as a context manager, or `start` and `close`.

    `accounts`: address → password. `save_sent`: keep a copy of what an account sends in its Sent
    folder, as some providers do; else that is the mail program's work.
    """

    def __init__(
        self, accounts: Mapping[str, str], clock: Clock, *, save_sent: bool = False
    ) -> None:
        self._accounts = {address.lower(): word for address, word in accounts.items()}
        self._clock = clock
        self._save_sent = save_sent
        self._journal: list[Passage] = []
        self.imap_port = 0
        self.smtp_port = 0

    @property
    def journal(self) -> tuple[Passage, ...]:
        """Everything that was accepted so far, bounces among it, oldest first."""
        return tuple(self._journal)

    def start(self) -> PostOffice:
        """Open both ports; LordaemonError when the optional packages are missing."""
        try:
            from lordaemon.demo.imapserver import ImapServer  # noqa: F401
            from lordaemon.demo.smtpserver import SmtpServer  # noqa: F401
        except ImportError as missing:
            raise LordaemonError(
                f"The demo brings its own mail server, and a part of it isn't installed "
                f"({missing.name}). Install it with: pip install 'lordaemon[demo]'"
            ) from missing
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run_loop, name="post office", daemon=True)
        self._thread.start()
        try:
            self._wait_for(self._open())
        except BaseException:
            self._stop_loop()
            raise
        return self

    def close(self) -> None:
        """Close both ports and end the thread; the journal stays readable."""
        self._wait_for(self._shut())
        self._stop_loop()

    def deliver(self, sender: str, recipient: str, data: bytes) -> Passage:
        """A mail that comes in from elsewhere, without a conversation (a portal's notice)."""
        return self._wait_for(self._pass_on(sender.lower(), recipient, data))

    def file_sent(self, user: str, data: bytes) -> None:
        """Store a copy in an account's Sent folder, as the account's mail program does."""
        self._wait_for(self._imap.store(user.lower(), SENT, data, self._clock(), seen=True))

    def __enter__(self) -> PostOffice:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- on the loop -----------------------------------------------------------------------

    async def _open(self) -> None:
        from lordaemon.demo.imapserver import ImapServer
        from lordaemon.demo.smtpserver import SmtpServer

        self._imap: ImapServer = ImapServer(self._accounts, self._clock)
        self._smtp: SmtpServer = SmtpServer(self._accounts, self._submit)
        self.imap_port = await self._imap.start(FOLDERS)
        self.smtp_port = await self._smtp.start()

    async def _shut(self) -> None:
        self._smtp.close()
        self._imap.close()
        talking = asyncio.all_tasks() - {asyncio.current_task()}
        for conversation in talking:
            conversation.cancel()
        await asyncio.gather(*talking, return_exceptions=True)

    async def _submit(self, sender: str, recipient: str, data: bytes) -> None:
        passage = await self._pass_on(sender, recipient, data, verified=True)
        if self._save_sent:
            await self._imap.store(sender, SENT, data, passage.at, seen=True)

    async def _pass_on(
        self, sender: str, recipient: str, data: bytes, *, verified: bool = False
    ) -> Passage:
        known = recipient.lower() in self._accounts
        passage = self._record(sender, recipient.lower(), data, delivered=known)
        if known:
            stamped = _stamp(sender, data, verified=verified) + data
            await self._imap.store(passage.recipient, "INBOX", stamped, passage.at)
        elif sender:
            report = no_such_user(data, sender, recipient, passage.at, passage.number)
            await self._pass_on("", sender, report)  # the empty sender: bounces never bounce
        return passage

    def _record(self, sender: str, recipient: str, data: bytes, *, delivered: bool) -> Passage:
        number = len(self._journal) + 1
        passage = Passage(number, self._clock(), sender, recipient, data, delivered)
        self._journal.append(passage)
        return passage

    # -- the thread ------------------------------------------------------------------------

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _wait_for(self, work: Coroutine[Any, Any, Result]) -> Result:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(START_SECONDS)

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)
        self._loop.close()


def headers_of(data: bytes) -> Message:
    """The headers of a mail, its text and files left aside."""
    return BytesHeaderParser(policy=SMTP).parsebytes(data[: data.find(b"\r\n\r\n") + 2])


def _stamp(sender: str, data: bytes, *, verified: bool) -> bytes:
    """What a provider writes above a mail: where it came from, and whether From is to be believed
    (RFC 8601). Verified is what was sent after a login, under the account's own address."""
    head = f"Return-Path: <{sender}>\r\n"
    if verified:
        authors = parse_addresses(str(headers_of(data)["From"] or ""))
        addresses = [author.address.lower() for author in authors]
        verdict = "pass" if addresses == [sender] else "fail"
        head += f"Authentication-Results: {HOST}; dmarc={verdict}; auth=pass\r\n"
    return head.encode()
