"""Tables and bold words for a terminal, plain where there is none.

Colours carry no meaning, so nothing is lost without them: bold only, and not even that when the
output is piped or `NO_COLOR` is set (no-color.org).
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence

PIPED_WIDTH = 1000
"""Columns where nobody looks: a line in a pipe is never broken."""


def width() -> int:
    """The terminal's width in columns; wide enough for everything when there is none."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS", "").isdigit():
        return PIPED_WIDTH
    return shutil.get_terminal_size((80, 24)).columns


def wrapped(text: str, room: int, *, first: str = "", behind: str = "") -> str:
    """A text in lines `room` columns wide, each paragraph for itself; a list's lines hang."""
    lines = []
    for line in text.split("\n"):
        hang = "  " if line.startswith("- ") else ""
        lines += textwrap.wrap(
            line, room, initial_indent=first, subsequent_indent=behind + hang,
            break_long_words=False, break_on_hyphens=False,
        ) or [""]  # fmt: skip
    return "\n".join(lines)


def bold(text: str) -> str:
    """Bold on a terminal, as it is elsewhere."""
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return text if plain else f"\x1b[1m{text}\x1b[0m"


def columns(text: str) -> int:
    """How many columns a text takes: wide letters two, marks on a letter none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> str:
    """A table `room` columns wide at most; where it can't be, each row stands as a short list."""
    wide = [max(columns(row[i]) for row in (headings, *rows)) for i in range(len(headings))]
    if sum(wide) + 2 * (len(wide) - 1) > room:
        return "\n\n".join(_card(headings, row) for row in rows)
    head, *lines = (
        "  ".join(cell + " " * (size - columns(cell)) for cell, size in zip(row, wide, strict=True))
        .rstrip() for row in (headings, *rows)
    )  # fmt: skip
    return "\n".join([bold(head), *lines])


def _card(headings: Sequence[str], row: Sequence[str]) -> str:
    size = max(columns(heading) for heading in headings[1:]) + 1
    lines = [
        f"  {heading:{size}} {cell}" for heading, cell in zip(headings[1:], row[1:], strict=True)
    ]
    return "\n".join([bold(row[0]), *lines])
