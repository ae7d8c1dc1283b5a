"""A clock that can be set, jumped and sped up under programs while they run (warpclock.c).

The programs see it through LD_PRELOAD; waits already under way follow a jump within 20 ms.
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.servers.shim import build

SOURCE = Path(__file__).with_name("warpclock.c")
_STATE = struct.Struct("<IIqqqdqi4x")  # struct warp in warpclock.c
_MAGIC = 0x57415250


class WarpClock:
    """A simulated clock, shared by every program started with its `env()`.

    While `rate` is not 1, waits on sockets keep counting real seconds, so that a 60 s timeout
    does not shrink to 17 ms at rate 3600. Jumps shorten every wait.
    """

    def __init__(self, start: datetime | None = None, rate: float = 1.0) -> None:
        handle, name = tempfile.mkstemp(prefix="warpclock-")
        os.write(handle, bytes(_STATE.size))
        self.path = Path(name)
        self._map = mmap.mmap(handle, _STATE.size)
        os.close(handle)
        self._sequence = 0
        self._anchor = time.monotonic_ns()
        self._wall = int(start.timestamp() * 1e9) if start else time.time_ns()
        self._mono = self._anchor
        self._rate = rate
        self._jumped = 0
        self._publish()

    def __enter__(self) -> WarpClock:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def now(self) -> datetime:
        """The simulated instant (aware, UTC)."""
        gone = int((time.monotonic_ns() - self._anchor) * self._rate)
        return datetime.fromtimestamp((self._wall + gone) / 1e9, UTC)

    def jump(self, by: timedelta) -> None:
        """Both clocks jump forward: time has passed for every wait."""
        delta = int(by.total_seconds() * 1e9)
        self._settle()
        self._wall += delta
        self._mono += delta
        self._jumped += delta
        self._publish()

    def jump_to(self, when: datetime) -> None:
        """Jump forward to this instant."""
        self.jump(when - self.now())

    def step_wall(self, by: timedelta) -> None:
        """Only the wall clock moves, also back: an NTP step, or waking from suspend."""
        self._settle()
        self._wall += int(by.total_seconds() * 1e9)
        self._publish()

    def set_rate(self, rate: float) -> None:
        """Simulated seconds a real second from now on; 0 stops the clock."""
        self._settle()
        self._rate = rate
        self._publish()

    def env(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """An environment (`base`, or this process's) in which this clock rules."""
        env = dict(os.environ if base is None else base)
        return env | {"LD_PRELOAD": str(build(SOURCE)), "WARPCLOCK": str(self.path)}

    def close(self) -> None:
        """Forget the clock; programs still running keep its last state."""
        self._map.close()
        self.path.unlink(missing_ok=True)

    def _settle(self) -> None:
        now = time.monotonic_ns()
        gone = int((now - self._anchor) * self._rate)
        self._anchor, self._wall, self._mono = now, self._wall + gone, self._mono + gone

    def _publish(self) -> None:
        self._sequence += 1  # odd: readers wait
        self._map[4:8] = struct.pack("<I", self._sequence)
        self._sequence += 1
        body = _STATE.pack(
            _MAGIC,
            self._sequence,
            self._anchor,
            self._wall,
            self._mono,
            self._rate,
            self._jumped,
            1,
        )
        self._map[8:] = body[8:]
        self._map[0:8] = body[0:8]
