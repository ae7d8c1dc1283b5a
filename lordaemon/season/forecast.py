"""The season to come: the same `decide`, played forward until after the deadline.

Nothing is computed here that the policy doesn't decide; only the facts that its decisions lead to
are imagined: what is to be sent is sent at that instant, a notice is made and not objected to, and
the writers say nothing, or yes. With `approve = "each"` the applicant says `go` at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.brake import in_order
from lordaemon.season.calendar import local_day, to_utc
from lordaemon.season.decision import Decision, Stage, words
from lordaemon.season.drafts import draft_of
from lordaemon.season.history import KINDS, Attempt, Heard, History, Kind, WriterHistory
from lordaemon.season.policy import decide
from lordaemon.season.timing import Timing

Assumption = Literal["silent", "yes"]
EventKind = Literal[
    "request", "packet", "reminder", "follow_up", "notice", "answer", "ask", "close", "due",
    "deadline",
]  # fmt: skip
"""What may lie ahead: the four messages, the notice that shows one, an assumed answer, a question
to the applicant, a row that closes as silent, and the two dates."""

ANSWERS_AT = time(10)
LETTER_OPEN: frozenset[Stage] = frozenset(
    {"requested", "reminded", "agreed", "packet_sent", "followed_up"}
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that will happen if nothing else does. `writer` is empty for the deadline; `at`
    is aware UTC; `all_day` marks dates, which stand at the start of that day's send hours."""

    at: datetime
    writer: str
    kind: EventKind
    rule: str
    why: str
    all_day: bool = False


def forecast(
    plan: Plan, history: History, now: datetime, assume: Assumption = "silent"
) -> tuple[Event, ...]:
    """Everything from `now` to the end of the season, in order. `yes`: every writer who was asked
    and hasn't answered says yes at 10:00 on the next working day, and uploads nothing."""
    played = _Play(plan, history, now, assume)
    played.run()
    events = [*played.events, *_dates(plan, played.last, now)]
    return tuple(sorted(events, key=lambda event: event.at))


class _Play:
    """One imagined season: facts that grow, and the events that made them."""

    def __init__(self, plan: Plan, history: History, now: datetime, assume: Assumption) -> None:
        self.plan, self.now, self.assume = plan, now, assume
        self.facts: dict[str, WriterHistory] = {w.id: history.of(w.id) for w in plan.writers}
        self.history = replace(history, started_at=history.started_at or now)
        self.events: list[Event] = []
        self.last: tuple[Decision, ...] = ()
        self.told: set[tuple[str, str]] = set()
        self.answers: dict[str, datetime] = {}
        self.timing = Timing(plan, plan.writers[0], "")
        self.ends = self.timing.end_of(plan.season.deadline)

    def run(self) -> None:
        """From instant to instant until time alone changes nothing any more."""
        self.last = decide(self.plan, replace(self.history, writers=self.facts), self.now)
        self.told |= {(d.writer, "close") for d in self.last if d.action == "closed"}
        moment: datetime | None = self.now if self.now < self.ends else None
        while moment is not None:
            self.now = moment
            while self._step():
                pass
            changes = [d.changes_at for d in self.last if d.changes_at is not None]
            moment = min([*changes, *self.answers.values()], default=None)

    def _step(self) -> bool:
        """Decide once and make it so; whether any fact was added."""
        self._hear()
        history = replace(self.history, writers=self.facts)
        self.last = decide(self.plan, history, self.now)
        for decision in self.last:
            self._tell(decision)
        for decision in self.last:
            if decision.action == "notice":
                self._show(decision)
        leaving = in_order(self.last)
        for decision in leaving:
            self._send(decision)
        return bool(leaving) or any(d.action == "notice" for d in self.last)

    def _tell(self, decision: Decision) -> None:
        """Questions to the applicant and rows that close, each once."""
        for ask in decision.asks:
            waits_for_go = ask.rule == "S11"
            if not waits_for_go and (decision.writer, ask.why) not in self.told:
                self.told.add((decision.writer, ask.why))
                self._note(decision.writer, "ask", ask.rule, ask.why)
        closed = decision.action == "closed" and decision.stage == "silent"
        if closed and (decision.writer, "close") not in self.told:
            self.told.add((decision.writer, "close"))
            self._note(decision.writer, "close", decision.rule, decision.why)
        waiting = decision.stage in ("requested", "reminded") and not decision.asks
        if self.assume == "yes" and waiting and not decision.standing.answered:
            morning = self._next_morning()
            if morning < self.ends:
                self.answers.setdefault(decision.writer, morning)

    def _show(self, decision: Decision) -> None:
        facts, kind = self.facts[decision.writer], _message(decision)
        waiting = draft_of(facts, kind)
        draft = waiting or Attempt("", kind, "planned", self.now, to=self._writer(decision).email)
        shown = replace(draft, noticed_at=self.now, approved=self.plan.policy.approve == "each")
        self._put(decision.writer, waiting, shown)
        self._note(decision.writer, "notice", "S11", f"shows you the {words(kind)} before it goes")

    def _send(self, decision: Decision) -> None:
        facts, kind = self.facts[decision.writer], _message(decision)
        waiting = draft_of(facts, kind)
        draft = waiting or Attempt("", kind, "planned", self.now, to=self._writer(decision).email)
        self._put(decision.writer, waiting, replace(draft, state="sent", at=self.now))
        self._note(decision.writer, kind, decision.rule, decision.why)

    def _hear(self) -> None:
        """The answers that are assumed to have come by now."""
        for writer_id, at in [pair for pair in self.answers.items() if pair[1] <= self.now]:
            del self.answers[writer_id]
            yes = Heard("assumed", at, "yes", confident=True, in_thread=True)
            facts = self.facts[writer_id]
            self.facts[writer_id] = replace(facts, heard=(*facts.heard, yes))
            self._note(writer_id, "answer", "H1", "assumed: says yes")

    def _put(self, writer_id: str, old: Attempt | None, new: Attempt) -> None:
        facts = self.facts[writer_id]
        kept = tuple(a for a in facts.attempts if a is not old)
        self.facts[writer_id] = replace(facts, attempts=(*kept, new))

    def _note(self, writer_id: str, kind: EventKind, rule: str, why: str) -> None:
        self.events.append(Event(self.now, writer_id, kind, rule, why))

    def _next_morning(self) -> datetime:
        tomorrow = local_day(self.now, self.plan.zone) + timedelta(days=1)
        return to_utc(self.timing.calendar.next_working_day(tomorrow), ANSWERS_AT, self.plan.zone)

    def _writer(self, decision: Decision) -> Writer:
        return next(w for w in self.plan.writers if w.id == decision.writer)


def _message(decision: Decision) -> Kind:
    return next(kind for kind in KINDS if kind == decision.kind)


def _dates(plan: Plan, last: Iterable[Decision], now: datetime) -> Iterable[Event]:
    """Due dates of letters that aren't in, and the deadline."""
    calendar = Timing(plan, plan.writers[0], "").calendar
    today = local_day(now, plan.zone)

    def on(day: date, writer: str, kind: EventKind, rule: str, why: str) -> Event:
        return Event(calendar.start_of(day), writer, kind, rule, why, all_day=True)

    for writer, decision in zip(plan.writers, last, strict=True):
        if plan.due(writer) >= today and decision.stage in LETTER_OPEN:
            yield on(plan.due(writer), writer.id, "due", "D5", "the letter is due")
    if plan.season.deadline >= today:
        yield on(plan.season.deadline, "", "deadline", "D6", "the season's deadline")
