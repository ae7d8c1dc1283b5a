"""The season to come as a calendar file (RFC 5545): one entry an event, folded and escaped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from lordaemon.plan.model import Plan
from lordaemon.season.calendar import local_day
from lordaemon.season.forecast import Event

LINE_OCTETS = 75
"""RFC 5545 section 3.1: lines are at most this long, without the line break."""

_TITLES = {
    "request": "Request to {who}",
    "packet": "Packet to {who}",
    "reminder": "Reminder to {who}",
    "follow_up": "Follow-up to {who}",
    "notice": "You are shown a mail to {who}",
    "answer": "{who} says yes (assumed)",
    "ask": "{who} needs you",
    "close": "{who} closes as silent",
    "due": "Letter of {who} due",
    "deadline": "Deadline of the season",
}


def to_ics(events: Iterable[Event], plan: Plan) -> str:
    """A calendar that any calendar program can import: instants in UTC, dates as whole days.

    The same events give the same text: entries keep their UID, so importing again updates them.
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lordaemon//season forecast//EN",
        "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
    ]  # fmt: skip
    listed = tuple(events)
    stamp = min((event.at for event in listed), default=datetime(2000, 1, 1, tzinfo=UTC))
    seen: dict[tuple[str, str], int] = {}
    for event in listed:
        key = (event.writer, event.kind)
        seen[key] = seen.get(key, 0) + 1
        lines += _entry(event, plan, stamp, seen[key])
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _entry(event: Event, plan: Plan, stamp: datetime, number: int) -> Iterator[str]:
    writer = plan.writer(event.writer)
    who = writer.salutation if writer else event.writer
    identity = f"{plan.season.name}/{event.writer}/{event.kind}/{number}"
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(identity.encode()).hexdigest()[:32]}@lordaemon"
    yield f"DTSTAMP:{_instant(stamp)}"
    if event.all_day:
        day = local_day(event.at, plan.zone)
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    else:
        yield f"DTSTART:{_instant(event.at)}"
        yield "DURATION:PT15M"
    yield f"SUMMARY:{escape(_TITLES[event.kind].format(who=who))}"
    yield f"DESCRIPTION:{escape(f'{event.why} ({event.rule})')}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escape(text: str) -> str:
    """A text value (section 3.3.11): backslash, comma, semicolon and line breaks escaped; other
    control characters have no place in one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    text = text.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(c for c in text if c >= " " and c != "\x7f")


def _fold(line: str) -> Iterator[str]:
    """Section 3.1: continuation lines start with a space; no character is cut in two."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LINE_OCTETS:
            yield piece
            piece = " "
        piece += character
    yield piece
