"""What happened, as plain values: the facts of one season that `policy.decide` looks at.

Facts only, never a status: every stage and count is a fold over these (`season.standing`).
The store makes a History, the simulation and the tests make their own. Instants are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Kind = Literal["request", "packet", "reminder", "follow_up"]
"""The four kinds of message a writer may ever get (S1)."""

KINDS: tuple[Kind, ...] = ("request", "packet", "reminder", "follow_up")

AttemptState = Literal[
    "planned", "claimed", "transmitting", "sent", "uncertain", "refused", "not_sent", "bounced"
]
"""Where one attempt stands (docs/sending.md). `not_sent` is the applicant's word on a doubt."""

Label = Literal[
    "yes", "yes_conditional", "no", "auto_reply", "bounce", "uploaded",
    "delegated", "deferred", "question", "unrelated", "unclear",
]  # fmt: skip
"""What a message was taken for (contract.md, `read --json`)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one message to a writer, ours. `at` is when it left (state sent), else None;
    `claimed_at`, when it was about to."""

    id: str
    kind: Kind
    state: AttemptState
    planned_at: datetime
    at: datetime | None = None
    message_id: str = ""
    subject: str = ""
    to: str = ""
    noticed_at: datetime | None = None
    approved: bool = False
    problem: str = ""
    claimed_at: datetime | None = None

    @property
    def may_have_left_at(self) -> datetime | None:
        """When it left, or may have: a message in doubt counts as one that did."""
        return self.claimed_at if self.at is None and self.state == "uncertain" else self.at


@dataclass(frozen=True, slots=True)
class HandMail:
    """The applicant's own mail to a writer, seen in Sent or told in the plan (H8, S15)."""

    at: datetime
    message_id: str = ""
    subject: str = ""
    attachments: bool = False
    counts_as: Kind | None = None
    """What the plan says it was (`asked`, `packet_sent`); None: judged by when it came (H8)."""
    before_first_sync: bool = False
    """Found in Sent when the season started (S15): holds the request and asks."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message that concerns a writer, and how it was read. `at`: the server's arrival time."""

    id: str
    at: datetime
    label: Label
    confident: bool
    evidence: str = ""
    reason: str = ""
    flags: frozenset[str] = frozenset()
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    in_thread: bool = False
    from_writer: bool = True
    """False for a stranger in the thread, or an address the plan doesn't know (H13)."""
    authentic: bool = True
    """False when the sender failed authentication or looks like somebody else (H10)."""
    return_on: date | None = None
    bounced_kind: Kind | None = None
    bounce_permanent: bool = False
    seen_at: datetime | None = None
    """When we read it; None: when it arrived. Decides what the applicant could know (H3)."""

    @property
    def human(self) -> bool:
        """A human message in the sense of rules.md: not a machine's, not a mail to many (S10)."""
        return self.label not in ("auto_reply", "bounce") and not self.flags & {"machine", "bulk"}

    @property
    def learned_at(self) -> datetime:
        """When it became known here."""
        return self.seen_at or self.at


@dataclass(frozen=True, slots=True)
class Word:
    """The applicant's own word about a writer: a verb of contract.md, from `mark`, an order or the
    plan. `on` is the day it speaks of, if it names one; `source` is where it was said."""

    at: datetime
    verb: str
    source: Literal["mark", "order", "plan"] = "mark"
    on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class WriterHistory:
    """Everything known of one person in this season, each tuple oldest first."""

    person: str
    attempts: tuple[Attempt, ...] = ()
    hand: tuple[HandMail, ...] = ()
    heard: tuple[Heard, ...] = ()
    words: tuple[Word, ...] = ()
    doubt: str = ""
    """Why it is unclear which person this is (S1); nothing is sent while this is not empty."""
    fault: str = ""
    """What is wrong in the plan or its files for this writer (S12); nothing is sent meanwhile."""
    first_seen_at: datetime | None = None
    """When this person first stood in a plan we loaded."""


@dataclass(frozen=True, slots=True)
class MailHealth:
    """How the mailbox is doing."""

    last_sync: datetime | None = None
    last_send: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """All facts of a season, by writer id of the plan as it is now."""

    writers: dict[str, WriterHistory] = field(default_factory=dict)
    mail: MailHealth = MailHealth()
    started_at: datetime | None = None
    """When this season was first seen by the program."""
    holds: tuple[str, ...] = ()
    """Reasons why nothing at all may be sent now (old database, clock wrong ...)."""

    def of(self, writer_id: str) -> WriterHistory:
        """One writer's facts; empty for a writer nothing is known of."""
        return self.writers.get(writer_id) or WriterHistory(person=writer_id)
