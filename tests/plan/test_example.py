"""config.example.toml loads as it stands, and shows every key the plan has."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

from lordaemon.plan.advice import advice, blocking
from lordaemon.plan.described import fields_of, model_inside
from lordaemon.plan.load import load_plan
from lordaemon.plan.model import Plan

EXAMPLE = Path(__file__).parent.parent.parent / "config.example.toml"


def every_key(model: type[BaseModel]) -> set[str]:
    """The names of all keys of the plan, at every level."""
    keys: set[str] = set()
    for name, field in fields_of(model).items():
        inner = model_inside(field)
        keys |= {name} | (every_key(inner) if inner else set())
    return keys


def test_every_key_is_shown() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for key in every_key(Plan):
        assert re.search(rf"(^|[\s{{\[.]){key}\s*(=|\])", text, re.MULTILINE), key


def test_it_shows_the_defaults_it_speaks_of() -> None:
    plan = load_plan(EXAMPLE)
    policy = type(plan.policy)()
    assert plan.policy == policy
    assert plan.digest.at == type(plan.digest)().at
    assert plan.season.name == str(plan.season.deadline.year + 1)
    assert plan.storage == type(plan.storage)()


def test_only_the_files_are_missing(tmp_path: Path) -> None:
    home = tmp_path / "config.toml"
    home.write_bytes(EXAMPLE.read_bytes())
    missing = blocking(load_plan(home))
    assert set(missing) == {"smith", "lee", "gomez", "okafor", "hansen"}
    assert all(
        "there is no file" in fault.message for faults in missing.values() for fault in faults
    )
    for name in ("cv.pdf", "personal-statement.pdf", "letter-request-form.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7 a file")
    assert blocking(load_plan(home)) == {}


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 3, 1)])
def test_an_advisor_has_nothing_to_add(today: date) -> None:
    assert advice(load_plan(EXAMPLE), today) == []


def test_no_line_is_too_long_for_a_terminal() -> None:
    assert all(len(line) <= 100 for line in EXAMPLE.read_text(encoding="utf-8").splitlines())
