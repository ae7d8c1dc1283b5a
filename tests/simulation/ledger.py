"""What really happened, seen from outside: mail that was delivered, words that were said.

Nothing here is taken from the program's database; `checks` judges the program by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lordaemon.plan.model import Plan
from tests.simulation.world import Accepted

STOPS = ("no", "unclear", "question", "yes_conditional", "delegated", "left")
"""What a person may write that must stop everything until the applicant says what it means."""
SETTLES = ("yes", "plan yes", "understood", "not-uploaded")


@dataclass
class Came:
    """A message that lies in the inbox, from a writer or in their thread."""

    at: datetime
    label: str
    uid: int
    known: bool = True
    """From an address the plan knows at that time."""
    until: datetime | None = None
    """The day an automatic reply names."""
    read_at: datetime | None = None
    """When the program first fetched it."""

    @property
    def human(self) -> bool:
        return self.label not in ("away", "bounce", "bulk")


@dataclass
class Said:
    """The applicant's word. `lost`: the database that knew it is gone."""

    at: datetime
    verb: str
    lost: bool = False


@dataclass
class Left:
    """A message to this person that the post office accepted."""

    at: datetime
    kind: str
    token: str
    mail: Accepted
    bounced_at: datetime | None = None


@dataclass
class Person:
    """One letter writer, whatever the plan calls them at the moment."""

    key: str
    table: dict[str, Any]
    addresses: set[str]
    temper: str = "kind"
    dead: set[str] = field(default_factory=set)
    came: list[Came] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    hand: list[datetime] = field(default_factory=list)
    odd_at: datetime | None = None
    """Since when something out of the ordinary befell them: no promise of punctuality then."""
    faulty: bool = False
    """The plan has an open fault for them (S12)."""

    def odd(self, at: datetime) -> None:
        """Something out of the ordinary."""
        self.odd_at = min(self.odd_at or at, at)

    def sent(self, kind: str) -> list[Left]:
        """What reached them of a kind."""
        return [m for m in self.left if m.kind == kind and m.bounced_at is None]

    def words(self, now: datetime, *, kept: bool) -> list[Said]:
        """The words up to now; `kept`: only those a database still knows."""
        return [w for w in self.said if w.at <= now and not (kept and w.lost)]

    def agreed(self, now: datetime) -> bool:
        """Somebody said yes: they, clearly; or the applicant, in any way."""
        theirs = any(c.label == "yes" and c.known and c.at <= now for c in self.came)
        return theirs or any(w.verb in ("yes", "plan yes") for w in self.words(now, kept=False))

    def stopped(self, now: datetime, since: datetime) -> str:
        """What they wrote from `since` on that nobody has settled; empty if nothing."""
        for came in reversed(self.came):
            if not since <= came.at <= now or came.label not in STOPS:
                continue
            after = came.read_at or now
            settled = [
                w for w in self.words(now, kept=False)
                if w.verb in (*SETTLES, "go") and w.at >= after
            ]  # fmt: skip
            return "" if settled else f"{came.label} of {came.at:%Y-%m-%d %H:%M}"
        return ""

    def closed(self, now: datetime) -> str:
        """The applicant's last word, if it ends or holds everything."""
        last = ""
        for word in self.words(now, kept=True):
            if word.verb in ("no", "withdrawn", "uploaded", "assigned", "silent", "plan uploaded",
                             "claimed", "plan no"):  # fmt: skip
                last = word.verb
            elif word.verb in ("yes", "not-uploaded", "plan yes") or word.verb == "plan taken back":
                last = ""
            if last == "silent" and self._yes_since(word.at, now):
                last = ""  # H1: a yes of the silent opens the row again
        return last

    def _yes_since(self, since: datetime, now: datetime) -> bool:
        return any(c.label == "yes" and c.known and since <= c.at <= now for c in self.came)

    def paused(self, now: datetime) -> bool:
        """On hold by the applicant."""
        held = False
        for word in self.words(now, kept=True):
            held = {"pause": True, "resume": False}.get(word.verb, held)
        return held or bool(self.table.get("paused"))


@dataclass
class Trouble:
    """A time in which mail or machine did not work."""

    begin: datetime
    end: datetime
    what: str


@dataclass
class Ledger:
    """Everything that can be held against the program."""

    people: list[Person]
    plan: Plan
    troubles: list[Trouble] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    """Every address that ever stood in the plan as somebody's main one."""
    violations: list[str] = field(default_factory=list)
    reads: dict[str, datetime] = field(default_factory=dict)
    digests: list[tuple[datetime, str]] = field(default_factory=list)
    two: bool = False
    """There was a second daemon with a database of its own."""
    database_lost: bool = False
    notices: list[tuple[datetime, str, str]] = field(default_factory=list)

    def of(self, address: str) -> Person | None:
        """Whose address it is."""
        return next((p for p in self.people if address.lower() in p.addresses), None)

    def trouble(self, at: datetime, lasts: timedelta, what: str) -> None:
        """Mail or machine does not work for a while."""
        self.troubles.append(Trouble(at, at + lasts, what))

    def calm(self, begin: datetime, end: datetime) -> bool:
        """Mail and machine worked all the time."""
        return not any(t.begin <= end and begin <= t.end for t in self.troubles)

    def broken(self, invariant: str, at: datetime, what: str) -> None:
        """An invariant does not hold."""
        self.violations.append(f"{at:%Y-%m-%d %H:%M}Z {invariant}: {what}")
