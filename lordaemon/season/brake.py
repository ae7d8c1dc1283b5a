"""Never in a flood: the brake on everything that would leave at once (S8), and the full stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lordaemon.plan.model import Plan
from lordaemon.season.decision import Decision
from lordaemon.season.history import History

HOUR = timedelta(hours=1)


def brake(
    plan: Plan, history: History, decisions: Sequence[Decision], now: datetime
) -> Iterator[Decision]:
    """The same decisions, but at most `burst` an hour leave, the longest due first; and nothing
    leaves while all is on hold."""
    burst = plan.policy.burst
    leaving = sorted(
        at for facts in history.writers.values() for a in facts.attempts
        if (at := a.may_have_left_at) is not None and now - HOUR < at
    )  # fmt: skip
    later: dict[str, datetime] = {}
    for decision in in_order(decisions):
        free_at = leaving[-burst] + HOUR if len(leaving) >= burst else now
        if free_at > now:
            later[decision.writer] = free_at
        leaving.append(max(free_at, now))
    for decision in decisions:
        if decision.action in ("send", "notice") and history.holds:
            yield replace(decision, action="wait", why=history.holds[0])
        elif decision.writer in later:
            at = later[decision.writer]
            yield replace(
                decision,
                action="wait",
                rule="S8",
                at=at,
                changes_at=min(at, decision.changes_at or at),
                why=f"only {plan.policy.burst} messages an hour leave",
            )
        else:
            yield decision


def in_order(decisions: Sequence[Decision]) -> list[Decision]:
    """What is to be sent now, in the order in which it goes: the longest due first (S8)."""
    ready = [d for d in decisions if d.action == "send"]
    return sorted(ready, key=lambda d: d.due or d.at or _LAST)


_LAST = datetime.max.replace(tzinfo=UTC)
