"""Where one writer stands: the values that the fold over the facts (`season.fold`) ends in.

Says what has been said between us, and nothing else: no calendar, and no word on what comes next
(that is `policy`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lordaemon.season.history import Attempt, HandMail, Heard, Kind

Ending = Literal["assigned", "uploaded", "declined", "withdrawn", "silent"]


@dataclass(frozen=True, slots=True)
class Ask:
    """Something only the applicant can settle: why, by which rule, and since when."""

    why: str
    rule: str
    since: datetime
    evidence: str = ""


@dataclass(frozen=True)
class Standing:
    """The result of the fold. Every `_at` is the instant that starts the clock of a rule."""

    agreed_at: datetime | None = None
    yes_evidence: str = ""
    ended: Ending | None = None
    ended_at: datetime | None = None
    claimed_at: datetime | None = None
    frozen: Ask | None = None
    """Something they said that only the applicant can settle (S10)."""
    question: Ask | None = None
    """Something the applicant did by hand, and we don't know what it was (S15, H8)."""
    answered: bool = False
    """Any human message at all since the request (S5)."""
    conversation: bool = False
    """The applicant said "understood": no reminder any more (S10)."""
    paused: bool = False
    freed_at: datetime | None = None
    """When the applicant's word last lifted a pause or a freeze: what waited is due from then."""
    away: Heard | None = None
    skipped: frozenset[str] = frozenset()
    """Kinds the applicant told us not to send (`skip reminder`, `stop`)."""
    skipped_at: datetime | None = None
    released: frozenset[str] = frozenset()
    """Kinds the applicant told us to send (`go`)."""
    go_at: tuple[tuple[str, datetime], ...] = ()
    """When each of these was last released: a `go` speaks of what could be seen then."""
    hand_kinds: tuple[tuple[Kind, HandMail], ...] = ()
    sent: tuple[Attempt, ...] = ()
    bounced: tuple[Attempt, ...] = ()
    uncertain: tuple[Attempt, ...] = ()
    hand: tuple[HandMail, ...] = ()

    def left_at(self, kind: Kind) -> datetime | None:
        """When a message of this kind reached the writer's server, by us or by hand."""
        ours = [moment(a) for a in self.sent if a.kind == kind]
        return min([*ours, *(m.at for k, m in self.hand_kinds if k == kind)], default=None)

    def go_since(self, kind: str, since: datetime) -> datetime | None:
        """When the applicant said `go` to this kind, if that was at or after `since`."""
        said = dict(self.go_at).get(kind)
        return said if said is not None and said >= since else None

    @property
    def last_said_at(self) -> datetime | None:
        """The last message to this writer of any sort, also one that may have left: it starts the
        gap of S7."""
        ours = [moment(a) for a in (*self.sent, *self.uncertain)]
        return max([*ours, *(m.at for m in self.hand)], default=None)

    @property
    def asked_at(self) -> datetime | None:
        """When the request left."""
        return self.left_at("request")


def moment(attempt: Attempt) -> datetime:
    """When an attempt left, as well as it is known."""
    return attempt.at or attempt.planned_at
