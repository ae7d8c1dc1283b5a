"""The plan, frozen: what the applicant wrote in `config.toml`, typed and checked.

Says nothing about what happened (that is `season.history`) and reads no clock and no other file.
Dates are the applicant's local days, `timezone` says which (rules.md, opening paragraph).
`load` turns TOML into this; faults are told there, with file and line.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

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


def _clock_time(value: Any) -> Any:
    """Accept "08:30" as written in the plan; anything else is left for the type to refuse."""
    if isinstance(value, str):
        hours, colon, minutes = value.strip().partition(":")
        if colon and hours.isdigit() and minutes.isdigit() and len(minutes) == 2:
            try:
                return time(int(hours), int(minutes))
            except ValueError:
                pass
        raise ValueError('is not a time of day; write e.g. "08:30"')
    return value


TimeOfDay = Annotated[time, BeforeValidator(_clock_time)]


class Part(BaseModel):
    """A table of the plan: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Applicant(Part):
    """Who asks. `email` is the mailbox that is sent from and watched."""

    name: str = Field(min_length=1)
    email: str
    timezone: str
    school: str = Field(min_length=1)
    class_year: int | None = Field(default=None, ge=1950, le=2100)
    phone: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which every date of the plan is meant."""
        return ZoneInfo(self.timezone)


class Season(Part):
    """One application cycle. `deadline` is the applicant's to confirm; it is never guessed."""

    id: str = ""
    specialty: str = Field(min_length=1)
    deadline: date
    service: Service = "ERAS"
    letters: int = Field(default=4, ge=1, le=12)
    scenario: Scenario | None = None
    step2: Literal["omit", "solid"] = "omit"
    themes: tuple[str, ...] = ()

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
    holidays: str = "US"
    burst: int = Field(default=3, ge=1, le=20)
    clock_skew_minutes: int = Field(default=5, ge=0, le=24 * 60)


class Digest(Part):
    """When and where the daily digest goes."""

    at: TimeOfDay = time(7, 0)
    to: str = ""
    quiet_days: bool = True
    ping: str = ""


class Packet(Part):
    """The files every writer gets. Paths are relative to the plan's folder."""

    cv: str = ""
    personal_statement: str = ""
    interest: str = ""
    attach_to_request: bool = True
    extra: tuple[str, ...] = ()


class Password(Part):
    """Where the mail password lies; exactly one key. The secret itself is never in the plan."""

    keyring: bool | None = None
    command: tuple[str, ...] | None = None
    file: str | None = None
    env: str | None = None
    credential: str | None = None


class Server(Part):
    """One mail server. `none` security is for loopback only."""

    host: str = ""
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Security = "tls"
    ca_file: str = ""


class ImapServer(Server):
    """Where replies are heard. Empty `folders` and `sent`: found by SPECIAL-USE (RFC 6154)."""

    folders: tuple[str, ...] = ()
    sent: str = ""


class Mail(Part):
    """The mailbox: provider preset or hosts of its own, and how to log in."""

    provider: Provider = "custom"
    username: str = ""
    password: Password | None = None
    oauth: Literal["google", "microsoft"] | None = None
    imap: ImapServer = ImapServer()
    smtp: Server = Server()


class Storage(Part):
    """Where the facts are kept; empty: the platform's state folder."""

    database: str = ""


class WorkedTogether(Part):
    """What they did together, and when."""

    what: str = Field(min_length=1)
    start: date | None = None
    end: date | None = None
    weeks: int | None = Field(default=None, ge=0, le=1000)


class Writer(Part):
    """One letter writer, as the applicant described them."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    name: str = Field(min_length=1)
    title: str = "Dr."
    email: str
    also: tuple[str, ...] = ()
    type: LetterType
    worked_together: WorkedTogether
    highlights: tuple[str, ...] = Field(default=(), max_length=5)
    ask_on: date | None = None
    asked: date | None = None
    packet_sent: date | None = None
    due_on: date | None = Field(default=None, alias="due")
    asked_in_person: date | None = None
    answer: Literal["yes", "no"] | None = None
    uploaded: date | None = None
    paused: bool = False
    backup_for: tuple[str, ...] = ()
    template: str = ""
    note: str = ""
    attach: tuple[str, ...] = ()
    upload: str = ""
    acknowledged: tuple[str, ...] = ()
    patients: int | None = Field(default=None, ge=0)
    memorable: str = ""
    presented: str = ""
    project: str = ""
    contributed: tuple[str, ...] = ()

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

    @property
    def path(self) -> Path:
        """The file this plan was read from."""
        return self._path

    @property
    def folder(self) -> Path:
        """Where relative paths start."""
        return self._path.parent

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
