"""The season as a picture any mail client shows: one lane a writer, made of letters in cells.

Draws what the fold already says (sent lines, standing, decision); computes no dates of its own
beyond the follow-up window of S6. Days are the applicant's local days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from lordaemon.letters.digest_words import called, listed, short_day
from lordaemon.plan.model import Plan
from lordaemon.season.calendar import local_day
from lordaemon.season.table import LOST, SAFE, Row, Table

COLUMNS = 32
LEAD_IN = timedelta(days=6)
"""Room before the first event, so that a crowded first week can spread to the left."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One stretch of days of one writer: the letter shown, and the tone that colours it."""

    mark: str
    tone: str
    today: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One writer's season. `words` says the same for those who hear the digest."""

    name: str
    state: str
    cells: tuple[Cell, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All lanes on one axis. `months` are (name, columns) from the left."""

    months: tuple[tuple[str, int], ...]
    today: int
    days_a_column: int
    lanes: tuple[Lane, ...]
    legend: tuple[tuple[str, str, str], ...]
    """(mark, tone, meaning) of every letter that occurs."""


@dataclass(frozen=True, slots=True)
class _Event:
    day: date
    mark: str
    tone: str
    words: str


_SENT = {
    "request": ("A", "ask", "asked"),
    "reminder": ("R", "nudge", "reminded"),
    "packet": ("P", "packet", "packet sent"),
    "follow_up": ("F", "nudge", "followed up"),
}
_NEXT = {
    "request": ("a", "next", "to be asked"),
    "reminder": ("r", "next", "reminder planned"),
    "packet": ("p", "next", "packet to go"),
    "follow_up": ("f", "next", "follow-up planned"),
}
_ENDED = {
    "uploaded": ("U", "safe", "uploaded"),
    "assigned": ("U", "safe", "assigned"),
    "declined": ("N", "lost", "said no"),
    "silent": ("X", "lost", "closed as silent"),
    "withdrawn": ("X", "lost", "withdrawn"),
}
_HAPPENED = "BARYPFCUNX"
_ORDER = _HAPPENED + "arpfD"
_LEGEND = (
    ("A", "ask", "asked"),
    ("R", "nudge", "reminded"),
    ("Y", "yes", "yes"),
    ("P", "packet", "packet"),
    ("F", "nudge", "followed up"),
    ("C", "safe", "says it is in"),
    ("U", "safe", "uploaded"),
    ("N", "lost", "no"),
    ("B", "lost", "came back"),
    ("X", "lost", "closed"),
    ("w", "window", "follow-up window"),
    ("D", "due", "due"),
    ("a r p f", "next", "planned"),
)


def draw(plan: Plan, table: Table, now: datetime, states: dict[str, str]) -> Picture:
    """The picture at `now`; `states` are the words beside each name, by writer id."""
    today = local_day(now, plan.zone)
    names = called(plan)
    events = {row.writer.id: _events(plan, row, today) for row in table.rows}
    every = [today, *(event.day for lane in events.values() for event in lane)]
    first = min(every) - LEAD_IN
    last = max(*every, plan.season.deadline)
    axis = _Axis(first, ceil(((last - first).days + 1) / COLUMNS), COLUMNS, today)
    lanes = tuple(
        Lane(
            name=names[row.writer.id],
            state=states[row.writer.id],
            cells=_cells(plan, row, axis, events[row.writer.id]),
            words=_words(names[row.writer.id], events[row.writer.id]),
        )
        for row in table.rows
    )
    shown = {cell.mark for lane in lanes for cell in lane.cells}
    return Picture(
        months=axis.months(),
        today=axis.column(today),
        days_a_column=axis.step,
        lanes=lanes,
        legend=tuple(entry for entry in _LEGEND if shown & set(entry[0].split())),
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    first: date
    step: int
    columns: int
    today: date

    def column(self, day: date) -> int:
        return min(max((day - self.first).days // self.step, 0), self.columns - 1)

    def months(self) -> tuple[tuple[str, int], ...]:
        starts = [self.first + timedelta(days=i * self.step) for i in range(self.columns)]
        spans: list[tuple[str, int]] = []
        before: tuple[int, int] | None = None
        for day in starts:
            if (day.year, day.month) == before:
                spans[-1] = (spans[-1][0], spans[-1][1] + 1)
            else:
                spans.append((f"{day:%b}", 1))
            before = (day.year, day.month)
        return tuple(spans)


def _events(plan: Plan, row: Row, today: date) -> list[_Event]:
    """What happened and what is planned, in the order of the days."""
    return sorted(
        [*_past(plan, row), *_ahead(plan, row, today)],
        key=lambda event: (event.day, _ORDER.index(event.mark)),
    )


def _past(plan: Plan, row: Row) -> Iterable[_Event]:
    zone, standing = plan.zone, row.decision.standing
    for line in row.sent:
        yield _Event(local_day(line.at, zone), *_SENT[line.kind])
    for attempt in standing.bounced:
        if attempt.at is not None:
            yield _Event(local_day(attempt.at, zone), "B", "lost", "came back")
    if standing.agreed_at is not None:
        yield _Event(local_day(standing.agreed_at, zone), "Y", "yes", "yes")
    if standing.claimed_at is not None:
        yield _Event(local_day(standing.claimed_at, zone), "C", "safe", "says it is in")
    if standing.ended_at is not None and row.stage in _ENDED:
        yield _Event(local_day(standing.ended_at, zone), *_ENDED[row.stage])


def _ahead(plan: Plan, row: Row, today: date) -> Iterable[_Event]:
    """The next message, and the due date of a letter that may still come."""
    decision = row.decision
    if decision.kind in _NEXT and decision.at is not None:
        yield _Event(max(local_day(decision.at, plan.zone), today), *_NEXT[decision.kind])
    if row.stage not in LOST:
        yield _Event(row.due, "D", "due", "due")


def _cells(plan: Plan, row: Row, axis: _Axis, events: list[_Event]) -> tuple[Cell, ...]:
    now = axis.column(axis.today)
    ground = _ground(plan, row, axis, events)
    placed = dict(zip(_spread(axis, events), events, strict=True))
    return tuple(
        Cell(placed[i].mark, placed[i].tone, i == now)
        if i in placed
        else Cell(*ground[i], i == now)
        for i in range(axis.columns)
    )


def _spread(axis: _Axis, events: list[_Event]) -> list[int]:
    """One column an event, in order: pushed right where crowded, then back so that what happened
    doesn't stand after today and nothing leaves the axis."""
    placed: list[int] = []
    for event in events:
        column = axis.column(event.day)
        placed.append(max(column, placed[-1] + 1) if placed else column)
    limit = axis.columns - 1
    for i in range(len(placed) - 1, -1, -1):
        happened = events[i].day <= axis.today and events[i].tone != "next"
        limit = min(limit, axis.column(axis.today)) if happened else limit
        placed[i] = max(min(placed[i], limit), i)
        limit = placed[i] - 1
    return placed


def _ground(plan: Plan, row: Row, axis: _Axis, events: list[_Event]) -> list[tuple[str, str]]:
    """What lies under the letters: waiting, agreed, the follow-up window, or nothing."""
    standing, now = row.decision.standing, axis.column(axis.today)
    ground = [("", "blank")] * axis.columns
    past = [axis.column(e.day) for e in events if e.mark in _HAPPENED]
    if past:
        until = axis.column(max(e.day for e in events if e.mark in _HAPPENED)) if row.lost else now
        agreed = min([axis.column(e.day) for e in events if e.mark in "YCU"], default=axis.columns)
        for i in range(past[0], until + 1):
            ground[i] = ("=", "agreed") if i > agreed else ("·", "waiting")
    if standing.left_at("follow_up") is None and row.stage not in LOST | SAFE:
        opens = row.due - timedelta(days=plan.policy.follow_up_before_days)
        for i in range(axis.column(opens), axis.column(row.due) + 1):
            ground[i] = ("w", "window")
    return ground


def _words(name: str, events: Iterable[_Event]) -> str:
    said = [f"{event.words} {short_day(event.day)}" for event in events]
    return f"{name}: {listed(said)}." if said else f"{name}: nothing yet."
