"""A few seeds of the simulation in the ordinary test run; the many run by `make simulate`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.season import Season, play


@pytest.mark.parametrize("seed", [1, 7, 12])
def test_a_season_keeps_every_invariant(seed: int, tmp_path: Path) -> None:
    violations, season = play(seed, tmp_path)
    assert violations == []
    assert season.passes > 10


def test_a_seed_replays_exactly(tmp_path: Path) -> None:
    stories = []
    for _ in range(2):
        story: list[str] = []
        (tmp_path / "cv.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
        season = Season(3, tmp_path)
        season.student.log = story.append
        season.play()
        letters = [(m.at, m.kind) for p in season.ledger.people for m in p.left]
        stories.append((story, letters, season.passes))
    assert stories[0] == stories[1]
