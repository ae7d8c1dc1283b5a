"""Every plan in tests/bad_plans is refused with exactly the lines of the .txt file beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lordaemon.errors import PlanUnusable
from lordaemon.plan.load import load_plan

FOLDER = Path(__file__).parent.parent / "bad_plans"
BAD_PLANS = sorted(FOLDER.glob("*.toml"))
JARGON = re.compile(
    r"pydantic|traceback|validation|input should|value_error|tuple|dict\b|str\b|instance|"
    r"datetime|field required|extra inputs|regex|pattern|nonetype",
    re.IGNORECASE,
)


def refusal(path: Path) -> PlanUnusable:
    with pytest.raises(PlanUnusable) as refused:
        load_plan(path)
    return refused.value


@pytest.mark.parametrize("path", BAD_PLANS, ids=lambda path: path.stem)
def test_a_bad_plan_is_told_exactly_so(path: Path) -> None:
    expected = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    told = str(refusal(path)).replace(f"{path}", path.name).splitlines()
    assert told == expected


@pytest.mark.parametrize("path", BAD_PLANS, ids=lambda path: path.stem)
def test_every_line_is_for_a_person(path: Path) -> None:
    refused = refusal(path)
    lines = str(refused).splitlines()
    assert lines == [str(fault) for fault in refused.faults]
    assert len(set(lines)) == len(lines)
    assert [fault.line or 0 for fault in refused.faults] == sorted(
        fault.line or 0 for fault in refused.faults
    )
    for line in lines:
        assert line.startswith(str(path))
        assert not JARGON.search(line.removeprefix(str(path))), line
        assert line.isprintable()
        assert len(line) - len(str(path)) < 300
    assert refused.exit_code == 78


@pytest.mark.parametrize("path", BAD_PLANS, ids=lambda path: path.stem)
def test_a_secret_in_the_wrong_place_is_not_repeated(path: Path) -> None:
    assert "correct" not in str(refusal(path))
    assert any("correct" in path.read_text(encoding="utf-8") for path in BAD_PLANS)


def test_there_is_a_plan_for_every_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {path.stem for path in BAD_PLANS}
    assert len(BAD_PLANS) > 50
