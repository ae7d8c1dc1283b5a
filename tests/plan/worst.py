"""The worst plans we could think of: a good plan, and what a tired hand makes of it.

`python -m tests.plan.worst` prints docs/worst-plans.md, what `check` says to each;
`test_worst_plans` holds the page to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lordaemon.cli import grid
from lordaemon.cli.findings import findings_of, told, unusable
from lordaemon.errors import PlanUnusable
from lordaemon.plan.load import load_plan

TODAY = date(2027, 3, 1)
PAGE = Path(__file__).parents[2] / "docs" / "worst-plans.md"
Make = Callable[[Path], None]

GOOD = """\
[applicant]
name = "Sam Rivera"
email = "sam.rivera@example.edu"
timezone = "America/Chicago"
school = "State University School of Medicine"
[season]
specialty = "Internal Medicine"
deadline = 2027-09-22
letters = 4
[packet]
cv = "cv.pdf"
personal_statement = "statement.pdf"
[mail]
provider = "gmail"
password = { keyring = true }
[[writer]]
id = "smith"
name = "Jane Smith"
email = "jane.smith@hospital.example"
type = "clinical"
worked_together = { what = "Medicine wards", end = 2027-02-26, weeks = 4 }
highlights = [
  "Pre-rounded on all my patients and had plans ready before rounds",
  "Led two family meetings on goals of care while she listened",
  "Stayed with a patient in septic shock until the transfer",
]
[[writer]]
id = "lee"
name = "Daniel Lee"
email = "daniel.lee@lab.example"
type = "research"
worked_together = { what = "Outcomes group", weeks = 30 }
highlights = [
  "Wrote the data dictionary that the whole group now uses",
  "Found the double-counted readmissions and reran the analysis",
  "Redrew both figures after the reviewers' comments",
]
[[writer]]
id = "gomez"
name = "Ana Gomez"
email = "ana.gomez@hospital.example"
type = "champion"
worked_together = { what = "Medical ICU", weeks = 4 }
highlights = [
  "Carried four patients as a sub-intern",
  "Called their consults with a clear question",
  "Kept the list straight during a night with three codes",
]
[[writer]]
id = "okafor"
name = "Ruth Okafor"
email = "ruth.okafor@clinic.example"
type = "character"
worked_together = { what = "Free clinic", weeks = 60 }
highlights = [
  "Ran the intake desk on 40 Saturdays",
  "Rebuilt the interpreter roster after patients told us what went wrong",
  "Taught the new volunteers from the feedback I had been given",
]
"""
SMITHS = GOOD[GOOD.index("highlights = [") : GOOD.index('[[writer]]\nid = "lee"')]
LEES = GOOD[GOOD.index("highlights = [", GOOD.index('"lee"')) : GOOD.index('[[writer]]\nid = "gom')]


@dataclass(frozen=True)
class Worst:
    """One plan: its title, what is written instead of what, and what lies in the folder."""

    title: str
    edits: tuple[tuple[str, str], ...] = ()
    make: Make | None = None
    shown: str = ""
    """What the page shows; default: what was written anew."""

    @property
    def text(self) -> str:
        """The plan file."""
        text = GOOD
        for old, new in self.edits:
            assert old in text, (self.title, old)
            text = text.replace(old, new)
        return text

    @property
    def excerpt(self) -> str:
        """The lines that matter."""
        return self.shown or "\n".join(new.strip("\n") for _, new in self.edits)


def _scan(folder: Path) -> None:
    with (folder / "cv.pdf").open("r+b") as file:
        file.truncate(40 * 1024 * 1024)


def _link(folder: Path) -> None:
    outside = folder.parent / "Desktop"
    outside.mkdir()
    (outside / "CV final FINAL.pdf").write_bytes(b"%PDF-1.4\n")
    (folder / "cv.pdf").unlink()
    (folder / "cv.pdf").symlink_to(outside / "CV final FINAL.pdf")


WORST = (
    Worst("Adjectives", ((SMITHS, """\
highlights = ["Hard-working", "Great team player", "Very compassionate with patients"]
"""),)),
    Worst("Four writers of one type", tuple(
        (f'type = "{kind}"', 'type = "research"') for kind in ("clinical", "champion", "character")
    ), shown='type = "research"      # in all four'),
    Worst("The deadline is tomorrow", (("deadline = 2027-09-22", "deadline = 2027-03-02"),)),
    Worst("The deadline is past", (("deadline = 2027-09-22", "deadline = 2026-09-22"),)),
    Worst("Patients by name, number and birthday", ((SMITHS, """\
highlights = [
  "Held the hand of Mrs. Patterson (MRN 4471920) until her daughter came",
  "Found the murmur in a 94-year-old, born 3/4/1933, whom two teams had missed",
  "Led two family meetings on goals of care",
]
"""),)),
    Worst("The same scenes for two writers", ((LEES, SMITHS),), shown="""\
highlights = [ ... ]   # for Prof. Lee the same three as for Dr. Smith"""),
    Worst("One address for all four: the department's secretary", tuple(
        (f'email = "{who}"', 'email = "letters@hospital.example"')
        for who in ("jane.smith@hospital.example", "daniel.lee@lab.example",
                    "ana.gomez@hospital.example", "ruth.okafor@clinic.example")
    ), shown='email = "letters@hospital.example"      # in all four'),
    Worst("Pasted from Word", (('name = "Jane Smith"', "name = “Jane Smith”"),)),
    Worst("Backups in a circle", (
        ('type = "clinical"', 'type = "clinical"\nbackup_for = ["lee"]'),
        ('type = "research"', 'type = "research"\nbackup_for = ["smith"]'),
    )),
    Worst("A writer who is oneself",
          (("jane.smith@hospital.example", "Sam.Rivera@example.edu"),),
          shown='email = "Sam.Rivera@example.edu"      # writer smith'),
    Worst("The password in the plan",
          (("password = { keyring = true }", 'password = "Hunter2-and-then-some"'),)),
    Worst("A CV that is a scan of 40 MB", make=_scan, shown='cv = "cv.pdf"      # 40 MiB'),
    Worst("A CV that is a link to the desktop", make=_link,
          shown='cv = "cv.pdf"      # a link to ../Desktop/CV final FINAL.pdf'),
    Worst("A writer who was asked last year",
          (('id = "smith"', 'id = "smith"\nasked = 2025-09-14'),)),
    Worst("A chairman one never worked with", (
        ('name = "Ana Gomez"', 'name = "Ana Gomez"\ntitle = "Chairman"'),
        ('what = "Medical ICU", weeks = 4', 'what = "Medical ICU", weeks = 0'),
    )),
    Worst("A byte order mark and tabs", (('[applicant]\n', '\ufeff[applicant]\n'),
                                         ("letters = 4", "\tletters\t=\t4")),
          shown="a file that an old editor saved, with tabs between the words"),
    Worst("A year of two digits", (("deadline = 2027-09-22", "deadline = 27-09-22"),)),
    Worst("A day as on a form", (("deadline = 2027-09-22", "deadline = 9/22/2027"),)),
    Worst("Four hundred weeks on the wards",
          (("2027-02-26, weeks = 4 }", "2027-02-26, weeks = 400 }"),),
          shown='worked_together = { what = "Medicine wards", end = 2027-02-26, weeks = 400 }'),
    Worst("Asked in person, on no day",
          (('id = "smith"', 'id = "smith"\nasked_in_person = ""'),)),
    Worst("Left for later", ((SMITHS, 'highlights = ["Led two family meetings", "TODO", "…"]\n'),)),
    Worst("The letter of another writer", (("while she listened", "as with Dr. Gomez in the ICU"),),
          shown='"Led two family meetings on goals of care as with Dr. Gomez in the ICU",'),
    Worst("Last month's specialty",
          (("Stayed with a patient in septic shock until the transfer",
            "Showed why I want to become a general surgeon"),)),
    Worst("A specialty misspelt", (('"Internal Medicine"', '"Internal Medecine"'),)),
    Worst("Emergency medicine as if it were any other",
          (('"Internal Medicine"', '"Emergency Medicine"'),)),
    Worst("Twelve letters, one writer", (
        ("letters = 4", "letters = 12"), (GOOD[GOOD.index('[[writer]]\nid = "lee"'):], ""),
    ), shown="letters = 12"),
    Worst("Asked on a Saturday, before the rotation is over",
          (('type = "clinical"', 'type = "clinical"\nask_on = 2027-02-20'),
           ("end = 2027-02-26", "end = 2027-03-26"))),
    Worst("The title twice, and no capitals", (
        ('name = "Jane Smith"', 'name = "Dr. Jane Smith"'),
        ('name = "Daniel Lee"', 'name = "daniel lee"'),
        ('name = "Ana Gomez"', 'name = "GOMEZ, ANA"'),
    )),
    Worst("Keys from memory", (("deadline =", "dead_line ="), ("[packet]", "[package]"),
                               ('type = "champion"', 'type = "champoin"'))),
    Worst("A highlight that is an essay",
          (("Carried four patients as a sub-intern",
            "Carried four patients as a sub-intern" + ", and on the next day four more" * 30),),
          shown='"Carried four patients as a sub-intern, and on the next day four more, and ..."'),
)  # fmt: skip


def says(plan: Worst, folder: Path) -> str:
    """What `check` prints, with the plan in this folder."""
    file = folder / "letters" / "config.toml"
    file.parent.mkdir()
    file.write_text(plan.text, encoding="utf-8")
    for name in ("cv.pdf", "statement.pdf"):
        (file.parent / name).write_bytes(b"%PDF-1.4\n%%EOF\n")
    if plan.make:
        plan.make(file.parent)
    try:
        found = load_plan(file)
    except PlanUnusable as faults:
        text = unusable(faults)
    else:
        text = told(found, file, findings_of(found, TODAY), TODAY, grid.PIPED_WIDTH)
    return text.replace(f"{file}", "config.toml").replace(str(file.parent), "~/letters")


def page() -> str:
    """docs/worst-plans.md."""
    parts = [INTRO]
    for number, plan in enumerate(WORST, 1):
        with tempfile.TemporaryDirectory() as folder:
            said = says(plan, Path(folder).resolve())
        parts.append(
            f"## {number} {plan.title}\n```toml\n{plan.excerpt}\n```\n`check` says:\n"
            f"```\n{said}\n```"
        )
    return "\n\n".join(parts) + "\n"


INTRO = """\
# The worst plans, and what `check` says to them

A good plan, spoilt in one way at a time; the day is 1 March 2027. `error` holds mail back (a plan
that can't be read at all is told with file and line, and nothing runs on it), `warning` is worth a
second thought, `hint` is good to know. This page is written by `python -m tests.plan.worst`, and a
test keeps it true."""

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
