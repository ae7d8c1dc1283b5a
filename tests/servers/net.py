"""Loopback helpers: free ports, an asyncio loop in a thread, waiting for something to be true."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

HOST = "127.0.0.1"
T = TypeVar("T")


def free_port() -> int:
    """A TCP port that was free on loopback a moment ago."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])


def wait_until(check: Callable[[], T], timeout: float = 10.0, every: float = 0.01) -> T:
    """Ask `check` until it says something true; give that back, or raise TimeoutError."""
    end = time.monotonic() + timeout
    while not (value := check()):
        if time.monotonic() >= end:
            raise TimeoutError(f"not true within {timeout} s: {check!r}")
        time.sleep(every)
    return value


class LoopThread:
    """An asyncio loop in a daemon thread; `call` runs a coroutine there and waits for it."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.set_exception_handler(_quietly)
        self.loop.run_forever()

    def call(self, coroutine: Coroutine[Any, Any, T], timeout: float = 10.0) -> T:
        """The coroutine's result, computed on the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)

    def stop(self) -> None:
        """Cancel what still runs, end the thread, close the loop."""
        if not self._thread.is_alive():
            return
        self.call(_wind_up())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


async def _wind_up() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=2)
    for _ in range(3):  # let torn transports finish closing
        await asyncio.sleep(0)


def _quietly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Torn connections are what these servers are for: keep them out of stderr."""
    error = context.get("exception")
    if not isinstance(error, (ConnectionError, ssl.SSLError, asyncio.CancelledError)):
        loop.default_exception_handler(context)
