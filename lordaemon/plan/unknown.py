"""Keys the plan doesn't know: where they belong, or what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lordaemon.plan.described import bounds, fields_of, model_inside, outside
from lordaemon.plan.fields import suggestion
from lordaemon.plan.model import Plan
from lordaemon.plan.places import key_label, toml_value
from lordaemon.plan.positions import KeyPath

_KEYS_WORTH_LISTING = 12


def unknown_key(path: KeyPath, value: Any) -> str:
    """What to say of a key its table doesn't have. The value itself is shown only if a number."""
    table, key = path[:-1], str(path[-1])
    homes = {home: field for home, name, field in _homes() if name == key and home != _home(table)}
    if homes:
        return _misplaced(table, key, value, homes)
    here = fields_of(_model_at(table))
    label = key_label(path)
    if near := suggestion(key, here, 0.7):
        return f"{label} is not a key of the plan; did you mean {near}?"
    elsewhere = {name: home for home, name, _ in _homes()}
    if near := suggestion(key, elsewhere, 0.8):
        home = elsewhere[near]
        return f"{label} is not a key of the plan; did you mean {near}, which belongs in {home}?"
    known = ", ".join(here) if len(here) <= _KEYS_WORTH_LISTING else "shown in config.example.toml"
    return f"{label} is not a key of the plan; the keys here are {known}"


def _misplaced(table: KeyPath, key: str, value: Any, homes: dict[str, FieldInfo]) -> str:
    belongs = f"{key} belongs in {' or '.join(homes)}"
    field = next(iter(homes.values()))
    low, high = bounds(field)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and ((low is not None and value < low) or (high is not None and value > high)):
        example = toml_value(field.default if not field.examples else field.examples[0])
        return f"{key} = {value} {outside(field)}; write e.g. {key} = {example}; and {belongs}"
    if not table and isinstance(value, dict) and model_inside(field):
        return f"{belongs}, not here; write [{next(iter(homes)).strip('[]')}.{key}] above its keys"
    if table[:1] == ("writer",) and len(table) > 2:
        return f"{belongs}, not here; move it above the line [writer.{table[-1]}]"
    return f"{belongs}, not here"


def _homes() -> Iterator[tuple[str, str, FieldInfo]]:
    """Every key of the plan: the table it lives in, its name, its field."""

    def walk(path: KeyPath, model: type[BaseModel]) -> Iterator[tuple[str, str, FieldInfo]]:
        for name, field in fields_of(model).items():
            inner = model_inside(field)
            if path or inner is None:
                yield _home(path), name, field
            if inner:
                yield from walk((*path, name), inner)

    return walk((), Plan)


def _home(table: KeyPath) -> str:
    names = [part for part in table if isinstance(part, str)]
    if names == ["writer"]:
        return "[[writer]]"
    if names and names[-1] in ("worked_together", "password"):
        return f"{names[-1]} of {_home(tuple(names[:-1]))}"
    return f"[{'.'.join(names)}]" if names else ""


def _model_at(table: KeyPath) -> type[BaseModel]:
    model: type[BaseModel] = Plan
    for part in table:
        if isinstance(part, str):
            model = model_inside(fields_of(model)[part]) or model
    return model
