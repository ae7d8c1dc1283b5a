"""The reading half of the post office: pymap's in-memory IMAP server, with two repairs.

Import only where a post office is started: pymap is an optional dependency, and slow to load.

The repairs, both for pymap 0.36.7:
- it writes one answer in many small pieces, and each of them could reach a waiting client alone,
  in the middle of the answer; here an answer leaves in one piece (`_WholeAnswers`);
- asyncio keeps no hold of the task that serves a connection, which may vanish in the middle of a
  conversation; here the tasks are kept (`ImapServer._serve`).

Besides, a message that is stored without a date gets the clock's time, not the machine's.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import datetime
from typing import Any

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import DictBackend, Identity
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.context import connection_exit
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import Cleartext

from lordaemon.clock import Clock

LONGEST_LINE = 1 << 20
"""Bytes of one command line; asyncio's 64 KiB is short for a long list of UIDs."""


class ImapServer:
    """Every account's folders, on one loopback port. Lives on one event loop."""

    def __init__(self, accounts: Mapping[str, str], clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._folders: dict[str, Any] = {}
        self._served: set[asyncio.Task[None]] = set()

    async def start(self, folders: Iterable[str]) -> int:
        """Open the doors, every account with these folders beside INBOX; gives the port."""
        backend, config = await DictBackend.init(_settings(), hash_context=Cleartext())
        config.apply_context()
        passwords = Passwords(config)
        for user, password in self._accounts.items():
            hashed = await passwords.hash_password(password)
            identity = Identity(user, backend.login, None, frozenset({"admin"}))
            await identity.set(UserMetadata(config, user, password=hashed))
            self._folders[user] = _ClockedFolders(self._clock)
            for folder in folders:
                await self._folders[user].add_mailbox(folder)
            config.set_cache[user] = (self._folders[user], FilterSet())
        self._backend, self._config = backend, config
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LONGEST_LINE)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def store(
        self, user: str, folder: str, data: bytes, at: datetime, *, seen: bool = False
    ) -> None:
        """Put a message into a folder, as arrived at `at` (INTERNALDATE, RFC 3501 2.3.3)."""
        box = await self._folders[user].get_mailbox(folder)
        flags = frozenset({Flag(b"\\Seen")}) if seen else frozenset()
        await box.append(AppendMessage(data, at, flags), recent=True)

    def close(self) -> None:
        """Accept nobody any more."""
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._served.add(task)
        connection = IMAPConnection(
            self._config.commands, self._config, reader, _WholeAnswers(writer),
            SocketInfo.get(writer, None),
        )  # fmt: skip
        try:
            async with AsyncExitStack() as stack:
                connection_exit.set(stack)
                stack.enter_context(closing(connection))
                await connection.run(ConnectionState(self._backend.login, self._config))
        except asyncio.CancelledError:
            return  # the server closes
        finally:
            self._served.discard(task)


class _WholeAnswers:
    """A stream writer that holds everything back until the answer is complete."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._held = bytearray()

    def write(self, data: bytes) -> None:
        self._held += data

    def writelines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self._held += line

    async def drain(self) -> None:
        self._release()
        await self._writer.drain()

    def close(self) -> None:
        self._release()
        self._writer.close()

    def _release(self) -> None:
        if self._held:
            self._writer.write(bytes(self._held))
            self._held.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)


class _ClockedFolder(MailboxData):  # type: ignore[misc]  # pymap is not type-checked here
    """A folder in which an undated message arrives now, by the season's clock."""

    def __init__(self, shared: MailboxSet, clock: Clock) -> None:
        super().__init__(shared._content_cache, shared._thread_cache)
        self._clock = clock

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Any:
        dated = replace(append_msg, when=append_msg.when or self._clock())
        return await super().append(dated, recent=recent)


class _ClockedFolders(MailboxSet):  # type: ignore[misc]  # pymap is not type-checked here
    """One account's folders, all of them clocked."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._inbox = _ClockedFolder(self, clock)

    async def add_mailbox(self, name: str) -> Any:
        async with self._set_lock.write_lock():
            if name in self._set:
                raise ValueError(name)
            self._set[name] = _ClockedFolder(self, self._clock)
            return self._set[name].mailbox_id


def _settings() -> Namespace:
    """What pymap's command line would have given it: no TLS, no extra services, no sample mail."""
    return Namespace(
        host="127.0.0.1", port=0, debug=False, cert=None, key=None, tls=False,
        proxy_protocol=None, inherited_sockets=None, passlib_cfg=None, skip_services=[],
        demo_data=False, demo_user="nobody", demo_password="nobody",  # noqa: S106 - never used
    )  # fmt: skip
