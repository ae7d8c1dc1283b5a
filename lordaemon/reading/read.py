"""The whole reading of one message, in the order that matters (docs/architecture.md):

bounce, machine, the reply's own text, intent. Whatever can't be shown again in the message's own
words is not believed. Says what a message means; whose it is says `match`, and nothing acts here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lordaemon.reading.bounce import bounce
from lordaemon.reading.html import to_text
from lordaemon.reading.intent import judge
from lordaemon.reading.machine import Automatic, automatic, portal_sentence, to_many
from lordaemon.reading.message import Message
from lordaemon.reading.reply import Own, own_text
from lordaemon.reading.verdict import Bounce, Stage, Verdict

_LETTER_FILE = re.compile(r"(?i)(?:letter|\blor\b|(?<![a-z])lor(?![a-z])|recommend|reference|sloe)")
_OTHER_FILE = re.compile(r"(?i)request|form\b|instruction|guide|template|portal|sample")
_DOCUMENT = re.compile(r"(?i)\.(?:pdf|docx?|rtf|odt|pages)$")
_HERE_IT_IS = re.compile(
    r"(?i)\b(?:attached|enclosed)\b[^.\n]{0,60}\b(?:letter|lor|recommendation)\b"
    r"|\b(?:letter|lor|recommendation)\b[^.\n]{0,40}\b(?:attached|enclosed)\b"
)
_PORTAL = re.compile(r"(?i)upload|submit|portal|\beras\b|interfolio")
_JUDGED = 12_000
"""Characters of an answer that are judged; a longer one is for the applicant to read."""
_BULK_LABELS = ("unrelated", "unclear", "question")
_PREFIX = re.compile(
    r"(?i)(?:^|(?<=[\s\]:–—-]))(?:re|aw|sv|antw|res|rif|vs|odp|ynt|fwd?|wg|tr|rv|答复|回复)\s*[:：]\s*"
)
_TAG = re.compile(r"^\s*(?:\[[^\]]{0,40}\]\s*)+")


def read(
    message: Message,
    ours: Sequence[str],
    stage: Stage,
    writer_name: str = "",
    received: datetime | None = None,
) -> Verdict:
    """Understand one message. `ours` are the texts we sent to this writer, `stage` what had been
    said, `received` the arrival (default: what the sender's clock said), needed for "until Monday".
    """
    returned = bounce(message)
    if returned is not None:
        return _bounced(returned)
    own = own_text(message.text, message.html, ours, f"{writer_name} {message.from_name}")
    machine = automatic(message, own.text)
    if machine is not None:
        return _by_machine(machine, message, own.text, received or message.date)
    verdict = _by_person(message, own, stage)
    flags = verdict.flags | _attachment_flags(message, own.text)
    if verdict.label in _BULK_LABELS and to_many(message, own.text):
        flags |= {"bulk"}
    return replace(_cautious(verdict, message, own.text, flags), flags=flags)


def subject_answer(subject: str) -> str:
    """What a writer added to the subject: all of it is theirs only where it isn't a reply's."""
    text = _TAG.sub("", subject)
    prefix = _PREFIX.search(text)
    if prefix is None:
        return text.strip()
    if text[: prefix.start()].strip(" -–—:"):
        return text[: prefix.start()].strip(" -–—:")
    ours = _TAG.sub("", _PREFIX.sub("", text))
    pieces = re.split(r"\s[-–—|]+\s|\s*[;()]\s*|(?<=[!?])\s", ours)
    return " ".join(piece for piece in pieces[1:] if piece).strip()


def _bounced(returned: Bounce) -> Verdict:
    said = {
        "not_found": "the address was not found",
        "refused": "the message was refused",
        "delayed": "the message is late, the server goes on trying",
        "unknown": "the message came back, the server doesn't say why",
    }
    evidence = (returned.diagnostic,) if returned.diagnostic else ()
    return Verdict("bounce", True, evidence, said[returned.kind], bounce=returned)


def _by_machine(
    machine: Automatic, message: Message, own: str, received: datetime | None
) -> Verdict:
    if machine.what == "portal":
        shown = _shown_again((machine.reason,), message)
        return Verdict("uploaded", shown, (machine.reason,), "a portal's notice", machine.flags)
    if machine.what in ("receipt", "notice"):
        return Verdict("unrelated", True, (), machine.reason, machine.flags)
    # Only a few messages name a day; the calendar's words in a dozen languages are read for those.
    from lordaemon.reading.away import return_date

    first = next((line.strip() for line in own.split("\n") if line.strip()), "")
    day = return_date(f"{message.subject}\n\n{own}", received) if received else None
    evidence = (first[:300],) if first else ()
    return Verdict("auto_reply", True, evidence, machine.reason, machine.flags, return_on=day)


def _by_person(message: Message, own: Own, stage: Stage) -> Verdict:
    answer = subject_answer(message.subject)
    if not own.text and not answer:
        return Verdict("unclear", False, (), "it has no words of its own")
    forwarded = portal_sentence(own.quote) if len(own.text) < 200 else ""
    verdict = judge(own.text[:_JUDGED], answer, stage)
    if forwarded and not verdict.confident and verdict.label in ("unclear", "unrelated"):
        return Verdict("uploaded", False, (forwarded,), "it passes on what looks like a receipt")
    return verdict


def _attachment_flags(message: Message, own: str) -> frozenset[str]:
    """H11: a file that looks like the letter itself, by its name or by what is said of it."""
    documents = [f.name for f in message.attachments if _DOCUMENT.search(f.name)]
    letters = [n for n in documents if _LETTER_FILE.search(n) and not _OTHER_FILE.search(n)]
    if letters or (documents and _HERE_IT_IS.search(own)):
        return frozenset({"letter_attached"})
    return frozenset()


def _cautious(verdict: Verdict, message: Message, own: str, flags: frozenset[str]) -> Verdict:
    """Take the confidence back where something does not add up."""
    if not verdict.confident:
        return verdict
    doubt = ""
    if not _shown_again(verdict.evidence, message):
        doubt = "the words it rests on can't be found again in the message"
    elif message.body_truncated or len(own) > _JUDGED:
        doubt = "the message is too long to be read whole"
    elif "letter_attached" in flags and verdict.label == "uploaded" and not _PORTAL.search(own):
        doubt = "a letter is attached, which is not an upload"
    return replace(verdict, confident=False, reason=doubt) if doubt else verdict


def _shown_again(evidence: Sequence[str], message: Message) -> bool:
    """Whether every span stands in the message as it came (reading.md)."""
    if not evidence:
        return False
    source = [message.subject, message.text, to_text(message.html) if message.html else ""]
    if not message.html and message.text.lstrip().startswith("<"):
        source.append(to_text(message.text))
    plain = _plain("\n".join(source))
    return all(_plain(span) and _plain(span) in plain for span in evidence)


def _plain(text: str) -> str:
    """One space between words, and the quote marks of a `>` quoted line left out."""
    return " ".join(re.sub(r"(?m)^[>\s|]+", " ", text).split())
