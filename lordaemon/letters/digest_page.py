"""What a digest says, before it has a form: one page of plain, harmless words (D1-D6).

Text and HTML are both drawn from this page and from nothing else, so they say the same. Nothing is
folded here: rows, totals and decisions come from `season`, and are only put into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from lordaemon.letters.digest_headline import (
    alarms_of,
    goal_of,
    headline_of,
    subject_of,
    verdict_of,
)
from lordaemon.letters.digest_needs import Item, needs, state_of, to_check, together
from lordaemon.letters.digest_orders import Desk, Order
from lordaemon.letters.digest_view import DigestView, Happening
from lordaemon.letters.digest_words import (
    NAME_LIMIT,
    QUOTE_LIMIT,
    called,
    day_words,
    days,
    letter_text,
    listed,
    moment,
    plain,
    sentence,
    short_day,
)
from lordaemon.letters.season_picture import Picture, draw
from lordaemon.season.policy import Decision, words
from lordaemon.season.table import Row

MOST_HAPPENINGS = 40
MOST_COMING_ON_A_QUIET_DAY = 2
UPLOADING_IS_NOT_ASSIGNING = (
    "Uploading is not assigning: see that each letter is assigned to your programs{}."
)
AT_MOST_FOUR = " (ERAS takes at most 4 letters per program)"
ONE_DAY_AND_A_BIT = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class TableLine:
    """One writer in the tracking table, in the words of D2's six columns; `note` is an overlay."""

    writer: str
    type: str
    asked: str
    confirmed: str
    due: str
    uploaded: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something with a time: what happened, or what goes out next and by which rule."""

    when: str
    who: str
    what: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """The full text of a message that waits to go, and the orders that stop or hurry it."""

    title: str
    text: str
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a digest says, in the order in which it says it."""

    subject: str
    day: str
    season: str
    headline: str
    verdict: str
    mood: str
    """calm, look or danger."""
    alarms: tuple[str, ...]
    needs: tuple[Item, ...]
    checks: tuple[Item, ...]
    check_hint: str
    strangers: tuple[str, ...]
    states: tuple[tuple[str, str], ...]
    """The season's last digest: every letter and its state (D6)."""
    table: tuple[TableLine, ...]
    since: str
    happened: tuple[Line, ...]
    more_happened: int
    orders: tuple[str, ...]
    upcoming: tuple[Line, ...]
    more_upcoming: int
    waiting: tuple[Line, ...]
    letters: tuple[Letter, ...]
    goal: str
    types: tuple[tuple[str, str], ...]
    picture: Picture | None
    health: str
    how_to_answer: str
    code: str
    pause_all: Order


def page(view: DigestView) -> Page:
    """Put a view into words. Pure; a quiet day leaves out what a glance doesn't need."""
    plan, table = view.plan, view.table
    names = called(plan)
    desk = Desk(plan.applicant.email, view.token)
    asked, checks, near = needs(view, names, desk), *to_check(view, names, desk)
    alarms = alarms_of(view, names)
    happened = sorted(view.happened, key=lambda h: h.at)
    quiet = not (asked or checks or happened or alarms or view.upcoming_text
                 or view.orders or view.strangers or view.last)  # fmt: skip
    headline = headline_of(view, len(checks), bool(alarms))
    coming = _upcoming(view, names)
    verdict, mood = verdict_of(view, asked, checks, names, bool(alarms))
    states = {row.writer.id: state_of(row) for row in table.rows}
    return Page(
        subject=subject_of(view, headline),
        day=day_words(view.day, view.day) + f" {view.day.year}",
        season=plain(f"Letters for {plan.season.specialty}", NAME_LIMIT),
        headline=headline,
        verdict=verdict,
        mood=mood,
        alarms=alarms,
        needs=asked,
        checks=together(checks),
        check_hint=_check_hint(view) if near else "",
        strangers=tuple(plain(s, QUOTE_LIMIT) for s in view.strangers),
        states=tuple((names[i], words) for i, words in states.items()) if view.last else (),
        table=tuple(_table_line(row, view, names) for row in table.rows),
        since=_since(view),
        happened=tuple(_happening(h, view, names) for h in happened[-MOST_HAPPENINGS:]),
        more_happened=max(0, len(happened) - MOST_HAPPENINGS),
        orders=tuple(plain(o, QUOTE_LIMIT) for o in view.orders),
        upcoming=coming[:MOST_COMING_ON_A_QUIET_DAY] if quiet else coming,
        more_upcoming=max(0, len(coming) - MOST_COMING_ON_A_QUIET_DAY) if quiet else 0,
        waiting=() if quiet else _waiting(view, names, {item.writer for item in checks}),
        letters=_letters(view, names, desk),
        goal=goal_of(view),
        types=_types(view),
        picture=None if quiet else draw(plan, table, view.now, states),
        health=_health(view),
        how_to_answer=_how_to_answer(view, asked),
        code=view.token,
        pause_all=desk.order("all", "pause", "Stop all mail to all writers for now"),
    )


# -- the table, what happened, what comes -------------------------------------------------


def _table_line(row: Row, view: DigestView, names: dict[str, str]) -> TableLine:
    overlays = []
    if row.paused:
        overlays.append("paused")
    if row.decision.away_until is not None and not row.lost:
        away = row.decision.away_until.astimezone(view.plan.zone).date()
        overlays.append(f"away, nothing before {day_words(away, view.day)}")
    if row.stage in ("silent", "withdrawn"):
        overlays.append("closed as silent" if row.stage == "silent" else "withdrawn")
    return TableLine(
        writer=names[row.writer.id],
        type=row.writer.type,
        asked=short_day(row.asked) if row.asked else "not yet",
        confirmed=row.confirmed,
        due=short_day(row.due),
        uploaded=row.uploaded,
        note=listed(overlays) if overlays else "",
    )


def _since(view: DigestView) -> str:
    if view.previous_at is None:
        return "This is the first digest of the season"
    since = f"Since {moment(view.previous_at, view.plan.zone, view.day)}"
    gap = view.now - view.previous_at
    if gap > ONE_DAY_AND_A_BIT:
        return f"{since}: this digest covers {days(round(gap / timedelta(days=1)))}"
    return since


def _happening(happening: Happening, view: DigestView, names: dict[str, str]) -> Line:
    return Line(
        when=moment(happening.at, view.plan.zone, view.day),
        who=names.get(happening.writer) or plain(happening.writer, NAME_LIMIT),
        what=plain(happening.what, QUOTE_LIMIT),
        rule=plain(happening.rule, 8),
    )


def _upcoming(view: DigestView, names: dict[str, str]) -> tuple[Line, ...]:
    coming = [
        d for d in (row.decision for row in view.table.rows)
        if d.kind != "none" and d.at is not None and d.action in ("send", "notice", "wait")
    ]  # fmt: skip
    coming.sort(key=lambda d: d.at or view.now)
    return tuple(_coming(decision, view, names) for decision in coming)


def _coming(decision: Decision, view: DigestView, names: dict[str, str]) -> Line:
    zone, at = view.plan.zone, decision.at or view.now
    when = moment(at, zone, view.day) if at > view.now else "at the next look"
    if decision.kind == "close":
        return Line(when, names[decision.writer], plain(decision.why), decision.rule)
    said = [words(decision.kind), sentence(plain(decision.why))]
    if decision.away_until is not None:
        said.append("Held while they are away")
    if decision.kind in ("request", "packet") and decision.action != "send":
        said.append("You see it in full first")
    return Line(when, names[decision.writer], ". ".join(said), decision.rule)


def _waiting(view: DigestView, names: dict[str, str], checked: set[str]) -> tuple[Line, ...]:
    """Open rows to which nothing is planned, each with its reason."""
    return tuple(
        Line("", names[row.writer.id], plain(row.decision.why), row.decision.rule)
        for row in view.table.rows
        if row.decision.action == "wait" and row.decision.kind == "none"
        and row.writer.id not in checked
    )  # fmt: skip


def _letters(view: DigestView, names: dict[str, str], desk: Desk) -> tuple[Letter, ...]:
    by_id = {row.writer.id: row for row in view.table.rows}
    letters = []
    for writer_id, text in view.upcoming_text:
        row = by_id.get(writer_id)
        kind = words(row.decision.kind) if row and row.decision.kind != "none" else "message"
        name = names.get(writer_id) or plain(writer_id, NAME_LIMIT)
        likely = [("stop", "Don't send this message")]
        if view.plan.policy.approve == "each":
            likely.insert(0, ("go", "Send it"))
        orders = desk.orders(writer_id, tuple(likely)) if row else ()
        letters.append(Letter(f"The {kind} to {name}, in full", letter_text(text), orders))
    return tuple(letters)


# -- types, health and how to answer ------------------------------------------------------


def _types(view: DigestView) -> tuple[tuple[str, str], ...]:
    """Each type of letter, with how its writers stand."""
    rows = view.table.rows
    said: list[tuple[str, str]] = []
    for kind in dict.fromkeys(row.writer.type for row in rows):
        mine = [row for row in rows if row.writer.type == kind]
        counts = (
            (sum(r.stage in ("uploaded", "assigned") for r in mine), "in"),
            (sum(r.confirmed == "yes" and not r.lost and r.stage not in ("uploaded", "assigned")
                 for r in mine), "agreed"),
            (sum(r.confirmed != "yes" and not r.lost for r in mine), "open"),
            (sum(r.lost for r in mine), "lost"),
        )  # fmt: skip
        said.append((kind, ", ".join(f"{number} {word}" for number, word in counts if number)))
    return tuple(said)


def _check_hint(view: DigestView) -> str:
    return UPLOADING_IS_NOT_ASSIGNING.format(
        AT_MOST_FOUR if view.plan.season.service == "ERAS" else ""
    )


def _health(view: DigestView) -> str:
    zone = view.plan.zone
    sync, sent = view.health.last_sync, view.health.last_send
    heard = moment(sync, zone, view.day) if sync else "not yet"
    said = moment(sent, zone, view.day) if sent else "nothing yet"
    version = f" lordaemon {plain(view.version, 40)}." if view.version else ""
    return f"Mailbox last read: {heard}. Last mail sent: {said}.{version}"


def _how_to_answer(view: DigestView, asked: tuple[Item, ...]) -> str:
    offered = [order.line for item in asked for order in item.orders]
    line = offered[0] if offered else f"{view.table.rows[0].writer.id} uploaded"
    if not view.token:
        command = line if offered else f"lordaemon mark {line}"
        return f"Give an order with a command such as “{command}”."
    return f"To give an order, answer this mail with a line such as “{line}”."
