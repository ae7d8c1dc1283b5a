"""The document against the model: what pydantic finds, told in plain words.

Bounds, choices and examples are read from the model's own fields, so a message can't disagree
with the check behind it. Relations between keys are `relations`, not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import annotated_types
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from lordaemon.plan.described import (
    example,
    field_at,
    fields_of,
    literals,
    model_inside,
    outside,
)
from lordaemon.plan.fields import day_meant, suggestion
from lordaemon.plan.model import Plan
from lordaemon.plan.places import Problem, assignment, key_label, toml_value
from lordaemon.plan.positions import KeyPath
from lordaemon.plan.unknown import unknown_key

_PLAIN_TYPES = {
    "string_type": "should be text in quotes",
    "int_type": "should be a whole number, without quotes",
    "float_type": "should be a number, without quotes",
    "bool_type": "should be true or false, without quotes",
    "date_type": "should be a day without quotes, year-month-day",
    "time_type": "should be a time of day in quotes",
    "tuple_type": "should be a list in [brackets]",
}


def validate(document: Mapping[str, Any]) -> tuple[Plan | None, list[Problem]]:
    """The plan, or everything about the document that doesn't fit the model."""
    try:
        return Plan.model_validate(_with_tuples(document), strict=True), []
    except ValidationError as refused:
        return None, list(_problems(refused, document))


def _with_tuples(value: Any) -> Any:
    """TOML has lists, the frozen plan has tuples; strict validation tells them apart."""
    if isinstance(value, list):
        return tuple(map(_with_tuples, value))
    if isinstance(value, dict):
        return {key: _with_tuples(item) for key, item in value.items()}
    return value


def _problems(refused: ValidationError, document: Mapping[str, Any]) -> Iterator[Problem]:
    for error in refused.errors(include_url=False):
        path = error["loc"]
        if error["type"] == "too_short" and path == ("writer",) and document.get("writer"):
            continue  # pydantic counts only writers without a fault; theirs are told already
        yield Problem(path, _message(path, error))


def _message(path: KeyPath, error: ErrorDetails) -> str:
    """One sentence about one key, with an example where one helps."""
    kind, value = error["type"], error["input"]
    field = field_at(path)
    found = assignment(path, value)
    if path[:2] == ("policy", "send_hours") and len(path) == 3 and kind == "missing":
        return _pair_wanted(path[:2], value)
    if kind == "missing":
        return _missing(path, field)
    if kind == "extra_forbidden":
        return unknown_key(path, value)
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return _table_wanted(path)
    if kind == "value_error":
        return f"{found} {error['ctx']['error']}"
    if kind == "literal_error":
        return f"{found} is not one of {_choices(path, field, value)}"
    if field and kind in ("greater_than_equal", "less_than_equal"):
        return f"{found} {outside(field)}; write e.g. {example(path, field)}"
    if kind in ("too_long", "too_short", "string_too_long", "string_too_short"):
        return _wrong_length(path, value, field, found)
    if kind == "string_pattern_mismatch":
        return _bad_handle(value)
    if kind == "date_type" and isinstance(value, str) and (day := day_meant(value)):
        return f"{found} is text; a date stands without quotes: {key_label(path)} = {day}"
    if path == ("writer",):
        return 'writers are tables; begin each with a line "[[writer]]", with two brackets'
    wanted = _PLAIN_TYPES.get(kind, "can't be used here")
    sample = example(path, field)
    return f"{found} {wanted}" + (f"; write e.g. {sample}" if sample else "")


def _missing(path: KeyPath, field: FieldInfo | None) -> str:
    key = key_label(path)
    model = model_inside(field)
    if model is None or path[0] == "writer":
        return f"{key} is missing; write e.g. {example(path, field)}"
    needed = [name for name, inner in fields_of(model).items() if inner.is_required()]
    return f"the table [{key}] is missing; it needs {', '.join(needed)}"


def _table_wanted(path: KeyPath) -> str:
    key = key_label(path)
    if path == ("mail", "password"):
        return (
            "password should say where the password lies, and never be the password; "
            "write e.g. password = { keyring = true } and run `lordaemon password`"
        )
    if path[0] == "writer" and len(path) == 2:
        return 'should be a table; begin it with a line "[[writer]]"'
    if path[0] == "writer":
        return f"{key} should be a table; write e.g. {example(path, field_at(path))}"
    header = ".".join(str(part) for part in path if isinstance(part, str))
    return f'{key} should be a table; begin it with a line "[{header}]"'


def _choices(path: KeyPath, field: FieldInfo | None, value: Any) -> str:
    choices = literals(field.annotation if field else None)
    near = suggestion(value, choices) if isinstance(value, str) else None
    hint = f'did you mean "{near}"?' if near else f"write e.g. {example(path, field)}"
    return f"{', '.join(choices)}; {hint}"


def _wrong_length(path: KeyPath, value: Any, field: FieldInfo | None, found: str) -> str:
    key = key_label(path)
    if path == ("policy", "send_hours"):
        return _pair_wanted(path, value)
    if path == ("writer",):
        return 'there is no writer yet; add one with a line "[[writer]]" and its keys below it'
    limits = field.metadata if field else []
    most = next((m.max_length for m in limits if isinstance(m, annotated_types.MaxLen)), None)
    if isinstance(value, str) and not value.strip():
        return f"{key} is empty; write e.g. {example(path, field)}"
    if isinstance(value, str):
        return f"{found} is longer than {most} characters"
    if most is not None and len(value) > most:
        return f"{key} has {len(value)} entries, at most {most} are allowed; keep the strongest"
    return f"{key} is an empty list; write e.g. {example(path, field)}"


def _pair_wanted(path: KeyPath, value: Any) -> str:
    return (
        f"{assignment(path, value)} should be two times, from and to; "
        'write e.g. send_hours = ["08:30", "17:30"]'
    )


def _bad_handle(value: str) -> str:
    slug = re.sub(r"[^a-z0-9_]+", "-", value.lower()).strip("-_")
    handle = slug[:40].strip("-_") or "smith"
    return (
        f"id = {toml_value(value)} should be a short handle of a-z, 0-9, - and _ that begins with "
        f'a letter or digit; write e.g. id = "{handle}"'
    )
