"""What the played people are going to do, and when."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

Act = Callable[[], None]


@dataclass(order=True, frozen=True, slots=True)
class _Deed:
    at: datetime
    number: int
    act: Act = field(compare=False)


class Schedule:
    """Deeds in the order of their time; of two at the same instant the one planned first."""

    def __init__(self) -> None:
        self._deeds: list[_Deed] = []
        self._planned = 0

    def plan(self, at: datetime, act: Act) -> None:
        """Something is going to be done at this instant (aware)."""
        self._planned += 1
        heapq.heappush(self._deeds, _Deed(at, self._planned, act))

    @property
    def next_at(self) -> datetime | None:
        """When the next deed is due; None when everybody is done."""
        return self._deeds[0].at if self._deeds else None

    def play(self, now: datetime) -> int:
        """Do everything that is due by now; how much that was."""
        played = 0
        while self._deeds and self._deeds[0].at <= now:
            heapq.heappop(self._deeds).act()
            played += 1
        return played
