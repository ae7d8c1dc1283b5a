"""A sound plan to start from, and plans a few keys away from it."""

from __future__ import annotations

from pathlib import Path

from lordaemon.plan.load import parse_plan
from lordaemon.plan.model import Plan

HEAD = """
[applicant]
name = "Sam Rivera"
email = "sam.rivera@example.edu"
timezone = "America/Chicago"
school = "State University School of Medicine"

[season]
specialty = "Internal Medicine"
deadline = 2027-09-22
"""

HIGHLIGHTS = (
    "Pre-rounded on every patient before the team came",
    "Led two family meetings on goals of care",
    "Rewrote my notes after the feedback of the first week",
)


def writer(
    writer_id: str = "smith",
    name: str = "Jane Smith",
    kind: str = "clinical",
    highlights: tuple[str, ...] = HIGHLIGHTS,
    together: str = 'what = "Medicine wards", weeks = 4',
    more: str = "",
) -> str:
    """One [[writer]] as text; `more` are further lines."""
    scenes = ", ".join('"' + text.replace('"', '\\"') + '"' for text in highlights)
    return f"""
[[writer]]
id = "{writer_id}"
name = "{name}"
email = "{writer_id}@hospital.example"
type = "{kind}"
worked_together = {{ {together} }}
highlights = [{scenes}]
{more}
"""


def plan(*writers: str, head: str = HEAD, more: str = "", folder: Path = Path()) -> Plan:
    """A plan of these writers; `more` are further tables, `folder` is where it lies."""
    text = head + "".join(writers or (writer(),)) + more
    return parse_plan(text, folder / "config.toml")
