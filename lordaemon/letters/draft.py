"""A message that is ready to be shown or sent: plain values, no transport."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a message, with the bytes as they will leave."""

    name: str
    content_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The fingerprint that is compared with what the notice showed (S12)."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation a message answers in (RFC 5322 section 3.6.4), S14."""

    subject: str
    in_reply_to: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person will get: one recipient, text and HTML of equal worth, and files."""

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    thread: Thread | None = None
