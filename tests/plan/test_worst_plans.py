"""docs/worst-plans.md shows what `check` says; here it is compared with what it does say."""

from __future__ import annotations

from pathlib import Path

from tests.plan import worst


def test_the_page_of_worst_plans_is_true() -> None:
    assert worst.PAGE.read_text(encoding="utf-8") == worst.page(), (
        "write it anew: python -m tests.plan.worst"
    )


def test_the_good_plan_is_good(tmp_path: Path) -> None:
    said = worst.says(worst.Worst("good"), tmp_path)
    assert said == "The plan is good: 4 writers, 4 letters wanted by 2027-09-22."
