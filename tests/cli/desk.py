"""A desk to try commands at: a folder with a plan, and the program called in this process."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lordaemon.cli import main
from tests.whole.student import writer

PLAN = """
[applicant]
name = "Sam Rivera"
email = "sam@lab.test"
timezone = "America/Chicago"
school = "State University School of Medicine"
[season]
specialty = "Internal Medicine"
deadline = 2090-09-22
[packet]
cv = "cv.pdf"
personal_statement = "statement.pdf"
[mail]
password = { env = "LETTERS_PASSWORD" }
[mail.imap]
host = "127.0.0.1"
port = 9
[mail.smtp]
host = "127.0.0.1"
port = 9
"""


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@dataclass
class Desk:
    """A folder, the present one, with `$HOME` and the state folder inside it."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def plan(self) -> Path:
        """The plan file."""
        return self.folder / "config.toml"

    def write(self, *writers: str, place: str = "config.toml", plan: str = PLAN) -> Path:
        """A plan with these writers (one, by default)."""
        file = self.folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(plan + "\n".join(writers or (writer("Jane Smith"),)))
        for name in ("cv.pdf", "statement.pdf"):
            (file.parent / name).write_bytes(b"%PDF-1.4\n%%EOF\n")
        return file

    def run(self, *words: str, typed: str = "") -> Said:
        """One command, as typed at a shell; `typed` is its standard input."""
        with self._at_the_keyboard(typed):
            self.monkeypatch.setattr(sys, "argv", ["lordaemon", *words])
            with pytest.raises(SystemExit) as ended:
                main()
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, said.out, said.err)

    @contextmanager
    def _at_the_keyboard(self, typed: str) -> Iterator[None]:
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        yield
