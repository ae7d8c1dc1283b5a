"""A refused password is left alone for six hours, each time anew: accounts get locked (D3)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lordaemon.engine import Engine
from lordaemon.plan.load import load_plan
from lordaemon.store.database import Database
from tests.simulation.test_silence import PLAN, WRITER
from tests.simulation.world import Clock, SimulatedMailbox, World


class Counting(World):
    """Counts the logins that were tried."""

    tried = 0

    @contextmanager
    def mailbox(self) -> Iterator[SimulatedMailbox]:
        """Log in, and be counted."""
        self.tried += 1
        with super().mailbox() as opened:
            yield opened


def test_one_try_every_six_hours(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(PLAN + WRITER.format(id="smith", name="Jane Smith", kind="clinical"))
    clock = Clock(datetime(2027, 3, 15, 15, tzinfo=UTC))
    world = Counting(clock, random.Random(1), "sam@example.edu", password_ok=False)
    database = Database("sqlite://")
    for _ in range(24 * 6):
        report = Engine(load_plan(file), database, world, clock).run_pass()
        assert report.problems[0].exit_code == 1
        clock.now += timedelta(minutes=10)
    assert world.tried == 4
    world.password_ok = True
    clock.now += timedelta(minutes=10)
    assert not Engine(load_plan(file), database, world, clock).run_pass().problems
