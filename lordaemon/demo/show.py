"""`lordaemon demo`: a whole season before one's eyes, and a folder to look into afterwards."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lordaemon.clock import Clock
from lordaemon.demo.cast import CAST, ZONE
from lordaemon.demo.keepsake import keep_mails
from lordaemon.demo.report import count, print_counts, print_table
from lordaemon.demo.season import ENDS, Stage, perform, set_stage
from lordaemon.plan.load import load_plan
from lordaemon.snapshot import Snapshot

if TYPE_CHECKING:
    from rich.console import Console

    from lordaemon.engine import Engine

RESTARTS = datetime(2027, 7, 27, 13, 20, tzinfo=ZoneInfo(ZONE))
"""When lordaemon is stopped and started again, to show that nothing is lost or repeated."""


def show_season(folder: Path | None = None, console: Console | None = None) -> int:
    """Play the season and show it; the exit code: 0, or 1 if anything was sent twice.

    `folder`: where plan, database, mails and digests stay; without it a new temporary one. Raises
    LordaemonError when the packages of the demo are missing.
    """
    from rich.console import Console as Terminal

    console = console or Terminal(highlight=False)
    folder = folder or Path(tempfile.mkdtemp(prefix="lordaemon-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with set_stage(folder, console) as stage, _log_into(folder / "lordaemon.log"):
        _welcome(console)
        room = EngineRoom(stage.plan, stage.clock)
        try:
            stage.schedule.plan(RESTARTS, lambda: _restart(stage, room))
            played = perform(stage, room, ENDS)
        finally:
            room.close()
    zone = ZoneInfo(ZONE)
    counts = count(played.mails, zone)
    kept = keep_mails(folder, played.mails, zone)
    console.print()
    print_table(console, played.table)
    print_counts(console, counts)
    seconds = time.monotonic() - began
    for line in (
        f"{(ENDS - stage.began).days} days in {seconds:.0f} seconds, in {played.passes} passes.",
        f"All {kept} mails as .eml, the digests as .html, the plan and the log are in:",
    ):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(str(folder), style="bold", highlight=False, soft_wrap=True)
    return 0 if counts.never_twice else 1


class EngineRoom:
    """The daemon's engine on the demo's plan; reads the plan again when the file has changed."""

    def __init__(self, plan: Path, clock: Clock) -> None:
        self._plan, self._clock = plan, clock
        self._engine = self._open()

    def run_pass(self) -> object:
        """One full pass of the engine, on the plan as it is now."""
        text = self._plan.read_text(encoding="utf-8")
        if text != self._text:
            self.restart()
        return self._engine.run_pass()

    def next_instant(self) -> datetime | None:
        """When the engine may have something to do."""
        return self._engine.next_instant()

    def snapshot(self) -> Snapshot:
        """What the engine knows; after a pass, what that pass ended with."""
        with self._engine.database.begin() as session:
            return self._engine.latest(session)

    def restart(self) -> None:
        """End the engine and start another: it knows what the database and the mailbox know."""
        self.close()
        self._engine = self._open()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.database.close()

    def _open(self) -> Engine:
        from lordaemon.engine import Engine
        from lordaemon.mail.wired import MailAccount
        from lordaemon.store.database import Database

        self._text = self._plan.read_text(encoding="utf-8")
        plan = load_plan(self._plan)
        return Engine(plan, Database(plan.storage.database), MailAccount(plan), self._clock)


def _restart(stage: Stage, room: EngineRoom) -> None:
    room.restart()
    stage.timeline.remark(stage.clock(), "lordaemon is stopped and started again")


def _welcome(console: Console) -> None:
    lines = (
        "Sam Rivera asks for letters of recommendation. The people are played, the mail is real:",
        "a mail server of its own on this machine, and a clock that jumps. Nothing leaves it.",
        *(f"  {role.called:12}{role.behaviour}" for role in CAST),
        "",
    )
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _log_into(path: Path) -> Iterator[None]:
    """The daemon's own log goes into the folder, not between the lines of the season."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    rooms = logging.getLogger("lordaemon")
    before = (rooms.level, rooms.propagate)
    rooms.addHandler(handler)
    rooms.setLevel(logging.INFO)
    rooms.propagate = False
    try:
        yield
    finally:
        rooms.removeHandler(handler)
        rooms.level, rooms.propagate = before
        handler.close()
