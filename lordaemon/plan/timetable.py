"""Advice on dates: whether asking, reminding and following up fit before the due date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lordaemon.plan.finding import Finder, Finding, plan_finding
from lordaemon.plan.model import Plan, Writer

ASK_AFTER = (timedelta(weeks=2), timedelta(weeks=4))
"""How long after the end of the work together to ask (Advice)."""
LATEST_ASK = (timedelta(weeks=8), timedelta(weeks=6))
"""How long before the deadline to have asked: late, and too late for comfort (Advice)."""
SHORTEST_SEASON = timedelta(days=17)
"""A week between due date and deadline, and the ten days of S2: later no request goes out."""
LAST_REQUEST = timedelta(days=10)
"""No request later than this before the due date (S2)."""


def date_advice(plan: Plan, today: date) -> Iterator[Finding]:
    """Everything about the season's and the writers' dates, seen from `today`."""
    deadline = plan.season.deadline
    if deadline < today:
        yield plan_finding(
            plan, "warning", ("season", "deadline"), f"the deadline {deadline} is past",
            "A season ends with its deadline: nothing is sent after it.",
            "for a new season give a new deadline and a new id",
        )  # fmt: skip
        return
    if deadline < today + SHORTEST_SEASON and any(map(waits_for_request, plan.writers)):
        left = (deadline - today).days
        when = "today" if not left else "tomorrow" if left == 1 else f"in {left} days"
        yield plan_finding(
            plan, "warning", ("season", "deadline"), f"the deadline {deadline} is {when}",
            "By mail nobody can be asked any more, reminded or followed up in time.",
            "speak to each writer today; or is the day a slip of the hand?",
        )  # fmt: skip
    for writer in plan.writers:
        yield from _told_in_advance(Finder(plan, writer), today)
        if waits_for_request(writer):
            yield from _request(Finder(plan, writer), today)


def waits_for_request(writer: Writer) -> bool:
    """Whether the plan still has a request before it, as far as the plan itself tells."""
    told = (writer.asked, writer.packet_sent, writer.uploaded, writer.answer)
    return all(word is None for word in told) and not writer.backup_for


def request_day(writer: Writer, today: date) -> date:
    """The day the request is due (S2), not before today; a weekend moves to Monday."""
    day = writer.ask_on
    if day is None and writer.worked_together.end is not None:
        return max(today, writer.worked_together.end + ASK_AFTER[0])
    return max(today, _monday(day)) if day else today


def _monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day


def _told_in_advance(finder: Finder, today: date) -> Iterator[Finding]:
    """What the plan says has happened, on a day that is still to come."""
    for key in ("asked", "packet_sent", "asked_in_person", "uploaded"):
        day: date | None = getattr(finder.writer, key)
        if day is not None and day > today:
            yield finder.found(
                "warning", "Advice", (key,), f"{key} = {day} is still to come",
                f"{key} tells what has happened already; the dates that follow count from it.",
                f"{key} = {today}, or take the line out",
            )  # fmt: skip


def _request(finder: Finder, today: date) -> Iterator[Finding]:
    writer = finder.writer
    yield from _around_the_rotation(finder)
    end = writer.worked_together.end
    too_soon = writer.ask_on is not None and end is not None and writer.ask_on < end
    if writer.ask_on is not None and writer.ask_on.weekday() >= 5 and not too_soon:
        monday = _monday(writer.ask_on)
        yield finder.found(
            "hint", "Advice", ("ask_on",),
            f"ask_on = {writer.ask_on} is a {writer.ask_on:%A}; the request goes on {monday}",
            "Mail that arrives on a weekend sinks below Monday's.", f"ask_on = {monday}",
        )  # fmt: skip
    yield from _fits(finder, request_day(writer, today), today)


def _around_the_rotation(finder: Finder) -> Iterator[Finding]:
    """2-4 weeks after the end: the memory is fresh, the evaluation is written."""
    ask_on, end = finder.writer.ask_on, finder.writer.worked_together.end
    if ask_on is None or end is None:
        return
    best = f"between {end + ASK_AFTER[0]} and {end + ASK_AFTER[1]}"
    if ask_on < end:
        yield finder.found(
            "warning", "Advice", ("ask_on",),
            f"ask_on = {ask_on} is before the work together ends ({end})",
            "A writer who has yet to see you at your best can only answer politely.",
            best,
        )  # fmt: skip
    elif not ASK_AFTER[0] <= ask_on - end <= ASK_AFTER[1]:
        soon = ask_on - end < ASK_AFTER[0]
        yield finder.found(
            "hint", "Advice", ("ask_on",),
            f"ask_on = {ask_on} is {_ago(ask_on - end)} after the end",
            "Two weeks let the evaluation be written."
            if soon else "After four weeks the scenes begin to fade.",
            best,
        )  # fmt: skip


def _ago(gap: timedelta) -> str:
    weeks = gap.days // 7
    if weeks < 3:
        return f"{gap.days} day{'' if gap.days == 1 else 's'}"
    return f"{weeks} weeks"


def _fits(finder: Finder, ask: date, today: date) -> Iterator[Finding]:
    """Whether the request is in time and leaves room for what may have to follow it."""
    plan, writer = finder.plan, finder.writer
    deadline, due = plan.season.deadline, plan.due(writer)
    latest = due - LAST_REQUEST
    key = ("ask_on",) if writer.ask_on else ()
    if latest < today:
        yield finder.found(
            "warning", "S2", key, f"it is too late to ask by mail: the last day was {latest}",
            f"Within 10 days of the due date ({due}) no request is sent; a letter takes longer.",
            f'ask in person or by phone, then write asked_in_person = {today} and answer = "yes"',
        )  # fmt: skip
        return
    if ask > latest:
        yield finder.found(
            "warning", "S2", key, f"the request would be due on {ask}, after {latest}",
            f"Within 10 days of the due date ({due}) no request is sent; you are asked instead.",
            f"ask before {latest}, or in person with asked_in_person and answer",
        )  # fmt: skip
        return
    policy = plan.policy
    reminder = ask + timedelta(days=policy.remind_after_days)
    follow_up = due - timedelta(days=policy.follow_up_before_days)
    if reminder + timedelta(days=policy.min_gap_days) > follow_up:
        room = follow_up - timedelta(days=policy.remind_after_days + policy.min_gap_days)
        yield finder.found(
            "warning", "Advice", key,
            f"request ({ask}), reminder ({reminder}) and follow-up ({follow_up}) can't all fit "
            f"before the due date {due}",
            "A silent writer needs the reminder, a busy one the follow-up, a week apart at least.",
            f"ask by {room}",
        )  # fmt: skip
    if ask > deadline - LATEST_ASK[1]:
        yield finder.found(
            "warning", "Advice", key,
            f"asking on {ask} is less than 6 weeks before the deadline {deadline}",
            "Good letters take a month, and the best writers have many to write.",
            f"ask by {deadline - LATEST_ASK[0]}",
        )  # fmt: skip
    elif ask > deadline - LATEST_ASK[0]:
        yield finder.found(
            "hint", "Advice", key,
            f"asking on {ask} is within 8 weeks of the deadline {deadline}",
            "It can do, with little to spare for a no and another writer.",
            f"ask by {deadline - LATEST_ASK[0]}",
        )  # fmt: skip
