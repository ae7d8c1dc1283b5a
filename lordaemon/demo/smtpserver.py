"""The sending half of the post office: aiosmtpd behind a login, which hands every mail on.

Import only where a post office is started: aiosmtpd is an optional dependency.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, Session

LARGEST_MAIL = 32 << 20
"""Bytes; a letter with the largest packet stays well below."""

Take = Callable[[str, str, bytes], Awaitable[None]]
"""Takes over one accepted mail: envelope sender, recipient, bytes."""


class _Visit(Session):  # type: ignore[misc]  # aiosmtpd is not type-checked here
    """Who is on the line. The plain attribute replaces one that warns whenever it is touched."""

    login_data: Any = None
    login: str | None = None


class _Conversation(SMTP):  # type: ignore[misc]  # aiosmtpd is not type-checked here
    def _create_session(self) -> _Visit:
        return _Visit(self.loop)


class SmtpServer:
    """Submission (RFC 6409) on one loopback port: whoever sends has to log in first."""

    def __init__(self, accounts: Mapping[str, str], take: Take) -> None:
        self._accounts = accounts
        self._take = take

    async def start(self) -> int:
        """Open the door; gives the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def close(self) -> None:
        """Accept nobody any more."""
        self._server.close()

    def _connection(self) -> asyncio.Protocol:
        connection: asyncio.Protocol = _Conversation(
            self,
            hostname="post-office.example",
            ident="post office",
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )
        return connection

    def _authenticate(
        self, _server: Any, session: _Visit, _envelope: Any, _mechanism: str, offered: Any
    ) -> Any:
        if not isinstance(offered, LoginPassword):
            return AuthResult(success=False, handled=False)
        user = offered.login.decode("utf-8", "replace").lower()
        known = self._accounts.get(user, "").encode()
        good = bool(known) and hmac.compare_digest(known, offered.password)
        session.login = user if good else None
        return AuthResult(success=good, handled=False, auth_data=user)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: _Visit, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Only the account's own address may stand in the envelope."""
        if session.login is None:
            return "530 5.7.0 please log in first"
        if address.lower() != session.login:
            return f"553 5.7.1 {session.login} may not send as {address}"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: _Visit, envelope: Any
    ) -> str:
        """Accept, and have it delivered before the client hears the 250."""
        for recipient in envelope.rcpt_tos:
            await self._take(envelope.mail_from.lower(), recipient, envelope.content)
        return "250 2.0.0 taken"
