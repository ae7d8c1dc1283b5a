"""The heart: `decide(plan, history, now)` says for every writer what comes next, and why.

Pure: the same plan, facts and instant always give the same decisions. The daemon, `status`, the
digest, the forecast and the simulation all call it; nobody else computes what is due. It does not
compose, send, or look at a mailbox; that a sync is fresh (S9) is checked where the sending is.
"""

from __future__ import annotations

from datetime import datetime

from lordaemon.plan.model import Plan
from lordaemon.season.brake import brake
from lordaemon.season.decision import Action, Decision, Stage, StepKind, words
from lordaemon.season.fold import fold
from lordaemon.season.history import History
from lordaemon.season.ladder import Ladder
from lordaemon.season.losses import activated_backups, loss_of

__all__ = ["Action", "Decision", "Stage", "StepKind", "decide", "next_instant", "words"]


def decide(plan: Plan, history: History, now: datetime) -> tuple[Decision, ...]:
    """One decision for every writer of the plan, in the plan's order."""
    standings = {w.id: fold(plan, w, history.of(w.id)) for w in plan.writers}
    losses = {w.id: loss_of(plan, w, history.of(w.id), standings[w.id], now) for w in plan.writers}
    backups = activated_backups(plan, standings, losses, now)
    decisions = [
        Ladder(plan, writer, history, standings[writer.id], losses[writer.id], now).decide(
            backups.get(writer.id)
        )
        for writer in plan.writers
    ]
    return tuple(brake(plan, history, decisions, now))


def next_instant(plan: Plan, history: History, now: datetime) -> datetime | None:
    """The next instant at which some decision may change though nothing happens: when the daemon
    has to look again. None when time alone changes nothing any more."""
    changes = (decision.changes_at for decision in decide(plan, history, now))
    return min((at for at in changes if at is not None), default=None)
