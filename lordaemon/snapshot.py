"""Everything known at one instant, folded and decided: what the engine, `status`, the digest and
every other view start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lordaemon.letters.held import blocking
from lordaemon.orders import HOLD_OLD_DATABASE
from lordaemon.plan.model import Plan
from lordaemon.season.history import History
from lordaemon.season.policy import Decision, decide
from lordaemon.season.table import Table, tabulate
from lordaemon.store import notes, people, record
from lordaemon.store.load import history

OLD_DATABASE = (
    "the mailbox shows messages this database does not know: it is an old copy, or a second "
    "lordaemon is at work. Nothing is sent until you answer: go all"
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Facts, decisions and the table made of them, at `now`."""

    now: datetime
    history: History
    decisions: tuple[Decision, ...]
    table: Table


def faults_of(plan: Plan) -> dict[str, str]:
    """What blocks each writer (S12), in words. Looks at the plan's files."""
    return {
        writer: "; ".join(finding.message for finding in findings)
        for writer, findings in blocking(plan).items()
        if findings
    }


def snapshot(
    session: Session, plan: Plan, now: datetime, faults: Mapping[str, str] | None = None
) -> Snapshot:
    """Load, fold and decide. Records new people and what the plan newly says of them.

    `faults`: what `faults_of` said a moment ago, to spare looking again.
    """
    identities = people.resolve(session, plan, now)
    record.plan_words(session, plan, identities, now)
    blocked = faults_of(plan) if faults is None else faults
    known = notes.everything(session)
    holds = (OLD_DATABASE,) if known.get(HOLD_OLD_DATABASE, ("",))[0] else ()
    facts = history(session, plan, identities, blocked, known, holds)
    decisions = decide(plan, facts, now)
    return Snapshot(now, facts, decisions, tabulate(plan, facts, decisions, now))
