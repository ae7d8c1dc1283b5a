"""What the model says about a key: its field, bounds, choices and an example."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from lordaemon.plan.model import Plan
from lordaemon.plan.places import toml_value
from lordaemon.plan.positions import KeyPath


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a table by the name they have in the file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def model_inside(field: FieldInfo | None) -> type[BaseModel] | None:
    """The table type a field holds: itself, optional, or in a tuple."""
    return _model_in(field.annotation) if field else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    """The lowest and the highest value a number field takes."""
    low = high = None
    for limit in field.metadata:
        if isinstance(limit, annotated_types.Ge):
            low = float(str(limit.ge))
        elif isinstance(limit, annotated_types.Le):
            high = float(str(limit.le))
    return low, high


def outside(field: FieldInfo) -> str:
    """What a number beyond the field's bounds is told: "is outside 14..21"."""
    low, high = bounds(field)
    if low is not None and high is not None:
        return f"is outside {low:g}..{high:g}"
    return f"is below {low:g}" if low is not None else f"is above {high:g}"


def literals(annotation: Any) -> list[str]:
    """The words a field is limited to, if it is."""
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    return [choice for inner in get_args(annotation) for choice in literals(inner)]


def field_at(path: KeyPath) -> FieldInfo | None:
    """The model's field for a key path; for an item of a list, the list's field."""
    model: type[BaseModel] | None = Plan
    field: FieldInfo | None = None
    for part in path:
        if isinstance(part, int):
            continue
        field = fields_of(model).get(part) if model else None
        model = model_inside(field)
    return field


def example(path: KeyPath, field: FieldInfo | None) -> str:
    """`letters = 4`: from the field's example, or its default; nothing for an item of a list."""
    if field is None or isinstance(path[-1], int):
        return ""
    value: Any = field.examples[0] if field.examples else field.default
    if value is PydanticUndefined or value is None:
        return ""
    return f"{path[-1]} = {toml_value(value)}"
