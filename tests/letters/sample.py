"""A plan and its writers for the tests and for the examples of docs/letters.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lordaemon.plan.model import Plan, Writer

HIGHLIGHTS = [
    "Pre-rounded on all my patients and had plans ready before rounds",
    "Led two family meetings about goals of care",
    "Caught a missed heparin dose on the night shift and told the team",
    "Asked for feedback every Friday and kept a list of what to change",
]
COMMON: dict[str, Any] = {
    "id": "smith",
    "name": "Jane Smith",
    "email": "jane.smith@hospital.example",
    "worked_together": {
        "what": "Medicine wards",
        "start": "2027-02-01",
        "end": "2027-02-28",
        "weeks": 4,
    },
    "highlights": HIGHLIGHTS,
}
TYPES = ("clinical", "research", "champion", "character", "sloe")


def plan(folder: Path | None = None, /, *writers: dict[str, Any], **tables: Any) -> Plan:
    """A plan in `folder`; `season={...}` and so on add to a table."""
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
        "writer": [{**COMMON, "type": "clinical", **writer} for writer in writers or ({},)],
    }
    for name, values in tables.items():
        table[name] = {**table.get(name, {}), **values}
    made = Plan.model_validate(table)
    if folder:
        made._path = folder / "config.toml"
    return made


def one(
    folder: Path | None = None, /, _tables: dict[str, Any] | None = None, **writer: Any
) -> tuple[Plan, Writer]:
    """A plan with one writer, and that writer."""
    made = plan(folder, writer, **(_tables or {}))
    return made, made.writers[0]
