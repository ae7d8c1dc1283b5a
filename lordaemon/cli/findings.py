"""What `check` found, as lines for a person: the weightiest first, each thing once.

Says what, where, why and how better; piped, a finding's first line is one line, however long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from lordaemon.cli import grid
from lordaemon.cli.common import plain
from lordaemon.letters.held import blocking
from lordaemon.plan.advice import advice, weight

if TYPE_CHECKING:
    from lordaemon.errors import PlanUnusable
    from lordaemon.plan.finding import Finding
    from lordaemon.plan.model import Plan


def findings_of(plan: Plan, today: date) -> list[Finding]:
    """Everything about a plan that loads: first what holds mail back, then what concerns the whole
    season, then the writers in the order of the file."""
    found = [f for faults in blocking(plan).values() for f in faults]
    found += [f for f in advice(plan, today) if f not in found]
    return sorted(found, key=weight)


def told(plan: Plan, path: Path, findings: Iterable[Finding], today: date, room: int) -> str:
    """The findings, `room` columns wide, and in a last line how the plan stands."""
    merged = list(_merged(findings, len(plan.writers)))
    lines: list[str] = []
    for finding, next_one in zip_longest(merged, merged[1:]):
        lines += _headline(finding, path, room)
        if next_one is None or _reason(next_one) != _reason(finding):
            lines += _reason_lines(finding, room)
    return "\n".join([*lines, grid.wrapped(_verdict(plan, merged, today), room)])


def unusable(faults: PlanUnusable) -> str:
    """The faults of a plan that can't be read, and what that means."""
    count = len(faults.faults)
    things = "One thing" if count == 1 else f"{count} things"
    return f"{faults}\n{things} to mend before the plan can be used at all."


def _merged(findings: Iterable[Finding], writers: int) -> Iterator[Finding]:
    """A missing CV is one thing to mend, however many writers wait for it."""
    together: dict[tuple[int | None, str], list[Finding]] = {}
    for finding in findings:
        together.setdefault((finding.line, finding.message), []).append(finding)
    for same in together.values():
        places = list(dict.fromkeys(finding.where for finding in same))
        where = "every writer" if 1 < len(places) == writers else ", ".join(places)
        yield replace(same[0], where=where)


def _reason(finding: Finding) -> tuple[str, str, str]:
    """What is said once, where it is the same for several findings in a row."""
    return finding.level, finding.why, finding.example


def _headline(finding: Finding, path: Path, room: int) -> Iterator[str]:
    line = f":{finding.line}" if finding.line else ""
    what = ": ".join(part for part in (finding.where, finding.message) if part)
    text = grid.wrapped(f"{finding.level}: {path}{line}: {plain(what)}", room, behind="    ")
    yield grid.bold(finding.level) + text[len(finding.level) :]


def _reason_lines(finding: Finding, room: int) -> Iterator[str]:
    if finding.why:
        yield grid.wrapped(finding.why, room, first="    ", behind="    ")
    if finding.example:
        yield grid.wrapped(f"Better: {finding.example}", room, first="    ", behind="    ")


def _verdict(plan: Plan, findings: list[Finding], today: date) -> str:
    """Broken, held back, merely poor, or good: four different things."""
    errors = [f for f in findings if f.level == "error"]
    if plan.season.deadline < today:
        return "The season of this plan is over: nobody gets mail any more."
    if errors:
        held = _held(plan, errors)
        count = "One thing" if len(errors) == 1 else f"{len(errors)} things"
        return f"{count} to mend before {held} gets mail."
    people = f"{len(plan.writers)} writer{'' if len(plan.writers) == 1 else 's'}"
    letters = plan.season.letters
    wanted = f"{letters} letter{'' if letters == 1 else 's'} wanted by {plan.season.deadline}"
    warnings = sum(f.level == "warning" for f in findings)
    if warnings:
        think = "one thing" if warnings == 1 else f"{warnings} things"
        return f"The plan can run ({people}, {wanted}); {think} to think about first."
    return f"The plan is good: {people}, {wanted}."


def _held(plan: Plan, errors: list[Finding]) -> str:
    """Who waits: their handles, or everybody."""
    if any(not finding.where.startswith("writer[") for finding in errors):
        return "anybody"
    names = [w.id for w in plan.writers if any(f'"{w.id}"' in f.where for f in errors)]
    if len(names) == len(plan.writers):
        return "anybody"
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
