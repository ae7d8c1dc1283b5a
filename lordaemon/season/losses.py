"""Writers who are lost, and the backups that take their place (H5, H9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.decision import Stage
from lordaemon.season.history import Attempt, WriterHistory
from lordaemon.season.standing import Standing, moment
from lordaemon.season.timing import Timing

UNDELIVERABLE_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Loss:
    """How and since when a writer can't be counted on; `at` may lie ahead."""

    how: Literal["declined", "silent", "undeliverable"]
    at: datetime


def loss_of(
    plan: Plan, writer: Writer, facts: WriterHistory, standing: Standing, now: datetime
) -> Loss | None:
    """When a writer was lost, or will be if nothing more comes from them. While it is open
    whether something they said takes it back, nobody is lost: a backup is asked on facts only."""
    s = standing
    if s.frozen is not None:
        return None
    if s.ended in ("declined", "silent") and s.ended_at is not None:
        return Loss("declined" if s.ended == "declined" else "silent", s.ended_at)
    if s.agreed_at is not None or s.claimed_at is not None or s.ended is not None:
        return None
    dead = undelivered(writer, facts, s)
    if dead is not None:
        return Loss("undeliverable", failed_at(facts, dead) + UNDELIVERABLE_FOR)
    silent = _silent_at(plan, writer, facts, s, now)
    return Loss("silent", silent) if silent else None


def undelivered(writer: Writer, facts: WriterHistory, standing: Standing) -> Attempt | None:
    """The newest attempt that came back or was refused for good, while the plan still has that
    address, nothing of its kind got through since, and no `go` said to try again (H5)."""
    failed = [a for a in facts.attempts if a.state in ("bounced", "refused")]
    for attempt in reversed(failed):
        if attempt.to.lower() == writer.email.lower() and standing.left_at(attempt.kind) is None:
            again = standing.go_since(attempt.kind, moment(attempt))
            return None if again is not None else attempt
    return None


def failed_at(facts: WriterHistory, attempt: Attempt) -> datetime:
    """When it became known that an attempt failed: the bounce's arrival, else the attempt."""
    reports = [
        h.at
        for h in facts.heard
        if h.label == "bounce" and h.bounced_kind == attempt.kind and h.at >= moment(attempt)
    ]
    return min(reports, default=moment(attempt))


def _silent_at(
    plan: Plan, writer: Writer, facts: WriterHistory, standing: Standing, now: datetime
) -> datetime | None:
    """`give_up_after_days` after the last thing said to someone who never answered."""
    s = standing
    if s.asked_at is None or s.answered or s.conversation or s.uncertain or s.paused:
        return None
    patience = timedelta(days=plan.policy.give_up_after_days)
    if s.left_at("reminder") is not None and s.last_said_at is not None:
        return s.last_said_at + patience
    nudge = Timing(plan, writer, facts.person).reminder(s, s.asked_at, now)
    if "reminder" in s.skipped and s.skipped_at is not None:
        return max(nudge.slot.due, s.skipped_at) + patience
    return nudge.dropped_at + patience if nudge.dropped_at is not None else None


def activated_backups(
    plan: Plan,
    standings: Mapping[str, Standing],
    losses: Mapping[str, Loss | None],
    now: datetime,
) -> dict[str, datetime]:
    """Who stands in for somebody who is lost, and since when they are due.

    A reserve fills one place only; one who is lost too passes it on, to whoever names either of
    them. A reserve who was never needed leaves no place to fill, and a withdrawn one takes none.
    """
    taken: dict[str, datetime] = {}
    asked_first = sorted(plan.writers, key=lambda w: bool(w.backup_for))
    for lost in asked_first:
        since = _lost(losses, lost, now)
        spare = bool(lost.backup_for) and standings[lost.id].asked_at is None
        if since is None or spare or lost.id in taken:
            continue
        names = {lost.id}
        while since is not None:
            reserve = next(
                (
                    w
                    for w in plan.writers
                    if names & set(w.backup_for)
                    and w.id not in taken
                    and w.id not in names
                    and standings[w.id].ended != "withdrawn"
                ),
                None,
            )
            if reserve is None:
                break
            taken[reserve.id] = since
            names.add(reserve.id)
            own = _lost(losses, reserve, now)
            since = max(since, own) if own else None
    return taken


def _lost(losses: Mapping[str, Loss | None], writer: Writer, now: datetime) -> datetime | None:
    loss = losses[writer.id]
    return loss.at if loss is not None and loss.at <= now else None


def stage_of(
    writer: Writer, facts: WriterHistory, standing: Standing, loss: Loss | None, now: datetime
) -> Stage:
    """The row's place in the drawing of rules.md."""
    s = standing
    if s.ended is not None:
        return s.ended
    if s.claimed_at is not None:
        return "claimed"
    if s.agreed_at is not None:
        if s.left_at("follow_up") is not None:
            return "followed_up"
        return "packet_sent" if s.left_at("packet") is not None else "agreed"
    if undelivered(writer, facts, s) is not None:
        return "undeliverable"
    if loss is not None and loss.how == "silent" and loss.at <= now:
        return "silent"
    if s.asked_at is None:
        return "planned"
    return "reminded" if s.left_at("reminder") is not None else "requested"
