"""The disk is full, or the file can't be written: nothing is sent twice, and a person is told."""

from __future__ import annotations

import os
import random
import resource
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lordaemon.engine import Engine
from lordaemon.errors import DatabaseUnusable
from lordaemon.plan.load import load_plan
from lordaemon.store.database import Database
from tests.simulation.test_silence import PLAN, WRITER
from tests.simulation.world import Clock, World

START = datetime(2027, 3, 15, 15, tzinfo=UTC)


@pytest.fixture
def scene(tmp_path: Path) -> tuple[Callable[[], Engine], World]:
    """A season on a file, on the morning the request is due."""
    file = tmp_path / "config.toml"
    policy = "[policy]\nnotice_hours = 0\n"
    file.write_text(PLAN.replace("[digest]", policy + "[digest]", 1)
                    + WRITER.format(id="smith", name="Jane Smith", kind="clinical"))  # fmt: skip
    world = World(Clock(START), random.Random(3), "sam@example.edu", saves_sent=True)

    def start() -> Engine:
        return Engine(load_plan(file), Database(f"sqlite:///{tmp_path}/l.db"), world, world.clock)

    return start, world


def requests(world: World) -> int:
    """How often the writer was asked."""
    return sum(m.recipient == "smith@hospital.example" for m in world.accepted)


@pytest.mark.parametrize("room", range(0, 40, 4))
def test_a_disk_that_fills_up_at_any_commit(
    scene: tuple[Callable[[], Engine], World], room: int
) -> None:
    start, world = scene
    engine = start()

    def pages(most: int) -> None:
        with engine.database.engine.connect() as conn:
            conn.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    with engine.database.engine.connect() as conn:
        used = int(conn.exec_driver_sql("PRAGMA page_count").scalar() or 0)
    pages(used + room)
    try:
        engine.run_pass()
    except DatabaseUnusable as told:
        assert "disk is full" in str(told)  # noqa: PT017  # with enough room nothing is raised
    assert requests(world) <= 1
    engine.database.close()
    for _ in range(3):  # there is room again
        world.clock.now += timedelta(hours=1)
        again = start()
        again.run_pass()
        again.database.close()
    assert requests(world) == 1


def test_a_database_that_turns_read_only_sends_nothing(
    scene: tuple[Callable[[], Engine], World],
) -> None:
    start, world = scene
    engine = start()
    with engine.database.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA query_only = ON")
        conn.commit()
    with pytest.raises(DatabaseUnusable, match="can't be used"):
        engine.run_pass()
    assert not world.accepted


def test_a_damaged_page_is_told_and_nothing_is_sent(
    scene: tuple[Callable[[], Engine], World], tmp_path: Path
) -> None:
    start, world = scene
    start().database.close()
    file = tmp_path / "l.db"
    data = bytearray(file.read_bytes())
    data[4096 : len(data)] = b"\xa5" * (len(data) - 4096)
    file.write_bytes(bytes(data))
    with pytest.raises(DatabaseUnusable, match="damaged"):
        start().run_pass()
    assert not world.accepted


def test_out_of_file_handles_is_told(scene: tuple[Callable[[], Engine], World]) -> None:
    start, world = scene
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)  # the limit is about a handle's number; below this one none is free
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free + 1, hard))  # one, to read the plan
    try:
        with pytest.raises(DatabaseUnusable, match="can't be"):
            start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert not world.accepted
