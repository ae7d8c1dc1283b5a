"""What a look at a sound plan finds: a fault that holds a writer's mail, or a piece of advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lordaemon.plan.model import Plan, Writer
from lordaemon.plan.places import key_label, writer_label
from lordaemon.plan.positions import KeyPath

Level = Literal["error", "warning", "hint"]
"""`error`: nothing is sent before it is mended; `warning`: think again; `hint`: good to know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `rule` names rules.md ("S12", "Advice"); `line` is None for a whole plan."""

    level: Level
    rule: str
    where: str
    line: int | None
    message: str
    why: str
    example: str = ""

    def __str__(self) -> str:
        """What and where, in one line; what can't be printed is written as its number."""
        text = f"{self.where}: {self.message}" if self.where else self.message
        return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class Finder:
    """Makes findings about one writer of a plan: knows the label and the lines."""

    def __init__(self, plan: Plan, writer: Writer) -> None:
        self.plan, self.writer = plan, writer
        self.index = next(i for i, other in enumerate(plan.writers) if other.id == writer.id)
        self.where = writer_label(self.index, writer.id)

    def found(
        self, level: Level, rule: str, key_path: KeyPath, message: str, why: str, example: str = ""
    ) -> Finding:
        """A finding at a key of this writer, e.g. ("highlights", 2)."""
        line = self.plan.line_of("writer", self.index, *key_path)
        return Finding(level, rule, self.where, line, message, why, example)

    def texts(self) -> list[tuple[KeyPath, str, str]]:
        """The sentences about the work together: key path, how the key is called, the text."""
        writer = self.writer
        lists: tuple[tuple[str, tuple[str, ...]], ...] = (
            ("highlights", writer.highlights),
            ("contributed", writer.contributed),
        )
        found: list[tuple[KeyPath, str, str]] = []
        for key, items in lists:
            for place, text in enumerate(items):
                path: KeyPath = (key, place)
                found.append((path, key_label(("writer", self.index, *path)), text))
        for key in ("note", "memorable", "presented", "project"):
            if text := getattr(writer, key):
                found.append(((key,), key, text))
        return found


def plan_finding(
    plan: Plan, level: Level, key_path: KeyPath, message: str, why: str, example: str = ""
) -> Finding:
    """A piece of advice about the season, a table or the mailbox."""
    where = f"[{key_path[0]}]" if key_path and key_path[0] != "writer" else ""
    line = plan.line_of(*key_path)
    return Finding(level, "Advice", where, line, message, why, example)


def quoted(text: str, limit: int = 70) -> str:
    """A text of the plan inside a message: one line, cut to a length that can be read."""
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= limit else f'"{line[: limit - 1]}…"'
