"""What a mail that went through the post office is, told by its headers alone."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import Literal

from lordaemon.demo.cast import STUDENT
from lordaemon.demo.postoffice import Passage, headers_of

MailKind = Literal[
    "request", "packet", "reminder", "follow_up", "notice", "digest",
    "by hand", "order", "answer", "automatic", "bounce",
]  # fmt: skip
TO_WRITERS: tuple[MailKind, ...] = ("request", "packet", "reminder", "follow_up")
OURS: tuple[MailKind, ...] = (*TO_WRITERS, "notice", "digest")


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail as the post office saw it, with its kind."""

    passage: Passage
    kind: MailKind
    subject: str
    message_id: str


def look_at(passage: Passage) -> Seen:
    """Kind, subject and Message-ID of a mail."""
    headers = headers_of(passage.data)
    kind = _kind(passage, headers)
    return Seen(passage, kind, str(headers["Subject"] or ""), str(headers["Message-ID"] or ""))


def _kind(passage: Passage, headers: Message) -> MailKind:
    if not passage.sender:
        return "bounce"
    if passage.sender != STUDENT.address:
        machine = str(headers["Auto-Submitted"] or "no").lower() != "no"
        return "automatic" if machine else "answer"
    ours = _our_kind(str(headers["Message-ID"] or ""))
    if ours is not None:
        return ours
    answers_us = _our_kind(str(headers["In-Reply-To"] or "")) in ("digest", "notice")
    return "order" if answers_us else "by hand"


def _our_kind(message_id: str) -> MailKind | None:
    """The third word of our Message-IDs, `<lor.SEASON.KIND.NUMBER.TOKEN@…>`."""
    words = message_id.strip("<> ").split(".")
    named = words[2] if len(words) > 4 and words[0] == "lor" else ""
    return next((kind for kind in OURS if kind == named), None)
