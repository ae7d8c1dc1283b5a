"""The tracking table and the totals, folded from plan, history and decisions.

`status`, `digest`, `export` and the demo show this and nothing of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.calendar import local_day
from lordaemon.season.history import Heard, History, Kind, WriterHistory
from lordaemon.season.policy import Decision, Stage

Confirmed = Literal["not asked", "no reply", "needs you", "yes", "no", "bounced"]
Uploaded = Literal["n/a", "pending", "claimed", "uploaded", "assigned"]
LOST: frozenset[Stage] = frozenset({"declined", "silent", "undeliverable", "withdrawn"})
SAFE: frozenset[Stage] = frozenset({"claimed", "uploaded", "assigned"})


@dataclass(frozen=True, slots=True)
class SentLine:
    """One message that left, by us or by hand."""

    kind: Kind
    at: datetime
    message_id: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One writer, as the table shows them."""

    writer: Writer
    stage: Stage
    asked: date | None
    confirmed: Confirmed
    due: date
    uploaded: Uploaded
    needs_you: str | None
    paused: bool
    sent: tuple[SentLine, ...]
    heard: tuple[Heard, ...]
    decision: Decision
    facts: WriterHistory

    @property
    def lost(self) -> bool:
        """No letter will come from here as things stand."""
        return self.stage in LOST


@dataclass(frozen=True, slots=True)
class Table:
    """The whole season at one instant."""

    rows: tuple[Row, ...]
    agreed: int
    uploaded: int
    wanted: int
    possible: int
    """Letters that may still come; below `wanted` is a shortfall (H9)."""
    days_left: int
    over: bool

    @property
    def needing_you(self) -> tuple[Row, ...]:
        """Rows with a question only the applicant can settle."""
        return tuple(r for r in self.rows if r.needs_you)


def tabulate(plan: Plan, history: History, decisions: tuple[Decision, ...], now: datetime) -> Table:
    """Fold everything into rows, in the plan's order."""
    rows = tuple(
        _row(plan, writer, history.of(writer.id), decision)
        for writer, decision in zip(plan.writers, decisions, strict=True)
    )
    today = local_day(now, plan.zone)
    return Table(
        rows=rows,
        agreed=sum(r.confirmed == "yes" and not r.lost for r in rows),
        uploaded=sum(r.stage in ("uploaded", "assigned") for r in rows),
        wanted=plan.season.letters,
        possible=sum(not r.lost for r in rows),
        days_left=(plan.season.deadline - today).days,
        over=today > plan.season.deadline,
    )


def _asked(plan: Plan, writer: Writer, decision: Decision) -> date | None:
    """The day of the request; where none had to go, of the ask in person that was answered."""
    if (at := decision.standing.asked_at) is not None:
        return local_day(at, plan.zone)
    return writer.asked_in_person if writer.answer is not None else None


def _row(plan: Plan, writer: Writer, facts: WriterHistory, decision: Decision) -> Row:
    standing = decision.standing
    return Row(
        writer=writer,
        stage=decision.stage,
        asked=_asked(plan, writer, decision),
        confirmed=_confirmed(decision),
        due=plan.due(writer),
        uploaded=_uploaded(decision),
        needs_you="; ".join(_ask_words(a.why, a.evidence) for a in decision.asks) or None,
        paused=standing.paused,
        sent=_sent(facts, decision),
        heard=facts.heard,
        decision=decision,
        facts=facts,
    )


def _ask_words(why: str, evidence: str) -> str:
    return f'{why}: "{evidence}"' if evidence else why


def _sent(facts: WriterHistory, decision: Decision) -> tuple[SentLine, ...]:
    lines = [
        SentLine(a.kind, a.at, a.message_id, by_hand=False)
        for a in facts.attempts
        if a.state == "sent" and a.at is not None
    ]
    lines += [
        SentLine(kind, mail.at, mail.message_id, by_hand=True)
        for kind, mail in decision.standing.hand_kinds
    ]
    return tuple(sorted(lines, key=lambda line: line.at))


def _confirmed(decision: Decision) -> Confirmed:
    standing = decision.standing
    if decision.stage == "declined":
        return "no"
    if decision.stage == "undeliverable":
        return "bounced"
    if standing.frozen is not None or standing.question is not None:
        return "needs you"
    if standing.agreed_at is not None or decision.stage in SAFE:
        return "yes"
    return "not asked" if standing.asked_at is None else "no reply"


def _uploaded(decision: Decision) -> Uploaded:
    match decision.stage:
        case "claimed" | "uploaded" | "assigned":
            return decision.stage
        case _ if decision.standing.agreed_at is not None and decision.stage not in LOST:
            return "pending"
        case _:
            return "n/a"
