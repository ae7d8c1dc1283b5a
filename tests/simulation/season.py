"""One simulated season: a seed is played for 150 days, and checked after every step.

The program is driven as its daemon drives it: whenever `next_instant` says so, when something new
lies in the mailbox, and again a while after trouble. Time jumps from one such instant to the next.
"""

from __future__ import annotations

import heapq
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import event

from lordaemon.engine import Engine
from lordaemon.errors import LordaemonError
from lordaemon.season.calendar import local_day, to_utc
from lordaemon.store.database import Database
from tests.simulation.at_end import AtEnd
from tests.simulation.beginning import choices, prepare, writers
from tests.simulation.checks import Checks, token_of
from tests.simulation.disasters import IDLE, Disasters
from tests.simulation.ledger import Ledger, Left, Person
from tests.simulation.people import Writers
from tests.simulation.student import VERBS, Student, states
from tests.simulation.world import INBOX, SENT, Accepted, Clock, Crash, World

START = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
DAYS = 150
OWNER = "sam.rivera@example.edu"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PATIENCE = (5, 10, 60, 180, 360, 720)
"""Minutes until the next look, after so many looks in a row that met with trouble: the daemon looks
every ten minutes, but hours of the same trouble show nothing new."""


class Season:
    """Plays one seed."""

    def __init__(self, seed: int, folder: Path, *, verbose: bool = False) -> None:
        self.seed, self.verbose = seed, verbose
        self.dice = random.Random(f"{seed} world")
        self.world = World(Clock(START), random.Random(f"{seed} faults"), OWNER)
        self.passes = 0
        self.days_between = self.dice.choice([7, 14, 30, 30])
        self._queue: list[tuple[datetime, int, Callable[[], object]]] = []
        self._count = 0
        self.ledger = Ledger(writers(self.dice, START), plan=None)  # type: ignore[arg-type]  # set by student.plan()
        settings = choices(self.dice, OWNER, START)
        self.student = Student(
            self.world, self.ledger, random.Random(f"{seed} student"), settings, folder
        )
        self.student.log = self.say
        self.writers = Writers(self.world, random.Random(f"{seed} writers"))
        self.checks = Checks(self.ledger, self.world, START)
        self.world.on_accept, self.world.on_read = self._accepted, self._read
        self.world.on_fault = self._fault
        self.asleep_until = START
        self.patience = 0
        self.backup: tuple[datetime, Database] | None = None
        self.fresh_database = True
        self.other: Engine | None = None
        self.other_works = False
        prepare(self.ledger.people, self.student, self.dice, START)
        self.engine = self.start(self.new_database())
        self._plan_ahead()

    def say(self, line: str) -> None:
        """One line of the season's story, when it is told."""
        if self.verbose:
            print(f"{self.world.clock.now:%a %Y-%m-%d %H:%M}Z  {line}")

    # -- the program -----------------------------------------------------------------------

    def new_database(self) -> Database:
        database = Database("sqlite://")
        event.listen(database.engine, "begin", lambda _connection: self.world.step())
        return database

    def start(self, database: Database) -> Engine:
        """The program starts; it may be killed even then."""
        while True:
            try:
                return Engine(self.student.plan(), database, self.world, self.world.clock)
            except Crash:
                self.say("killed while starting")

    def _pass(self) -> datetime:
        """One pass of the daemon; when it wants to look again."""
        self.passes += 1
        now = self.world.clock.now
        troubled = True
        try:
            report = self.engine.run_pass()
            troubled = bool(report.problems or report.withheld)
            for line in (*report.sent, *report.noticed, *map(str, report.problems),
                         *report.withheld):  # fmt: skip
                self.say(f"    {line}")
        except Crash:
            self._killed()
        except LordaemonError as problem:
            self.say(f"    pass failed: {problem}")
        self.checks.states(states(self.engine), new_database=self.fresh_database)
        self.fresh_database = False
        following = self._next()
        if not troubled:
            self.patience = 0
            return following
        wait = PATIENCE[min(self.patience, len(PATIENCE) - 1)]
        self.patience += 1
        return min(now + wait * MINUTE, following)

    def _killed(self) -> None:
        self.say("KILLED")
        self.ledger.trouble(self.world.clock.now - MINUTE, 6 * HOUR, "killed")
        self.engine = self.start(self.engine.database)

    def _next(self) -> datetime:
        """When the policy turns, or in time for a digest; mere quiet mornings are passed over in
        most seasons (that they bring a digest every day is seen in the others)."""
        engine, now = self.engine, self.world.clock()
        try:
            with engine.database.begin() as session:
                decisions = engine.latest(session).decisions
        except Crash:
            self._killed()
            return self.world.clock.now + 10 * MINUTE
        turns = [d.changes_at for d in decisions if d.changes_at is not None]
        zone, at = engine.plan.zone, engine.plan.digest.at
        daily = engine.plan.digest.quiet_days
        digest = to_utc(local_day(now, zone), at, zone)
        if digest <= now or not daily:
            ahead = timedelta(days=1 if daily else self.days_between)
            digest = to_utc(local_day(now, zone) + ahead, at, zone)
        turns.append(digest)
        return min(turns) - self.world.clock.wrong

    def other_pass(self) -> None:
        """The second daemon's turn, at this very moment of the first one's pass."""
        if self.other is None or self.other_works:
            return
        self.other_works = True
        self.other.plan = self.ledger.plan
        armed, self.world.crash_in = self.world.crash_in, None
        try:
            report = self.other.run_pass()
            self.say(f"    second daemon: sent {report.sent} withheld {report.withheld}")
        except LordaemonError as problem:
            self.say(f"    second daemon failed: {problem}")
        self.world.crash_in, self.other_works = armed, False

    # -- the world tells -------------------------------------------------------------------

    def _accepted(self, mail: Accepted) -> None:
        if mail.recipient == OWNER:
            kind = self.checks.own(mail)
            self.say(f"  -> {kind} to the applicant")
            self.student.read_own(mail.words)
            if kind == "digest" and self.dice.random() < 0.35:
                self.at(self.dice.uniform(0.05, 2), lambda: self.student.settle(self.engine))
            elif kind == "notice" and self.student.settings["policy"]["approve"] == "each":
                self.at(self.dice.uniform(0.01, 2), self._approve)
            return
        left = self.checks.letter(mail)
        person = self.ledger.of(mail.recipient)
        self.say(f"  -> {token_of(mail)[1]} to {mail.recipient}")
        if left is None or person is None:
            return
        if not mail.acknowledged:
            person.odd(mail.at)
        for delay, label in self.writers.answers(person, left):
            self.at(delay.total_seconds() / 86400, partial(self._write, person, label, left))

    def _approve(self) -> None:
        seen = self.engine.snapshot()
        for decision in seen.decisions:
            if decision.rule == "S11" and decision.action == "ask":
                person = next(p for p in self.ledger.people if p.table["id"] == decision.writer)
                self.student.word(self.engine, person, "go")

    def _write(self, person: Person, label: str, about: Left | None) -> None:
        writer = next(w for w in self.ledger.plan.writers if w.id == person.table["id"])
        self.writers.write(person, label, about, set(writer.addresses))
        self.say(f"{person.key} writes: {label} ({person.came[-1].label})")

    def _read(self, folder: str) -> None:
        now = self.world.clock.now
        self.ledger.reads[folder] = now
        if folder == INBOX:
            for person in self.ledger.people:
                for came in person.came:
                    came.read_at = came.read_at or now

    def _fault(self, what: str) -> None:
        self.ledger.trouble(self.world.clock.now, 6 * HOUR, what)
        if what in ("lost_answer", "lost_before_taken", "refused"):
            for person in self.ledger.people:
                person.odd(self.world.clock.now)
        self.say(f"  !! {what}")

    # -- what will happen ------------------------------------------------------------------

    def at(self, days: float, do: Callable[[], object]) -> None:
        """Something happens so many days from now. `IDLE` as its answer: no reason to look."""
        self._count += 1
        when = self.world.clock.now + timedelta(days=days)
        heapq.heappush(self._queue, (when, self._count, do))

    def play(self) -> list[str]:
        """150 days; every violation found."""
        clock, end = self.world.clock, START + timedelta(days=DAYS)
        wake = clock.now
        while clock.now < end and not self.ledger.violations:
            coming = self._queue[0][0] if self._queue else end
            clock.now = max(clock.now, min(coming, max(wake, self.asleep_until), end))
            happened = False
            while self._queue and self._queue[0][0] <= clock.now:
                try:
                    happened = heapq.heappop(self._queue)[2]() is not IDLE or happened
                except Crash:
                    self.say("a command was killed")
            if happened:
                self.engine.plan = self.student.plan()
                wake = min(wake, clock.now + self.dice.choice([0, 0, 1, 10]) * MINUTE)
            if clock.now >= max(wake, self.asleep_until):
                wake = max(self._pass(), clock.now + MINUTE)
        self._calm_end()
        return self.ledger.violations

    def _calm_end(self) -> None:
        """All faults end; one more pass; then the books must agree."""
        if self.ledger.violations:
            return
        world = self.world
        world.crash_in, world.clock.wrong = None, timedelta(0)
        world.imap_up = world.smtp_up = world.password_ok = True
        for name in vars(world.faults):
            setattr(world.faults, name, 0.0)
        self._pass()
        if not self.ledger.violations:
            AtEnd(self.ledger, self.world, START).check(states(self.engine))

    # -- the story's turns: in disasters.py ----------------------------------------------------

    def _plan_ahead(self) -> None:
        dice = self.dice
        if dice.random() < 0.85:
            for _ in range(dice.choice([0, 1, 2, 4, 8])):
                person = dice.choice(self.ledger.people)
                self.at(dice.uniform(0, 130), self._turn(person))
        Disasters(self).plan_ahead()

    def _turn(self, person: Person) -> Callable[[], None]:
        """One thing that a student or a writer does without being asked."""
        student, dice = self.student, self.dice
        kind = dice.choice(["edit", "edit", "edit", "word", "word", "nudge", "write", "write"])
        label = dice.choice(["yes", "no", "unclear", "question", "uploaded", "away"])
        verb = dice.choice(VERBS)
        match kind:
            case "edit":
                return lambda: student.edit(person)
            case "word":
                return lambda: student.word(self.engine, person, verb)
            case "nudge":
                return lambda: student.nudge(person)
            case _:
                return lambda: self._write(person, label, person.left[-1] if person.left else None)


def play(seed: int, folder: Path, *, verbose: bool = False) -> tuple[list[str], Season]:
    """Play one seed; its violations and the season as it ended."""
    log = logging.getLogger("lordaemon")
    level = log.level
    log.setLevel(logging.CRITICAL)
    (folder / "cv.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    try:
        season = Season(seed, folder, verbose=verbose)
        return season.play(), season
    finally:
        log.setLevel(level)


__all__ = ["SENT", "Season", "play"]
