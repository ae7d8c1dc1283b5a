"""An SMTP submission server that records what it accepts, delivers it, and fails on request.

Two listeners: `port` (plain, STARTTLS offered) and `tls_port`. AUTH PLAIN and LOGIN. It stands
in for a provider: `save_sent` puts every accepted message into the sender's Sent folder, as
Gmail does; `deliver` hands it to local mailboxes.
"""

# ruff: noqa: N802  (aiosmtpd finds its commands by these names)
from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certs import CertKind, Certs
from tests.servers.faults import Fault, FaultBoard
from tests.servers.net import HOST, LoopThread, free_port, wait_until

logging.getLogger("mail.log").setLevel(logging.CRITICAL)

Deliver = Callable[[str, str, bytes], None]
"""(recipient, sender, raw)"""
SaveSent = Callable[[str, bytes], None]
"""(login, raw)"""


@dataclass(frozen=True)
class Accepted:
    """A message the server took responsibility for."""

    login: str
    tls: bool
    mail_from: str
    recipients: tuple[str, ...]
    raw: bytes
    acknowledged: bool
    """False: the client never saw the 250."""

    @property
    def parsed(self) -> EmailMessage:
        """The message, as the standard library reads it."""
        return message_from_bytes(self.raw, policy=policy.default)


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
        """As new: no faults, no connections, nothing accepted, options as at the start."""
        self.faults.clear()
        if self._loop is not None:
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


class Conversation(SMTP):  # type: ignore[misc]
    """One connection: aiosmtpd's protocol, with the fault board asked at each step."""

    def __init__(self, server: SmtpServer, implicit_tls: bool) -> None:
        options = server.options
        self.owner, self.implicit_tls = server, implicit_tls
        self.login = ""
        offer_tls = options.starttls and not implicit_tls
        super().__init__(
            _Hooks(self),
            hostname="smtp.lab.test",
            ident="test ESMTP",
            data_size_limit=options.size_limit,
            enable_SMTPUTF8=False,
            tls_context=server.certs.server_context(options.certificate) if offer_tls else None,
            auth_required=True,
            auth_exclude_mechanism={"PLAIN", "LOGIN"} - set(options.mechanisms),
            authenticator=self._check,
            loop=asyncio.get_running_loop(),
        )
        # Set here: as an argument it makes aiosmtpd warn, and warnings fail the tests.
        self._auth_require_tls = not options.auth_in_clear and not implicit_tls

    @property
    def secured(self) -> bool:
        """Whether the conversation is encrypted now."""
        return self.implicit_tls or bool(self._tls_protocol)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self.owner.sessions:  # called again after STARTTLS
            self.owner.connections += 1
            self.owner.sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.owner.sessions.discard(self)
        super().connection_lost(error)

    def hang_up(self, *, reset: bool) -> None:
        """End the connection now, with RST or FIN."""
        if self.transport is not None:
            if reset:
                self.transport.abort()
            else:
                self.transport.close()

    def _check(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        login, password = data.login.decode(), data.password.decode()
        good = self.owner.check_password(login, password)
        self.login = login if good else ""
        return AuthResult(success=good, handled=False)

    async def strike(self, stage: Any, subject: str = "") -> bool:
        """Note the command and let a fault strike; True: the command shall not be carried out."""
        with self.owner.lock:
            self.owner.commands.append(f"{stage.upper()} {subject}".strip())
        fault = self.owner.faults.take(stage, subject)
        return fault is not None and await self.perform(fault)

    async def perform(self, fault: Fault) -> bool:
        """Do what the fault says; True unless it was only a delay."""
        action = fault.action.removeprefix("accept-")
        if action == "slow":
            await asyncio.sleep(fault.delay)
            return False
        if action == "hang":
            await asyncio.sleep(86400)
        elif action in {"close", "reset"}:
            self.hang_up(reset=action == "reset")
        else:
            await self.push(fault.reply)
            if fault.code == 421:
                self.hang_up(reset=False)
        return True

    async def push(self, status: AnyStr) -> None:
        """As aiosmtpd does, but a torn connection is no news here."""
        if self.transport is not None and not self.transport.is_closing():
            await super().push(status)

    async def _handle_client(self) -> None:
        if await self.strike("connect"):
            self.hang_up(reset=False)
            return
        await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self.strike("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if not await self.strike("starttls"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        clear = "" if self.secured else " in the clear"
        if not await self.strike("auth", arg.split(maxsplit=1)[0] + clear):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self.strike("mail", arg or ""):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self.strike("rcpt", arg or ""):
            await super().smtp_RCPT(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        if not await self.strike("quit"):
            await super().smtp_QUIT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if await self.strike("data", self._recipients()):
            return
        middle = self.owner.faults.take("body", self._recipients())
        if middle is None:
            await super().smtp_DATA(arg)
            return
        await self.push("354 go on")
        await self._reader.readexactly(512)
        await self.perform(middle)

    def _recipients(self) -> str:
        return ",".join(self.envelope.rcpt_tos) if self.envelope else ""

    async def end_of_data(self, envelope: Envelope) -> str:
        """The final dot has been read: take the message, or strike."""
        fault = self.owner.faults.take("eod", self._recipients())
        strikes = fault is not None and fault.action != "slow"
        if fault is None or fault.action == "slow" or fault.action.startswith("accept-"):
            message = Accepted(
                self.login,
                self.secured,
                envelope.mail_from or "",
                tuple(envelope.rcpt_tos),
                bytes(envelope.original_content or b""),
                acknowledged=not strikes,
            )
            await asyncio.shield(asyncio.to_thread(self.owner.take, message))
        if fault is not None and await self.perform(fault):
            raise ConnectionResetError  # ends aiosmtpd's command loop without a reply
        return f"250 {self.owner.options.queued_text}"


class _Hooks:
    """What aiosmtpd calls back; it must not be the protocol object itself."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        return await self._conversation.end_of_data(envelope)

    async def handle_exception(self, error: Exception) -> str:
        return f"500 {type(error).__name__}"
