"""The kinds of value a plan holds, with what is wrong about a bad one said in plain words.

Each check raises ValueError with a text that continues `key = value …` ("is not a time of day"),
so that a fault reads as one sentence. Pure, but for the zone data of the machine.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Dates outside these years are slips of the hand; day arithmetic inside them can't overflow."""

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_BARE_ADDRESS = re.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>")
_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def suggestion(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant, if one is near; capitals don't matter."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=cutoff)
    return by_fold[near[0]] if near else None


def hidden_character(text: str, *, lines_allowed: bool) -> str | None:
    """What can't be seen in `text` and mustn't be in it: "a line break", "a control character"."""
    for char in text:
        if char in "\r\n\x0b\x0c\x85\u2028\u2029":
            if not (lines_allowed and char in "\r\n"):
                return "a line break"
        elif unicodedata.category(char) == "Cc" and not (lines_allowed and char == "\t"):
            return f"a control character (U+{ord(char):04X})"
        elif char in _BIDI_CONTROLS:
            return f"a mark that changes the direction of writing (U+{ord(char):04X})"
    return None


def _one_line(value: Any) -> Any:
    if isinstance(value, str) and (hidden := hidden_character(value, lines_allowed=False)):
        raise ValueError(f"has {hidden} in it; write it on one line, in plain characters")
    return value


def _prose(value: Any) -> Any:
    if isinstance(value, str) and (hidden := hidden_character(value, lines_allowed=True)):
        raise ValueError(f"has {hidden} in it; take it out")
    return value


def _person_name(value: str) -> str:
    if not any(char.isalpha() for char in value.split(",", maxsplit=1)[0]):
        raise ValueError('is not a name; write first name and surname, e.g. "Jane Smith"')
    return value


def _address(value: str) -> str:
    if not value:
        raise ValueError('is empty; write one address, e.g. "jane.smith@hospital.example"')
    if shown := _BARE_ADDRESS.search(value):
        raise ValueError(f'has a name beside the address; write the address alone: "{shown[1]}"')
    if value.lower().startswith("mailto:"):
        raise ValueError(f'begins with "mailto:"; write the address alone: "{value[7:]}"')
    if value.count("@") > 1 or re.search(r"[,;\s]", value):
        raise ValueError("is not one clean address; write a single one, without blanks or commas")
    local, at, domain = value.partition("@")
    if not (local and at and domain):
        raise ValueError('is not an e-mail address; write e.g. "jane.smith@hospital.example"')
    if not domain.isascii():
        raise ValueError(_ascii_domain_wanted(local, domain))
    if not local.isascii():
        raise ValueError(
            "has letters before the @ that many mail servers refuse; ask for an address in a-z"
        )
    if not _LOCAL_PART.fullmatch(local) or len(local) > 64:
        raise ValueError('is not an e-mail address: look at what stands before the "@"')
    labels = domain.split(".")
    complete = len(labels) > 1 or domain.lower() == "localhost"
    if not complete or labels[-1].isdigit() or not all(map(_DOMAIN_LABEL.fullmatch, labels)):
        raise ValueError('is not an e-mail address: look at what stands after the "@"')
    if len(value) > 254:
        raise ValueError("is longer than an e-mail address can be (254 characters)")
    return value


def _ascii_domain_wanted(local: str, domain: str) -> str:
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return 'has characters after the "@" that no mail server knows; look at it again'
    return f'has a domain outside a-z; write it in its plain form: "{local}@{plain}"'


def _optional_address(value: str) -> str:
    return _address(value) if value else value


def _zone_name(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError) as unknown:
        raise ValueError(f"is not a time zone{_zone_meant(value)}") from unknown
    return value


def _zone_meant(value: str) -> str:
    known = available_timezones()
    wanted = value.strip().replace(" ", "_")
    cities = {name.rpartition("/")[2]: name for name in sorted(known) if "/" in name}
    near = suggestion(wanted, known, 0.75)
    if near is None and (city := suggestion(wanted.rpartition("/")[2], cities, 0.8)):
        near = cities[city]
    if near:
        return f'; did you mean "{near}"?'
    return '; write the continent and the nearest big city, e.g. "America/Chicago"'


def _clock_time(value: Any) -> Any:
    """Accept "08:30" as written in the plan; anything else is left for the type to refuse."""
    if isinstance(value, str):
        hours, colon, minutes = value.strip().partition(":")
        if colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2:
            try:
                return time(int(hours), int(minutes))
            except ValueError:
                pass
        raise ValueError('is not a time of day; write hours and minutes, e.g. "08:30"')
    return value


def _day(value: Any) -> Any:
    """Refuse a time of day and a far-off year; a text is left for the type to refuse."""
    if isinstance(value, datetime):
        day = value.date().isoformat()
        raise ValueError(f"has a time of day; write the day alone: {day}")  # noqa: TRY004
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"is outside the years {FIRST_YEAR}..{LAST_YEAR}; is the year right?")
    return value


def day_meant(text: str) -> date | None:
    """The day a quoted "2027-09-22" (also with slashes or dots) means; never a guess at 03/04."""
    match = re.fullmatch(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*", text)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


TimeOfDay = Annotated[time, BeforeValidator(_clock_time)]
"""Local wall time, written "08:30"."""
Day = Annotated[date, BeforeValidator(_day)]
"""A day in the applicant's zone, written without quotes."""
Line = Annotated[str, BeforeValidator(_one_line)]
"""Text for a header, a name or a path: one line, nothing invisible."""
Name = Annotated[str, BeforeValidator(_one_line), AfterValidator(_person_name)]
"""A person's name; degrees may follow after a comma."""
Prose = Annotated[str, BeforeValidator(_prose)]
"""Text for the body of a mail; line breaks are fine."""
Address = Annotated[str, BeforeValidator(_one_line), AfterValidator(_address)]
"""One bare e-mail address with an ASCII domain (RFC 5321 section 4.1.2, without quoted parts)."""
OptionalAddress = Annotated[str, BeforeValidator(_one_line), AfterValidator(_optional_address)]
"""An address, or nothing."""
ZoneName = Annotated[str, BeforeValidator(_one_line), AfterValidator(_zone_name)]
"""A name of the IANA time zone database."""
