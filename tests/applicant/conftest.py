"""A season that starts on Monday 15 March 2027, nine in the morning in Chicago."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.applicant.season import WRITERS, Season

MONDAY = datetime(2027, 3, 15, 14, 0, tzinfo=UTC)
Start = Callable[..., Season]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Makes a season; keyword arguments are lines of the plan by table."""

    def make(at: datetime = MONDAY, tables: tuple[str, ...] = (), **settings: Any) -> Season:
        return Season(tmp_path, at, tables or WRITERS, settings)

    return make


@pytest.fixture
def season(start: Start) -> Season:
    """Three writers; the requests are shown and wait, and the first digest is there."""
    made = start()
    made.look()
    return made
