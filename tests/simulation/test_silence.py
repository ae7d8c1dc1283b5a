"""A season in which everybody stays silent: one request and one reminder each, whatever restarts.

`HOURS_BETWEEN_RESTARTS=1` restarts the program every simulated hour (minutes of real time); the
suite restarts it every two days and at every instant at which something is due.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lordaemon.engine import Engine
from lordaemon.plan.load import load_plan
from lordaemon.store.database import Database
from tests.simulation.world import Clock, World

PLAN = """
[applicant]
name = "Sam Rivera"
email = "sam@example.edu"
timezone = "America/Chicago"
school = "State University School of Medicine"
[season]
specialty = "Internal Medicine"
deadline = 2027-09-22
[digest]
quiet_days = false
[packet]
attach_to_request = false
[mail.imap]
host = "imap.example.edu"
[mail.smtp]
host = "smtp.example.edu"
"""

WRITER = """
[[writer]]
id = "{id}"
name = "{name}"
email = "{id}@hospital.example"
type = "{kind}"
worked_together = {{ what = "Medicine wards", start = 2027-02-01, end = 2027-02-28, weeks = 4 }}
highlights = ["Had plans ready before rounds ({id})", "Led two family meetings ({id})",
  "Called consults with a clear question ({id})"]
"""

SILENT_FOR = timedelta(days=200)


def test_one_request_and_one_reminder_each_over_200_days(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    people = (("smith", "Jane Smith", "clinical"), ("lee", "Ann Lee", "research"))
    tables = [WRITER.format(id=i, name=name, kind=kind) for i, name, kind in people]
    file.write_text(PLAN + "".join(tables))
    plan = load_plan(file)
    clock = Clock(datetime(2027, 3, 1, 15, tzinfo=UTC))
    world = World(clock, random.Random(7), "sam@example.edu")
    database = Database("sqlite://")
    step = timedelta(hours=float(os.environ.get("HOURS_BETWEEN_RESTARTS", "48")))
    ends = clock.now + SILENT_FOR
    while clock.now < ends:
        engine = Engine(plan, database, world, clock)  # a restart: nothing but the database stays
        report = engine.run_pass()
        assert not report.problems
        following = engine.next_instant()
        clock.now = min(clock.now + step, following or ends)
    kinds = Counter(
        (m.recipient, str(m.parsed["Message-ID"]).split(".")[2]) for m in world.accepted
    )
    for name, _, _ in people:
        address = f"{name}@hospital.example"
        assert sum(m.recipient == address for m in world.accepted) == 2
        assert kinds[address, "request"] == kinds[address, "reminder"] == 1
    assert {r.stage for r in engine.snapshot().table.rows} == {"silent"}
