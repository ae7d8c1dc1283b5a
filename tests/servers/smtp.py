"""An SMTP submission server that records what it accepts, delivers it, and fails on request.

Two listeners: `port` (plain, STARTTLS offered) and `tls_port`. AUTH PLAIN and LOGIN. It stands
in for a provider: `save_sent` puts every accepted message into the sender's Sent folder, as
Gmail does; `deliver` hands it to local mailboxes.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.servers.certs import CertKind, Certs
from tests.servers.faults import FaultBoard
from tests.servers.net import HOST, LoopThread, free_port, wait_until
from tests.servers.smtp_conversation import Accepted, Conversation

logging.getLogger("mail.log").setLevel(logging.CRITICAL)

__all__ = ["Accepted", "SmtpOptions", "SmtpServer"]

Deliver = Callable[[str, str, bytes], None]
"""(recipient, sender, raw)"""
SaveSent = Callable[[str, bytes], None]
"""(login, raw)"""


@dataclass
class SmtpOptions:
    """Standing behaviour; may be changed while running, new connections see it."""

    certificate: CertKind = "good"
    starttls: bool = True
    """False: not offered, as behind somebody who strips TLS."""
    auth_in_clear: bool = False
    mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN")
    size_limit: int = 33_554_432
    queued_text: str = "2.0.0 Ok: queued"
    """The text of the 250 after the final dot."""


class SmtpServer:
    """Start it, point a client at it, look at `accepted`."""

    def __init__(
        self,
        certs: Certs,
        check_password: Callable[[str, str], bool],
        *,
        deliver: Deliver | None = None,
        save_sent: SaveSent | None = None,
    ) -> None:
        self.certs = certs
        self.options = SmtpOptions()
        self.faults = FaultBoard()
        self.accepted: list[Accepted] = []
        self.commands: list[str] = []
        """Every command line seen, upper-case verb first; AUTH without its secret."""
        self.connections = 0
        self.port, self.tls_port = free_port(), free_port()
        self.check_password = check_password
        self.deliver = deliver
        self.save_sent = save_sent
        self.lock = threading.Lock()
        self.sessions: set[Conversation] = set()
        self._loop: LoopThread | None = None
        self._servers: list[asyncio.Server] = []

    def __enter__(self) -> SmtpServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> SmtpServer:
        """Listen; after a stop, again on the same ports."""
        self._loop = LoopThread("test-smtp")
        self._loop.call(self._listen())
        return self

    def stop(self) -> None:
        """Close the listeners and every connection."""
        if self._loop is not None:
            self._loop.call(self._close())
            self._loop.stop()
            self._loop = None

    def reset(self) -> None:
        """As new: running, no faults, no connections, nothing accepted, options as at the start."""
        self.faults.clear()
        if self._loop is None:  # the test before this one took it down and ended there
            self.start()
        else:
            self._loop.call(self._hang_up())
        self.options = SmtpOptions()
        with self.lock:
            self.accepted.clear()
            self.commands.clear()

    def wait_accepted(self, count: int = 1, timeout: float = 10.0) -> list[Accepted]:
        """All accepted messages, once there are at least `count`."""
        wait_until(lambda: len(self.accepted) >= count, timeout)
        return list(self.accepted)

    def wait_idle(self, timeout: float = 10.0) -> None:
        """Until no connection is open: nothing more can be accepted."""
        wait_until(lambda: not self.sessions, timeout)

    def take(self, message: Accepted) -> None:
        """Keep an accepted message and pass it on; runs in a worker thread."""
        with self.lock:
            self.accepted.append(message)
        if self.save_sent is not None:
            self.save_sent(message.login, message.raw)
        if self.deliver is not None:
            for recipient in message.recipients:
                self.deliver(recipient, message.mail_from, message.raw)

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for port, tls in ((self.port, False), (self.tls_port, True)):
            context = self._choosing_context() if tls else None
            make = partial(Conversation, self, tls)
            self._servers.append(await loop.create_server(make, HOST, port, ssl=context))

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        self._servers.clear()
        await self._hang_up()

    async def _hang_up(self) -> None:
        for session in list(self.sessions):
            session.hang_up(reset=True)
        await asyncio.sleep(0)

    def _choosing_context(self) -> ssl.SSLContext:
        """Picks the certificate in force at each handshake."""
        context = self.certs.server_context()

        def choose(sock: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
            sock.context = self.certs.server_context(self.options.certificate)

        context.sni_callback = choose
        return context
