"""What a hand types, as the value it means: days in words, numbers in words, names with a title.

Nothing is guessed: a day that can be read in two ways, or has no year, is asked for again. What a
value may be is judged by the plan's own rules (`plan.schema`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from lordaemon.plan.fields import day_meant
from lordaemon.plan.places import key_label

Path = tuple[str | int, ...]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve")  # fmt: skip
_IN_WORDS = re.compile(
    r"(?:[a-z]+day,?\s+)?(?:([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?"
    r"|(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?([a-z]{3,9})\.?),?\s+(\d{4})",
    re.IGNORECASE,
)
_IN_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_TITLE = re.compile(r"((?:(?:Dr|Prof|Mr|Mrs|Ms|Mx)\b\.?|Professor\b|Dean\b|Chief\b)\s+)+(?=\S)")
EXAMPLE_DAY = "2027-09-22"


class Unreadable(ValueError):
    """What was typed is no day or number, or two of them; the text says what to write."""


def complaint(path: Path, found: Any) -> str | None:
    """What the plan's rules say against a value at a key; None when it fits."""
    from lordaemon.plan.schema import validate

    document: Any = found
    for part in reversed(path):
        document = [document] if isinstance(part, int) else {part: document}
    _, problems = validate(document)
    return next((p.message for p in problems if p.path[: len(path)] == path), None)


def in_plain_words(path: Path, message: str) -> str:
    """A complaint as it is said to somebody who types: without the key and its equals sign."""
    return message.replace(f"{key_label(path)} = ", "").replace("write e.g. ", "for example ")


def understood(text: str, sort: str) -> Any:
    """The value: a date, a number, or the text itself. Raises Unreadable."""
    text = text.strip()
    if sort == "date":
        return _day(text)
    if sort == "number":
        return _number(text)
    return text


def _day(text: str) -> date:
    if day := day_meant(text):
        return day
    days = {day for day in _readings(text) if day is not None}
    if len(days) == 1:
        return days.pop()
    if days:
        first, second = sorted(days)
        raise Unreadable(f'"{text}" can be two days. Write {first} or {second}.')
    if re.search(r"[a-z]{3}|\d", text, re.IGNORECASE) and not re.search(r"\d{4}", text):
        raise Unreadable(f"Please add the year, with four digits, for example {EXAMPLE_DAY}.")
    raise Unreadable(f'"{text}" is no day I can read. Write year-month-day, e.g. {EXAMPLE_DAY}.')


def _readings(text: str) -> Iterator[date | None]:
    if found := _IN_WORDS.fullmatch(text):
        name, number = (found[1], found[2]) if found[1] else (found[4], found[3])
        if name[:3].lower() in _MONTHS:
            yield _date(int(found[5]), _MONTHS.index(name[:3].lower()) + 1, int(number))
    if found := _IN_NUMBERS.fullmatch(text):
        one, two, year = int(found[1]), int(found[2]), int(found[3])
        yield _date(year, one, two)
        yield _date(year, two, one)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    found = re.fullmatch(
        r"(?:about )?(?:(\d{1,6})|([a-z]+))(?: (?:weeks?|letters?))?", text.lower()
    )
    if found and found[2] in _NUMBERS:
        return _NUMBERS.index(found[2])
    if found is None or not found[1]:
        raise Unreadable(f'"{text}" is no number I can read. Write it in digits, e.g. 4.')
    return int(found[1])


def without_title(name: str) -> tuple[str, str]:
    """("Dr.", "Jane Smith") of "Dr. Jane Smith"; the title is empty where there is none."""
    found = _TITLE.match(name.strip())
    if found is None:
        return "", name.strip()
    return found[0].strip(), name.strip()[found.end() :]
