"""A student at a machine: a plan in a folder, the program run as a process, real servers, a clock
that can be jumped. Everything is seen from outside, as a user sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.servers import writers
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Accepted, SmtpServer
from tests.servers.timewarp import WarpClock

PASSWORD = "secret"
HIGHLIGHTS = (
    "Pre-rounded on all my patients and had plans ready before rounds",
    "Led two family meetings about goals of care",
    "Called consults with a clear question before noon",
)


def writer(name: str, kind: str = "clinical", **more: Any) -> str:
    """One `[[writer]]` table; `more` are further keys, as TOML values."""
    surname = name.rsplit(maxsplit=1)[-1].lower()
    keys: dict[str, Any] = {
        "id": surname, "name": name, "email": f"{surname}@hospital.example", "type": kind,
        "highlights": [f"{text} ({surname})" for text in HIGHLIGHTS],
    } | more  # fmt: skip
    lines = [f"{key} = {_toml(value)}" for key, value in keys.items()]
    if "worked_together" not in more:
        lines.append(
            'worked_together = { what = "Medicine wards", start = 2027-02-01, end = 2027-02-28, '
            "weeks = 4 }"
        )
    return "[[writer]]\n" + "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, str) and value.startswith("raw:"):
        return value.removeprefix("raw:")
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Student:
    """One applicant with a mailbox on the test servers."""

    folder: Path
    address: str
    dovecot: Dovecot
    smtp: SmtpServer
    certs: Certs
    clock: WarpClock | None = None
    settings: dict[str, str] = field(default_factory=dict)
    """Lines by table: {"policy": "notice_hours = 0"}."""

    def __post_init__(self) -> None:
        for name in ("cv.pdf", "statement.pdf"):
            (self.folder / name).write_bytes(b"%PDF-1.4\n" + name.encode() + b"\n%%EOF\n")

    @property
    def plan(self) -> Path:
        """The plan file."""
        return self.folder / "config.toml"

    def write_plan(self, *tables: str) -> None:
        """The plan, with these writers."""
        extra = {"policy": "clock_skew_minutes = 0", "digest": "", "season": ""} | self.settings
        self.plan.write_text(
            f"""
[applicant]
name = "Sam Rivera"
email = "{self.address}"
timezone = "America/Chicago"
school = "State University School of Medicine"
class_year = 2028
[season]
id = "2028"
specialty = "Internal Medicine"
deadline = 2027-09-22
letters = 3
{extra["season"]}
[policy]
{extra["policy"]}
[digest]
{extra["digest"]}
[packet]
cv = "cv.pdf"
personal_statement = "statement.pdf"
[mail]
username = "{self.address}"
password = {{ env = "LETTERS_PASSWORD" }}
[mail.imap]
host = "127.0.0.1"
port = {self.dovecot.imaps_port}
ca_file = "{self.certs.ca_pem}"
[mail.smtp]
host = "127.0.0.1"
port = {self.smtp.tls_port}
ca_file = "{self.certs.ca_pem}"
[storage]
database = "sqlite:///letters.db"
"""
            + "\n".join(tables)
        )

    @property
    def env(self) -> dict[str, str]:
        """The environment of every run."""
        own = dict(os.environ) | {"LETTERS_PASSWORD": PASSWORD, "NO_COLOR": "1", "COLUMNS": "200"}
        return self.clock.env(own) if self.clock else own

    def run(self, *words: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        argv = [sys.executable, "-m", "lordaemon", *words, "--config", str(self.plan)]
        return subprocess.run(
            argv, env=self.env, capture_output=True, text=True, timeout=timeout, cwd=self.folder,
            check=False,
        )  # fmt: skip

    def once(self) -> subprocess.CompletedProcess[str]:
        """One full pass that has to go well."""
        done = self.run("run", "--once")
        assert done.returncode == 0, done.stderr
        return done

    @contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[str]]:
        """`lordaemon run`, stopped at the end."""
        log = (self.folder / "log").open("a+")
        argv = [sys.executable, "-m", "lordaemon", "run", "--config", str(self.plan)]
        process = subprocess.Popen(argv, env=self.env, stderr=log, text=True, cwd=self.folder)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(20)
            log.close()

    @property
    def log(self) -> str:
        """What the daemon said so far."""
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""

    def status(self) -> dict[str, Any]:
        """`status --json`."""
        done = self.run("status", "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def row(self, writer_id: str) -> dict[str, Any]:
        """One writer of `status --json`."""
        rows: list[dict[str, Any]] = self.status()["writers"]
        return next(row for row in rows if row["id"] == writer_id)

    def to(self, surname: str) -> list[Accepted]:
        """What was accepted for a writer."""
        address = f"{surname}@hospital.example"
        return [m for m in self.smtp.accepted if m.recipients == (address,)]

    def mine(self) -> list[Accepted]:
        """What was accepted for the student: notices and digests."""
        return [m for m in self.smtp.accepted if m.recipients == (self.address,)]

    def answer(self, original: bytes, body: str, client: Any = "gmail") -> None:
        """The writer's answer arrives now, by the simulated clock."""
        now = self.clock.now() if self.clock else None
        raw = writers.reply(original, body, client, date=now)
        self.arrive(raw, now)

    def arrive(self, raw: bytes, when: datetime | None = None) -> None:
        """A message arrives."""
        if when is None:
            self.dovecot.deliver(self.address, raw)
        else:
            self.dovecot.deliver_at(self.address, raw, when)

    def sent_folder(self) -> list[bytes]:
        """What lies in Sent."""
        return [stored.raw for stored in self.dovecot.messages(self.address, "Sent")]


def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    """Wait for something another process does."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not happen in time")
        time.sleep(0.02)
