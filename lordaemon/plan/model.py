"""The plan, frozen: what the applicant wrote in `config.toml`, typed and checked.

Says nothing about what happened (that is `season.history`) and reads no clock and no other file.
Dates are the applicant's local days, `timezone` says which (rules.md, opening paragraph).
`load` turns TOML into this; faults are told there, with file and line. A field's bounds and
example stand here, once: the fault messages take both from the field.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from lordaemon.plan.fields import (
    Address,
    Day,
    Line,
    Name,
    OptionalAddress,
    Prose,
    TimeOfDay,
    ZoneName,
)
from lordaemon.plan.positions import KeyPath, Position

LetterType = Literal["clinical", "research", "champion", "character", "sloe"]
Service = Literal["ERAS", "ResidencyCAS", "SF Match", "other"]
Scenario = Literal[
    "strong-step2", "strong-research", "no-rank", "switching-specialty", "borderline"
]
Security = Literal["tls", "starttls", "none"]
Provider = Literal["gmail", "outlook", "icloud", "yahoo", "fastmail", "custom"]

DUE_BEFORE_DEADLINE = timedelta(days=7)
"""A writer's due date when the plan names none (contract.md, `due`)."""

_AFTER_A_NAME = frozenset(
    ("Jr", "Sr", "II", "III", "IV", "MD", "DO", "MBBS", "PhD", "DPhil", "MPH", "MBA", "MSc", "MS")
)
"""What may stand after a surname without a comma, dots left out; case tells DO from Linda Do."""


class Part(BaseModel):
    """A table of the plan: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Applicant(Part):
    """Who asks. `email` is the mailbox that is sent from and watched."""

    name: Name = Field(min_length=1, examples=["Sam Rivera"])
    email: Address = Field(examples=["sam.rivera@example.edu"])
    timezone: ZoneName = Field(examples=["America/Chicago"])
    school: Line = Field(min_length=1, examples=["State University School of Medicine"])
    class_year: int | None = Field(default=None, ge=1950, le=2100, examples=[2028])
    phone: Line = Field(default="", examples=["+1 555 0100"])

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which every date of the plan is meant."""
        return ZoneInfo(self.timezone)


class Season(Part):
    """One application cycle. `deadline` is the applicant's to confirm; it is never guessed."""

    id: Line = Field(default="", max_length=40, examples=["2028"])
    specialty: Line = Field(min_length=1, examples=["Internal Medicine"])
    deadline: Day = Field(examples=[date(2027, 9, 22)])
    service: Service = "ERAS"
    letters: int = Field(default=4, ge=1, le=12)
    scenario: Scenario | None = Field(default=None, examples=["no-rank"])
    step2: Literal["omit", "solid"] = "omit"
    themes: tuple[Line, ...] = Field(default=(), examples=[["growth through feedback"]])

    @property
    def name(self) -> str:
        """`id`, or by default the year after the deadline's (the year the residency starts)."""
        return self.id or str(self.deadline.year + 1)


class Policy(Part):
    """The applicant's choices inside the bounds of the rules."""

    send_hours: tuple[TimeOfDay, TimeOfDay] = (time(8, 30), time(17, 30))
    remind_after_days: int = Field(default=17, ge=14, le=21)
    follow_up_before_days: int = Field(default=17, ge=14, le=21)
    materials_within_hours: int = Field(default=48, ge=24, le=48)
    give_up_after_days: int = Field(default=14, ge=7, le=60)
    min_gap_days: int = Field(default=7, ge=7, le=30)
    notice_hours: float = Field(default=4, ge=0, le=24)
    approve: Literal["auto", "each"] = "auto"
    holidays: Line = "US"
    burst: int = Field(default=3, ge=1, le=20)
    clock_skew_minutes: int = Field(default=5, ge=0, le=24 * 60)


class Digest(Part):
    """When and where the daily digest goes."""

    at: TimeOfDay = time(7, 0)
    to: OptionalAddress = Field(default="", examples=["sam.rivera@example.edu"])
    quiet_days: bool = True
    ping: Line = Field(default="", examples=["https://hc-ping.example/your-check"])


class Packet(Part):
    """The files every writer gets. Paths are relative to the plan's folder."""

    cv: Line = Field(default="", examples=["cv.pdf"])
    personal_statement: Line = Field(default="", examples=["personal-statement.pdf"])
    interest: Prose = Field(default="", examples=["Why this specialty, in a paragraph"])
    attach_to_request: bool = True
    extra: tuple[Line, ...] = Field(default=(), examples=[["transcript.pdf"]])


class Password(Part):
    """Where the mail password lies; exactly one key. The secret itself is never in the plan."""

    keyring: bool | None = Field(default=None, examples=[True])
    command: tuple[Line, ...] | None = Field(
        default=None, min_length=1, examples=[["pass", "mail"]]
    )
    file: Line | None = Field(default=None, min_length=1, examples=["mail-password.txt"])
    env: Line | None = Field(default=None, min_length=1, examples=["MAIL_PASSWORD"])
    credential: Line | None = Field(default=None, min_length=1, examples=["mail-password"])


class Server(Part):
    """One mail server. `none` security is for loopback only."""

    host: Line = Field(default="", examples=["mail.example.edu"])
    port: int | None = Field(default=None, ge=1, le=65535, examples=[465])
    security: Security = "tls"
    ca_file: Line = Field(default="", examples=["school-ca.pem"])


class ImapServer(Server):
    """Where replies are heard. Empty `folders` and `sent`: found by SPECIAL-USE (RFC 6154)."""

    port: int | None = Field(default=None, ge=1, le=65535, examples=[993])
    folders: tuple[Line, ...] = Field(default=(), examples=[["INBOX"]])
    sent: Line = Field(default="", examples=["Sent"])


class Mail(Part):
    """The mailbox: provider preset or hosts of its own, and how to log in."""

    provider: Provider = "custom"
    username: Line = Field(default="", examples=["sam.rivera@example.edu"])
    password: Password | None = Field(default=None, examples=[{"keyring": True}])
    oauth: Literal["google", "microsoft"] | None = Field(default=None, examples=["google"])
    imap: ImapServer = ImapServer()
    smtp: Server = Server()


class Storage(Part):
    """Where the facts are kept; empty: the platform's state folder."""

    database: Line = Field(default="", examples=["sqlite:///lordaemon.db"])


class WorkedTogether(Part):
    """What they did together, and when."""

    what: Line = Field(min_length=1, examples=["Medicine wards"])
    start: Day | None = Field(default=None, examples=[date(2027, 2, 1)])
    end: Day | None = Field(default=None, examples=[date(2027, 2, 28)])
    weeks: int | None = Field(default=None, ge=0, le=1000, examples=[4])


class Writer(Part):
    """One letter writer, as the applicant described them."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", examples=["smith"])
    name: Name = Field(min_length=1, examples=["Jane Smith"])
    title: Line = "Dr."
    email: Address = Field(examples=["jane.smith@hospital.example"])
    also: tuple[Address, ...] = Field(default=(), examples=[["jsmith@gmail.example"]])
    type: LetterType = Field(examples=["clinical"])
    worked_together: WorkedTogether = Field(examples=[{"what": "Medicine wards", "weeks": 4}])
    highlights: tuple[Prose, ...] = Field(
        default=(), max_length=5, examples=[["Led two family meetings", "…", "…"]]
    )
    ask_on: Day | None = Field(default=None, examples=[date(2027, 3, 15)])
    asked: Day | None = Field(default=None, examples=[date(2027, 3, 10)])
    packet_sent: Day | None = Field(default=None, examples=[date(2027, 3, 20)])
    due_on: Day | None = Field(default=None, alias="due", examples=[date(2027, 9, 15)])
    asked_in_person: Day | None = Field(default=None, examples=[date(2027, 3, 1)])
    answer: Literal["yes", "no"] | None = Field(default=None, examples=["yes"])
    uploaded: Day | None = Field(default=None, examples=[date(2027, 8, 2)])
    paused: bool = False
    backup_for: tuple[str, ...] = Field(default=(), examples=[["smith"]])
    template: Line = Field(default="", examples=["request-smith.txt"])
    note: Prose = Field(default="", examples=["Your advice on presenting stayed with me."])
    attach: tuple[Line, ...] = Field(default=(), examples=[["letter-request-form.pdf"]])
    upload: Prose = Field(default="", examples=["Letter ID 1234, link in the attached form"])
    acknowledged: tuple[Prose, ...] = Field(default=(), examples=[["the exact text"]])
    patients: int | None = Field(default=None, ge=0, le=100_000, examples=[8])
    memorable: Prose = Field(default="", examples=["The night we found the missed fracture"])
    presented: Prose = Field(default="", examples=["Grand rounds on sepsis"])
    project: Prose = Field(default="", examples=["Readmissions after heart failure"])
    contributed: tuple[Prose, ...] = Field(default=(), examples=[["Cleaned the data"]])

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address this person writes from, lower case, the main one first."""
        return tuple(dict.fromkeys(a.lower() for a in (self.email, *self.also)))

    @property
    def surname(self) -> str:
        """The name a letter greets: "Smith", "van der Berg"; degrees, "Jr." and "III" left out."""
        words = self.name.split(",")[0].split() or [self.name]
        while len(words) > 1 and words[-1].replace(".", "") in _AFTER_A_NAME:
            words.pop()
        first = len(words) - 1
        while first > 1 and words[first - 1].islower():
            first -= 1
        return " ".join(words[first:])

    @property
    def salutation(self) -> str:
        """How a letter addresses them: "Dr. Smith"."""
        return f"{self.title} {self.surname}".strip()


class Plan(Part):
    """The whole plan of one season, and the folder its paths start from."""

    applicant: Applicant
    season: Season
    policy: Policy = Policy()
    digest: Digest = Digest()
    packet: Packet = Packet()
    mail: Mail = Mail()
    storage: Storage = Storage()
    writers: tuple[Writer, ...] = Field(alias="writer", default=(), min_length=1)

    _path: Path = PrivateAttr(default=Path("config.toml"))
    _positions: dict[KeyPath, Position] = PrivateAttr(default_factory=dict)

    @property
    def path(self) -> Path:
        """The file this plan was read from."""
        return self._path

    @property
    def folder(self) -> Path:
        """Where relative paths start."""
        return self._path.parent

    def line_of(self, *key_path: str | int) -> int | None:
        """The line of the file on which a key, or the nearest table around it, stands."""
        for length in range(len(key_path), 0, -1):
            if place := self._positions.get(key_path[:length]):
                return place[0]
        return None

    @property
    def zone(self) -> ZoneInfo:
        """The applicant's zone."""
        return self.applicant.zone

    @property
    def digest_to(self) -> str:
        """Where digests and notices go."""
        return self.digest.to or self.applicant.email

    def due(self, writer: Writer) -> date:
        """The day by which this writer's letter is wanted."""
        return writer.due_on or self.season.deadline - DUE_BEFORE_DEADLINE

    def writer(self, writer_id: str) -> Writer | None:
        """The writer with this id, if the plan has one."""
        return next((w for w in self.writers if w.id == writer_id), None)
