"""This machine's clock against the mail server's: with too much between them nothing is sent."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lordaemon.engine import Engine
from lordaemon.plan.load import load_plan
from lordaemon.store.database import Database
from tests.simulation.test_silence import PLAN, WRITER
from tests.simulation.world import Clock, World

START = datetime(2027, 3, 15, 15, tzinfo=UTC)


@pytest.mark.parametrize("minutes", [-30, -6, 6, 45])
def test_a_wrong_clock_sends_nothing_and_is_named(tmp_path: Path, minutes: int) -> None:
    file = tmp_path / "config.toml"
    file.write_text(PLAN.replace("[digest]", "[policy]\nnotice_hours = 0\n[digest]", 1)
                    + WRITER.format(id="smith", name="Jane Smith", kind="clinical"))  # fmt: skip
    clock = Clock(START, timedelta(minutes=minutes))
    world = World(clock, random.Random(1), "sam@example.edu")
    engine = Engine(load_plan(file), Database("sqlite://"), world, clock)
    report = engine.run_pass()
    assert any("clock" in why for why in report.withheld)
    assert not [m for m in world.accepted if "smith" in m.recipient]
    clock.wrong = timedelta(0)
    clock.now += timedelta(hours=1)
    engine.run_pass()
    assert len([m for m in world.accepted if "smith" in m.recipient]) == 1
