"""How a simulated season begins: who is asked, what the plan says, what had happened before."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from tests.simulation.ledger import Person
from tests.simulation.people import TEMPERS
from tests.simulation.student import Student, new_table

NAMES = ("smith", "lee", "gomez")


def writers(dice: random.Random, start: datetime) -> list[Person]:
    """One to three of them, each with a temper; most are kind."""
    return [
        Person(k, new_table(k, dice, start.date()), {f"{k}@hospital.example"},
               temper=dice.choice([*TEMPERS, "kind"]))
        for k in NAMES[: dice.choice([1, 1, 2, 3])]
    ]  # fmt: skip


def choices(dice: random.Random, owner: str, start: datetime) -> dict[str, Any]:
    """The plan but for its writers."""
    return {
        "applicant": {"name": "Sam Rivera", "email": owner, "timezone": "America/Chicago",
                      "school": "State University"},
        "season": {"specialty": "Medicine", "id": "2028",
                   "deadline": start.date() + timedelta(days=dice.choice([60, 110, 140, 200]))},
        "policy": {"burst": dice.choice([1, 3, 3]), "notice_hours": dice.choice([0, 4, 4, 24]),
                   "approve": dice.choice(["auto"] * 7 + ["each"]),
                   "send_hours": (time(8, 30), time(17, 30)),
                   "remind_after_days": dice.choice([14, 17, 21])},
        "digest": _digest(dice),
        "packet": {"cv": "cv.pdf", "interest": "I like wards.", "attach_to_request": False},
    }  # fmt: skip


def _digest(dice: random.Random) -> dict[str, Any]:
    """Every day in some seasons; in most, late in the evening, so that not every look at a
    letter's turn brings a digest as well."""
    if dice.random() < 0.04:
        return {"quiet_days": True}
    return {"quiet_days": False, "at": dice.choice([time(7), *[time(23, 50)] * 5])}


def prepare(
    people: Sequence[Person], student: Student, dice: random.Random, start: datetime
) -> None:
    """Some addresses are dead, some writers were asked or written to by hand, some are backups."""
    for person in people:
        if dice.random() < 0.12:
            person.dead.add(person.table["email"])
        if dice.random() < 0.08:
            student.nudge(person, start - timedelta(days=20))
        if dice.random() < 0.06:
            person.table["asked"] = start.date() - timedelta(days=3)
            person.odd(start)
    if len(people) > 1 and dice.random() < 0.3:
        people[-1].table["backup_for"] = (NAMES[0],)
