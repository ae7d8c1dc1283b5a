"""Is it a machine that wrote? Automatic replies, tickets, receipts, lists, portal notices.

Headers first, as RFC 3834 and the mail programs write them; then the subject lines of those
programs; then, for the third that has neither, the wording, which must not answer anything.
What a machine's mail means for the season is H4's and H6's; this only tells what it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lordaemon.reading import absence
from lordaemon.reading.marks import any_of
from lordaemon.reading.message import Message

AUTOMATIC_LIMIT = 1500
"""Characters; nobody is away at greater length. Longer texts are people's."""
MANY = 10
"""Recipients from which on a mail is to many (S10)."""

_TELLING_HEADERS = (
    "x-autoreply", "x-autorespond", "x-autoresponse", "x-autoresponder", "x-autoreply-from",
    "x-auto-reply", "x-mail-autoreply", "x-autoreply-to", "x-fc-machinegenerated",
    "x-qq-auto-reply", "x-vacation", "x-cpanel-autorespond", "x-zimbra-autoreply",
)  # fmt: skip
_ANSWER_PREFIX = re.compile(r"^\s*(?:re|aw|sv|antw|res|rif|r|vs|odp|ynt|回复|答复)\s*[:：]", re.I)
_ABOUT = any_of(("letters?", "lors?", "recommendations?", "evaluations?", "sloes?", "documents?"))
_IN = any_of((
    "received", "uploaded", "submitted", "posted", "processed", "added", "completed", "accepted",
    "complete", "on file",
))  # fmt: skip
_PORTAL = re.compile(
    rf"\b{_ABOUT}\b.{{0,160}}?\b(?:has been|have been|was|were|is|are|now)\b.{{0,40}}?\b{_IN}\b"
    rf"|\b(?:has )?(?:completed|submitted|uploaded|provided|added)\b.{{0,60}}\b{_ABOUT}\b"
    rf"|\bstatus\b.{{0,20}}:\s*{_IN}\b|\b{_ABOUT} {_IN}\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    rf"\bnot (?:yet )?(?:been )?{_IN}|\bprevious status\b|\bonce (?:it|your|the)\b|\bwill be\b"
    r"|\brejected\b|\brequest (?:for|has been|was|is)\b|\bhas opened\b|\bwhen\b|\bif\b|\bplease\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"(?i)\b(?:letters?|lors?|recommend\w*|reference|eras|sloe?)\b")

What = Literal["reply", "portal", "receipt", "notice"]


@dataclass(frozen=True, slots=True)
class Automatic:
    """A machine's mail: what it is, how that was seen, and the flags it carries."""

    what: What
    reason: str
    flags: frozenset[str] = frozenset()


def automatic(message: Message, own: str | None = None) -> Automatic | None:
    """What kind of machine wrote, or None for a person.

    `own` is the message's own text; without it only headers and subject are looked at.
    """
    if _is_receipt(message):
        return Automatic("receipt", "a read receipt", frozenset({"machine"}))
    by_header = _header(message)
    words = own if own is not None else ""
    if by_header or _from_nobody(message):
        portal = portal_sentence(f"{message.subject}\n{words}")
        if portal:
            return Automatic("portal", portal, frozenset({"machine", "portal"}))
    if by_header and _is_notice(message, words):
        return Automatic("notice", "a notice sent by a machine", frozenset({"machine"}))
    if by_header:
        return Automatic("reply", by_header, _flags(message, words))
    by_subject = _subject(message, words)
    if by_subject:
        return Automatic("reply", by_subject, _flags(message, words))
    by_wording = _wording(words) if own is not None else ""
    if by_wording:
        return Automatic("reply", by_wording, _flags(message, words))
    if _from_nobody(message) and not message.in_reply_to:
        return Automatic("notice", "a notice sent by a machine", frozenset({"machine"}))
    return None


def to_many(message: Message, own: str) -> bool:
    """Mail from a person to many people that says nothing about a letter (S10)."""
    listed = any(message.header(name) for name in ("list-id", "list-unsubscribe", "feedback-id"))
    bulk = message.header("precedence").lower() in ("bulk", "list", "junk")
    many = len(message.to) + len(message.cc) >= MANY or not (message.to or message.cc)
    about = _LETTER.search(own) or _LETTER.search(message.subject)
    return (listed or bulk or many) and not message.in_reply_to and not about


def _is_receipt(message: Message) -> bool:
    reported = any(r.content_type.endswith("disposition-notification") for r in message.reports)
    return reported or message.report_type == "disposition-notification"


def _header(message: Message) -> str:
    """The header that says a machine wrote, or nothing. Lists and suppress headers don't."""
    submitted = message.header("auto-submitted").lower()
    if submitted and not re.match(r"no\b", submitted):
        return f"Auto-Submitted: {submitted[:40]}"
    for name in _TELLING_HEADERS:
        value = message.header(name).lower()
        if value and value not in ("no", "false", "0"):
            return f"{name}: {value[:40]}"
    if "vacation" in message.header("x-apple-action").lower():
        return "X-Apple-Action: vacation"
    for name in ("precedence", "x-precedence"):
        if message.header(name).lower() in ("auto_reply", "auto-reply"):
            return f"{name}: auto_reply"
    if message.header("x-post-messageclass").startswith("9"):
        return "X-POST-MessageClass: 9"
    loops = message.header("x-ms-exchange-inbox-rules-loop")
    if loops and "all" in message.header("x-auto-response-suppress").lower():
        return "Exchange's mailbox rules"
    if message.header("x-ms-exchange-generated-message-source").lower() == "mailbox rules agent":
        return "Exchange's mailbox rules"
    return ""


def _subject(message: Message, own: str) -> str:
    """A mail program's own subject; a person may answer under it, and then says something."""
    subject = message.subject
    if _ANSWER_PREFIX.match(subject):
        return ""
    told = absence.SUBJECT.match(subject) or absence.SUBJECT_WITHIN.search(subject)
    if told and (not absence.ANSWER.search(own) or _speaks_of_absence(own)):
        return f"its subject: {subject[:60]}"
    ticket = absence.TICKET_SUBJECT.search(subject) and absence.TICKET.search(own)
    return f"its subject: {subject[:60]}" if ticket else ""


def _wording(own: str) -> str:
    """Absence told to nobody in particular, or a machine's own confession, and no answer.

    A person who is away writes so too, but to somebody and about something; one sign is never
    enough (H4: what a person wrote stops reminders for good, what a machine wrote only for now).
    """
    if len(own) > AUTOMATIC_LIMIT:
        return ""
    confessed = bool(absence.CONFESSED.search(own))
    away, left = bool(absence.AWAY.search(own)), bool(absence.LEFT.search(own))
    generic = sum(bool(sign.search(own)) for sign in absence.GENERIC)
    if confessed and (left or away or generic >= 2):
        return "it says that nobody reads here now"
    if absence.ANSWER.search(own) or absence.PERSONAL_GREETING.match(own):
        return ""
    if confessed and generic:
        return "it says that it is automatic"
    return "it only speaks of being away" if away and generic >= 2 else ""


def _speaks_of_absence(own: str) -> bool:
    return any(sign.search(own) for sign in (absence.AWAY, absence.LEFT, absence.CONFESSED))


def _is_notice(message: Message, own: str) -> bool:
    """Generated by itself and answering nothing: the badge office, a calendar, a newsletter."""
    generated = message.header("auto-submitted").lower().startswith("auto-generated")
    if not own or not generated or message.in_reply_to or message.references:
        return False
    replies = absence.SUBJECT.match(message.subject) or absence.SUBJECT_WITHIN.search(
        message.subject
    )
    ticket = absence.TICKET_SUBJECT.search(message.subject) or absence.TICKET.search(own)
    return not (replies or ticket or _speaks_of_absence(own))


def _flags(message: Message, own: str) -> frozenset[str]:
    flags = set()
    if absence.LEFT.search(f"{message.subject}\n{own}"):
        flags.add("left_institution")
    ticket = absence.TICKET_SUBJECT.search(message.subject) or absence.TICKET.search(own)
    if ticket and not absence.AWAY.search(own):
        flags.add("machine")
    return frozenset(flags)


def _from_nobody(message: Message) -> bool:
    """An address that takes no answers: portals and services write from there."""
    local = message.from_address.partition("@")[0]
    return bool(re.match(r"(?:no-?_?\.?reply|do-?not-?reply|notifications?|donotrespond)", local))


def portal_sentence(text: str) -> str:
    """The sentence of a portal that says a letter arrived; none that says it may or will."""
    for sentence in re.split(r"(?<=[^\W\d]{3})[.!]\s|\n", text):
        if _PORTAL.search(sentence) and not _NOT_YET.search(sentence):
            return " ".join(sentence.strip(" >").split())[:200]
    return ""
