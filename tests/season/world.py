"""A small simulated season: `decide` is the only sender, writers and applicant act at random.

The clock jumps; the machine may sleep between two looks. What is checked afterwards stands in
`test_properties`; nothing here knows a rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from lordaemon.plan.model import Plan
from lordaemon.season.brake import in_order
from lordaemon.season.decision import Decision
from lordaemon.season.history import (
    Attempt,
    HandMail,
    Heard,
    History,
    Kind,
    Label,
    Word,
    WriterHistory,
)
from lordaemon.season.policy import decide, next_instant

Fact = Heard | Word | HandMail


@dataclass(frozen=True)
class Happening:
    """Something that befalls the season at an instant: to one writer, or a new plan."""

    at: datetime
    writer: str = ""
    fact: Fact | None = None
    plan: Plan | None = None


@dataclass(frozen=True)
class Departure:
    """A message that left, with the decision and the plan that let it go."""

    at: datetime
    writer: str
    kind: Kind
    decision: Decision
    plan: Plan
    looked_before: datetime
    """When the program last looked before this look: a long time ago if it slept."""


@dataclass
class World:
    """One season in play."""

    plan: Plan
    now: datetime
    facts: dict[str, WriterHistory]
    departures: list[Departure] = field(default_factory=list)
    looked: datetime | None = None

    @property
    def history(self) -> History:
        return History(dict(self.facts), started_at=min(f.first_seen_at or self.now
                                                        for f in self.facts.values()))  # fmt: skip

    def look(self) -> None:
        """One pass: notices are made, and what may leave leaves, each after a fresh decision."""
        before = self.looked or self.now
        for _ in range(200):
            decisions = decide(self.plan, self.history, self.now)
            for decision in decisions:
                if decision.action == "notice":
                    self._notice(decision)
            ready = in_order(decisions)
            if not ready:
                if not any(d.action == "notice" for d in decisions):
                    break
                continue
            self._send(ready[0], before)
        else:
            raise AssertionError("one look never ends")
        self.looked = self.now

    def _notice(self, decision: Decision) -> None:
        kind, facts = kind_of(decision), self.facts[decision.writer]
        waiting = _waiting(facts, kind)
        writer = self.plan.writer(decision.writer)
        assert writer is not None
        fresh = Attempt(f"{kind}-{len(facts.attempts)}", kind, "planned", self.now, to=writer.email)
        shown = replace(waiting or fresh, noticed_at=self.now)
        self._swap(decision.writer, waiting, shown)

    def _send(self, decision: Decision, before: datetime) -> None:
        kind, facts = kind_of(decision), self.facts[decision.writer]
        waiting = _waiting(facts, kind)
        writer = self.plan.writer(decision.writer)
        assert writer is not None
        fresh = Attempt(f"{kind}-{len(facts.attempts)}", kind, "planned", self.now, to=writer.email)
        left = replace(waiting or fresh, state="sent", at=self.now)
        self._swap(decision.writer, waiting, left)
        self.departures.append(
            Departure(self.now, decision.writer, kind, decision, self.plan, before)
        )

    def _swap(self, writer: str, old: Attempt | None, new: Attempt) -> None:
        facts = self.facts[writer]
        kept = tuple(a for a in facts.attempts if a is not old)
        self.facts[writer] = replace(facts, attempts=(*kept, new))

    def happen(self, happening: Happening) -> None:
        """Something befalls the season; a bounce also settles the attempt it is about."""
        if happening.plan is not None:
            self.plan = happening.plan
        facts = self.facts.get(happening.writer)
        if facts is None:
            return
        match happening.fact:
            case Heard() as heard:
                if heard.label == "bounce" and heard.bounce_permanent:
                    heard, facts = _bounced(heard, facts)
                facts = replace(facts, heard=(*facts.heard, heard))
            case Word() as word:
                facts = replace(facts, words=(*facts.words, word))
            case HandMail() as mail:
                facts = replace(facts, hand=(*facts.hand, mail))
            case None:
                pass
        self.facts[happening.writer] = facts


def play(
    world: World,
    happenings: Iterable[Happening],
    until: datetime,
    sleeps: Iterable[float] = (),
    reactions: Iterable[tuple[Label, float]] = (),
) -> World:
    """Play to the end. `sleeps`: for each look, how many hours too late it comes. `reactions`:
    what the next message that leaves is answered with, and after how many hours."""
    waiting = sorted(happenings, key=lambda h: h.at)
    late, react = iter(sleeps), iter(reactions)
    while world.now < until:
        while waiting and waiting[0].at <= world.now:
            world.happen(waiting.pop(0))
        before = len(world.departures)
        world.look()
        for gone in world.departures[before:]:
            for label, hours in islice(react, 1):
                at = gone.at + timedelta(hours=hours)
                answer = Heard(f"{label}{at}", at, label, confident=True, in_thread=True)
                waiting.append(Happening(at, gone.writer, answer))
        waiting.sort(key=lambda h: h.at)
        alarm = next_instant(world.plan, world.history, world.now)
        nexts = [t for t in (alarm, waiting[0].at if waiting else None) if t is not None]
        if not nexts:
            break
        moment = min(nexts)
        assert moment > world.now
        world.now = moment + timedelta(hours=next(late, 0.0))
    return world


def kind_of(decision: Decision) -> Kind:
    """The message a decision is about."""
    assert decision.kind in ("request", "packet", "reminder", "follow_up")
    return decision.kind


def _waiting(facts: WriterHistory, kind: Kind) -> Attempt | None:
    found = [a for a in facts.attempts if a.kind == kind and a.state == "planned"]
    return found[0] if found else None


def _bounced(heard: Heard, facts: WriterHistory) -> tuple[Heard, WriterHistory]:
    """The newest message that left comes back."""
    left = [a for a in facts.attempts if a.state == "sent"]
    if not left:
        return heard, facts
    returned = left[-1]
    attempts = tuple(replace(a, state="bounced") if a is returned else a for a in facts.attempts)
    return replace(heard, bounced_kind=returned.kind), replace(facts, attempts=attempts)
