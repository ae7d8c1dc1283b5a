"""The played season: jump to the next instant at which something happens, let it happen, look.

The engine is the daemon's own, and talks real SMTP and IMAP to the embedded post office; only the
clock is played. Everything the post office sees is told as it happens, and kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from lordaemon.demo.cast import CAST, STUDENT, ZONE
from lordaemon.demo.clock import SimulatedClock
from lordaemon.demo.mailkind import OURS, Seen, look_at
from lordaemon.demo.mailprogram import MailProgram
from lordaemon.demo.plan import write_plan
from lordaemon.demo.postoffice import PostOffice
from lordaemon.demo.schedule import Schedule
from lordaemon.demo.student import Student
from lordaemon.demo.timeline import Timeline
from lordaemon.demo.writers import Writers
from lordaemon.season.table import Table
from lordaemon.snapshot import Snapshot

if TYPE_CHECKING:
    from rich.console import Console

BEGINS = datetime(2027, 6, 18, 6, 30, tzinfo=ZoneInfo(ZONE))
ENDS = datetime(2027, 9, 30, 0, 0, tzinfo=ZoneInfo(ZONE))
PASSWORD = "a word for the played season"  # noqa: S105 - of mailboxes that live for seconds
STANDSTILL = timedelta(minutes=5)
"""How far the clock moves on when the engine asks for an instant that is already past."""


@dataclass(frozen=True, slots=True)
class Played:
    """A season that was played to its end."""

    mails: tuple[Seen, ...]
    table: Table
    passes: int


class Performer(Protocol):
    """The engine, as far as the season drives it (`lordaemon.engine.Engine`)."""

    def run_pass(self) -> object:
        """One full pass at the clock's present instant."""
        ...

    def next_instant(self) -> datetime | None:
        """The earliest future instant at which there may be something to do."""
        ...

    def snapshot(self) -> Snapshot:
        """Everything known now, decided."""
        ...


class Stage:
    """Post office, clock and people, set up for one performance in `folder`."""

    def __init__(self, folder: Path, console: Console, office: PostOffice, clock: SimulatedClock,
                 accounts: dict[str, str]) -> None:  # fmt: skip
        zone = ZoneInfo(ZONE)
        self.clock, self._office, self.began = clock, office, clock()
        self.plan = write_plan(folder, imap_port=office.imap_port, smtp_port=office.smtp_port,
                               password=PASSWORD)  # fmt: skip
        program = MailProgram(office, accounts, clock)
        self.timeline = Timeline(console, zone, program.gists)
        self.schedule = Schedule()
        self.writers = Writers(CAST, zone, clock, self.schedule, program)
        self.student = Student(
            CAST, self.plan, zone, clock, self.schedule, program,
            remark=lambda text: self.timeline.remark(clock(), text),
        )  # fmt: skip
        self.mails: list[Seen] = []

    def notice_mail(self) -> bool:
        """Tell and hand to the people whatever went through since the last look; whether anything
        of it came to Sam from elsewhere, which the daemon's IDLE connection would hear at once."""
        heard = False
        for passage in self._office.journal[len(self.mails) :]:
            seen = look_at(passage)
            self.mails.append(seen)
            self.timeline.show(seen)
            self.writers.hear(seen)
            claims = self.writers.claimed(seen.message_id)
            self.student.hear(seen, claims_upload=claims)
            heard |= seen.passage.recipient == STUDENT.address and seen.kind not in OURS
        return heard


def perform(stage: Stage, engine: Performer, until: datetime) -> Played:
    """Play from the clock's instant to the end: everything due, in the order of its time."""
    passes = 0
    while True:
        engine.run_pass()
        passes += 1
        heard = stage.notice_mail()
        table = engine.snapshot().table
        stage.timeline.changes(table)
        if heard:  # a bounce came back while the pass was sending
            continue
        following = _next(stage, engine)
        if following is None or following >= until:
            stage.timeline.end()
            return Played(tuple(stage.mails), table, passes)
        stage.clock.jump_to(following)
        stage.schedule.play(following)
        stage.notice_mail()


def _next(stage: Stage, engine: Performer) -> datetime | None:
    """The next deed of a person or of the engine; time never stands still."""
    times = [t for t in (engine.next_instant(), stage.schedule.next_at) if t is not None]
    if not times:
        return None
    following = min(times)
    return following if following > stage.clock() else stage.clock() + STANDSTILL


@contextmanager
def set_stage(folder: Path, console: Console) -> Iterator[Stage]:
    """Open the post office and bring the people in."""
    clock = SimulatedClock(BEGINS)
    accounts = dict.fromkeys((STUDENT.address, *(role.address for role in CAST)), PASSWORD)
    with PostOffice(accounts, clock) as office:
        yield Stage(folder, console, office, clock, accounts)
