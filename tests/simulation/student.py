"""The applicant of a simulated season: edits the plan, gives words, writes by hand, breaks things.

Answers truthfully when asked what happened, and otherwise does what people do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from lordaemon import orders
from lordaemon.engine import Engine
from lordaemon.errors import Usage
from lordaemon.mailorders import CODE, give
from lordaemon.plan.model import Plan
from tests.simulation.ledger import Ledger, Person, Said
from tests.simulation.world import SENT, World

VERBS = ["yes", "no", "uploaded", "not-uploaded", "claimed", "withdrawn", "understood", "pause",
         "resume", "skip reminder", "go", "stop", "silent", "assigned"]  # fmt: skip
HIGHLIGHTS = ("Led two family meetings", "Had plans ready before rounds", "Called consults early")


def build(settings: dict[str, Any], tables: list[dict[str, Any]], folder: Path) -> Plan:
    """The plan the student's file says."""
    plan = Plan.model_validate({**settings, "writer": tables})
    plan._path = folder / "config.toml"
    return plan


class Student:
    """One student; `engine` is whichever daemon works on the main database."""

    def __init__(
        self, world: World, ledger: Ledger, dice: random.Random, settings: dict[str, Any],
        folder: Path,
    ) -> None:  # fmt: skip
        self.world, self.ledger, self.random = world, ledger, dice
        self.settings, self.folder = settings, folder
        self.code: tuple[str, datetime] | None = None
        self.second_daemon = False
        self.log: Callable[[str], None] = lambda _line: None

    # -- the plan --------------------------------------------------------------------------

    def plan(self) -> Plan:
        """The plan as the file says now."""
        tables = [p.table for p in self.ledger.people]
        plan = build(self.settings, tables, self.folder)
        self.ledger.plan = plan
        for person in self.ledger.people:
            person.addresses |= {person.table["email"], *person.table.get("also", ())}
        return plan

    def edit(self, person: Person) -> None:
        """One change of the plan, whatever comes to mind."""
        dice, table, now = self.random, person.table, self.world.clock()
        person.odd(self.world.clock.now)
        what = dice.choice(
            ["due", "ask_on", "paused", "highlight", "fault", "id", "name", "email", "id+email",
             "deadline", "zone", "answer", "uploaded", "send_hours", "each"]
        )  # fmt: skip
        self.log(f"edits {person.key}: {what}")
        number = dice.randint(2, 9)
        match what:
            case "due":
                table["due"] = now.date() + timedelta(days=dice.randint(5, 90))
            case "ask_on" if not person.left:
                table["ask_on"] = now.date() + timedelta(days=dice.randint(0, 30))
            case "paused":
                table["paused"] = not table.get("paused", False)
                self._note(person, "pause" if table["paused"] else "resume", kept=True)
            case "highlight":
                person.faulty = False  # the line that was left to do is gone with the others
                table["highlights"] = (*HIGHLIGHTS[:2], f"Wrote {number} notes a day")
            case "fault":
                person.faulty = not person.faulty
                last = "[TODO]" if person.faulty else HIGHLIGHTS[2]
                table["highlights"] = (*HIGHLIGHTS[:2], last)
            case "id":
                table["id"] = f"{person.key}{number}"
            case "name":
                table["name"] = f"Jane {person.key.title()}, MD"
            case "email":
                self._move(person, number)
            case "id+email":
                table["id"] = f"{person.key}{number}"
                self._move(person, number)
            case "answer" if not person.said and dice.random() < 0.5:
                table["answer"] = dice.choice(["yes", "yes", "no"])
                self._note(person, f"plan {table['answer']}", kept=True)
            case "uploaded" if dice.random() < 0.4:
                table["uploaded"] = now.date()
                self._note(person, "plan uploaded", kept=True)
            case _:
                self._edit_season(what)

    def _edit_season(self, what: str) -> None:
        dice, policy = self.random, self.settings["policy"]
        for person in self.ledger.people:
            person.odd(self.world.clock.now)
        match what:
            case "deadline":
                days = dice.choice([-20, 10, 40])
                self.settings["season"]["deadline"] += timedelta(days=days)
            case "zone":
                zone = dice.choice(["America/Chicago", "Asia/Tokyo", "Europe/London"])
                self.settings["applicant"]["timezone"] = zone
            case "send_hours":
                policy["send_hours"] = dice.choice(
                    [(time(8, 30), time(17, 30)), (time(12), time(14))]
                )
            case "each":
                policy["approve"] = dice.choice(["auto", "each"])

    def _move(self, person: Person, number: int) -> None:
        old = person.table["email"]
        person.table["email"] = f"{person.key}{number}@clinic.example"
        if self.random.random() < 0.5:
            person.table["also"] = tuple({*person.table.get("also", ()), old})

    # -- words -----------------------------------------------------------------------------

    def word(self, engine: Engine, person: Person, verb: str) -> None:
        """A word about a writer: by `mark`, or as an answer to the last digest."""
        person.odd(self.world.clock.now)
        fresh = self.code is not None and self.world.clock() - self.code[1] < timedelta(days=5)
        if fresh and self.random.random() < 0.4 and verb != "go":
            self._by_mail(person, verb)
            return
        self.by_mark(engine, person, verb)

    def by_mark(self, engine: Engine, person: Person, verb: str) -> None:
        plan = self.plan()
        writer = plan.writer(person.table["id"])
        assert writer is not None
        try:
            with engine.database.begin() as session:
                outcome = give(session, plan, orders.Order(writer, verb), self.world.clock)
        except Usage as odd:
            outcome = str(odd)
        else:
            self._note(person, verb, kept=False)
        self.log(f"marks {person.key} {verb}: {outcome}")

    def _by_mail(self, person: Person, verb: str) -> None:
        assert self.code is not None
        mail = self._mail(self.world.owner, "Re: Letters today")
        mail.set_content(f"{person.table['id']} {verb}\n\n> Order code: {self.code[0]}\n")
        self.world.put(SENT, mail.as_bytes())
        self.log(f"orders {person.key} {verb}")
        self._note(person, verb, kept=False)

    def _note(self, person: Person, verb: str, *, kept: bool) -> None:
        lost = self.second_daemon and not kept
        person.said.append(Said(self.world.clock.now, verb, lost=lost))

    def read_own(self, raw_text: str) -> None:
        """The student opens a digest: its code is at hand."""
        found = re.search(CODE, raw_text)
        if found:
            self.code = (found[1], self.world.clock())

    def settle(self, engine: Engine) -> None:
        """Answer what the digest asks, truthfully where something is to be known."""
        seen = engine.snapshot()
        left = {m.token for p in self.ledger.people for m in p.left}
        for decision in seen.decisions:
            facts = seen.history.of(decision.writer)
            person = next(p for p in self.ledger.people if p.table["id"] == decision.writer)
            for attempt in facts.attempts:
                if attempt.state == "uncertain" and self.random.random() < 0.8:
                    with engine.database.begin() as session:
                        orders.resolve(session, attempt.id, sent=attempt.id in left)
                    self.log(f"resolves {attempt.id} sent={attempt.id in left}")
            if facts.doubt:
                self.by_mark(engine, person, "understood")
            elif decision.action == "ask" and self.random.random() < 0.6:
                verb = self.random.choice(["understood", "yes", "no", "go", "not-sent", "sent"])
                if verb in ("sent", "not-sent"):
                    continue
                self.word(engine, person, verb)
        if seen.history.holds and self.random.random() < 0.5:
            self.go_all(engine)

    def go_all(self, engine: Engine) -> None:
        """`lordaemon go all`."""
        plan = self.plan()
        for order in orders.parse_line("go all", plan):
            person = next(p for p in self.ledger.people if p.table["id"] == order.writer.id)
            person.odd(self.world.clock.now)
            with engine.database.begin() as session:
                give(session, plan, order, self.world.clock)
            self._note(person, "go", kept=False)
        with engine.database.begin() as session:
            orders.lift_hold(session)
        self.log("says go all")

    # -- by hand ---------------------------------------------------------------------------

    def nudge(self, person: Person, at: datetime | None = None) -> None:
        """A mail of the student's own to a writer lies in Sent."""
        when = at or self.world.clock.now
        mail = self._mail(person.table["email"], "Letter?", when)
        mail.set_content("Just checking in.")
        if self.random.random() < 0.2:
            mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="cv.pdf")
        self.world.put(SENT, mail.as_bytes(), when)
        person.hand.append(when)
        person.odd(when)
        self.log(f"writes to {person.key} by hand")

    def _mail(self, to: str, subject: str, at: datetime | None = None) -> EmailMessage:
        mail = EmailMessage()
        when = at or self.world.clock.now
        mail["From"], mail["To"], mail["Subject"] = self.world.owner, to, subject
        mail["Date"] = format_datetime(when)
        mail["Message-ID"] = f"<own.{int(when.timestamp())}.{self.random.random()}@example.edu>"
        return mail


def states(engine: Engine) -> dict[str, str]:
    """Every message to a writer that the database knows, by token."""
    with engine.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        rows = raw.execute("SELECT token, state FROM outbox WHERE person IS NOT NULL").fetchall()
        connection.rollback()
        return dict(rows)


def new_table(key: str, dice: random.Random, start: date) -> dict[str, Any]:
    """A writer as the student first describes them."""
    table: dict[str, Any] = {
        "id": key, "name": f"Jane {key.title()}", "email": f"{key}@hospital.example",
        "type": "clinical", "highlights": HIGHLIGHTS,
        "worked_together": {"what": "Medicine wards", "end": start - timedelta(days=20)},
    }  # fmt: skip
    if dice.random() < 0.7:
        table["ask_on"] = start + timedelta(days=dice.choice([0, 1, 2, 3, 5, 6, 12, 25]))
    if dice.random() < 0.5:
        table["due"] = start + timedelta(days=dice.choice([14, 35, 50, 70, 100, 130]))
    return table
