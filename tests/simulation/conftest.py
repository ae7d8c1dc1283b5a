"""What the stories share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.story import Story


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Monday morning, nothing sent yet."""
    return Story(tmp_path)
