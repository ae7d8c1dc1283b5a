"""What a server's reply means for a message: accepted, refused for good, or try later.

Pure. A reply code's first digit decides (RFC 5321 section 4.2.1), except that the providers'
sending limits come as permanent codes and are not: the same message goes through tomorrow.
"""

from __future__ import annotations

import re
from typing import Literal

Outcome = Literal["accepted", "refused", "later", "uncertain", "not_sent"]

_LIMIT_CODES = ("5.4.5", "4.7.28", "5.7.28", "5.2.121", "5.2.122")
"""Enhanced codes (RFC 3463) the big providers use for "too much mail today"."""
_LIMIT_WORDS = re.compile(
    r"(daily|hourly|sending|message|submission|rate|quota)\b.{0,40}\b(limit|quota|rate)\b"
    r"|(limit|quota|rate)\b.{0,30}\bexceeded|too many (messages|recipients|mails)"
    r"|try again (later|tomorrow)",
    re.IGNORECASE,
)


def judge(code: int, text: str, *, after_dot: bool) -> Outcome:
    """What a reply to MAIL, RCPT, DATA or (`after_dot`) the message itself means.

    A code that is none (no digits, 1yz, 3yz) leaves doubt after the dot, and none before it.
    """
    if after_dot and 200 <= code < 300:
        return "accepted"
    if 400 <= code < 500 or (500 <= code < 600 and is_limit(text)):
        return "later"
    if 500 <= code < 600:
        return "refused"
    return "uncertain" if after_dot else "not_sent"


def is_limit(text: str) -> bool:
    """Whether a refusal only says that enough was sent for now."""
    if text.lstrip().startswith(_LIMIT_CODES):
        return True
    too_big = re.search(r"\b(size|too (big|large))\b", text, re.IGNORECASE)
    return too_big is None and _LIMIT_WORDS.search(text) is not None


def one_line(reply: bytes | str) -> str:
    """A reply's text as one line, not too long to be shown."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())[:500]
