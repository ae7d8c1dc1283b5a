"""Questions at a terminal: one at a time, plain lines, each answer looked at as it is typed.

An answer is judged by the plan's own rules, so `init` can't write what `check` would refuse.
Answers given as flags come through the same door. `<` goes back one question: the questions are
gone through again, silently, with the answers that stand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path as FilePath
from typing import Any

import click

from lordaemon.cli.typed import Path, Unreadable, complaint, in_plain_words, understood
from lordaemon.errors import Usage

BACK = "<"
Objection = Callable[[Any], str | None]


class Back(Exception):
    """The one who types wants the question before this one."""


class Interview:
    """Asks, or takes what was given as flags. `ask` False: nothing is asked, a missing answer
    that has no default is a usage error that names its flag. `folder` is where the plan will lie.
    """

    def __init__(self, flags: Mapping[str, Any], *, ask: bool, folder: FilePath) -> None:
        self.given, self.asks, self.folder = flags, ask, folder
        self.flags = flags
        self._told: list[str] = []
        self._place = 0

    def through(self, questions: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """All the questions, again from the start after each step back."""
        while True:
            self.flags, self._place = self.given, 0
            try:
                return questions()
            except Back:
                continue

    def say(self, text: str) -> None:
        """A line between questions; not again when they are gone through again."""
        if self.asks and self._place == len(self._told):
            click.echo(text)

    def answer(
        self, flag: str, path: Path, question: str, *, default: Any = None, sort: str = "text",
        optional: bool = False, none: str = "none", against: Objection | None = None,
    ) -> Any:  # fmt: skip
        """One answer that fits its key; None when it is optional and left empty (`none` says what
        that means). `against` may object to what fits."""
        given = self.flags.get(flag.replace("-", "_"))
        if given is not None:
            return self._of_flag(path, str(given), sort, f"--{flag}")
        if not self.asks:
            if default is not None or optional:
                return default
            raise Usage(f"--{flag} is needed ({question}).")
        leave = optional and default is None
        hint = f" (Enter: {none})" if leave and none else ""
        while True:
            text = self._typed(f"{question}{hint}", "" if leave else default)
            if not text.strip() and optional:
                return None
            try:
                found = understood(text, sort)
            except Unreadable as odd:
                objection: str | None = str(odd)
            else:
                wrong = complaint(path, found)
                objection = in_plain_words(path, wrong) if wrong else against and against(found)
            if objection is None:
                if isinstance(found, date) and text.strip() != found.isoformat():
                    self.say(f"  That is {found:%A, %-d %B %Y}.")
                return found
            self._again(objection)

    def choice(self, flag: str, question: str, choices: Mapping[str, str], default: str) -> str:
        """One of a few words, each with what it means; a number or the word itself."""
        given = self.flags.get(flag.replace("-", "_"))
        if given is not None:
            return str(given)
        if not self.asks:
            return default
        self.say(question)
        for number, (word, meaning) in enumerate(choices.items(), 1):
            self.say(f"  {number}  {word}: {meaning}" if meaning else f"  {number}  {word}")
        words = list(choices)
        while True:
            text = self._typed("  Which one", default).strip().lower()
            if text.isdigit() and 1 <= int(text) <= len(words):
                return words[int(text) - 1]
            found = [word for word in words if word.lower() == text]
            found = found or [word for word in words if text and word.lower().startswith(text)]
            if len(found) == 1:
                return found[0]
            self._again(f"Write a number from 1 to {len(words)}, or one of the words.")

    def yes(self, question: str, *, default: bool) -> bool:
        """Yes or no; the default when nothing is asked."""
        if not self.asks:
            return default
        while True:
            text = self._typed(f"{question} (yes or no)", "yes" if default else "no")
            if text.strip().lower() in ("y", "yes", "n", "no"):
                return text.strip().lower().startswith("y")
            self._again("Write yes or no.")

    def _typed(self, question: str, default: Any) -> str:
        if self._place < len(self._told):
            self._place += 1
            return self._told[self._place - 1]
        try:
            text: str = click.prompt(
                question, default=default, show_default=default != "", type=str
            )
        except click.exceptions.Abort as ended:
            raise Usage(
                "\nThe answers ended before the questions did; nothing was written. Give them as "
                "flags (`lordaemon init --help`), or --non-interactive for the example."
            ) from ended
        if text.strip() != BACK:
            self._told.append(text)
            self._place += 1
            return text
        if not self._told:
            click.echo("  This is the first question.")
            return self._typed(question, default)
        self._told.pop()
        raise Back

    def _again(self, objection: str) -> None:
        """What was typed last doesn't count; why, and the question comes once more."""
        self._told.pop()
        self._place -= 1
        click.echo(f"  {objection}")

    def _of_flag(self, path: Path, text: str, sort: str, flag: str) -> Any:
        try:
            found = understood(text, sort)
        except Unreadable as odd:
            raise Usage(f"{flag}: {odd}") from odd
        wrong = complaint(path, found)
        if wrong is not None:
            raise Usage(f"{flag}: {wrong}")
        return found


def somebody_types() -> bool:
    """Whether there is a person at the keyboard: only they can type a password unseen."""
    return sys.stdin.isatty()
