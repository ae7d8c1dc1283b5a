"""What a digest is made from: plain values, gathered by the shell at one instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lordaemon.plan.model import Plan
from lordaemon.season.history import MailHealth
from lordaemon.season.table import Table


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that took place since the last digest: when, about whom, and in words."""

    at: datetime
    writer: str
    what: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class DigestView:
    """Everything a digest says. `alarms` come first, each a whole sentence (D3)."""

    plan: Plan
    table: Table
    day: date
    now: datetime
    health: MailHealth
    alarms: tuple[str, ...] = ()
    happened: tuple[Happening, ...] = ()
    orders: tuple[str, ...] = ()
    """What became of orders since the last digest, and lines that were not understood (D4)."""
    strangers: tuple[str, ...] = ()
    """Mails about a letter from addresses the plan doesn't know (H13), and unreadable ones."""
    upcoming_text: tuple[tuple[str, str], ...] = ()
    """(writer id, full text) of messages that wait to go and are new since the last digest."""
    previous_at: datetime | None = None
    token: str = ""
    version: str = ""
    last: bool = False
    """The season's last digest (D6)."""
