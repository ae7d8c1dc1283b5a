"""From the file to the frozen plan, or to every fault at once.

The way: bytes -> text -> TOML (`syntax`) -> single keys (`schema`) and what they say together
(`relations`) -> faults, each with its line (`positions`) in the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lordaemon.errors import Fault, PlanUnusable
from lordaemon.plan.model import Plan
from lordaemon.plan.places import Problem, table_label
from lordaemon.plan.positions import KeyPath, Position, positions
from lordaemon.plan.raw import Document
from lordaemon.plan.relations import related_problems
from lordaemon.plan.schema import validate
from lordaemon.plan.syntax import TOO_DEEP, decode, parse_document

LARGEST_PLAN = 1024 * 1024
"""Bytes; a plan has a few kilobytes, so a bigger file is another file by mistake."""


def load_plan(path: Path) -> Plan:
    """Read the plan at `path`. Raises PlanUnusable, whose text has every fault on its own line.

    Faults name the file as `path` does; the plan remembers it absolute, so that a later change
    of the working folder does not move the attachments.
    """
    text = decode(_read(path), str(path))
    if isinstance(text, Fault):
        raise _unusable([text])
    plan = parse_plan(text, path)
    plan._path = path.absolute()
    return plan


def parse_plan(text: str, path: Path) -> Plan:
    """The plan a text holds; `path` is where it lies (or would). Raises PlanUnusable."""
    file = str(path)
    document = parse_document(text, file)
    if isinstance(document, Fault):
        raise _unusable([document])
    places = positions(text)
    try:
        plan, problems = validate(document)
        problems += related_problems(document)
    except RecursionError:
        raise _unusable([Fault(None, "", TOO_DEEP, file)]) from None
    if plan is None or problems:
        raise _unusable(_located(problems, document, places, file))
    plan._path = path
    plan._positions = places
    return plan


def _read(path: Path) -> bytes:
    """The file's bytes, or PlanUnusable with what to do about it."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_PLAN + 1)
    except FileNotFoundError:
        fault = "there is no such file; run `lordaemon init` to make one, or name it with --config"
    except IsADirectoryError:
        fault = f"is a folder; name the file in it, e.g. {path / 'config.toml'}"
    except PermissionError:
        fault = "may not be read by this user; make it yours with chmod u+r or chown"
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        fault = f"can't be read: {reason or 'the system gives no reason'}"
    else:
        if len(data) <= LARGEST_PLAN:
            return data
        fault = "is larger than 1 MiB, so it is no plan; name the right file with --config"
    raise _unusable([Fault(None, "", fault, file)])


def _located(
    problems: Iterable[Problem], document: Document, places: dict[KeyPath, Position], file: str
) -> list[Fault]:
    """Problems as faults, in the order of the file, none told twice."""
    faults: dict[Fault, Position] = {}
    for problem in problems:
        place = _nearest(problem.path, places)
        fault = Fault(place[0], table_label(problem.path, document), problem.message, file)
        faults.setdefault(fault, place)
    return sorted(faults, key=lambda fault: faults[fault])


def _nearest(path: KeyPath, places: dict[KeyPath, Position]) -> Position:
    """Where a key stands; if it is missing, the table it is missing from."""
    for length in range(len(path), 0, -1):
        if place := places.get(path[:length]):
            return place
    return 1, 1


def _unusable(faults: list[Fault]) -> PlanUnusable:
    return PlanUnusable("\n".join(map(str, faults)), tuple(faults))
