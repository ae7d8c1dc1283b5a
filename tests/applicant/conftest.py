"""A season that starts on Monday 15 March 2027, nine in the morning in Chicago."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.applicant.season import WRITERS, Season

Start = Callable[..., Season]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Makes a season; keyword arguments are lines of the plan by table."""

    def make(at: str = "2027-03-15 09:00", tables: tuple[str, ...] = (), **settings: Any) -> Season:
        chicago = ZoneInfo("America/Chicago")
        when = datetime.fromisoformat(at).replace(tzinfo=chicago).astimezone(UTC)
        return Season(tmp_path, when, tables or WRITERS, settings)

    return make


@pytest.fixture
def season(start: Start) -> Season:
    """Three writers; the requests are shown and wait, and the first digest is there."""
    made = start()
    made.look()
    return made
