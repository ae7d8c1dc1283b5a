"""The planted faults still fit the program, and two of them are planted (all: `make planted`)."""

from __future__ import annotations

import pytest

from tests.simulation.planted import FAULTS, ROOT, Planted, plant


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_a_fault_replaces_is_there(fault: Planted) -> None:
    for name, old, new in fault.changes:
        assert old != new
        assert old in (ROOT / "lordaemon" / name).read_text(), f"{name} has changed"


@pytest.mark.parametrize(
    ("name", "fires"),
    [
        ("S1 doubt", "test_killed_after_the_dot_it_asks_and_sends_no_second"),
        ("S8", "test_s08_after_a_long_sleep"),
    ],
)
def test_a_planted_fault_is_noticed(name: str, fires: str) -> None:
    (fault,) = (f for f in FAULTS if f.name == name)
    assert plant(fault, seeds=0).startswith(fires)
