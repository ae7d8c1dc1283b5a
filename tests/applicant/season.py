"""A season in memory: the real engine on the simulated world, and the applicant at their phone."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lordaemon.engine import Engine, PassReport
from lordaemon.plan.load import parse_plan
from lordaemon.plan.model import Plan
from lordaemon.season.history import Attempt, Word
from lordaemon.season.table import Row
from lordaemon.store.database import Database
from lordaemon.store.tables import OrderRow, OutboxRow
from tests.servers import writers
from tests.simulation.world import INBOX, SENT, Accepted, Clock, World

ME = "sam.rivera@example.edu"
PASSED = "Authentication-Results: mx.example.edu; dmarc=pass header.from=example.edu\r\n"
FAILED = "Authentication-Results: mx.example.edu; dmarc=fail header.from=example.edu\r\n"


def table(writer_id: str, name: str, more: str = "") -> str:
    """One `[[writer]]`."""
    return f"""
[[writer]]
id = "{writer_id}"
name = "{name}"
email = "{writer_id}@hospital.example"
type = "clinical"
worked_together = {{ what = "Wards with {name}", start = 2027-02-01, end = 2027-02-28, weeks = 4 }}
highlights = ["Pre-rounded on all patients ({writer_id})", "Led two meetings ({writer_id})",
  "Called consults with a clear question ({writer_id})"]
{more}
"""


WRITERS = (
    table("smith", "Jane Smith"), table("lee", "Min Lee"), table("gomez", "Ana Gomez"),
)  # fmt: skip


@dataclass
class Season:
    """A plan in a folder, its engine, its world."""

    folder: Path
    start: datetime
    tables: tuple[str, ...] = WRITERS
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = Clock(self.start)
        self.world = World(self.clock, random.Random(1), ME, saves_sent=True)
        for name in ("cv.pdf", "statement.pdf"):
            (self.folder / name).write_bytes(b"%PDF-1.4\n" + name.encode() + b"\n%%EOF\n")
        self.database = Database("sqlite://")
        self.engine = Engine(self.plan(), self.database, self.world, self.clock)

    def plan(self, *tables: str) -> Plan:
        """The plan as it would be read from its file."""
        more = {"policy": "", "digest": "", "season": "letters = 3", "zone": "America/Chicago",
                "deadline": "2027-09-22"}  # fmt: skip
        more |= self.settings
        text = f"""
[applicant]
name = "Sam Rivera"
email = "{ME}"
timezone = "{more["zone"]}"
school = "State University School of Medicine"
class_year = 2028
[season]
id = "2028"
specialty = "Internal Medicine"
deadline = {more["deadline"]}
{more["season"]}
[policy]
{more["policy"]}
[digest]
{more["digest"]}
[packet]
cv = "cv.pdf"
personal_statement = "statement.pdf"
""" + "".join(tables or self.tables)
        return parse_plan(text, self.folder / "config.toml")

    def reload(self, *tables: str) -> None:
        """The plan was edited."""
        self.engine.plan = self.plan(*tables)

    def restart(self) -> None:
        """The program ends and starts again on the same database."""
        self.engine = Engine(self.engine.plan, self.database, self.world, self.clock)

    # -- time ------------------------------------------------------------------------------------

    def look(self, **later: float) -> PassReport:
        """One pass; `later` is a timedelta that goes by first."""
        self.clock.now += timedelta(**later)
        return self.engine.run_pass()

    def until(self, local: str) -> PassReport:
        """The clock moves to that local time without a pass on the way; then one."""
        self.clock.now = self.at(local)
        return self.engine.run_pass()

    def through(self, local: str) -> None:
        """A few passes a day, all the way to that local time."""
        end, day = self.at(local), self.local.date()
        stops = [
            self.at(f"{day + timedelta(days=n)} {hour}")
            for n in range((end - self.clock.now).days + 2)
            for hour in ("07:05", "09:30", "13:30", "15:30")
        ]
        for stop in [*(s for s in stops if self.clock.now < s < end), end]:
            self.clock.now = stop
            self.engine.run_pass()

    def at(self, local: str) -> datetime:
        """A local time of the plan's zone, in UTC."""
        return datetime.fromisoformat(local).replace(tzinfo=self.engine.plan.zone).astimezone(UTC)

    @property
    def local(self) -> datetime:
        """The applicant's clock."""
        return self.clock.now.astimezone(self.engine.plan.zone)

    # -- what can be seen ---------------------------------------------------------------------

    def sent_to(self, address: str) -> list[Accepted]:
        """What was accepted for an address."""
        return [m for m in self.world.accepted if m.recipient == address]

    def mine(self, kind: str) -> list[Accepted]:
        """What the applicant was sent: `digest` or `notice`."""
        return [m for m in self.sent_to(ME) if f".{kind}." in str(m.parsed["Message-ID"])]

    @property
    def digest(self) -> Accepted:
        """The newest digest."""
        return self.mine("digest")[-1]

    @property
    def digest_text(self) -> str:
        """Its words, in one line."""
        return " ".join(body(self.digest.raw).replace("| ", " ").split())

    def notice(self, writer_id: str) -> Accepted:
        """The newest notice about a writer."""
        about = [m for m in self.mine("notice") if f"{writer_id}@" in body(m.raw)]
        return about[-1]

    def to(self, writer_id: str) -> list[Accepted]:
        """What a writer was sent."""
        return self.sent_to(f"{writer_id}@hospital.example")

    def row(self, writer_id: str) -> Row:
        """A writer's row of the table."""
        rows = self.engine.snapshot().table.rows
        return next(row for row in rows if row.writer.id == writer_id)

    def said(self) -> list[tuple[str, str]]:
        """Every word given, oldest first, by writer."""
        return [(w.id, word.verb) for w in self.engine.plan.writers for word in self.words(w.id)]

    def words(self, writer_id: str) -> tuple[Word, ...]:
        """What the applicant has said of a writer."""
        return self.engine.history().of(writer_id).words

    def attempts(self, writer_id: str) -> tuple[Attempt, ...]:
        """The messages to a writer, as they stand."""
        return self.engine.history().of(writer_id).attempts

    def rows(self, kind: str, state: str) -> list[str]:
        """Tokens of the outbox's rows of a kind in a state."""
        query = select(OutboxRow.token).where(OutboxRow.kind == kind, OutboxRow.state == state)
        with self.database.begin() as session:
            return list(session.scalars(query))

    def reports(self) -> list[str]:
        """What digests say, or will say, of orders."""
        with self.database.begin() as session:
            rows = session.scalars(select(OrderRow).where(OrderRow.outcome != ""))
            return [f"{row.line}: {row.outcome}" for row in rows]

    # -- what comes in ---------------------------------------------------------------------------

    def answer(
        self, original: Accepted, words: str, client: writers.Client = "gmail", *,
        trace: str = PASSED, sent: bool = False, sender: str = ME, look: bool = True,
    ) -> bytes:  # fmt: skip
        """The applicant answers a mail of ours: it arrives with `trace` as the server's own
        header, and a copy lies in Sent if `sent`."""
        person = writers.Person(sender, "Sam Rivera")
        raw = writers.reply(original.raw, words, client, sender=person, date=self.clock.now)
        self.world.put(INBOX, trace.encode() + raw)
        if sent:
            self.world.put(SENT, raw)
        if look:
            self.look(minutes=1)
        return raw

    def replies(
        self, writer_id: str, words: str, *, trace: str = "", look: bool = True, **more: Any
    ) -> bytes:
        """A writer answers the last message to them."""
        raw = writers.reply(self.to(writer_id)[-1].raw, words, date=self.clock.now, **more)
        self.world.put(INBOX, trace.encode() + raw)
        if look:
            self.look(minutes=1)
        return raw

    def arrive(self, raw: bytes, folder: str = INBOX) -> None:
        """A message arrives and is read."""
        self.world.put(folder, raw)
        self.look(minutes=1)


def body(raw: bytes) -> str:
    """The words of a mail."""
    return writers.Original(raw).text


def mail(words: str, *, trace: str = PASSED, **headers: str) -> bytes:
    """A mail written from nothing; `trace` stands above it, as the server writes it."""
    message = EmailMessage()
    for name, value in ({"From": ME, "To": ME, "Subject": "Orders"} | headers).items():
        message[name.replace("_", "-")] = value
    if "Message_ID" not in headers:
        message["Message-ID"] = writers.new_id(writers.Person(ME))
    message.set_content(words)
    return trace.encode() + message.as_bytes(policy=policy.SMTP)


def html_of(raw: bytes) -> str:
    """The HTML of a mail."""
    part = message_from_bytes(raw, policy=policy.default).get_body(("html",))
    return str(part.get_content()) if part else ""
