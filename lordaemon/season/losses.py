"""Writers who are lost, and the backups that take their place (H9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.history import WriterHistory
from lordaemon.season.standing import Standing
from lordaemon.season.timing import Timing

UNDELIVERABLE_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Loss:
    """How and since when a writer can't be counted on."""

    how: Literal["declined", "silent", "undeliverable"]
    at: datetime


def lost_at(
    plan: Plan,
    writer: Writer,
    facts: WriterHistory,
    standing: Standing,
    now: datetime,
    *,
    projected: bool = False,
) -> Loss | None:
    """The loss of a writer at `now`; `projected`: also one that lies ahead if nothing comes."""
    if standing.ended == "declined" and standing.ended_at is not None:
        return Loss("declined", standing.ended_at)
    if standing.agreed_at is not None or standing.ended in ("uploaded", "assigned", "withdrawn"):
        return None
    if standing.ended == "silent" and standing.ended_at is not None:
        return Loss("silent", standing.ended_at)
    failed = [a for a in facts.attempts if a.state in ("bounced", "refused")]
    if failed and failed[-1].to.lower() == writer.email.lower() and standing.asked_at is None:
        since = (failed[-1].at or failed[-1].planned_at) + UNDELIVERABLE_FOR
        return Loss("undeliverable", since) if since <= now or projected else None
    silent = _silent_at(plan, writer, facts, standing, now)
    if silent is None or (silent > now and not projected):
        return None
    return Loss("silent", silent)


def _silent_at(
    plan: Plan, writer: Writer, facts: WriterHistory, standing: Standing, now: datetime
) -> datetime | None:
    """`give_up_after_days` after the last thing said to someone who never answered."""
    s = standing
    if s.asked_at is None or s.answered or s.conversation or s.claimed_at or s.uncertain:
        return None
    if s.frozen is not None or s.paused:
        return None
    patience = timedelta(days=plan.policy.give_up_after_days)
    if s.left_at("reminder") is not None and s.last_said_at is not None:
        return s.last_said_at + patience
    nudge = Timing(plan, writer, facts.person).reminder(s, s.asked_at, now)
    if "reminder" in s.skipped and s.skipped_at is not None:
        return max(nudge.slot.due, s.skipped_at) + patience
    if nudge.dropped_at is not None:
        return nudge.dropped_at + patience
    return None


def activated_backups(plan: Plan, losses: Mapping[str, Loss | None]) -> dict[str, datetime]:
    """For each lost writer the first reserve that names them, and since when it is due.

    A reserve stands in for one writer only; one who is lost too passes the place on.
    """
    taken: dict[str, datetime] = {}
    for lost in plan.writers:
        loss = losses.get(lost.id)
        since = loss.at if loss else None
        for reserve in plan.writers:
            if since is None:
                break
            if lost.id not in reserve.backup_for or reserve.id in taken:
                continue
            taken[reserve.id] = since
            own = losses.get(reserve.id)
            since = max(since, own.at) if own else None
    return taken
