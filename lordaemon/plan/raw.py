"""Reading a document that may hold anything: what has the wrong kind counts as not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from lordaemon.plan.fields import FIRST_YEAR, LAST_YEAR

Document = Mapping[str, Any]
Table = Mapping[str, Any]


def table_at(document: Document, *names: str) -> Table:
    """The table [a.b], empty where there is none."""
    table: Any = document
    for name in names:
        table = table.get(name) if isinstance(table, Mapping) else None
    return table if isinstance(table, Mapping) else {}


def writer_tables(document: Document) -> list[tuple[int, Table]]:
    """Every [[writer]] with its index from 0."""
    tables = document.get("writer")
    if not isinstance(tables, list):
        return []
    return [(index, table) for index, table in enumerate(tables) if isinstance(table, Mapping)]


def text_of(table: Table, key: str) -> str:
    """A text without the blanks around it, empty where there is none."""
    value = table.get(key)
    return value.strip() if isinstance(value, str) else ""


def texts_of(table: Table, key: str) -> list[str]:
    """The texts of a list."""
    value = table.get(key)
    items = value if isinstance(value, list) else []
    return [item.strip() for item in items if isinstance(item, str)]


def day_of(table: Table, key: str) -> date | None:
    """A day, where the key holds one of a year that can be meant."""
    value = table.get(key)
    if not isinstance(value, date) or isinstance(value, datetime):
        return None
    return value if FIRST_YEAR <= value.year <= LAST_YEAR else None
