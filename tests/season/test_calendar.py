"""Local wall time where it is odd: gaps, hours that come twice, days that were left out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lordaemon.season.calendar import (
    SPREAD_SECONDS,
    Calendar,
    holiday_test,
    local_day,
    to_utc,
    writer_offset,
)

ZONES = st.sampled_from(
    ["America/Chicago", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia",
     "America/Havana", "America/Sao_Paulo", "UTC"]
).map(ZoneInfo)  # fmt: skip
DAYS = st.dates(date(2009, 1, 1), date(2030, 12, 31))
TIMES = st.times().map(lambda t: t.replace(microsecond=0))


@pytest.mark.parametrize(
    ("zone", "day", "wall", "instant"),
    [
        ("America/Chicago", date(2027, 3, 14), time(2, 30), "2027-03-14T08:00"),  # no such time
        ("America/Chicago", date(2027, 11, 7), time(1, 30), "2027-11-07T06:30"),  # the first one
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15), "2027-10-02T15:30"),
        ("Asia/Kolkata", date(2027, 3, 14), time(8, 30), "2027-03-14T03:00"),
        ("Pacific/Apia", date(2011, 12, 30), time(8, 30), "2011-12-30T10:00"),  # no such day
    ],
)
def test_to_utc_where_the_clock_jumps(zone: str, day: date, wall: time, instant: str) -> None:
    assert to_utc(day, wall, ZoneInfo(zone)) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@given(DAYS, TIMES, ZONES)
def test_to_utc_is_that_wall_time_or_the_first_after_a_gap(
    day: date, wall: time, zone: ZoneInfo
) -> None:
    instant = to_utc(day, wall, zone)
    there = instant.astimezone(zone).replace(tzinfo=None)
    asked = datetime.combine(day, wall)
    assert there >= asked
    if there != asked:
        just_before = (instant - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert just_before < asked


@settings(deadline=None)  # the first look at a year reads its holidays
@given(st.datetimes(datetime(2011, 12, 1), datetime(2028, 1, 1), timezones=st.just(UTC)), ZONES,
       st.integers(0, SPREAD_SECONDS), st.booleans())  # fmt: skip
def test_s04_next_open_is_the_first_open_instant(
    after: datetime, zone: ZoneInfo, seconds: int, working: bool
) -> None:
    calendar = Calendar(zone, time(8, 30), time(17, 30), holiday_test("US"))
    offset = timedelta(seconds=seconds)
    slot = calendar.next_open(after, offset, working=working)
    assert slot is not None
    assert slot >= after
    assert calendar.inside(slot)
    assert time(8, 30) <= slot.astimezone(zone).time() < time(17, 30)
    day = local_day(slot, zone)
    assert not working or calendar.working_day(day)
    if calendar.inside(after) and (not working or calendar.working_day(local_day(after, zone))):
        assert slot <= max(after, calendar.window(local_day(after, zone))[0] + offset)


def test_s04_send_hours_include_their_start_and_not_their_end() -> None:
    calendar = Calendar(ZoneInfo("UTC"), time(9), time(17), holiday_test("none"))
    opens, closes = calendar.window(date(2027, 3, 2))
    assert calendar.next_open(opens, timedelta(0), working=True) == opens
    assert calendar.next_open(closes, timedelta(0), working=True) == opens + timedelta(days=1)
    assert (calendar.inside(opens), calendar.inside(closes)) == (True, False)


def test_s04_empty_send_hours_are_no_endless_search() -> None:
    calendar = Calendar(ZoneInfo("UTC"), time(9), time(9), holiday_test("none"))
    now = datetime(2027, 3, 1, tzinfo=UTC)
    assert calendar.next_open(now, timedelta(0), working=True) is None


def test_s04_a_region_has_holidays_of_its_own() -> None:
    san_jacinto = date(2026, 4, 21)
    assert holiday_test("US-TX")(san_jacinto)
    assert not holiday_test("US")(san_jacinto)
    assert not holiday_test("none")(date(2027, 12, 25))
    with pytest.raises(ValueError, match="XX"):
        holiday_test("XX")


def test_h04_working_days_are_counted_over_weekend_and_holiday() -> None:
    calendar = Calendar(ZoneInfo("UTC"), time(9), time(17), holiday_test("US"))
    assert calendar.working_days_after(date(2027, 5, 28), 2) == date(2027, 6, 2)


@given(st.text(), st.text())
def test_s04_a_writers_offset_is_fixed_and_short(season: str, person: str) -> None:
    offset = writer_offset(season, person)
    assert offset == writer_offset(season, person)
    assert timedelta(0) <= offset < timedelta(minutes=25)
