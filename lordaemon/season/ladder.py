"""The ladder: what comes next for one writer, from what ends everything down to what may be sent.

Each rung is a rule of docs/rules.md; the first that holds answers. When something may go is
`timing`'s to say, where the writer stands is `fold`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.decision import Action, Decision, StepKind, words
from lordaemon.season.drafts import draft_of, due_since, released_at
from lordaemon.season.history import History, Kind, WriterHistory
from lordaemon.season.losses import Loss, stage_of, undelivered
from lordaemon.season.standing import Ask, Standing
from lordaemon.season.timing import LEAVES_WITHIN, Nudge, Slot, Timing


class Ladder:
    """The rungs for one writer at one instant."""

    def __init__(
        self,
        plan: Plan,
        writer: Writer,
        history: History,
        standing: Standing,
        loss: Loss | None,
        now: datetime,
    ) -> None:
        self.plan, self.writer, self.standing, self.loss, self.now = (
            plan, writer, standing, loss, now,
        )  # fmt: skip
        self.facts: WriterHistory = history.of(writer.id)
        self.started = self.facts.first_seen_at or history.started_at or now
        self.timing = Timing(plan, writer, self.facts.person)
        self.season_ends = self.timing.end_of(plan.season.deadline)
        self.turns = [self.season_ends]
        """Instants at which time alone may change what is decided here."""
        if loss is not None:
            self.turns.append(loss.at)

    def decide(self, activated_at: datetime | None) -> Decision:
        """The decision; `activated_at`: since when a reserve stands in for somebody lost (H9)."""
        s = self.standing
        if self.now >= self.season_ends:
            return self._closed("D6", "the season's deadline has passed")
        if s.ended is not None:
            return self._ended(s)
        if self.loss is not None and self.loss.how == "silent" and self.loss.at <= self.now:
            return self._closed("H9", "never answered; the request and one reminder were enough")
        asks = [*self._blocking_asks()]
        if asks:
            return self._ask(asks)
        if any(a.state == "transmitting" for a in s.uncertain):
            return self._wait("S1", "a message is leaving right now")
        if s.claimed_at is not None:
            return self._wait("H6", "says the letter is in; look for it in the portal")
        if s.paused:
            return self._wait("S13", "paused by you")
        if s.agreed_at is not None:
            decision = self._after_yes(s.agreed_at)
            return replace(decision, asks=(*decision.asks, *self._doubts(blocking=False)))
        if s.asked_at is None:
            return self._request(activated_at)
        return self._reminder(s.asked_at)

    def _ended(self, standing: Standing) -> Decision:
        """Closed; but what may take a no back is asked about (H3, H6)."""
        if standing.frozen is not None:
            return self._ask([standing.frozen])
        rule, why = _ENDED[standing.ended or "withdrawn"]
        return self._closed(rule, why)

    def _blocking_asks(self) -> Iterator[Ask]:
        s = self.standing
        if self.facts.doubt:
            yield Ask(self.facts.doubt, "S1", self.started)
        yield from self._doubts(blocking=True)
        yield from (ask for ask in (s.frozen, s.question) if ask is not None)
        dead = undelivered(self.writer, self.facts, s)
        if dead is not None:
            why = f"the {words(dead.kind)} to {dead.to} could not be delivered"
            yield Ask(why, "H5", dead.at or dead.planned_at, dead.problem)

    def _doubts(self, *, blocking: bool) -> Iterator[Ask]:
        """Messages that may or may not have left. After a yes, doubt about what was said before
        it holds nothing up."""
        settled = ("request", "reminder") if self.standing.agreed_at is not None else ()
        for attempt in self.standing.uncertain:
            if attempt.state == "uncertain" and blocking == (attempt.kind not in settled):
                why = f"it is not known whether the {words(attempt.kind)} left"
                yield Ask(why, "S1", attempt.planned_at)

    # -- the four kinds ------------------------------------------------------------------

    def _request(self, activated_at: datetime | None) -> Decision:
        s, timing = self.standing, self.timing
        if self.writer.backup_for and activated_at is None and "request" not in s.released:
            return self._wait("H9", f"in reserve for {' or '.join(self.writer.backup_for)}")
        if "request" in s.skipped:
            return self._wait("S11", "the request was stopped by you")
        if s.conversation:
            return self._wait("S10", "you took it over before the request went out; how did it go?")
        due = timing.request_due(self.started, activated_at)
        due = due_since(self.facts, s, "request", due, self.now)
        if s.last_said_at is not None:
            due = max(due, s.last_said_at + timing.gap)
        limit = timing.last_ask()
        if s.go_since("request", limit) is not None:
            limit = timing.end_of(timing.due_date)
        slot = self._noticed("request", due, min(due + LEAVES_WITHIN, limit))
        if max(self.now, slot.at) >= limit:
            left = max(0, timing.days_left(self.now))
            ask = Ask(f"too late to ask: {left} days are left, and 10 are needed to be fair",
                      "S2", due)  # fmt: skip
            return self._ask([ask], due=due)
        if activated_at is not None:
            why = "backup: takes the place of a writer who is lost"
            return self._step("request", slot, "H9", why)
        return self._step("request", slot, "S2", _WHY["request"])

    def _after_yes(self, agreed_at: datetime) -> Decision:
        s = self.standing
        packet_at = s.left_at("packet")
        if packet_at is None and "packet" not in s.skipped:
            due = due_since(self.facts, s, "packet", agreed_at, self.now)
            hours = timedelta(hours=self.plan.policy.materials_within_hours)
            slot = self._noticed("packet", due, min(due + hours, self.season_ends))
            return self._step("packet", slot, "S3", _WHY["packet"])
        if s.left_at("follow_up") is not None:
            return self._wait("S6", "followed up; the letter is awaited")
        if "follow_up" in s.skipped:
            return self._wait("S6", "no follow-up, as you said")
        nudge = self.timing.follow_up(s, packet_at or agreed_at, self.now)
        if nudge.dropped:
            return self._wait("S7", f"no follow-up: {nudge.dropped}")
        return self._step("follow_up", nudge.slot, "S6", _WHY["follow_up"])

    def _reminder(self, asked_at: datetime) -> Decision:
        s = self.standing
        if s.answered or s.conversation:
            return self._wait("S10", "you took the conversation over; how did it end?")
        if s.left_at("reminder") is not None or "reminder" in s.skipped:
            return self._close()
        nudge = self.timing.reminder(s, asked_at, self.now)
        if nudge.dropped:
            return self._close(nudge)
        return self._step("reminder", nudge.slot, "S5", _WHY["reminder"])

    def _close(self, nudge: Nudge | None = None) -> Decision:
        dropped = f"no reminder: {nudge.dropped}. " if nudge else ""
        why = f"{dropped}If nothing comes, the row closes as silent"
        at = self.loss.at if self.loss else None
        return self._decision("wait", "close", "S7" if nudge else "H9", why, at=at, due=at)

    # -- from a slot to an action --------------------------------------------------------

    def _noticed(self, kind: Kind, due: datetime, latest: datetime) -> Slot:
        draft = draft_of(self.facts, kind)
        noticed_at = draft.noticed_at if draft else None
        return self.timing.noticed_slot(
            due,
            latest,
            self.now,
            noticed_at=noticed_at,
            seen_at=released_at(self.facts, self.standing, kind),
        )

    def _step(self, kind: Kind, slot: Slot, rule: str, why: str) -> Decision:
        each = self.plan.policy.approve == "each"
        shown = each or kind in ("request", "packet")
        notice_at = min(slot.notice_at or slot.at, slot.at) if shown else slot.at
        self._turn(slot, notice_at)
        if self.facts.fault:
            return self._ask([Ask(self.facts.fault, "S12", slot.due)], due=slot.due)
        draft = draft_of(self.facts, kind)
        action: Action = "send" if self.now >= slot.at else "wait"
        asks: tuple[Ask, ...] = ()
        if shown and (draft is None or draft.noticed_at is None):
            action = "notice" if self.now >= notice_at else "wait"
        elif each and released_at(self.facts, self.standing, kind) is None:
            late = slot.latest is not None and self.now >= slot.latest
            why = f"the {words(kind)} waits for your word" + (" and is late" if late else "")
            action, rule = "ask", "S11"
            asks = (Ask(f"{why}; answer: go {self.writer.id}", "S11", slot.due),)
        return self._decision(
            action, kind, rule, why, due=slot.due, at=slot.at, latest=slot.latest, asks=asks,
            notice_at=notice_at if shown else None,
        )  # fmt: skip

    def _turn(self, slot: Slot, notice_at: datetime) -> None:
        """A slot changes a decision when it comes, when its limit passes, and, once it is open,
        when the send hours end without it."""
        self.turns += [notice_at, slot.at, slot.latest or slot.at]
        if self.now >= notice_at:
            self.turns.append(self.timing.next_close(self.now))

    def _ask(self, asks: list[Ask], *, due: datetime | None = None) -> Decision:
        first = asks[0]
        return self._decision("ask", "none", first.rule, first.why, asks=tuple(asks), due=due)

    def _wait(self, rule: str, why: str) -> Decision:
        return self._decision("wait", "none", rule, why)

    def _closed(self, rule: str, why: str) -> Decision:
        return self._decision("closed", "none", rule, why)

    def _decision(
        self,
        action: Action,
        kind: StepKind,
        rule: str,
        why: str,
        *,
        due: datetime | None = None,
        at: datetime | None = None,
        latest: datetime | None = None,
        asks: tuple[Ask, ...] = (),
        notice_at: datetime | None = None,
    ) -> Decision:
        away = self.timing.away_until(self.standing.away)
        turns = [*self.turns, away] if away else self.turns
        ahead = (turn for turn in turns if self.now < turn <= self.season_ends)
        return Decision(
            self.writer.id, action, kind, rule, why,
            stage_of(self.writer, self.facts, self.standing, self.loss, self.now), self.standing,
            due=due, at=at, latest=latest, asks=asks,
            away_until=away if away and away > self.now else None,
            notice_at=notice_at, changes_at=min(ahead, default=None),
        )  # fmt: skip


_WHY: dict[Kind, str] = {
    "request": "time to ask",
    "packet": "said yes: the packet leaves within 48 hours",
    "reminder": "no answer yet: one polite reminder",
    "follow_up": "agreed, and the letter isn't in yet: one follow-up before the due date",
}
_ENDED = {
    "assigned": ("D5", "the letter is in and assigned"),
    "uploaded": ("H6", "the letter is in; check that it is assigned to your programs"),
    "declined": ("H3", "said no"),
    "withdrawn": ("S13", "withdrawn by you"),
    "silent": ("H9", "closed as silent"),
}
