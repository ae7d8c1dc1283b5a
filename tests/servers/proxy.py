"""A TCP proxy on loopback that can be told to misbehave: silence, cuts, refusals, rewriting."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Literal

from tests.servers.net import HOST, LoopThread, free_port

Direction = Literal["up", "down"]
"""up: client to server; down: server to client."""


class Proxy:
    """client → `port` → `target_port`. Every switch takes effect at once, also on open links."""

    def __init__(self, target_port: int) -> None:
        self.target_port, self.port = target_port, free_port()
        self.connections = 0
        self._rewrites: dict[Direction, list[tuple[bytes, bytes]]] = {"up": [], "down": []}
        self._budget: dict[Direction, int | None] = {"up": None, "down": None}
        self._links: set[_Link] = set()
        self._loop = LoopThread("test-proxy")
        self._flowing = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._loop.call(self._listen())
        self.resume()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def blackhole(self) -> None:
        """Forward nothing, close nothing; new connections hang too."""
        self._loop.call(self._set_flow(on=False))

    def resume(self) -> None:
        """End a blackhole; what had arrived is forwarded."""
        self._loop.call(self._set_flow(on=True))

    def forget(self) -> None:
        """Abandon the open links as a NAT does: nothing passes any more, new ones work."""
        self._loop.call(self._each("forget"))

    def drop(self) -> None:
        """Close every open link now."""
        self._loop.call(self._each("tear"))

    def cut_after(self, count: int, direction: Direction = "down") -> None:
        """Drop the link in which the next `count` bytes of that direction end."""
        self._budget[direction] = count

    def refuse(self) -> None:
        """Stop listening: connecting is refused. Open links live on."""
        self._loop.call(self._unlisten())

    def accept(self) -> None:
        """Listen again on the same port."""
        if self._server is None:
            self._loop.call(self._listen())

    def rewrite(self, old: bytes, new: bytes, direction: Direction = "down") -> None:
        """Replace bytes in passing (plain connections; `old` must not straddle two chunks)."""
        self._rewrites[direction].append((old, new))

    def close(self) -> None:
        """Stop for good."""
        self._loop.call(self._unlisten())
        self.drop()
        self._loop.stop()

    async def _set_flow(self, *, on: bool) -> None:
        if on:
            self._flowing.set()
        else:
            self._flowing.clear()

    async def _each(self, what: Literal["forget", "tear"]) -> None:
        for link in list(self._links):
            if what == "tear":
                link.tear()
            else:
                link.forgotten = True

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, self.port)

    async def _unlisten(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        link = _Link(writer)
        self._links.add(link)
        try:
            await self._flowing.wait()
            far_reader, far_writer = await asyncio.open_connection(HOST, self.target_port)
            link.ends.append(far_writer)
            await asyncio.gather(
                self._pump(link, "up", reader, far_writer),
                self._pump(link, "down", far_reader, writer),
            )
        except OSError:
            pass  # the server is down: so are we
        finally:
            self._links.discard(link)
            link.tear()

    async def _pump(
        self,
        link: _Link,
        way: Direction,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
    ) -> None:
        near = link.ends[way == "down"].get_extra_info("socket")
        with contextlib.suppress(OSError):
            while chunk := await source.read(65536):
                # Acknowledge at once: else a server without TCP_NODELAY waits 40 ms for us.
                near.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                await self._flowing.wait()
                if link.forgotten:
                    continue
                for old, new in self._rewrites[way]:
                    chunk = chunk.replace(old, new)
                kept, cut = self._spend(way, chunk)
                sink.write(kept)
                await sink.drain()
                if cut:
                    break
        if not link.forgotten:
            link.tear()

    def _spend(self, way: Direction, chunk: bytes) -> tuple[bytes, bool]:
        budget = self._budget[way]
        if budget is None:
            return chunk, False
        if len(chunk) < budget:
            self._budget[way] = budget - len(chunk)
            return chunk, False
        self._budget[way] = None
        return chunk[:budget], True


class _Link:
    """One proxied connection: the writers of its two ends."""

    def __init__(self, near: asyncio.StreamWriter) -> None:
        self.ends = [near]
        self.forgotten = False

    def tear(self) -> None:
        for end in self.ends:
            end.transport.abort()  # close() would wait for a peer that reads no more
