"""Planted faults: a rule or a gate is taken out of a copy of the program; which check notices?

`python -m tests.simulation.planted [NAME …]` prints a line for each: the fault, and the first
check that fired, in the chosen seeds of the simulation or in the chosen tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEEDS = int(os.environ.get("SEEDS", "40"))
RULES = ("tests/season/test_sending.py", "tests/season/test_hearing.py")
STORIES = tuple(
    f"tests/simulation/test_{name}.py"
    for name in ("found", "lost_database", "bounces", "trouble_told", "stale", "matrix", "promises")
)
OF_THE_OUTBOX = (
    "S1 ",
    "S9",
    "S11",
    "S14",
    "gate",
    "digest",
    "bytes",
    "stuck",
    "place",
    "hold",
    "fresh",
    "bounce",
    "number",
)


@dataclass(frozen=True)
class Planted:
    """One fault: texts that are replaced, each in a file of the package."""

    name: str
    what: str
    changes: tuple[tuple[str, str, str], ...]
    direct: str = ""
    """The test of the simulation that asks for just this promise; it is asked first."""


FAULTS = (
    Planted("S1 doubt", "a message in doubt after a restart is sent again", (
        ("store/outbox_rows.py", '"transmitting", "uncertain", problem=problem, sent_at=None)',
         '"transmitting", "planned", problem=problem, sent_at=None)'),)),
    Planted("S1 answer", "a lost answer counts as not sent", (
        ("outbox.py", 'move("uncertain", problem=doubt)', 'move("planned", problem=doubt)'),)),
    Planted("S1 notes", "notes and copies of a lost database are not adopted", (
        ("adoption.py", "return outbox_rows.add(self.session, row)", "return False"),),
        ),
    Planted("S1 rival", "another daemon's note is no reason to hold back", (
        ("outbox.py", "if rival is not None:", "if False:"),
        ("adoption.py", "        if note is None or note.season != self.season:",
         "        if True:"),)),
    Planted("S2", "requests up to the due date", (
        ("season/timing.py", "LAST_ASK_BEFORE_DUE = 10", "LAST_ASK_BEFORE_DUE = 0"),)),
    Planted("S3", "the packet takes four days", (
        ("season/ladder.py", "hours = timedelta(hours=self.plan.policy.materials_within_hours)",
         "hours = timedelta(hours=96); due += timedelta(hours=60)"),)),
    Planted("S4", "reminders on weekends; send hours not kept", (
        ("season/timing.py", "working=True) or after", "working=False) or after"),
        ("season/calendar.py", "slot = max(after, self.opening(day, offset))", "slot = after"),
        ("gate.py", "if not calendar.inside(now):", "if False:"),)),
    Planted("S5", "the reminder comes a week early", (
        ("season/timing.py", "asked_at + timedelta(days=self.plan.policy.remind_after_days)",
         "asked_at + timedelta(days=self.plan.policy.remind_after_days - 5)"),)),
    Planted("S6", "the follow-up comes a month early", (
        ("season/timing.py", "timedelta(days=self.plan.policy.follow_up_before_days)",
         "timedelta(days=self.plan.policy.follow_up_before_days + 30)"),)),
    Planted("S7", "no gap between messages", (
        ("season/timing.py", "return timedelta(days=self.plan.policy.min_gap_days)",
         "return timedelta(0)"),)),
    Planted("S8", "no brake", (
        ("season/brake.py", "burst = plan.policy.burst", "burst = 99"),)),
    Planted("S9", "the inbox is not read before sending", (
        ("intake.py", "for folder in folders.listen:", "for folder in ():"),),
        "promises.py::test_an_answer_that_lies_in_the_inbox_is_read_before_the_reminder"),
    Planted("S10", "what is not understood stops nothing", (
        ("season/answers.py",
         "    return replace(standing, frozen=Ask(why, rule, heard.learned_at, heard.evidence))",
         "    return replace(standing, answered=False)"),)),
    Planted("S11", "no notices", (
        ("season/ladder.py", 'shown = each or kind in ("request", "packet")', "shown = False"),
        ("showing.py", 'plan.policy.approve == "each" or step.kind in ("request", "packet")',
         "False"),)),
    Planted("S12", "faults of the plan hold nothing", (
        ("season/ladder.py", "if self.facts.fault:", "if False:"),)),
    Planted("S13 pause", "paused writers are written to", (
        ("season/ladder.py", "if s.paused:", "if False:"),)),
    Planted("S13 no", "a no is not heard", (
        ("season/answers.py", 'if sure and heard.label == "no":', "if False:"),
        ("season/answers.py", "return _freeze(standing, heard, _reason(heard)",
         "return standing or _freeze(standing, heard, _reason(heard)"),),
        "promises.py::test_a_no_after_a_yes_ends_it"),
    Planted("S14", "no thread", (
        ("drafting.py", 'thread=_thread(facts, rows) if kind != "request" else None',
         "thread=None"),)),
    Planted("S15", "earlier mail by hand is not asked about", (
        ("season/fold.py", 'question=Ask(why, "S15", mail.at)', "question=None"),)),
    Planted("gates", "no gate before the claim or after 354", (
        ("outbox.py", "            gate(session, row)\n", ""),
        ("outbox.py", "            gate(session, fresh)\n", ""),)),
    Planted("gate clock", "clocks are not compared, an early clock is no matter", (
        ("outbox.py", "if skew and uid is not None:", "if False:"),
        ("gate.py", "if newest and now <", "if False and now <"),)),
    Planted("digest", "a digest that left is not remembered", (
        ("daily.py", 'return held is not None and held != "planned"', "return False"),
        ("ownmail.py", 'if earlier is not None and earlier.state != "planned":', "if False:"),
        ("store/tables.py", 'Index("one_live_message", "season", "identity", unique=True',
         'Index("one_live_message", "season", "identity", unique=False'),)),
    Planted("bytes", "another text leaves than was shown", (
        ("outbox.py", "stamp(row.raw, now, self.plan.zone)",
         'stamp(row.raw.replace(b"Dear", b"Dearest") if book else row.raw, now, self.plan.zone)'),),
        "promises.py::test_what_leaves_is_the_draft_that_lay_there_when_the_notice_left"),
    Planted("place", "no unique place, no compare-and-set, no look at the state after 354", (
        ("store/tables.py", 'Index("one_live_message", "season", "identity", unique=True',
         'Index("one_live_message", "season", "identity", unique=False'),
        ("store/outbox_rows.py", "_CHANGE.where(_c.state == bindparam(\"old\")),", "_CHANGE,"),
        ("store/outbox_rows.py", '"row": token, "old": old,', '"row": token,'),
        ("outbox.py", 'if fresh is None or fresh.state != "claimed":', "if fresh is None:"),),
        "promises.py::test_two_programs_at_the_last_gate_of_one_message_send_one_copy"),
    Planted("hold", "an old database sends as if it were whole", (
        ("snapshot.py", 'if known.get(HOLD_OLD_DATABASE, ("",))[0] else ()', "if False else ()"),),
        "promises.py::test_what_was_said_after_the_backup_is_not_overridden_by_it"),
    Planted("fresh", "the mailbox may have been read long ago (S9)", (
        ("gate.py", "last_sync >= due and now - last_sync < FRESH", "True"),),
        "stale.py"),
    Planted("bounce", "a report is taken for one about the request of its thread", (
        ("hearing.py", "for quoted in ids:", "for quoted in reversed(ids):"),),
        "bounces.py"),
    Planted("number", "only the same attempt of another daemon is a rival", (
        ("witness.py", "(self.season, self.kind) == (other.season, other.kind)",
         "(self.season, self.kind, self.number) == (other.season, other.kind, other.number)"),),
        "lost_database.py"),
    Planted("stuck", "what a full disk cut short stays claimed", (
        ("engine.py", "if self._cut_short:", "if False:"),),
        "found.py::test_a_full_disk_at_any_moment_leaves_nothing_stuck"),
)  # fmt: skip


def plant(fault: Planted, seeds: int = SEEDS) -> str:
    """Plant one fault in a copy; what noticed it: a test, and an invariant of the simulation."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "lordaemon", copy / "lordaemon")
        shutil.copytree(ROOT / "tests", copy / "tests")
        shutil.copy(ROOT / "pyproject.toml", copy)
        for name, old, new in fault.changes:
            file = copy / "lordaemon" / name
            text = file.read_text()
            if old not in text:
                return f"NOT PLANTED: {name} has changed | "
            file.write_text(text.replace(old, new))
        stories = STORIES if fault.name.startswith(OF_THE_OUTBOX) else RULES
        direct = (f"tests/simulation/test_{fault.direct}",) if fault.direct else stories
        test = _tested(copy, direct)
        if test == "-":
            test = _tested(copy, stories)
        if not seeds:
            return f"{test.partition('::')[2].partition(' - ')[0]} | not played"
        seed = _first(copy, "seed ", "-m", "tests.simulation", "--seeds", str(seeds),
                      "--jobs", "1", "--first")  # fmt: skip
        return f"{test.partition('::')[2].partition(' - ')[0]} | {seed[:110]}"


def _tested(copy: Path, tests: tuple[str, ...]) -> str:
    """The first of these tests that fails."""
    return _first(copy, "FAILED ", "-m", "pytest", "-x", "-q", "--no-header",
                  "-p", "no:cacheprovider", *tests)  # fmt: skip


def _first(copy: Path, mark: str, *command: str) -> str:
    """The first line of the output that begins with the mark."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return next((line for line in done.stdout.splitlines() if line.startswith(mark)), "-")


def main() -> None:
    """The table."""
    chosen = [f for f in FAULTS if not sys.argv[1:] or f.name in sys.argv[1:]]
    with ThreadPoolExecutor(2) as workers:
        for fault, fired in zip(chosen, workers.map(plant, chosen), strict=True):
            print(f"| {fault.name} | {fault.what} | {fired} |", flush=True)


if __name__ == "__main__":
    main()
