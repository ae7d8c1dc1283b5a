"""How a place in the plan, and the value found there, are named to a person.

`("writer", 1, "worked_together", "weeks")` is `writer[2] "gomez"` and `worked_together.weeks`:
tables as they stand in the file, items counted from 1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from lordaemon.plan.positions import KeyPath

SECRET_PATHS: tuple[KeyPath, ...] = (
    ("mail", "password"),
    ("storage", "database"),
    ("digest", "ping"),
)
"""What stands there may be, or hold, a secret: it is never quoted in a message."""

_NESTED_TABLES: tuple[KeyPath, ...] = (("mail", "imap"), ("mail", "smtp"))
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault before it knows its line: where in the document, and the sentence about it."""

    path: KeyPath
    message: str


def table_label(path: KeyPath, document: Mapping[str, Any]) -> str:
    """The table a path lies in: "[policy]", "[mail.imap]", 'writer[2] "gomez"', or nothing."""
    if len(path) >= 2 and path[0] == "writer" and isinstance(path[1], int):
        return writer_label(path[1], writer_handle(document, path[1]))
    if path[:2] in _NESTED_TABLES and len(path) > 2:
        return f"[{path[0]}.{path[1]}]"
    return f"[{path[0]}]" if len(path) > 1 and isinstance(path[0], str) else ""


def writer_label(index: int, handle: str) -> str:
    """`writer[2] "gomez"`; the index given counts from 0, the one shown from 1."""
    return f'writer[{index + 1}] "{handle}"' if handle else f"writer[{index + 1}]"


def writer_handle(document: Mapping[str, Any], index: int) -> str:
    """The id of a writer, or else the name, if there is a printable one."""
    tables = document.get("writer")
    writer = tables[index] if isinstance(tables, list | tuple) and index < len(tables) else None
    for key in ("id", "name"):
        handle = writer.get(key) if isinstance(writer, Mapping) else None
        if isinstance(handle, str) and handle.strip() and handle.isprintable():
            return handle.strip()[:_LONGEST_SHOWN]
    return ""


def key_label(path: KeyPath) -> str:
    """The key inside its table: "remind_after_days", "worked_together.weeks", "highlights[3]"."""
    inside: KeyPath = path
    if (len(path) > 2 and path[0] == "writer") or (path[:2] in _NESTED_TABLES and len(path) > 2):
        inside = path[2:]
    elif len(path) > 1:
        inside = path[1:]
    label = ""
    for part in inside:
        label += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if label else part
    return label


def is_secret(path: KeyPath) -> bool:
    """Whether the value at this path must not be shown."""
    return any(path[: len(secret)] == secret for secret in SECRET_PATHS)


def toml_value(value: Any) -> str:
    """A value as the plan writes it, cut to a length that fits a message."""
    shown = _toml(value)
    return shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"


def assignment(path: KeyPath, value: Any) -> str:
    """`remind_after_days = 40`, or the key alone where the value is a secret or a table."""
    key = key_label(path)
    if is_secret(path) or isinstance(value, Mapping):
        return key
    return f"{key} = {toml_value(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    return str(value)
