"""The applicant's words, and what each changes (contract.md, the verbs). The latest word wins.

A word that says the same as an earlier one, only less (`yes` after `uploaded`), takes nothing
back; `not-uploaded` and `undo` are there for that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from lordaemon.season.calendar import local_day
from lordaemon.season.history import HandMail, Kind, Word
from lordaemon.season.standing import Ending, Standing

LETTER_IN: tuple[Ending, ...] = ("uploaded", "assigned")
ALREADY_DEALT_WITH = ("S13", "S15")
"""Questions about a request that has not gone: `go` answers them with "send it"."""
FOLLOW_UP_BY_HAND = timedelta(days=30)
"""Hand mail after the yes counts as the follow-up this close to the due date (H8)."""


def obey(standing: Standing, word: Word, due: date, zone: ZoneInfo) -> Standing:
    """The standing after one word. Said later than what was heard, it settles it."""
    match word.verb:
        case "yes":
            return _yes(standing, word)
        case "no":
            return _end(standing, "declined", word)
        case "withdrawn" | "silent" | "assigned":
            return _end(standing, word.verb, word)
        case "uploaded":
            return standing if standing.ended == "assigned" else _end(standing, "uploaded", word)
        case "not-uploaded":
            ended = None if standing.ended in LETTER_IN else standing.ended
            about_it = standing.frozen is not None and standing.frozen.rule == "H6"
            frozen = None if about_it else standing.frozen  # S10: it answers no other question
            return replace(standing, ended=ended, claimed_at=None, frozen=frozen)
        case "claimed":
            if standing.ended in LETTER_IN:
                return standing
            return replace(standing, claimed_at=word.at, ended=None, frozen=None)
        case "understood":
            return _understood(standing, word)
        case "pause":
            return replace(standing, paused=True)
        case "resume":
            freed = word.at if standing.paused else standing.freed_at
            return replace(standing, paused=False, freed_at=freed)
        case "skip reminder" | "skip follow-up" | "stop":
            return _skip(standing, word)
        case "go":
            return _go(standing, word)
        case "sent" | "not-sent":
            return _settle_question(standing, word, due, zone)
        case _:
            return standing


def _yes(standing: Standing, word: Word) -> Standing:
    """H1, and S3: what was unclear or taken back until now counts from when it was recorded."""
    if standing.ended in LETTER_IN:
        return replace(standing, agreed_at=standing.agreed_at or word.at)
    clear = standing.frozen is None and standing.ended is None
    kept = clear or standing.left_at("packet") is not None
    agreed = (standing.agreed_at if kept else None) or word.at
    question = standing.question
    if question is not None and question.rule == "S15":
        question = None
    return replace(
        standing, agreed_at=agreed, ended=None, ended_at=None, frozen=None, question=question,
        yes_evidence=standing.yes_evidence or word.note,
    )  # fmt: skip


def _end(standing: Standing, ending: Ending, word: Word) -> Standing:
    return replace(standing, ended=ending, ended_at=word.at, frozen=None, question=None)


def _understood(standing: Standing, word: Word) -> Standing:
    """S10: the conversation is the applicant's. "Was that the packet?" is answered by it, too:
    nothing is sent on a guess."""
    if standing.question is not None and standing.question.rule == "H8":
        standing = _counted(standing)
    freed = word.at if standing.frozen or standing.question else standing.freed_at
    return replace(standing, frozen=None, question=None, conversation=True, freed_at=freed)


def _skip(standing: Standing, word: Word) -> Standing:
    kind = {"skip reminder": "reminder", "skip follow-up": "follow_up"}.get(word.verb, word.note)
    if not kind:
        return standing
    return replace(
        standing,
        skipped=standing.skipped | {kind},
        skipped_at=word.at,
        released=standing.released - {kind},
        go_at=tuple(pair for pair in standing.go_at if pair[0] != kind),
    )


def _go(standing: Standing, word: Word) -> Standing:
    """`go`, S11: releases the kind in `note`, and answers a question that held only that."""
    kind = word.note
    if not kind:
        return standing
    frozen, question, conversation = standing.frozen, standing.question, standing.conversation
    if kind == "request":
        conversation = False
        frozen = None if frozen is not None and frozen.rule in ALREADY_DEALT_WITH else frozen
    if question is not None and (question.rule == "S15") == (kind == "request"):
        question = None
    lifted = (frozen, question) != (standing.frozen, standing.question)
    return replace(
        standing,
        released=standing.released | {kind},
        go_at=(*(pair for pair in standing.go_at if pair[0] != kind), (kind, word.at)),
        skipped=standing.skipped - {kind},
        frozen=frozen,
        question=question,
        conversation=conversation,
        freed_at=word.at if lifted else standing.freed_at,
    )  # fmt: skip


def _settle_question(standing: Standing, word: Word, due: date, zone: ZoneInfo) -> Standing:
    """`sent` or `not-sent` after "was that the request (the packet)?" (S15, H8)."""
    question, mail = standing.question, _asked_about(standing)
    if question is None:
        return standing
    if word.verb == "sent":
        return replace(_counted(standing), question=None)
    standing = replace(standing, question=None, freed_at=word.at)
    if question.rule == "H8" and mail and due - local_day(mail.at, zone) <= FOLLOW_UP_BY_HAND:
        return replace(standing, hand_kinds=(*standing.hand_kinds, ("follow_up", mail)))
    return standing


def _asked_about(standing: Standing) -> HandMail | None:
    question = standing.question
    return next((m for m in standing.hand if question and m.at == question.since), None)


def _counted(standing: Standing) -> Standing:
    """The mail that was asked about is what it was asked to be."""
    question, mail = standing.question, _asked_about(standing)
    if question is None or mail is None:
        return standing
    kind: Kind = "request" if question.rule == "S15" else "packet"
    return replace(standing, hand_kinds=(*standing.hand_kinds, (kind, mail)))
