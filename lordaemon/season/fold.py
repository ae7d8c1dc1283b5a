"""The fold: one writer's facts, in the order in which they became known, to where they stand.

Towards stopping, weak evidence is enough; towards sending, only a clear word moves anything (S10).
What they say is judged in `answers`, what the applicant says in `verbs`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.answers import hear
from lordaemon.season.calendar import local_day
from lordaemon.season.history import Attempt, HandMail, Heard, Word, WriterHistory
from lordaemon.season.standing import Ask, Standing, moment
from lordaemon.season.verbs import FOLLOW_UP_BY_HAND, obey

Event = Attempt | HandMail | Heard | Word


def fold(plan: Plan, writer: Writer, facts: WriterHistory) -> Standing:
    """Fold one writer's facts. Pure; the same facts always give the same standing."""
    standing = Standing(
        bounced=tuple(a for a in facts.attempts if a.state == "bounced"),
        uncertain=tuple(a for a in facts.attempts if a.state in ("uncertain", "transmitting")),
    )
    told_asked = any(mail.counts_as == "request" for mail in facts.hand)
    for event in _in_order(facts):
        match event:
            case Attempt():
                standing = _sent(standing, event)
            case Heard():
                standing = hear(standing, event)
            case HandMail():
                standing = replace(standing, hand=(*standing.hand, event))
                standing = _by_hand(
                    standing,
                    event,
                    on=local_day(event.at, plan.zone),
                    due=plan.due(writer),
                    told_asked=told_asked,
                )
            case Word():
                standing = obey(standing, event, plan.due(writer), plan.zone)
    return standing


def _in_order(facts: WriterHistory) -> list[Event]:
    """By the time it happened; but a message the applicant had not seen when they gave their word
    comes after that word, so that it can still stop what the word allowed (H3). Servers tell
    arrivals in whole seconds (RFC 3501, INTERNALDATE), so what came in the second in which a
    message of ours left came after it."""
    timed: list[tuple[object, int, Event]] = []
    timed += [(moment(a).replace(microsecond=0), 0, a) for a in facts.attempts if a.state == "sent"]
    timed += [(m.at, 1, m) for m in facts.hand]
    timed += [(w.at, 3, w) for w in facts.words]
    for heard in facts.heard:
        unseen = any(heard.at <= w.at < heard.learned_at for w in facts.words)
        timed.append((heard.learned_at if unseen else heard.at, 2, heard))
    return [event for _, _, event in sorted(timed, key=lambda item: item[:2])]


def _sent(standing: Standing, attempt: Attempt) -> Standing:
    """Ours. What they wrote before the request is not an answer to it (S5)."""
    answered = standing.answered and attempt.kind != "request"
    return replace(standing, sent=(*standing.sent, attempt), answered=answered)


def _by_hand(
    standing: Standing, mail: HandMail, *, on: date, due: date, told_asked: bool
) -> Standing:
    """The applicant's own mail to the writer (H8, S15). `told_asked`: the plan says when they
    were asked, so that no older mail is taken for the request."""
    if mail.counts_as is not None:
        return replace(standing, hand_kinds=(*standing.hand_kinds, (mail.counts_as, mail)))
    named = f'{on:%-d %B} ("{mail.subject}")'
    if standing.asked_at is None and standing.agreed_at is None:
        if standing.ended is not None or told_asked:
            return standing
        why = f"you wrote to them on {named}: was that the request?"
        return replace(standing, question=Ask(why, "S15", mail.at))
    if standing.agreed_at is None:
        if standing.answered or standing.left_at("reminder") is not None:
            return standing
        return replace(standing, hand_kinds=(*standing.hand_kinds, ("reminder", mail)))
    if mail.attachments and standing.left_at("packet") is None:
        why = f"you sent them files on {named}: was that the packet?"
        return replace(standing, question=Ask(why, "H8", mail.at))
    if due - on <= FOLLOW_UP_BY_HAND:
        return replace(standing, hand_kinds=(*standing.hand_kinds, ("follow_up", mail)))
    return standing
