"""Dates, counts and lists as a letter says them. English, whatever the machine's locale is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def day(when: date) -> str:
    """A day inside this year: "March 1"."""
    return f"{MONTHS[when.month - 1]} {when.day}"


def full_day(when: date) -> str:
    """A day nobody can mistake: "Wednesday, September 15, 2027"."""
    return f"{WEEKDAYS[when.weekday()]}, {day(when)}, {when.year}"


def moment(when: datetime) -> str:
    """A local instant with its zone: "Tuesday, March 16, 2027, 9:05 AM CDT"."""
    half = "AM" if when.hour < 12 else "PM"
    return f"{full_day(when)}, {when.hour % 12 or 12}:{when.minute:02} {half} {when.tzname()}"


def number(count: int) -> str:
    """A count in words up to ten."""
    return _NUMBERS[count] if 0 <= count <= 10 else str(count)


def counted(count: int, one: str) -> str:
    """A count and its noun: "one week", "four weeks"."""
    return f"{number(count)} {one}" if count == 1 else f"{number(count)} {one}s"


def span(start: date | None, end: date | None) -> str:
    """From when to when: "February 1–28, 2027"; empty when neither day is known."""
    if start and end:
        if start == end:
            return f"{day(start)}, {start.year}"
        if (start.year, start.month) == (end.year, end.month):
            return f"{day(start)}–{end.day}, {end.year}"
        if start.year == end.year:
            return f"{day(start)} to {day(end)}, {end.year}"
        return f"{day(start)}, {start.year} to {day(end)}, {end.year}"
    if start:
        return f"since {MONTHS[start.month - 1]} {start.year}"
    return f"until {MONTHS[end.month - 1]} {end.year}" if end else ""


def listed(items: Sequence[str]) -> str:
    """A list inside a sentence: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def one_line(value: str) -> str:
    """A value of the plan as one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def sentence(value: str) -> str:
    """A value of the plan as one line that ends like a sentence; an empty one stays empty."""
    line = one_line(value)
    return line if not line or re.search(r"[.!?…][\"'”’)]*$", line) else line + "."


def paragraphs(value: str) -> str:
    """A longer value: lines of one paragraph joined, paragraphs kept apart."""
    parts = (one_line(part) for part in re.split(r"\n\s*\n", value.replace("\r\n", "\n")))
    return "\n\n".join(part for part in parts if part)


def size(count: int) -> str:
    """A number of bytes as a person reads it: "12 KB", "1.4 MB"."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} KB" if count < 999_500 else f"{count / 1_000_000:.1f} MB"
