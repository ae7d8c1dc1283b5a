"""A process that has lordaemon loaded already and forks a run of it for every job it reads.

What runs is the program from its entry point, in a process of its own that can be killed; only the
start, which takes longer than a pass, is saved. `python -m tests.whole.warm` reads one JSON job a
line and answers each with the exit code (negative: the signal that killed it).
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.shim import build
from tests.servers.timewarp import WarpClock
from tests.whole.student import Student

LOADED = (
    "lordaemon.cli.running", "lordaemon.cli.table", "lordaemon.daemon", "docx", "keyring",
    "sqlalchemy.dialects.sqlite.pysqlite", "yagmail",
)  # fmt: skip
"""What a pass loads when it first needs it."""
KILLPOINT = Path(__file__).parents[1] / "servers" / "killpoint.c"


class Warm:
    """The waiting process, under a steered clock."""

    def __init__(self, clock: WarpClock) -> None:
        env = clock.env()
        env["LD_PRELOAD"] += f":{build(KILLPOINT)}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.whole.warm"], env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, job: Mapping[str, Any]) -> int:
        """Do a job; its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@dataclass
class WarmStudent(Student):
    """A student whose program starts warm, and can be told where to die."""

    warm: Warm | None = None

    def run(
        self, *words: str, timeout: float = 240, kill_before: int = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, or to the `kill_before`th call that leaves a trace."""
        assert self.warm is not None
        argv = ["lordaemon", *words, "--config", str(self.plan)]
        out, err = self.folder / "out", self.folder / "err"
        code = self.warm.run(
            {"argv": argv, "cwd": str(self.folder), "out": str(out), "err": str(err),
             "kill_before": kill_before, "env": {"LETTERS_PASSWORD": self.env["LETTERS_PASSWORD"]}}
        )  # fmt: skip
        return subprocess.CompletedProcess(argv, code, out.read_text(), err.read_text())


def _become(job: Mapping[str, Any]) -> None:
    """The forked process: the program, as if started here."""
    from lordaemon.cli import main

    os.chdir(job["cwd"])
    os.environ.update(job["env"], NO_COLOR="1", COLUMNS="200")
    for name, number in (("out", 1), ("err", 2)):
        os.dup2(os.open(job[name], os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), number)
    sys.argv = job["argv"]
    ctypes.CDLL(None).kill_before(job["kill_before"])
    code = 1
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _serve() -> None:
    from holidays import country_holidays

    from lordaemon.reading.lexicon import english
    from lordaemon.reading.model import trained

    for module in LOADED:
        importlib.import_module(module)
    country_holidays("US")
    english(), trained()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _serve()
