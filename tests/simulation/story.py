"""A story: one writer, a calm world, one program; the tests make of it what they need."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lordaemon.engine import Engine
from lordaemon.plan.model import Plan
from lordaemon.store.database import Database
from tests.simulation.season import OWNER, START
from tests.simulation.student import HIGHLIGHTS, build
from tests.simulation.world import Clock, World

DAY = timedelta(days=1)
SMITH = "smith@hospital.example"


class Story:
    """A plan with one writer, a calm world, one program."""

    def __init__(self, folder: Path) -> None:
        (folder / "cv.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
        self.folder = folder
        self.table: dict[str, Any] = {
            "id": "smith", "name": "Jane Smith", "email": SMITH, "type": "clinical",
            "highlights": HIGHLIGHTS, "worked_together": {"what": "Wards"},
        }  # fmt: skip
        self.more: list[dict[str, Any]] = []
        self.burst = 3
        self.digest: dict[str, Any] = {}
        self.world = World(Clock(START), random.Random(1), OWNER)
        self.database = Database("sqlite://")
        self.engine = self.start()

    def plan(self) -> Plan:
        """The plan as it is now."""
        settings = {
            "applicant": {"name": "Sam Rivera", "email": OWNER, "timezone": "America/Chicago",
                          "school": "State University"},
            "season": {"specialty": "Medicine", "id": "2028", "deadline": date(2027, 9, 22)},
            "policy": {"notice_hours": 0, "burst": self.burst},
            "digest": self.digest,
            "packet": {"cv": "cv.pdf", "interest": "I like wards.", "attach_to_request": False},
        }  # fmt: skip
        return build(settings, [self.table, *self.more], self.folder)

    def start(self, database: Database | None = None) -> Engine:
        """The program starts, on this database or the one it had."""
        self.database = database or self.database
        self.engine = Engine(self.plan(), self.database, self.world, self.world.clock)
        return self.engine

    def passes(self, *hours: float) -> None:
        """One pass now, and one after each of these waits."""
        for wait in (0, *hours):
            self.world.clock.now += timedelta(hours=wait)
            self.engine.run_pass()

    def to_owner(self, kind: str) -> int:
        """How many digests or notices the applicant got."""
        return sum(b"Message-ID: <lor.2028." + kind.encode() in m.raw for m in self.world.to(OWNER))
