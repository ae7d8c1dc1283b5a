"""Where each key of a TOML document stands: key path -> (line, column), both counted from 1.

For documents `tomli` has accepted, and only for those: the scanner knows the grammar well enough
to step over any valid value (https://toml.io/en/v1.1.0) and leaves every judgement to tomli.
Paths are tuples of keys and, inside arrays, of indices counted from 0, as pydantic's `loc` has
them: ("writer", 1, "worked_together", "weeks").
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

import tomli

KeyPath = tuple[str | int, ...]
Position = tuple[int, int]

_BLANK = " \t"
_BLANK_LINES = " \t\r\n"
_AFTER_SCALAR = ",]}#\r\n"


def positions(text: str) -> dict[KeyPath, Position]:
    """The place of every key, table header and array item. `text` must be valid TOML."""
    scanner = _Scanner(text)
    scanner.document()
    line_starts = [0, *(i + 1 for i, char in enumerate(text) if char == "\n")]

    def place(offset: int) -> Position:
        line = bisect_right(line_starts, offset)
        return line, offset - line_starts[line - 1] + 1

    return {path: place(offset) for path, offset in scanner.found.items()}


@dataclass
class _Open:
    """An array (`items` counts what was met) or an inline table (`items` is None) being read."""

    path: KeyPath
    items: int | None


@dataclass
class _Scanner:
    """One walk over the text. `at` is the offset of the next character to look at."""

    text: str
    at: int = 0
    found: dict[KeyPath, int] = field(default_factory=dict)
    tables: dict[KeyPath, int] = field(default_factory=dict)
    """For every array of tables: the index of its newest table."""

    def document(self) -> None:
        """Headers and key/value pairs, one after the other, to the end of the text."""
        base: KeyPath = ()
        while True:
            self._skip_blank_lines()
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                base = self._header()
            else:
                self._value(self._key_of_pair(base))

    def _header(self) -> KeyPath:
        """`[a.b]` or `[[a.b]]`: the path its keys belong to."""
        start = self.at
        brackets = 2 if self.text.startswith("[[", start) else 1
        self.at += brackets
        keys = self._dotted_key()
        self.at += brackets
        path: KeyPath = ()
        for depth, key in enumerate(keys, start=1):
            path = (*path, key)
            self.found.setdefault(path, start)
            if depth == len(keys) and brackets == 2:
                self.tables[path] = self.tables.get(path, -1) + 1
            if path in self.tables:
                path = (*path, self.tables[path])
                self.found.setdefault(path, start)
        return path

    def _key_of_pair(self, base: KeyPath) -> KeyPath:
        """The key before an equals sign; stops at the value."""
        start = self.at
        path = base
        for key in self._dotted_key():
            path = (*path, key)
            self.found.setdefault(path, start)
        self.at += 1
        self._skip(_BLANK)
        return path

    def _dotted_key(self) -> list[str]:
        """`a.b."c d"`: its parts; stops behind the last one and the blanks that follow."""
        parts: list[str] = []
        while True:
            self._skip(_BLANK)
            start = self.at
            if self.text[start] in "\"'":
                self._string()
                # tomli knows the escapes; only a quoted key of the document gets here
                parts.append(next(iter(tomli.loads(f"{self.text[start : self.at]}=0"))))
            else:
                while self.text[self.at] not in " \t.=]":
                    self.at += 1
                parts.append(self.text[start : self.at])
            self._skip(_BLANK)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        """Step over the value at `path`, noting what lies inside; no recursion, any depth."""
        open_values: list[_Open] = []
        inside: KeyPath | None = path
        while inside is not None:
            char = self.text[self.at]
            if char in "[{":
                self.at += 1
                open_values.append(_Open(inside, 0 if char == "[" else None))
            elif char in "\"'":
                self._string()
            else:
                while self.at < len(self.text) and self.text[self.at] not in _AFTER_SCALAR:
                    self.at += 1
            inside = self._next_inside(open_values)

    def _next_inside(self, open_values: list[_Open]) -> KeyPath | None:
        """Go to the next value inside what is open, closing what ends; None: all is closed."""
        while open_values:
            self._skip_blank_lines()
            if self.text[self.at] == ",":
                self.at += 1
                self._skip_blank_lines()
            innermost = open_values[-1]
            if self.text[self.at] in "]}":
                self.at += 1
                open_values.pop()
            elif innermost.items is None:
                return self._key_of_pair(innermost.path)
            else:
                path = (*innermost.path, innermost.items)
                innermost.items += 1
                self.found.setdefault(path, self.at)
                return path
        return None

    def _string(self) -> None:
        """Step over a string of any of the four kinds."""
        quote = self.text[self.at]
        if not self.text.startswith(quote * 3, self.at):
            self.at = self._closing(quote, self.at + 1) + 1
            return
        self.at = self._closing(quote * 3, self.at + 3) + 3
        while self.text.startswith(quote, self.at):  # up to two quotes may stand before the end
            self.at += 1

    def _closing(self, mark: str, start: int) -> int:
        """Where the string's closing mark begins; a backslash hides what follows it in "…"."""
        at = start
        while not self.text.startswith(mark, at):
            at += 2 if mark[0] == '"' and self.text[at] == "\\" else 1
        return at

    def _skip(self, characters: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in characters:
            self.at += 1

    def _skip_blank_lines(self) -> None:
        """Blanks, line ends and comments."""
        self._skip(_BLANK_LINES)
        while self.text.startswith("#", self.at):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            self._skip(_BLANK_LINES)
