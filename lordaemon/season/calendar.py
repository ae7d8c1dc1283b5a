"""When a message may leave: send hours, weekends, holidays, time zones (rules S2, S4, S6).

All computation is in the applicant's zone, all results are aware UTC. Windows are built from
local wall time and compared in UTC, so days of 23 and 25 hours come out right: a local time that
does not exist means the first instant after the gap, one that occurs twice means the first; a day
that a zone left out altogether (Samoa, 30 December 2011) has no window.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
SPREAD_SECONDS = 25 * 60
"""The fixed offset of a writer is below this (S4)."""
BREATH = timedelta(minutes=30)
"""What is kept free before a limit that must not be missed."""


@lru_cache(maxsize=8)
def holiday_test(code: str) -> Callable[[date], bool]:
    """A test "is this day a public holiday there?" for "US", "US-TX", "DE-BY", or "none".

    Raises ValueError for a code the holidays package doesn't know. Imported late: it is slow.
    """
    if code.strip().lower() in ("", "none"):
        return lambda _day: False
    import holidays

    country, _, subdivision = code.strip().upper().partition("-")
    try:
        days = holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as unknown:
        raise ValueError(f'"{code}" is not a country the holiday calendar knows') from unknown
    return lambda day: day in days


@lru_cache(maxsize=4096)
def to_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local wall time. In a gap: the first instant after it; twice: the first."""
    wall = datetime.combine(day, at).replace(fold=0)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # just ahead of the jump
    jump = before.astimezone(zone).utcoffset()
    while instant - before > timedelta(seconds=1):
        middle = before + (instant - before) // 2
        if middle.astimezone(zone).utcoffset() == jump:
            before = middle
        else:
            instant = middle
    return instant.replace(microsecond=0)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The applicant's local date of an instant."""
    return instant.astimezone(zone).date()


@dataclass(frozen=True)
class Calendar:
    """Send hours of one plan. `holiday` says which days are free."""

    zone: ZoneInfo
    opens: time
    closes: time
    holiday: Callable[[date], bool]

    def working_day(self, day: date) -> bool:
        """A weekday that is no holiday."""
        return day.weekday() < 5 and not self.holiday(day)

    def window(self, day: date) -> tuple[datetime, datetime]:
        """The send hours of a local day, as UTC instants."""
        return to_utc(day, self.opens, self.zone), to_utc(day, self.closes, self.zone)

    def start_of(self, day: date) -> datetime:
        """What "on a date" means in the rules: the start of the send hours on that day."""
        return self.window(day)[0]

    def inside(self, instant: datetime) -> bool:
        """Whether anything may leave for a writer at this instant (I4)."""
        opens, closes = self.window(local_day(instant, self.zone))
        return opens <= instant < closes

    def next_open(
        self, after: datetime, offset: timedelta, *, working: bool, until: datetime | None = None
    ) -> datetime | None:
        """The first instant >= `after` inside send hours, on working days only if asked.

        `offset` is the writer's own few minutes: nothing leaves earlier than that after opening.
        None when there is no such instant before `until`.
        """
        for day in self._days(local_day(after, self.zone)):
            opens, closes = self.window(day)
            if until is not None and opens >= until:
                return None
            if (working and not self.working_day(day)) or local_day(opens, self.zone) != day:
                continue
            slot = max(after, self.opening(day, offset))
            if slot < closes and (until is None or slot < until):
                return slot
        return None

    def opening(self, day: date, offset: timedelta) -> datetime:
        """The earliest a writer is written to on a day: their own few minutes after opening."""
        opens, closes = self.window(day)
        return opens + max(timedelta(0), min(offset, (closes - opens) / 2))

    def slot_within(
        self, earliest: datetime, latest: datetime, offset: timedelta
    ) -> datetime | None:
        """The slot of a request or packet (S4): a working-day slot before `latest` if there is
        one, else the first slot on any day, be it late. None only where send hours are empty."""
        if earliest < latest:
            working = self.next_open(earliest, offset, working=True, until=latest)
            if working is not None:
                return working
        return self.next_open(earliest, offset, working=False)

    def last_chance(
        self, earliest: datetime, latest: datetime, offset: timedelta
    ) -> datetime | None:
        """The last day's slot before `latest`, a working day if there is one: what is left when
        waiting longer would break the 48 hours (S11). None when no slot is left."""
        best: datetime | None = None
        best_works = False
        today = local_day(earliest, self.zone)
        for day in self._days(today):
            opens, closes = self.window(day)
            if opens >= latest:
                break
            works, end = self.working_day(day), min(closes, latest)
            slot = self.opening(day, offset)
            if day == today:  # as late as may be: there was no time to look before
                slot = max(earliest, slot, end - BREATH)
            if slot < end and local_day(opens, self.zone) == day and works >= best_works:
                best, best_works = slot, works
        return best

    def next_working_day(self, day: date) -> date:
        """`day` itself, or the next day that is worked on."""
        while not self.working_day(day):
            day += ONE_DAY
        return day

    def working_days_after(self, day: date, count: int) -> date:
        """The day that lies `count` working days after `day` (H4)."""
        while count:
            day += ONE_DAY
            count -= self.working_day(day)
        return day

    @staticmethod
    def _days(first: date) -> Iterator[date]:
        for step in range(400):
            yield first + timedelta(days=step)


def writer_offset(season: str, person: str) -> timedelta:
    """A writer's fixed few minutes after the hour (S4): the same in every run, under 25 minutes."""
    digest = hashlib.sha256(f"{season}\0{person}".encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4], "big") % SPREAD_SECONDS)
