"""Questions at a terminal: one at a time, plain lines, each answer looked at as it is typed.

An answer is judged by the plan's own rules (`plan.schema`), so `init` can't write what `check`
would refuse. Answers given as flags come through the same door.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from lordaemon.errors import Usage

Path = tuple[str | int, ...]


def complaint(path: Path, found: Any) -> str | None:
    """What the plan's rules say against a value at a key; None when it fits."""
    from lordaemon.plan.schema import validate

    document: Any = found
    for part in reversed(path):
        document = [document] if isinstance(part, int) else {part: document}
    _, problems = validate(document)
    return next((p.message for p in problems if p.path[: len(path)] == path), None)


def typed(text: str, sort: str) -> Any:
    """What was typed as the value it means: a date, a number, or the text itself."""
    try:
        if sort == "date":
            return date.fromisoformat(text.strip())
        if sort == "number":
            return int(text)
    except ValueError:
        return text.strip()
    return text.strip()


class Interview:
    """Asks, or takes what was given as flags. `ask` False: nothing is asked, a missing answer
    that has no default is a usage error that names its flag."""

    def __init__(self, flags: Mapping[str, Any], *, ask: bool) -> None:
        self.flags, self.asks = flags, ask

    def answer(
        self, flag: str, path: Path, question: str, *, default: Any = None, sort: str = "text",
        optional: bool = False,
    ) -> Any:  # fmt: skip
        """One answer that fits its key; None when it is optional and left empty."""
        given = self.flags.get(flag.replace("-", "_"))
        if given is not None:
            return self._fitting(path, typed(str(given), sort), f"--{flag}")
        if not self.asks:
            if default is not None or optional:
                return default
            raise Usage(f"--{flag} is needed ({question}).")
        hint = " (Enter: none)" if optional and default is None else ""
        while True:
            text = self._typed(f"{question}{hint}", "" if optional and default is None else default)
            if not text.strip() and optional:
                return None
            found = typed(text, sort)
            against = complaint(path, found)
            if against is None:
                return found
            click.echo(f"  {against}")

    def choice(self, flag: str, question: str, choices: Mapping[str, str], default: str) -> str:
        """One of a few words, each with what it means; a number or the word itself."""
        given = self.flags.get(flag.replace("-", "_"))
        if given is not None:
            return str(given)
        if not self.asks:
            return default
        click.echo(question)
        for number, (word, meaning) in enumerate(choices.items(), 1):
            click.echo(f"  {number}  {word}: {meaning}" if meaning else f"  {number}  {word}")
        while True:
            text = self._typed("  Which one", default).strip().lower()
            words = list(choices)
            if text.isdigit() and 1 <= int(text) <= len(words):
                return words[int(text) - 1]
            found = [word for word in words if word.lower() == text]
            found = found or [word for word in words if text and word.lower().startswith(text)]
            if len(found) == 1:
                return found[0]
            click.echo(f"  Write a number from 1 to {len(words)}, or one of the words.")

    def yes(self, question: str, *, default: bool) -> bool:
        """Yes or no; the default when nothing is asked."""
        if not self.asks:
            return default
        said: bool = click.confirm(question, default=default)
        return said

    def _typed(self, question: str, default: Any) -> str:
        try:
            text: str = click.prompt(
                question, default=default, show_default=default != "", type=str
            )
        except click.exceptions.Abort as ended:
            raise Usage(
                "\nThe answers ended before the questions did; nothing was written. Give them as "
                "flags (`lordaemon init --help`), or --non-interactive for the example."
            ) from ended
        return text

    def _fitting(self, path: Path, found: Any, flag: str) -> Any:
        against = complaint(path, found)
        if against is not None:
            raise Usage(f"{flag}: {against}")
        return found
