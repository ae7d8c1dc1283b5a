"""Positions point at their keys, in any document tomli accepts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from lordaemon.plan.positions import KeyPath, Position, positions

Tree = dict[str, Any]

SPACES = st.sampled_from(["", " ", "\t", "  "])
BREAKS = st.sampled_from(["", "\n", '  # a [b] = "c\n', "\r\n\t"])
BARE_KEYS = st.text("abcXYZ019_-", min_size=1, max_size=6)
ANY_KEYS = st.one_of(BARE_KEYS, st.text("a.\"'\\é\t\n ]=#", max_size=5))
SCALARS = st.sampled_from(
    [
        "1", "-1_000.5e3", "true", "inf", "2027-09-22", "2027-09-22 10:00:00Z", "08:30", "0xff",
        '""', "''", '"a ] } , # \\" b"', "'c:\\'", '"""\nx"y""z\\""""', "'''it's\n]'''",
        '"""two quotes at the end"""""', "''''one'''", '"\\u00e9\\\\"',
    ]
)  # fmt: skip


@dataclass
class Writing:
    """A document in the making: the text so far and where its keys were put."""

    text: str = ""
    places: dict[KeyPath, int] = field(default_factory=dict)

    def mark(self, path: KeyPath) -> None:
        self.places.setdefault(path, len(self.text))


def spelled(draw: st.DrawFn, key: str) -> str:
    if key and all(char in "abcXYZ019_-" for char in key) and draw(st.booleans()):
        return key
    if "'" not in key and "\n" not in key and draw(st.booleans()):
        return f"'{key}'"
    escaped = key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def put_value(draw: st.DrawFn, out: Writing, path: KeyPath, depth: int) -> None:
    kind = draw(st.integers(0, 3 if depth else 1))
    if kind <= 1:
        out.text += draw(SCALARS)
    elif kind == 2:
        count = draw(st.integers(0, 3))
        out.text += "["
        for index in range(count):
            out.text += draw(BREAKS)
            out.mark((*path, index))
            put_value(draw, out, (*path, index), depth - 1)
            out.text += draw(BREAKS) + ("," if index < count - 1 or draw(st.booleans()) else "")
        out.text += draw(BREAKS) + "]"
    else:
        keys = draw(st.lists(ANY_KEYS, max_size=3, unique=True))
        out.text += "{"
        for index, key in enumerate(keys):
            out.text += draw(BREAKS)
            put_pair(draw, out, path, key, depth - 1)
            out.text += draw(BREAKS) + ("," if index < len(keys) - 1 else "")
        out.text += draw(BREAKS) + "}"


def put_pair(draw: st.DrawFn, out: Writing, base: KeyPath, key: str, depth: int) -> None:
    path: KeyPath = (*base, key)
    out.mark(path)
    out.text += spelled(draw, key)
    if draw(st.integers(0, 4)) == 0:  # a dotted key
        inner = draw(ANY_KEYS)
        path = (*path, inner)
        out.places.setdefault(path, out.places[path[:-1]])
        out.text += draw(SPACES) + "." + draw(SPACES) + spelled(draw, inner)
    out.text += draw(SPACES) + "=" + draw(SPACES)
    put_value(draw, out, path, depth)


def put_pairs(draw: st.DrawFn, out: Writing, base: KeyPath) -> None:
    for key in draw(st.lists(ANY_KEYS, max_size=4, unique=True)):
        out.text += draw(SPACES)
        put_pair(draw, out, base, f"{key}-{len(base)}", 3)
        out.text += draw(st.sampled_from(["\n", "  # c = 1\n", "\r\n\n"]))


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, Position]]:
    """A valid document and the place of every key in it."""
    out = Writing(draw(st.sampled_from(["", "\n", "# first\n"])))
    put_pairs(draw, out, ())
    for key in draw(st.lists(BARE_KEYS, max_size=3, unique=True)):
        header, repeats = f"t.{key}", draw(st.integers(0, 3))
        for index in range(repeats or 1):
            path: KeyPath = ("t", key, index) if repeats else ("t", key)
            for length in range(1, len(path) + 1):
                out.mark(path[:length])
            out.text += f"[[ {header} ]] # x\n" if repeats else f"[{header}]\n"
            put_pairs(draw, out, path)
            if draw(st.booleans()):
                out.mark((*path, "sub"))
                out.text += f"[{header}.sub]\n"
                put_pairs(draw, out, (*path, "sub"))
    lines = {
        path: (out.text.count("\n", 0, at) + 1, at - (out.text.rfind("\n", 0, at) + 1) + 1)
        for path, at in out.places.items()
    }
    return out.text, lines


def key_paths(value: Any, base: KeyPath = ()) -> set[KeyPath]:
    """Every key and index of a parsed document."""
    inside: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    paths = {(*base, key) for key, _ in inside}
    return paths.union(*(key_paths(item, (*base, key)) for key, item in inside))


@given(documents())
def test_each_position_points_at_its_key(document: tuple[str, dict[KeyPath, Position]]) -> None:
    text, expected = document
    found = positions(text)
    assert found == expected
    assert set(found) == key_paths(tomli.loads(text))


def test_the_places_of_a_plan() -> None:
    text = (
        '# mine\r\n[mail.imap]\r\nport = 993\r\n\n[[writer]]\nid = "a"\n  [[writer]]\n'
        'worked_together = { what = "x",\n weeks = 4 }\nhighlights = ["a",\n  "b"]'
    )
    found = positions(text)
    assert found["mail", "imap", "port"] == (3, 1)
    assert found["writer", 0, "id"] == (6, 1)
    assert found["writer", 1] == (7, 3)
    assert found["writer", 1, "worked_together", "weeks"] == (9, 2)
    assert found["writer", 1, "highlights", 1] == (11, 3)


@pytest.mark.parametrize("bracket", ["[]", "{}"])
def test_depth_is_no_matter(bracket: str) -> None:
    start = "[" if bracket == "[]" else "{a="
    text = "k = " + start * 390 + ("1" if bracket == "{}" else "") + bracket[1] * 390
    assert len(positions(text)) == len(key_paths(tomli.loads(text)))
