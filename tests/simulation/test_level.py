"""Memory and open files stay level over a season of a program that is never restarted."""

from __future__ import annotations

import gc
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lordaemon.engine import Engine
from lordaemon.plan.load import load_plan
from lordaemon.store.database import Database
from tests.simulation.test_silence import PLAN, WRITER
from tests.simulation.world import INBOX, SENT, Clock, World

LOOKS = 105
MOST_GROWTH = 3 * 1024
"""KiB between the end of the first third and the end of the last."""


def memory() -> int:
    """Resident memory in KiB (proc(5), VmRSS)."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line[:5] == "VmRSS")


def open_files() -> int:
    """Handles of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_memory_and_open_files_are_level_over_a_season(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    people = (("smith", "Jane Smith", "clinical"), ("lee", "Ann Lee", "research"))
    tables = [WRITER.format(id=i, name=name, kind=kind) for i, name, kind in people]
    file.write_text(PLAN.replace("quiet_days = false", "quiet_days = true") + "".join(tables))
    clock = Clock(datetime(2027, 3, 1, 15, tzinfo=UTC))
    world = World(clock, random.Random(7), "sam@example.edu")
    database = Database(f"sqlite:///{tmp_path}/lordaemon.db")
    engine = Engine(load_plan(file), database, world, clock)
    measured: list[tuple[int, int]] = []
    digests = 0
    for look in range(LOOKS):
        digests += engine.run_pass().digest
        clock.now += timedelta(days=150) / LOOKS
        # the world's own memory is no matter here
        world.accepted.clear()
        for folder in (INBOX, SENT):
            world.folders[folder].clear()
        if look in (LOOKS // 3, LOOKS - 1):
            measured.append((memory(), open_files()))
    assert digests > 60
    first, last = measured
    print(f"memory {first[0]} KiB -> {last[0]} KiB, open files {first[1]} -> {last[1]}")
    assert last[0] - first[0] < MOST_GROWTH
    assert last[1] == first[1]
