"""The finished letters of docs/letters.md. `python -m tests.letters.examples` writes them anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lordaemon.letters.compose import compose
from lordaemon.letters.draft import Draft, Thread
from lordaemon.plan.model import Plan
from tests.letters.sample import SMITH, make_plan

PAGE = Path(__file__).parents[2] / "docs" / "letters.md"
ASKED = date(2027, 3, 15)

WRITERS: list[dict[str, Any]] = [
    {
        **SMITH,
        "patients": 8,
        "memorable": "the family we brought together on the phone from three cities",
        "presented": "Hyponatremia, at noon conference",
        "attach": ["letter-request-form.pdf"],
    },
    {
        "id": "lee",
        "name": "Min Lee",
        "email": "min.lee@university.example",
        "type": "research",
        "worked_together": {
            "what": "your sepsis group",
            "start": "2025-06-01",
            "end": "2027-01-15",
        },
        "project": "the sepsis outcomes registry",
        "contributed": [
            "Built the database and its data dictionary",
            "Wrote the analysis plan before the data were unblinded",
        ],
        "presented": "Poster at the regional meeting of the American College of Physicians",
        "highlights": [
            "Found that a third of our lactate times were wrong, and re-timed all 412 by hand",
            "Took the negative primary result to you the same day, with two checks of it",
            "Sent back five drafts of the manuscript, each within a week of your comments",
        ],
    },
    {
        "id": "gomez",
        "name": "Elena Gomez",
        "email": "elena.gomez@hospital.example",
        "type": "champion",
        "worked_together": {
            "what": "the medicine sub-internship",
            "start": "2027-04-05",
            "end": "2027-04-30",
            "weeks": 4,
        },
        "patients": 14,
        "highlights": [
            "Carried six patients a day by the second week, orders and notes included",
            "Called you at 3 a.m. about the GI bleed before I had the hemoglobin back",
            "Ran the sign-out for the team on the two evenings the resident was in clinic",
        ],
    },
    {
        "id": "okafor",
        "name": "Grace Okafor",
        "email": "grace.okafor@clinic.example",
        "type": "character",
        "worked_together": {
            "what": "the Saturday free clinic, twice a month",
            "start": "2024-10-01",
        },
        "highlights": [
            "Opened the clinic at seven on every Saturday I was on the list, three winters long",
            "Learned to let patients finish, after you told me that I interrupt",
            "Drove the vaccines back to the pharmacy the night the refrigerator failed",
        ],
        "note": "You once said you would tell me if I was in the wrong trade. Please still do.",
    },
    {
        "id": "sloe",
        "name": "Emergency Medicine Education Office",
        "title": "",
        "email": "education@em.example",
        "type": "sloe",
        "worked_together": {
            "what": "the Emergency Medicine clerkship",
            "start": "2027-06-07",
            "end": "2027-07-02",
            "weeks": 4,
        },
        "highlights": [
            "Worked 16 shifts, five of them overnight",
            "Reassessed every patient I presented, and gave the result before I was asked",
            "Placed nine ultrasound-guided lines, each with a resident beside me",
        ],
    },
]


def example_plan(folder: Path, specialty: str = "Internal Medicine") -> Plan:
    """The season of the examples, its files in `folder`."""
    for name in ("cv.pdf", "personal-statement.pdf", "letter-request-form.pdf"):
        (folder / name).write_bytes(b"%PDF-1.7 example\n")
    return make_plan(
        WRITERS,
        folder,
        season={"specialty": specialty, "step2": "solid", "scenario": "no-rank"},
        packet={"cv": "cv.pdf", "personal_statement": "personal-statement.pdf"},
    )


def finished() -> dict[str, str]:
    """Every example by its name, as it stands in the page."""
    with TemporaryDirectory() as folder:
        plan = example_plan(Path(folder))
        smith = plan.writers[0]
        thread = Thread("Letter of recommendation for Internal Medicine: Sam Rivera", "<a@b>", ())
        drafts = {w.type: compose(plan, w, "request", today=ASKED) for w in plan.writers}
        emergency = example_plan(Path(folder), "Emergency Medicine")
        drafts["sloe"] = compose(emergency, emergency.writers[-1], "request", today=ASKED)
        return {
            **{name: shown(draft) for name, draft in drafts.items()},
            "packet": shown(compose(plan, smith, "packet", today=ASKED, thread=thread)),
            "reminder": shown(
                compose(plan, smith, "reminder", today=ASKED, thread=thread, asked_on=ASKED)
            ),
            "follow_up": shown(compose(plan, smith, "follow_up", today=ASKED, thread=thread)),
        }


def shown(draft: Draft) -> str:
    """A letter as the page shows it."""
    return f"Subject: {draft.subject}\n\n{draft.text}"


def with_examples(page: str) -> str:
    """The page with every example between its marks written anew."""
    for name, text in finished().items():
        before, mark, rest = page.partition(f"<!-- example: {name} -->\n")
        assert mark, f"docs/letters.md has no place for the example {name!r}"
        _, end, after = rest.partition("<!-- end -->")
        page = f"{before}{mark}```text\n{text}```\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(with_examples(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
