"""The season's own clock: it stands still until somebody moves it, and it never goes back."""

from __future__ import annotations

from datetime import UTC, datetime


class SimulatedClock:
    """A `lordaemon.clock.Clock` whose instants are chosen by the season that is played.

    Read from several threads (the mail server stamps what arrives), moved by one.
    """

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)

    def __call__(self) -> datetime:
        """The instant it is now, aware and in UTC."""
        return self._now

    def jump_to(self, instant: datetime) -> datetime:
        """Move to a later instant, or stay; ValueError for an earlier one."""
        target = _utc(instant)
        if target < self._now:
            raise ValueError(f"the clock stands at {self._now} and cannot go back to {target}")
        self._now = target
        return target


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} names no time zone; give an aware datetime")
    return instant.astimezone(UTC)
