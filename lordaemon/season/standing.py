"""Where one writer stands: a fold over the facts, in the order in which they became known.

Answers "what has been said between us" and nothing else: it doesn't look at the calendar, and it
doesn't decide what to do next (that is `policy`). Towards stopping, weak evidence is enough;
towards sending, only a clear word moves anything (S10).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.history import Attempt, HandMail, Heard, Kind, Word, WriterHistory

Ending = Literal["assigned", "uploaded", "declined", "withdrawn", "silent"]

FOLLOW_UP_BY_HAND = timedelta(days=30)
"""Hand mail after the yes counts as the follow-up this close to the due date (H8)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Something only the applicant can settle: why, by which rule, and since when."""

    why: str
    rule: str
    since: datetime
    evidence: str = ""


@dataclass(frozen=True)
class Standing:
    """The result of the fold. Every `_at` is the instant that starts the clock of a rule."""

    agreed_at: datetime | None = None
    yes_evidence: str = ""
    ended: Ending | None = None
    ended_at: datetime | None = None
    claimed_at: datetime | None = None
    frozen: Ask | None = None
    answered: bool = False
    """Any human message at all since the request (S5)."""
    conversation: bool = False
    """The applicant said "understood": no reminder any more (S10)."""
    paused: bool = False
    away: Heard | None = None
    skipped: frozenset[str] = frozenset()
    """Kinds the applicant told us not to send (`skip reminder`, `stop`)."""
    skipped_at: datetime | None = None
    released: frozenset[str] = frozenset()
    """Kinds the applicant told us to send (`go`)."""
    hand_kinds: tuple[tuple[Kind, HandMail], ...] = ()
    person_confirmed: bool = False
    sent: tuple[Attempt, ...] = ()
    bounced: tuple[Attempt, ...] = ()
    uncertain: tuple[Attempt, ...] = ()
    hand: tuple[HandMail, ...] = ()

    def left_at(self, kind: Kind) -> datetime | None:
        """When a message of this kind reached the writer's server, by us or by hand."""
        ours = [a.at for a in self.sent if a.kind == kind and a.at is not None]
        return min([*ours, *(m.at for k, m in self.hand_kinds if k == kind)], default=None)

    @property
    def last_said_at(self) -> datetime | None:
        """The last message to this writer of any sort: it starts the gap of S7."""
        ours = [a.at for a in self.sent if a.at is not None]
        return max([*ours, *(m.at for m in self.hand)], default=None)

    @property
    def asked_at(self) -> datetime | None:
        """When the request left."""
        return self.left_at("request")


Event = Attempt | HandMail | Heard | Word


def fold(plan: Plan, writer: Writer, facts: WriterHistory) -> Standing:
    """Fold one writer's facts. Pure; the same facts always give the same standing."""
    standing = Standing(
        bounced=tuple(a for a in facts.attempts if a.state == "bounced"),
        uncertain=tuple(a for a in facts.attempts if a.state in ("uncertain", "transmitting")),
    )
    due = plan.due(writer)
    for event in _in_order(facts):
        match event:
            case Attempt():
                standing = replace(standing, sent=(*standing.sent, event))
            case Heard():
                standing = _hear(standing, event)
            case HandMail():
                standing = _by_hand(replace(standing, hand=(*standing.hand, event)), event, due)
            case Word():
                standing = _obey(standing, event)
    return standing


def _in_order(facts: WriterHistory) -> list[Event]:
    """By the time it happened; but a message the applicant had not seen when they gave their word
    comes after that word, so that it can still stop what the word allowed (H3)."""
    timed: list[tuple[datetime, int, Event]] = []
    timed += [(a.at, 0, a) for a in facts.attempts if a.state == "sent" and a.at is not None]
    timed += [(m.at, 1, m) for m in facts.hand]
    timed += [(w.at, 3, w) for w in facts.words]
    for heard in facts.heard:
        unseen = any(heard.at <= w.at < heard.learned_at for w in facts.words)
        timed.append((heard.learned_at if unseen else heard.at, 2, heard))
    return [event for _, _, event in sorted(timed, key=lambda item: item[:2])]


def _hear(standing: Standing, heard: Heard) -> Standing:
    """A message from their side (H1-H13)."""
    if heard.label == "auto_reply":
        if "left_institution" in heard.flags:
            return _freeze(standing, heard, "seems to have left the institution", "H4")
        return replace(standing, away=heard)
    if heard.label == "bounce":
        if heard.bounce_permanent and heard.bounced_kind == "packet":
            return _freeze(standing, heard, "the packet could not be delivered", "H5")
        return standing
    if not heard.human:
        return standing
    before_request = standing.asked_at is None
    standing = replace(standing, answered=True)
    if not heard.authentic:
        return _freeze(standing, heard, "a message whose sender can't be trusted", "H10")
    if not heard.from_writer:
        return _freeze(
            standing, heard, "somebody else answered", "H7" if heard.in_thread else "H13"
        )
    if heard.confident and heard.label == "no":
        return replace(standing, ended="declined", ended_at=heard.learned_at)
    if before_request and standing.agreed_at is None:
        return _freeze(standing, heard, "wrote before the request went out", "S13")
    if heard.confident and heard.label == "yes":
        return _hear_yes(standing, heard)
    if heard.confident and heard.label == "uploaded":
        if standing.ended == "declined":
            return _freeze(standing, heard, "said no earlier, and now that it is uploaded", "H6")
        return replace(standing, claimed_at=standing.claimed_at or heard.at)
    return _freeze(standing, heard, _reason(heard), _RULE.get(heard.label, "S10"))


def _hear_yes(standing: Standing, heard: Heard) -> Standing:
    if standing.ended == "declined":
        return _freeze(standing, heard, "said no earlier, and now yes", "H3")
    if standing.frozen is not None:
        why = f"{standing.frozen.why}; since then they wrote what reads like a yes"
        return replace(standing, frozen=replace(standing.frozen, why=why, evidence=heard.evidence))
    if standing.agreed_at is not None:
        return standing
    reopened = standing.ended == "silent"
    return replace(
        standing,
        agreed_at=heard.at,
        yes_evidence=heard.evidence,
        ended=None if reopened else standing.ended,
        ended_at=None if reopened else standing.ended_at,
    )


_RULE = {
    "yes_conditional": "H2",
    "no": "H3",
    "delegated": "H7",
    "deferred": "H7",
    "question": "H7",
    "uploaded": "H6",
}


def _reason(heard: Heard) -> str:
    return heard.reason or {
        "yes_conditional": "a yes with a condition",
        "no": "looks like a no",
        "yes": "looks like a yes, but not clearly",
        "uploaded": "may have uploaded the letter",
        "delegated": "somebody else is to handle it",
        "deferred": "wants to be asked later",
        "question": "asks a question",
        "unrelated": "wrote about something else",
    }.get(heard.label, "an answer that can't be read for sure")


def _freeze(standing: Standing, heard: Heard, why: str, rule: str) -> Standing:
    ask = Ask(why, rule, heard.learned_at, heard.evidence)
    return replace(standing, frozen=ask)


def _by_hand(standing: Standing, mail: HandMail, due: date) -> Standing:
    """The applicant's own mail to the writer (H8, S15)."""
    if mail.counts_as is not None:
        return replace(standing, hand_kinds=(*standing.hand_kinds, (mail.counts_as, mail)))
    if standing.asked_at is None and standing.agreed_at is None:
        if standing.ended is not None:
            return standing
        why = f'you wrote to them on {mail.at:%-d %B} ("{mail.subject}"): was that the request?'
        return replace(standing, frozen=Ask(why, "S15", mail.at))
    if standing.agreed_at is None:
        if standing.answered or standing.left_at("reminder") is not None:
            return standing
        return replace(standing, hand_kinds=(*standing.hand_kinds, ("reminder", mail)))
    if mail.attachments and standing.left_at("packet") is None:
        why = f'you sent them files on {mail.at:%-d %B} ("{mail.subject}"): was that the packet?'
        return replace(standing, frozen=Ask(why, "H8", mail.at))
    if due - mail.at.date() <= FOLLOW_UP_BY_HAND:
        return replace(standing, hand_kinds=(*standing.hand_kinds, ("follow_up", mail)))
    return standing


def _obey(standing: Standing, word: Word) -> Standing:
    """The applicant's word. Said later than what was heard, it settles it."""
    match word.verb:
        case "yes":
            agreed = standing.agreed_at or word.at
            return replace(standing, agreed_at=agreed, ended=None, ended_at=None, frozen=None,
                           yes_evidence=standing.yes_evidence or word.note)  # fmt: skip
        case "no":
            return _end(standing, "declined", word)
        case "withdrawn" | "silent" | "uploaded" | "assigned":
            return _end(standing, word.verb, word)
        case "not-uploaded":
            open_again = None if standing.ended in ("uploaded", "assigned") else standing.ended
            return replace(standing, ended=open_again, claimed_at=None, frozen=None)
        case "claimed":
            return replace(standing, claimed_at=word.at, frozen=None)
        case "understood":
            return replace(standing, frozen=None, conversation=True)
        case "pause":
            return replace(standing, paused=True)
        case "resume":
            return replace(standing, paused=False)
        case "skip reminder" | "skip follow-up" | "stop":
            kind = {"skip reminder": "reminder", "skip follow-up": "follow_up"}.get(word.verb)
            skipped = standing.skipped | {kind or word.note}
            released = standing.released - {word.note}
            return replace(standing, skipped=skipped, skipped_at=word.at, released=released)
        case "go":
            released = standing.released | {word.note}
            frozen = None if standing.asked_at is None else standing.frozen
            return replace(standing, released=released, skipped=standing.skipped - {word.note},
                           frozen=frozen, person_confirmed=True)  # fmt: skip
        case "sent" | "not-sent":
            return _settle_by_hand(standing, word)
        case _:
            return standing


def _end(standing: Standing, ending: Ending, word: Word) -> Standing:
    return replace(standing, ended=ending, ended_at=word.at, frozen=None)


def _settle_by_hand(standing: Standing, word: Word) -> Standing:
    """`sent`/`not-sent` after "was that the request (the packet)?" (S15, H8)."""
    if standing.frozen is None or standing.frozen.rule not in ("S15", "H8"):
        return standing
    if word.verb == "not-sent":
        return replace(standing, frozen=None)
    kind: Kind = "request" if standing.frozen.rule == "S15" else "packet"
    mail = next((m for m in reversed(standing.hand) if m.at == standing.frozen.since), None)
    kinds = standing.hand_kinds if mail is None else (*standing.hand_kinds, (kind, mail))
    return replace(standing, frozen=None, hand_kinds=kinds)
