"""What `policy.decide` answers with, and how a kind and a stage are named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lordaemon.season.standing import Ask, Standing

Action = Literal["notice", "send", "wait", "ask", "closed"]
StepKind = Literal["request", "packet", "reminder", "follow_up", "close", "none"]
Stage = Literal[
    "planned", "requested", "reminded", "agreed", "packet_sent", "followed_up", "claimed",
    "uploaded", "assigned", "declined", "silent", "undeliverable", "withdrawn",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes next for one writer.

    `at`: not before this instant; `due`: when the step became due; `latest`: the end of its 48
    hours; `notice_at`: when the applicant is to be shown it. `asks` is what only the applicant can
    settle; some of it doesn't hold up what comes next. `changes_at`: the next instant at which
    this decision may change though nothing happens.
    """

    writer: str
    action: Action
    kind: StepKind
    rule: str
    why: str
    stage: Stage
    standing: Standing
    due: datetime | None = None
    at: datetime | None = None
    latest: datetime | None = None
    asks: tuple[Ask, ...] = ()
    away_until: datetime | None = None
    notice_at: datetime | None = None
    changes_at: datetime | None = None


def words(kind: StepKind) -> str:
    """A kind as a person says it."""
    return kind.replace("_", "-")
