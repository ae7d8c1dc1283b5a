"""docs/letters.md shows the letters as they are, and its template works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lordaemon.letters.compose import compose
from lordaemon.letters.facts import facts
from lordaemon.plan.unfinished import unfilled
from tests.letters.examples import ASKED, PAGE, example_plan, finished, with_examples
from tests.letters.sample import HIGHLIGHTS, TODAY, smith


def test_the_examples_are_the_letters_of_today() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_examples(page) == page, "run `python -m tests.letters.examples`"


@pytest.mark.parametrize("name", sorted(finished()))
def test_a_finished_letter_has_nothing_left_to_fill_in(name: str) -> None:
    text = finished()[name]
    assert unfilled(text) is None
    assert not re.search(r"[{}\[\]<>]|\bNone\b|  | [.,;:!?]|\n\n\n|\.\.", text)
    assert not any(line != line.strip() for line in text.splitlines())


def test_the_template_of_the_page_makes_a_letter(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    found = re.search(r"<!-- template -->\n```jinja\n(.*?)```", page, re.DOTALL)
    assert found
    (tmp_path / "own.txt").write_text(found[1], encoding="utf-8")
    plan, writer = smith(tmp_path, template="own.txt")
    draft = compose(plan, writer, "request", today=TODAY)
    assert draft.subject == "A letter for Internal Medicine? Sam Rivera"
    assert all(f"- {line}\n" in draft.text for line in HIGHLIGHTS)


def test_the_page_names_every_word_a_template_may_use(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    plan = example_plan(tmp_path)
    for name in facts(plan, plan.writers[0], today=ASKED):
        assert f"`{name}`" in page, name
