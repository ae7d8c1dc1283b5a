"""Words of the digest: foreign text made harmless, dates and names as a person says them.

Everything that could have come from somebody else passes `plain` before it is shown. Instants are
aware UTC and become the applicant's local time here, and only here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

from lordaemon.plan.model import Plan
from lordaemon.season.calendar import local_day

QUOTE_LIMIT = 320
LINE_LIMIT = 240
NAME_LIMIT = 60
MOST_MARKS_ON_A_LETTER = 4
"""Combining marks beyond this many in a row are ornament that climbs over other lines."""

_JOINERS = "\u200c\u200d"
_LINK = re.compile(
    r"(?i)(?:\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|(?:javascript|vbscript|data|mailto|tel|sms|file):"
    r"|(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}/)|//)[^\s<>\"”]*"
)
_LINK_WORD = "[link: see the mail itself]"


def plain(text: str, limit: int = LINE_LIMIT) -> str:
    """One line of foreign text that can't act: no controls, no direction overrides, no links.

    Longer than `limit` characters, it ends in an ellipsis.
    """
    visible = " ".join(_printable(text[: limit * 8]).split())
    safe = _LINK.sub(_LINK_WORD, visible)
    if len(safe) <= limit:
        return safe
    return safe[: limit - 1].rsplit(" ", 1)[0][: limit - 1].rstrip() + "…"


def letter_text(text: str) -> str:
    """The text of a letter of our own, in full and with its lines, without control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_printable(line).rstrip() for line in lines).strip("\n")


def _printable(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in ("Zl", "Zp") or char in "\t\n\r\f\v":
            kept.append(" ")
            continue
        if category[0] == "C" and char not in _JOINERS:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= MOST_MARKS_ON_A_LETTER:
            kept.append(char)
    return "".join(kept)


def day_words(day: date, today: date) -> str:
    """ "Mon 15 March", with the year where it is another one than today's."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%B}{year}"


def short_day(day: date) -> str:
    """ "15 Mar", for a table."""
    return f"{day.day} {day:%b}"


def moment(instant: datetime, zone: ZoneInfo, today: date) -> str:
    """ "Mon 15 March, 09:12" in the applicant's zone; "today" and "yesterday" where they fit."""
    day = local_day(instant, zone)
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}
    words = near.get((day - today).days) or day_words(day, today)
    return f"{words}, {instant.astimezone(zone):%H:%M}"


def days(count: int) -> str:
    """ "1 day", "38 days"."""
    return count_of(count, "day")


def count_of(count: int, noun: str) -> str:
    """A number and its noun, in the right number."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def sentence(text: str) -> str:
    """The same words with a capital first."""
    return text[:1].upper() + text[1:]


def listed(words: list[str], last: str = "and") -> str:
    """ "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def called(plan: Plan) -> dict[str, str]:
    """What each writer is called, by id: "Dr. Smith", or the whole name where two share it."""
    short = {w.id: plain(w.salutation, NAME_LIMIT) for w in plan.writers}
    twice = Counter(short.values())
    return {
        w.id: short[w.id]
        if twice[short[w.id]] == 1
        else plain(f"{w.title} {w.name}", NAME_LIMIT) + f" ({w.id})"
        for w in plan.writers
    }
