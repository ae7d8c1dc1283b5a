# ruff: noqa: N802  (aiosmtpd finds its commands by these names)
"""One conversation of the scripted SMTP server, with the fault board asked at each step."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, AnyStr

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.faults import Fault

if TYPE_CHECKING:
    from tests.servers.smtp import SmtpServer


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
