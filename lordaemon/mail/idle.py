"""One IDLE (RFC 2177), from beginning to end, that misses nothing and can't hang for long.

imapclient's own `idle_check` hides a closed connection and can't see what its reader has already
swallowed, so it is never called: we look into the reader, poll the socket beside a wake pipe, and
always end with `idle_done`, which raises when the connection is gone.
"""

from __future__ import annotations

import select
from typing import Any, Literal

Woken = Literal["change", "wake", "timeout"]
"""change: the server said something new; wake: somebody wrote to the pipe."""


def idle_once(client: Any, seconds: float, wake: int | None) -> Woken:
    """Wait in the selected folder for mail, the pipe, or `seconds`.

    Raises what `idle_done` raises on a dead connection: IMAP4.abort or OSError, after the
    socket's read timeout at the latest.
    """
    client.idle()
    why: Woken = "change" if _already_read(client) else wait(client.socket(), seconds, wake)
    _, said = client.idle_done()
    if any(_is_news(line) for line in said):
        return "change"
    return "timeout" if why == "change" else why


def wait(sock: Any, seconds: float, wake: int | None) -> Woken:
    """Until the socket (None: none) or the pipe can be read, at most `seconds`.

    poll counts by the monotonic clock, so setting the clock neither hurries nor stalls it.
    """
    poller = select.poll()
    if sock is not None:
        poller.register(sock.fileno(), select.POLLIN)
    if wake is not None:
        poller.register(wake, select.POLLIN)
    ready = [number for number, _ in poller.poll(seconds * 1000)]
    if wake in ready:
        return "wake"
    return "change" if ready else "timeout"


def _is_news(line: Any) -> bool:
    """EXISTS and RECENT announce mail. Flags, expunges and "still here" are no reason to look."""
    return len(line) > 1 and line[1] in (b"EXISTS", b"RECENT")


def _already_read(client: Any) -> bool:
    """Whether the reader's buffer holds lines that came together with the go-ahead."""
    sock = client.socket()
    reader = getattr(client._imap, "file", None) or getattr(client._imap, "_file", None)
    if reader is None or not hasattr(reader, "peek"):
        return False
    before = sock.gettimeout()
    sock.setblocking(False)
    try:
        return bool(reader.peek(1))
    except OSError:  # nothing there yet
        return False
    finally:
        sock.settimeout(before)
