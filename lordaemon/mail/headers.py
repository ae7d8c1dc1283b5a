"""The few header fields by which a sent message is recognised, compared here and never by a server.

A server's SEARCH HEADER misses messages on several servers (design: hearing), so all headers since
a date are fetched in bulk and looked at by this. Pure; foreign bytes become bounded text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

FIELDS = ("MESSAGE-ID", "IN-REPLY-TO", "REFERENCES", "FROM", "TO", "CC", "BCC", "DATE", "SUBJECT")

_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]]+")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class SentHeader:
    """One message's identity. Addresses are lower case; `internaldate` is UTC."""

    uid: int
    internaldate: datetime
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: tuple[str, ...]
    recipients: tuple[str, ...]
    date: str
    subject: str


def read_header(uid: int, internaldate: datetime, raw: bytes) -> SentHeader:
    """The fields out of a header block."""
    fields = _unfolded(raw)
    ids = {name: tuple(_MESSAGE_ID.findall(fields.get(name, ""))) for name in FIELDS[:3]}
    to = " ".join(fields.get(name, "") for name in ("TO", "CC", "BCC"))
    return SentHeader(
        uid,
        internaldate,
        next(iter(ids["MESSAGE-ID"]), fields.get("MESSAGE-ID", "").strip()),
        ids["IN-REPLY-TO"],
        ids["REFERENCES"],
        _addresses(fields.get("FROM", "")),
        _addresses(to),
        fields.get("DATE", "").strip(),
        fields.get("SUBJECT", "").strip(),
    )


def _unfolded(raw: bytes) -> dict[str, str]:
    """Field name in capitals → value, continuation lines joined (RFC 5322 section 2.2.3).

    A field that stands twice keeps both values, for an address in either counts.
    """
    text = re.sub(r"\r?\n[ \t]+", " ", raw.decode("utf-8", "replace"))
    fields: dict[str, str] = {}
    for line in re.split(r"[\r\n]+", text):
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().upper()
            fields[key] = f"{fields[key]} {value}" if key in fields else value
    return fields


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.lower() for found in _ADDRESS.findall(text)))
