"""The day an automatic reply says its writer is back (H4).

Only days that stand there: "in two weeks" is none, and 03/04 is none when both readings are
possible. Of several, the latest that follows a word such as "until" or "back" counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lordaemon.reading.calendar_words import (
    CUE_AFTER,
    CUE_BEFORE,
    MONTHS,
    NO_CUE,
    RANGE,
    WEEKDAYS,
    month_pattern,
    weekday_pattern,
)  # fmt: skip

LIMIT = 3000
"""Characters that are looked at; nobody is away at greater length."""
FARTHEST = timedelta(days=400)
NEAR = timedelta(days=120)
"""Within this, both readings of 03/04 are possible and so neither is taken."""
CUE_REACH = 80

_M, _W = month_pattern(), weekday_pattern()
_ISO = re.compile(r"(?<!\d)(\d{4})[-/年.]\s?(\d{1,2})[-/月.]\s?(\d{1,2})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/.])(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\d/])")
_DOTTED = re.compile(r"(?<![\d/.])(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d{2})\b)?(?!\d)")
_DOTTED_SHORT = re.compile(r"(?<![\d/.])(\d{1,2})\.(\d{1,2})(?![\d.])")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°)?[\s-]+(?:of\s|de\s|d['\u2019])?({_M})(?![^\W\d])"
    r"\.?,?(?:[\s-]+(?:de\s|del\s)?(\d{4})(?!\d))?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?<![^\W\d])({_M})\.?\s+(\d{{1,2}})(?!\d)(?:st|nd|rd|th)?"
    r"(?:\s?[-–]\s?(\d{1,2})(?:st|nd|rd|th)?(?!\d|/))?(?:,?\s+(\d{4})(?!\d))?",
    re.IGNORECASE,
)
_EAST = re.compile(r"(?<!\d)(?:(\d{4})[年년]\s?)?(\d{1,2})[月월]\s?(\d{1,2})[日일号]")
_END_OF = re.compile(
    rf"\b(?:end of|ende|fin|finales de|fim de|fine)\s+({_M})(?:\s+(\d{{4}}))?", re.IGNORECASE
)
_MONTH_YEAR = re.compile(rf"(?<![\d.]\s)(?<!\d)(?<![^\W\d])({_M})\s+(\d{{4}})(?!\d)", re.IGNORECASE)
_ORDINAL = re.compile(
    r"\bthe\s(\d{1,2})(?:st|nd|rd|th)\b(?!\s(?:of\s)?[a-z]*\s?floor)", re.IGNORECASE
)
_WEEKDAY = re.compile(rf"\b(next\s|this\s)?({_W})(?:day)?\b", re.IGNORECASE)
_TOMORROW = re.compile(r"\btomorrow\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    """A day in the text: where it stands and what it may mean (two readings at most)."""

    start: int
    end: int
    readings: tuple[date, ...]


def return_date(text: str, received: datetime) -> date | None:
    """The latest day named as the return, or None. `received` is the arrival, any zone."""
    text = text[:LIMIT]
    today = received.date()
    cued = [found for found in _days(text, today) if _has_cue(text, found)]
    certain = [f.readings[0] for f in cued if len(f.readings) == 1]
    ahead = [day for day in certain if today <= day <= today + FARTHEST]
    best = max(ahead, default=None)
    for found in cued:
        if len(found.readings) == 2 and (best is None or max(found.readings) > best):
            return None
    return best


def _days(text: str, today: date) -> list[_Found]:
    """Every day in the text, what stands inside a longer one left out."""
    found: list[_Found] = []
    month_first = _style(text)
    for one in _all_days(text, today, month_first):
        if one.readings and not any(one.start < f.end and f.start < one.end for f in found):
            found.append(one)
    return found


def _all_days(text: str, today: date, month_first: bool | None) -> Iterator[_Found]:
    for m in _ISO.finditer(text):
        yield _Found(m.start(), m.end(), _one(int(m[1]), int(m[2]), int(m[3])))
    for m in _EAST.finditer(text):
        yield _Found(m.start(), m.end(), _of(m[1], int(m[2]), int(m[3]), today))
    for m in _SLASHED.finditer(text):
        yield _Found(m.start(), m.end(), _slashed(text, m, today, month_first))
    for m in [*_DOTTED.finditer(text), *_DOTTED_SHORT.finditer(text)]:
        year = m[3] if m.re is _DOTTED else None
        yield _Found(m.start(), m.end(), _of(year, int(m[2]), int(m[1]), today))
    for m in _MONTH_DAY.finditer(text):
        last = m.start() if m[3] is None else m.start(3)
        yield _Found(last, m.end(), _of(m[4], _month(m[1]), int(m[3] or m[2]), today))
    for m in _DAY_MONTH.finditer(text):
        yield _Found(m.start(), m.end(), _of(m[3], _month(m[2]), int(m[1]), today))
    for m in _END_OF.finditer(text):
        yield _Found(m.start(), m.end(), _end_of(_month(m[1]), m[2], today))
    for m in _MONTH_YEAR.finditer(text):
        yield _Found(m.start(), m.end(), _one(int(m[2]), _month(m[1]), 1))
    for m in _ORDINAL.finditer(text):
        yield _Found(m.start(), m.end(), _ordinal(int(m[1]), today))
    for m in _TOMORROW.finditer(text):
        yield _Found(m.start(), m.end(), (today + timedelta(days=1),))
    for m in _WEEKDAY.finditer(text):
        yield _Found(m.start(), m.end(), _weekday(text, m, today))


def _has_cue(text: str, found: _Found) -> bool:
    """A word of coming back before the day (or after it), in the same sentence."""
    before = re.split(r"[^\W\d]{3,}[.!?]\s|\n\s*\n|[。!?]", text[: found.start])[-1][-CUE_REACH:]
    after = text[found.end : found.end + 20]
    if NO_CUE.search(before[-30:]):
        return False
    if RANGE.search(before) or CUE_AFTER.match(after):
        return True
    # A range written with a dash inside one match ("Sept 8-12") starts at its last day.
    return bool(CUE_BEFORE.search(before)) or bool(re.search(r"\d\s?[-–]\s?$", before))


def _one(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _of(year: str | None, month: int, day: int, today: date) -> tuple[date, ...]:
    """The day in its year; without one, in the year that brings it nearest to today."""
    if year:
        number = int(year)
        return _one(number + 2000 if number < 100 else number, month, day)
    near = [d for y in (-1, 0, 1) for d in _one(today.year + y, month, day)]
    return (min(near, key=lambda d: abs(d - today)),) if near else ()


def _slashed(
    text: str, match: re.Match[str], today: date, month_first: bool | None
) -> tuple[date, ...]:
    """8/3: by the style of the text's other days, by its weekday, or by what is possible."""
    first, second, year = int(match[1]), int(match[2]), match[3]
    by_month = _of(year, first, second, today) if first <= 12 else ()
    by_day = _of(year, second, first, today) if second <= 12 else ()
    if not by_month or not by_day or by_month == by_day:
        return by_month or by_day
    if month_first is not None:
        return by_month if month_first else by_day
    named = re.search(
        rf"({_W})(?:day)?\.?,?\s*$", text[max(0, match.start() - 14) : match.start()], re.I
    )
    readings = (*by_month, *by_day)
    if named:
        fitting = [d for d in readings if d.weekday() == WEEKDAYS[named[1].lower()]]
        if len(fitting) == 1:
            return (fitting[0],)
    possible = [d for d in readings if today <= d <= today + NEAR]
    if len(possible) == 1:
        return (possible[0],)
    return readings


def _style(text: str) -> bool | None:
    """Whether the text writes months first, if one of its days can only be read one way."""
    styles = set()
    for match in _SLASHED.finditer(text):
        first, second = int(match[1]), int(match[2])
        if first <= 12 < second <= 31:
            styles.add(True)
        elif second <= 12 < first <= 31:
            styles.add(False)
    return styles.pop() if len(styles) == 1 else None


def _month(name: str) -> int:
    return MONTHS[name.lower().rstrip(".")]


def _end_of(month: int, year: str | None, today: date) -> tuple[date, ...]:
    first = _of(year, month, 1, today)
    if not first:
        return ()
    following = (first[0].replace(day=28) + timedelta(days=7)).replace(day=1)
    return (following - timedelta(days=1),)


def _ordinal(day: int, today: date) -> tuple[date, ...]:
    """The next such day, if it is near: an old absence note may still name last month's."""
    for ahead in range(1, 22):
        if (today + timedelta(days=ahead)).day == day:
            return (today + timedelta(days=ahead),)
    return ()


def _weekday(text: str, match: re.Match[str], today: date) -> tuple[date, ...]:
    """The coming Thursday. A weekday beside a date says nothing more; today's own is unclear."""
    if re.match(
        r"\.?,?\s*(?:the\s)?(?:\d|[^\W\d]{3,9}\.?\s\d)", text[match.end() : match.end() + 16]
    ):
        return ()
    ahead = (WEEKDAYS[match[2].lower()] - today.weekday()) % 7
    same_week = today.weekday() + ahead < 7
    if ahead == 0 or ((match[1] or "").lower().startswith("next") and same_week):
        return ()
    return (today + timedelta(days=ahead),)
