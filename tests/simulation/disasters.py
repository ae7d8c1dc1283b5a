"""What goes wrong in a simulated season: servers, process, clock, database, a second daemon."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from lordaemon.engine import Engine
from lordaemon.store.database import Database
from tests.simulation.world import INBOX, SENT

if TYPE_CHECKING:
    from tests.simulation.season import Season

DAY = timedelta(days=1)
IDLE = object()
"""What a disaster says that shows itself only when the program does something."""
FAMILIES = ["imap", "smtp", "crash", "sleep", "clock", "restore", "delete", "second", "renumber",
            "outage", "password", "lost", "mind"]  # fmt: skip


class Disasters:
    """Chooses and causes them for one season."""

    def __init__(self, season: Season) -> None:
        self.season, self.world, self.dice = season, season.world, season.dice
        self.generation = 0

    def plan_ahead(self) -> None:
        """Some seasons are calm; most have one or two kinds of trouble, some many."""
        dice, faults = self.dice, self.world.faults
        self.world.saves_sent = dice.random() < 0.4
        self.world.renames = dice.random() < 0.15
        count = dice.choice([0, 0, 1, 1, 2, 3, 6])
        chosen = dice.sample(FAMILIES, count)
        if "imap" in chosen:
            faults.imap_down, faults.imap_drop, faults.append_fails = 0.1, 0.02, 0.1
        if "smtp" in chosen:
            faults.smtp_down, faults.temporary, faults.refused = 0.1, 0.15, 0.03
        if "lost" in chosen:
            faults.lost_answer, faults.lost_before_taken = 0.1, 0.05
        for family in chosen:
            act = getattr(self, f"_{family}", None)
            if act is not None:
                times = {"crash": 12, "second": 1, "delete": 1, "mind": 12}.get(family, 3)
                for _ in range(dice.randint(1, times)):
                    self.season.at(dice.uniform(0, 140), act)

    def _crash(self) -> object:
        self.world.crash_in = self.dice.randint(0, 60)
        self.season.say(f"a crash lies {self.world.crash_in} calls ahead")
        return IDLE

    def _sleep(self) -> None:
        days = self.dice.choice([0.1, 0.7, 2, 5, 20, 45])
        self.season.asleep_until = self.world.clock.now + days * DAY
        self._trouble(days, f"sleeps {days} days")

    def _outage(self) -> None:
        days = self.dice.choice([0.05, 0.5, 2, 9])
        which = self.dice.choice(["imap_up", "smtp_up"])
        setattr(self.world, which, False)
        self.season.at(days, lambda: setattr(self.world, which, True))
        self._trouble(days, f"{which} False for {days} days")

    def _password(self) -> None:
        days = self.dice.choice([0.2, 2])
        self.world.password_ok = False
        self.season.at(days, lambda: setattr(self.world, "password_ok", True))
        self._trouble(days, "the password is refused")

    def _clock(self) -> None:
        minutes = self.dice.choice([-3, 4, 30, -30, -600, 60 * 24 * 3, -60 * 24 * 4])
        days = self.dice.choice([0.05, 1, 4])
        self.world.clock.wrong = timedelta(minutes=minutes)

        def right() -> None:
            self.world.clock.wrong = timedelta(0)

        self.season.at(days, right)
        # afterwards nothing may go before the newest instant on record
        self._trouble(days + max(0, minutes / 1440) + 1, f"the clock is {minutes} minutes wrong")

    def _renumber(self) -> None:
        self.world.renumber(self.dice.choice([INBOX, SENT, "lordaemon"])
                            if "lordaemon" in self.world.folders else INBOX)  # fmt: skip
        self.season.say("a folder has new UIDs")

    def _trouble(self, days: float, what: str) -> None:
        self.season.ledger.trouble(self.world.clock.now, (days + 0.5) * DAY, what)
        self.season.say(f"TROUBLE: {what}")

    # -- databases -------------------------------------------------------------------------

    def _restore(self) -> None:
        """A copy is made now; weeks later it takes the place of the database."""
        copy = self.season.new_database()
        copy_into(copy, self.season.engine.database)
        made = self.world.clock.now

        def back() -> None:
            self.season.say(f"RESTORE of {made}")
            self._replace(copy)
            for person in self.season.ledger.people:
                for word in person.said:
                    word.lost = word.lost or (word.at >= made and "plan" not in word.verb)

        self.season.at(self.dice.choice([0.2, 1, 3, 9, 30]), back)

    def _delete(self) -> None:
        self.season.say("DATABASE DELETED")
        self._replace(self.season.new_database())
        for person in self.season.ledger.people:
            for word in person.said:
                word.lost = word.lost or "plan" not in word.verb

    def _replace(self, database: Database) -> None:
        season = self.season
        season.engine = season.start(database)
        season.fresh_database = True
        season.student.code = None
        season.ledger.database_lost = True
        season.ledger.reads.clear()
        for person in season.ledger.people:
            person.odd(self.world.clock.now)

    def _second(self) -> None:
        """Another machine starts on the same mailbox, with a database of its own."""
        season = self.season
        season.say("A SECOND DAEMON STARTS")
        season.other = Engine(
            season.ledger.plan, Database("sqlite://"), self.world, self.world.clock
        )
        season.student.second_daemon = season.ledger.two = True
        for person in season.ledger.people:
            person.odd(self.world.clock.now)
            for word in person.said:
                word.lost = True
        for _ in range(15):
            season.at(self.dice.uniform(0, 60), season.other_pass)
            season.at(self.dice.uniform(0, 60), self._in_between)

    def _mind(self) -> object:
        """The student changes their mind while a message is about to leave."""
        season = self.season
        if season.other is not None:
            return IDLE
        person = self.dice.choice(season.ledger.people)

        def stop() -> None:
            if not self.world.leaving:
                person.odd(self.world.clock.now)
                season.student.by_mark(season.engine, person, "pause")

        self.world.meanwhile, self.world.meanwhile_in = stop, self.dice.randint(0, 12)
        return IDLE

    def _in_between(self) -> object:
        self.world.meanwhile = self.season.other_pass
        self.world.meanwhile_in = self.dice.randint(0, 60)
        return IDLE


def copy_into(new: Database, database: Database) -> None:
    """All that is in the database, as a backup or a second machine has it."""
    with database.engine.connect() as there, new.engine.connect() as here:
        source = cast(sqlite3.Connection, there.connection.driver_connection)
        target = cast(sqlite3.Connection, here.connection.driver_connection)
        there.rollback()
        here.rollback()
        source.backup(target)
