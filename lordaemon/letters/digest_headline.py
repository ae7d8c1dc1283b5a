"""The first lines of a digest, which are also its subject: is any letter in danger? (D2, D3)"""

from __future__ import annotations

from lordaemon.letters.digest_needs import Item, late
from lordaemon.letters.digest_view import DigestView
from lordaemon.letters.digest_words import (
    QUOTE_LIMIT,
    count_of,
    day_words,
    days,
    listed,
    plain,
)
from lordaemon.season.policy import words
from lordaemon.season.table import SAFE

IN_THE_PORTAL = frozenset({"uploaded", "assigned"})


def headline_of(view: DigestView, checks: int, alarmed: bool) -> str:
    """The season in a dozen words: "2 of 4 agreed, 1 needs you, 38 days left"."""
    table, asking = view.table, len(view.table.needing_you)
    if table.over or view.last:
        return f"Season over, {table.uploaded} of {count_of(table.wanted, 'letter')} in"
    more = table.agreed > table.wanted
    parts = [f"{table.agreed} agreed" if more else f"{table.agreed} of {table.wanted} agreed"]
    if more:
        parts.append(f"{table.wanted} wanted")
    if table.uploaded:
        parts.append(f"{table.uploaded} in")
    if table.possible < table.wanted:
        parts.append(f"{table.wanted - table.possible} short")
    if asking:
        parts.append(f"{asking} needs you" if asking == 1 else f"{asking} need you")
    elif checks:
        parts.append(f"{checks} to check")
    elif not alarmed:
        parts.append("nothing needs you")
    parts.append(f"{days(table.days_left)} left" if table.days_left else "the deadline is today")
    return ", ".join(parts)


def subject_of(view: DigestView, headline: str) -> str:
    """The headline, with a failing mailbox or a late message before it."""
    if view.health.problem:
        return f"Letters: mailbox failing, {headline}"
    if any(late(row, view.now) for row in view.table.rows):
        return f"Letters: a message is late, {headline}"
    return f"Letters: see the warning, {headline}" if view.alarms else f"Letters: {headline}"


def verdict_of(
    view: DigestView,
    asked: tuple[Item, ...],
    checks: tuple[Item, ...],
    names: dict[str, str],
    alarmed: bool,
) -> tuple[str, str]:
    """Is any letter in danger? One sentence, and its mood."""
    open_rows = [row for row in view.table.rows if not row.lost]
    if view.table.over or view.last:
        unseen = [names[r.writer.id] for r in open_rows if r.stage not in IN_THE_PORTAL]
        if unseen:
            return f"Not seen in the portal: {listed(unseen)}.", "look"
        return "Nothing is open any more.", "calm"
    overdue = [names[r.writer.id] for r in open_rows if r.stage not in SAFE and r.due < view.day]
    if view.table.possible < view.table.wanted:
        return shortfall_of(view), "danger"
    if overdue:
        return f"Past the due date: {listed(overdue)}.", "danger"
    if asked:
        return (
            f"Waiting for your word: {listed(list(dict.fromkeys(item.name for item in asked)))}.",
            "look",
        )
    if alarmed:
        return "No letter is in danger once the warning is dealt with.", "look"
    if checks:
        return "No question is open; some letters want a look from you.", "look"
    return "No letter is in danger.", "calm"


def alarms_of(view: DigestView, names: dict[str, str]) -> tuple[str, ...]:
    """D3 and S11: whole sentences, the first lines of all."""
    alarms = [plain(alarm, QUOTE_LIMIT) for alarm in view.alarms]
    told = " ".join(view.alarms)
    if view.health.problem and view.health.problem not in told:
        alarms.insert(0, f"The mailbox is failing: {plain(view.health.problem, QUOTE_LIMIT)}")
    for row in view.table.rows:
        if late(row, view.now):
            kind = words(row.decision.kind)
            alarms.append(f"Late: the {kind} to {names[row.writer.id]} waits for your word.")
    return tuple(alarms)


def goal_of(view: DigestView) -> str:
    """Letters against the goal."""
    table = view.table
    missing = table.wanted - table.possible
    short = f", {missing} short" if missing > 0 else ""
    deadline = day_words(view.plan.season.deadline, view.day)
    return (
        f"Goal {count_of(table.wanted, 'letter')} by {deadline}: {table.agreed} agreed, "
        f"{table.uploaded} in, {table.possible} possible{short}."
    )


def shortfall_of(view: DigestView) -> str:
    """H9: fewer letters possible than wanted; empty when there are enough."""
    short = view.table.wanted - view.table.possible
    if short <= 0 or view.table.over:
        return ""
    return (
        f"You will be {count_of(short, 'letter')} short as things stand: add a writer to the plan."
    )
