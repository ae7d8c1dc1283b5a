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
from lordaemon.reading.message import Message

MANY = 10
"""Recipients from which on a mail is to many (S10)."""

_TELLING_HEADERS = (
    "x-autoreply", "x-autorespond", "x-autoresponse", "x-autoresponder", "x-autoreply-from",
    "x-auto-reply", "x-mail-autoreply", "x-autoreply-to", "x-fc-machinegenerated",
    "x-qq-auto-reply", "x-vacation", "x-cpanel-autorespond", "x-zimbra-autoreply",
)  # fmt: skip
_ANSWER_PREFIX = re.compile(r"^\s*(?:re|aw|sv|antw|res|rif|r|vs|odp|ynt|回复|答复)\s*[:：]", re.I)
_PORTAL = re.compile(
    r"(?i)\b(?:letter|lor|recommendation|evaluation|sloe?|document)\b[^.\n]{0,120}\b(?:has been|was|were|is|"
    r"have been)\b[^.\n]{0,40}\b(?:received|uploaded|submitted|posted|processed|added|completed|accepted)\b"
    r"|\b(?:has|have) (?:completed|submitted|uploaded|provided)\b[^.\n]{0,60}\b(?:letter|recommendation|"
    r"evaluation|sloe?)\b|\bletter status:\s*(?:received|uploaded|submitted|completed?)\b"
    r"|\bstatus[^.\n]{0,30}:\s*(?:received|uploaded|submitted|complete)\b"
)
_NOT_YET = re.compile(
    r"(?i)\bnot (?:yet )?(?:been )?(?:received|uploaded|submitted|posted|complete)|\bincomplete\b"
    r"|\bawaiting\b|\bpending\b|\bonce (?:it|your|the)\b|\bwill be (?:notified|received)|\brejected\b"
    r"|\brequest(?:ed)? (?:has been|was|is) (?:received|submitted|opened)|has opened the request"
)
_LETTER = re.compile(r"(?i)\b(?:letters?|lors?|recommend\w*|reference|eras|sloe?)\b")

What = Literal["reply", "portal", "receipt", "list"]


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
        portal = _portal(message, words)
        if portal:
            return Automatic("portal", portal, frozenset({"machine", "portal"}))
    if by_header:
        return Automatic("reply", by_header, _flags(message, words))
    by_subject = _subject(message, words)
    if by_subject:
        return Automatic("reply", by_subject, _flags(message, words))
    by_wording = _wording(words) if own is not None else ""
    if by_wording:
        return Automatic("reply", by_wording, _flags(message, words))
    if _from_nobody(message) and not message.in_reply_to:
        return Automatic("list", "a notice sent by a machine", frozenset({"machine"}))
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
    if told and (not absence.ANSWER.search(own) or _is_absence(own)):
        return f"its subject: {subject[:60]}"
    ticket = absence.TICKET_SUBJECT.search(subject) and absence.TICKET.search(own)
    return f"its subject: {subject[:60]}" if ticket else ""


def _wording(own: str) -> str:
    """Absence in the first person, or a machine's own confession, and no answer to anything."""
    confessed = absence.SELF_CONFESSED.search(own)
    away = absence.AWAY.search(own) or absence.LEFT.search(own)
    if confessed and (away or not absence.ANSWER.search(own)):
        return "it says that it is automatic"
    if not away or absence.ANSWER.search(own) or absence.PERSONAL_GREETING.match(own):
        return ""
    signs = len({match[0].lower() for match in absence.AWAY.finditer(own)})
    left = bool(absence.LEFT.search(own))
    return "it only speaks of being away" if signs + 2 * left >= 2 else ""


def _is_absence(own: str) -> bool:
    return bool(
        absence.AWAY.search(own) or absence.LEFT.search(own) or absence.SELF_CONFESSED.search(own)
    )


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


def _portal(message: Message, own: str) -> str:
    text = f"{message.subject}\n{own}"
    found = _PORTAL.search(text)
    return found[0] if found and not _NOT_YET.search(text) else ""
