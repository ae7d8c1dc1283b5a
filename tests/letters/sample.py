"""A plan and its writers for the tests and for the examples of docs/letters.md."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from lordaemon.letters.draft import Thread
from lordaemon.plan.model import Plan, Writer

TODAY = date(2027, 3, 15)
THREAD = Thread("A letter", "<a1@example.edu>", ("<a1@example.edu>",))
TYPES = ("clinical", "research", "champion", "character", "sloe")
HIGHLIGHTS = [
    "Pre-rounded on all my patients and had plans ready before rounds",
    "Led two family meetings about goals of care",
    "Caught a missed heparin dose on the night shift and told the team",
    "Asked for feedback every Friday and kept a list of what to change",
]
SMITH: dict[str, Any] = {
    "id": "smith",
    "name": "Jane Smith",
    "email": "jane.smith@hospital.example",
    "type": "clinical",
    "worked_together": {
        "what": "Medicine wards",
        "start": "2027-02-01",
        "end": "2027-02-28",
        "weeks": 4,
    },
    "highlights": HIGHLIGHTS,
}
LEE: dict[str, Any] = {
    "id": "lee",
    "name": "Min Lee",
    "email": "min.lee@hospital.example",
    "type": "research",
    "worked_together": {"what": "Sepsis study", "start": "2026-06-01", "end": "2027-01-15"},
    "highlights": HIGHLIGHTS[:3],
}


def make_plan(
    writers: list[dict[str, Any]], folder: Path = Path("/nowhere"), **tables: dict[str, Any]
) -> Plan:
    """A plan that lies in `folder`; `season={...}` and so on add to a table."""
    table: dict[str, Any] = {
        "applicant": {
            "name": "Sam Rivera",
            "email": "sam.rivera@example.edu",
            "timezone": "America/Chicago",
            "school": "State University School of Medicine",
            "class_year": 2028,
            "phone": "+1 555 0100",
        },
        "season": {"specialty": "Internal Medicine", "deadline": "2027-09-22"},
        "writer": writers,
    }
    for name, values in tables.items():
        table[name] = {**table.get(name, {}), **values}
    plan = Plan.model_validate(table)
    plan._path = folder / "config.toml"
    return plan


def smith(
    folder: Path = Path("/nowhere"),
    tables: dict[str, dict[str, Any]] | None = None,
    **changed: Any,
) -> tuple[Plan, Writer]:
    """A plan with Dr. Smith alone, some of her keys changed, and Dr. Smith."""
    plan = make_plan([{**SMITH, **changed}], folder, **(tables or {}))
    return plan, plan.writers[0]
