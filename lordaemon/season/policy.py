"""The heart: `decide(plan, history, now)` says for every writer what comes next, and why.

Pure: the same plan, facts and instant always give the same decisions. The daemon, `status`, the
digest, the forecast and the simulation all call it; nobody else computes what is due. It does not
compose, send, or look at a mailbox; that a sync is fresh (S9) is checked where the sending is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.history import Attempt, History, Kind, WriterHistory
from lordaemon.season.losses import Loss, activated_backups, lost_at
from lordaemon.season.standing import Ask, Standing, fold
from lordaemon.season.timing import LEAVES_WITHIN, Nudge, Slot, Timing

Action = Literal["notice", "send", "wait", "ask", "closed"]
StepKind = Literal["request", "packet", "reminder", "follow_up", "close", "none"]
Stage = Literal[
    "planned", "requested", "reminded", "agreed", "packet_sent", "followed_up", "claimed",
    "uploaded", "assigned", "declined", "silent", "undeliverable", "withdrawn",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes next for one writer. `at`: not before this instant; `due`: when the step became
    due; `latest`: the end of its 48 hours. `asks` is what only the applicant can settle."""

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


def decide(plan: Plan, history: History, now: datetime) -> tuple[Decision, ...]:
    """One decision for every writer of the plan, in the plan's order."""
    standings = {w.id: fold(plan, w, history.of(w.id)) for w in plan.writers}
    losses = {w.id: lost_at(plan, w, history.of(w.id), standings[w.id], now) for w in plan.writers}
    backups = activated_backups(plan, losses)
    decisions = [
        _Ladder(plan, writer, history, standings[writer.id], losses[writer.id], now).decide(
            backups.get(writer.id)
        )
        for writer in plan.writers
    ]
    return tuple(_brake(plan, history, decisions, now))


class _Ladder:
    """The rungs for one writer, from what ends everything down to what may be sent."""

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

    def decide(self, activated_at: datetime | None) -> Decision:
        s = self.standing
        if self.now >= self.timing.end_of(self.plan.season.deadline):
            return self._closed("D6", "the season's deadline has passed")
        if s.ended is not None and not (s.ended == "silent" and s.agreed_at):
            return self._closed(_ENDED[s.ended][0], _ENDED[s.ended][1])
        if self.loss is not None and self.loss.how == "silent":
            return self._closed("H9", "never answered; the request and one reminder were enough")
        asks = tuple(self._asks())
        if asks:
            return self._decision("ask", "none", asks[0].rule, asks[0].why, asks=asks)
        if s.claimed_at is not None:
            return self._decision(
                "wait", "none", "H6", "says the letter is in; look for it in the portal"
            )
        if s.paused:
            return self._decision("wait", "none", "S13", "paused by you")
        if s.agreed_at is not None:
            return self._after_yes(s.agreed_at)
        if s.asked_at is None:
            return self._request(activated_at)
        return self._reminder(s.asked_at)

    def _asks(self) -> Iterable[Ask]:
        s = self.standing
        if self.facts.doubt and not s.person_confirmed:
            yield Ask(self.facts.doubt, "S1", self.started)
        for attempt in s.uncertain:
            yield Ask(f"it is not known whether the {words(attempt.kind)} left", "S1",
                      attempt.planned_at)  # fmt: skip
        if s.frozen is not None:
            yield s.frozen
        dead = undelivered(self.writer, self.facts, s)
        if dead is not None:
            why = f"the {words(dead.kind)} to {dead.to} could not be delivered"
            yield Ask(why, "H5", dead.at or dead.planned_at, dead.problem)

    # -- the four kinds ------------------------------------------------------------------

    def _request(self, activated_at: datetime | None) -> Decision:
        if self.writer.backup_for and activated_at is None and "request" not in (
            self.standing.released
        ):  # fmt: skip
            names = " or ".join(self.writer.backup_for)
            return self._decision("wait", "none", "H9", f"in reserve for {names}")
        if "request" in self.standing.skipped:
            return self._decision("wait", "none", "S11", "the request was stopped by you")
        due = self.timing.request_due(self.started, activated_at)
        slot = self._noticed("request", due, LEAVES_WITHIN)
        if self.timing.too_late_to_ask(max(self.now, slot.at)):
            left = max(0, self.timing.days_left(self.now))
            why = f"too late to ask: {left} days are left, and 10 are needed to be fair"
            ask = Ask(why, "S2", due)
            return self._decision("ask", "none", "S2", ask.why, asks=(ask,), due=due)
        why = "backup: takes the place of a writer who is lost" if activated_at else _WHY["request"]
        return self._step("request", slot, "H9" if activated_at else "S2", why)

    def _after_yes(self, agreed_at: datetime) -> Decision:
        packet_at = self.standing.left_at("packet")
        if packet_at is None and "packet" not in self.standing.skipped:
            hours = timedelta(hours=self.plan.policy.materials_within_hours)
            return self._step("packet", self._noticed("packet", agreed_at, hours), "S3",
                              _WHY["packet"])  # fmt: skip
        if self.standing.left_at("follow_up") is not None:
            return self._decision("wait", "none", "S6", "followed up; the letter is awaited")
        if "follow_up" in self.standing.skipped:
            return self._decision("wait", "none", "S6", "no follow-up, as you said")
        nudge = self.timing.follow_up(self.standing, packet_at or agreed_at, self.now)
        return self._nudge("follow_up", nudge, "S6")

    def _reminder(self, asked_at: datetime) -> Decision:
        s = self.standing
        if s.answered or s.conversation:
            why = "you took the conversation over; how did it end?"
            return self._decision("wait", "none", "S10", why)
        silent_at = lost_at(self.plan, self.writer, self.facts, s, self.now, projected=True)
        if s.left_at("reminder") is not None or "reminder" in s.skipped:
            return self._close(silent_at)
        nudge = self.timing.reminder(s, asked_at, self.now)
        return self._close(silent_at, nudge) if nudge.dropped else self._nudge(
            "reminder", nudge, "S5"
        )  # fmt: skip

    def _close(self, loss: Loss | None, nudge: Nudge | None = None) -> Decision:
        dropped = f"no reminder: {nudge.dropped}. " if nudge else ""
        why = f"{dropped}If nothing comes, the row closes as silent"
        at = loss.at if loss else None
        return self._decision("wait", "close", "S7" if nudge else "H9", why, at=at, due=at)

    def _nudge(self, kind: Kind, nudge: Nudge, rule: str) -> Decision:
        if nudge.dropped:
            why = f"no {words(kind)}: {nudge.dropped}"
            return self._decision("wait", "none", "S7", why)
        return self._step(kind, nudge.slot, rule, _WHY[kind])

    # -- from a slot to an action --------------------------------------------------------

    def _noticed(self, kind: Kind, due: datetime, within: timedelta) -> Slot:
        draft = self.draft(kind)
        return self.timing.noticed_slot(
            due, draft.noticed_at if draft else None, self.now, within=within
        )

    def draft(self, kind: Kind) -> Attempt | None:
        """The attempt that waits to go, if one was made."""
        waiting = [a for a in self.facts.attempts if a.kind == kind]
        return next((a for a in waiting if a.state in ("planned", "claimed")), None)

    def _step(self, kind: Kind, slot: Slot, rule: str, why: str) -> Decision:
        if self.facts.fault:
            ask = Ask(self.facts.fault, "S12", slot.due)
            return self._decision("ask", "none", "S12", ask.why, asks=(ask,), due=slot.due)
        each = self.plan.policy.approve == "each"
        draft = self.draft(kind)
        say = partial(self._decision, due=slot.due, at=slot.at, latest=slot.latest)
        if each or kind in ("request", "packet"):
            notice_at = slot.notice_at or slot.at
            if draft is None or draft.noticed_at is None:
                action: Action = "notice" if self.now >= min(notice_at, slot.at) else "wait"
                return say(action, kind, rule, why)
        if each and draft is not None and not draft.approved:
            late = slot.latest is not None and self.now > slot.latest
            why = f"the {words(kind)} waits for your word" + (" and is late" if late else "")
            ask = Ask(f"{why}; answer: go {self.writer.id}", "S11", slot.due)
            return say("ask", kind, "S11", why, asks=(ask,))
        action = "send" if self.now >= slot.at else "wait"
        return say(action, kind, rule, why)

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
    ) -> Decision:
        away = self.timing.away_until(self.standing.away)
        return Decision(
            self.writer.id, action, kind, rule, why,
            stage_of(self.writer, self.facts, self.standing, self.loss), self.standing,
            due=due, at=at, latest=latest, asks=asks,
            away_until=away if away and away > self.now else None,
        )  # fmt: skip


def stage_of(writer: Writer, facts: WriterHistory, standing: Standing, loss: Loss | None) -> Stage:
    """The row's place in the drawing of rules.md."""
    s = standing
    if s.ended is not None and not (s.ended == "silent" and s.agreed_at):
        return s.ended
    if s.claimed_at is not None:
        return "claimed"
    if s.agreed_at is not None:
        if s.left_at("follow_up") is not None:
            return "followed_up"
        return "packet_sent" if s.left_at("packet") is not None else "agreed"
    if undelivered(writer, facts, s) is not None:
        return "undeliverable"
    if loss is not None and loss.how == "silent":
        return "silent"
    if s.asked_at is None:
        return "planned"
    return "reminded" if s.left_at("reminder") is not None else "requested"


def undelivered(writer: Writer, facts: WriterHistory, standing: Standing) -> Attempt | None:
    """The newest attempt that came back or was refused for good, while the plan still has that
    address and nothing of its kind got through since (H5)."""
    failed = [a for a in facts.attempts if a.state in ("bounced", "refused")]
    for attempt in reversed(failed):
        again = standing.left_at(attempt.kind) is not None
        if attempt.to.lower() == writer.email.lower() and not again:
            return None if attempt.kind in standing.released else attempt
    return None


def _brake(
    plan: Plan, history: History, decisions: list[Decision], now: datetime
) -> Iterable[Decision]:
    """S8: at most `burst` an hour, in order of due instant; and nothing while all is on hold."""
    hour = timedelta(hours=1)
    recent = sorted(
        a.at for facts in history.writers.values() for a in facts.attempts
        if a.at is not None and now - hour < a.at
    )  # fmt: skip
    ready = sorted((d for d in decisions if d.action == "send"), key=lambda d: d.due or now)
    allowed = {d.writer for d in ready[: max(0, plan.policy.burst - len(recent))]}
    for decision in decisions:
        if decision.action in ("send", "notice") and history.holds:
            yield replace(decision, action="wait", why=history.holds[0])
        elif decision.action == "send" and decision.writer not in allowed:
            later = (recent[0] if recent else now) + hour
            yield replace(decision, action="wait", at=later, rule="S8",
                          why=f"only {plan.policy.burst} messages an hour leave")  # fmt: skip
        else:
            yield decision


def words(kind: StepKind) -> str:
    """A kind as a person says it."""
    return kind.replace("_", "-")


_WHY = {
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
