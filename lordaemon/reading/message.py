"""The one guarded place where foreign bytes become values.

`parse` takes any bytes and gives a `Message` of plain, bounded, clean strings, or raises
`Unreadable` and nothing else; no object of a mail library leaves this room. It decides nothing:
what the message means is `read`, whose it is `match`, whether it is genuine `sender`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lordaemon.errors import LordaemonError
from lordaemon.reading import mime
from lordaemon.reading.address import Address, parse_addresses
from lordaemon.reading.mime import Headers, Part

IDS_LIMIT = 100
RAW_LIMIT = 64 * 1024 * 1024

_ID = re.compile(r"<([^<>\s]{1,300})>")
_BARE_ID = re.compile(r"[^<>\s,;\"']{1,200}@[^<>\s,;\"']{1,200}")
_ID_IN_TEXT = re.compile(r"(?im)^[>|\s]{0,20}message-id:\s*<([^<>\s]{1,300})>")
_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
    }
)
_RETURNED = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"}
)


class Unreadable(LordaemonError):
    """These bytes are no message. `reason` says in a few words why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This message can't be read: {reason}. Open it in your mail program.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class File:
    """An attachment's outside; its inside is never looked at (H11). `size` is in bytes."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Report:
    """A machine-readable report part (RFC 3464, RFC 8098): its blocks of lower-case fields."""

    content_type: str
    blocks: tuple[Headers, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says about itself. Nothing in it is proven (see `sender`)."""

    headers: Headers
    subject: str
    from_name: str
    from_address: str
    from_count: int
    """How many addresses the From headers name, all of them together; more than one is odd."""
    reply_to: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    message_id: str
    """Ids stand without their angle brackets, here and below."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    """What the sender's clock said, aware; the server's arrival time is the one to trust."""
    text: str
    html: str | None
    attachments: tuple[File, ...]
    auth_results: str
    """The topmost Authentication-Results only: those below may be the sender's own (RFC 8601)."""
    quoted_ids: tuple[str, ...]
    """Ids of a returned message: its own first, then its references, latest first."""
    returned_text: str
    """The beginning of a returned message (a bounce's third part), headers and words."""
    reports: tuple[Report, ...]
    content_type: str
    report_type: str
    body_truncated: bool

    def header(self, name: str) -> str:
        """The topmost value of a header, or the empty string."""
        values = self.headers.get(name.lower())
        return values[0] if values else ""


def parse(raw: bytes) -> Message:
    """Read one message (RFC 5322, MIME). Raises Unreadable, and nothing else, for any bytes."""
    if len(raw) > RAW_LIMIT:
        raise Unreadable(f"it is larger than {RAW_LIMIT // 1024 // 1024} MiB")
    start = len(raw) - len(raw.lstrip(b"\r\n\xef\xbb\xbf"))
    headers, body = mime.header_block(raw, start, len(raw))
    if not headers:
        raise Unreadable("it has no headers" if raw.strip() else "it is empty")
    content = _Content(raw)
    for part in mime.leaves(raw, headers, body, len(raw)):
        content.take(part)
    content_type, parameters = mime.content_type_of(headers)
    senders = [address for value in headers.get("from", ()) for address in parse_addresses(value)]
    sender = senders[0] if senders else Address("", "")
    html = "\n".join(content.html) or None
    return Message(
        headers=headers,
        subject=_first(headers, "subject")[:1000],
        from_name=sender.name,
        from_address=sender.address,
        from_count=max(len(senders), len(headers.get("from", ()))),
        reply_to=next((a for _, a in _addresses(headers, "reply-to")), ""),
        to=tuple(a for _, a in _addresses(headers, "to")),
        cc=tuple(a for _, a in _addresses(headers, "cc")),
        message_id=next(iter(ids(_first(headers, "message-id"))), ""),
        in_reply_to=tuple(i for v in headers.get("in-reply-to", ()) for i in ids(v))[:IDS_LIMIT],
        references=tuple(i for v in headers.get("references", ()) for i in ids(v))[-IDS_LIMIT:],
        date=_date(_first(headers, "date")),
        text="\n".join(content.plain),
        html=html,
        attachments=tuple(content.files),
        auth_results=_first(headers, "authentication-results"),
        quoted_ids=tuple(dict.fromkeys(content.quoted))[:IDS_LIMIT],
        returned_text=content.returned,
        reports=tuple(content.reports),
        content_type=content_type,
        report_type=parameters.get("report-type", "").lower(),
        body_truncated=content.truncated,
    )


class _Content:
    """What the parts of one message add up to, while they are walked."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.plain: list[str] = []
        self.html: list[str] = []
        self.files: list[File] = []
        self.quoted: list[str] = []
        self.returned = ""
        self.reports: list[Report] = []
        self.truncated = False

    def take(self, part: Part) -> None:
        kind = part.content_type
        if kind in _REPORTS:
            self.reports.append(self._report(part))
        elif kind in _RETURNED:
            self._returned(part)
        elif kind in ("text/plain", "text/html") and not part.attached:
            text, cut = mime.body_text(self.raw, part)
            self.truncated |= cut
            self._add(kind, text)
        elif not kind.startswith("multipart/"):
            self._file(part)
        elif part.end > part.start:
            # Nested too deep, or without a boundary: there may be words nobody can reach.
            self.truncated = True

    def _add(self, kind: str, text: str) -> None:
        room = mime.TEXT_LIMIT - sum(map(len, self.plain if kind == "text/plain" else self.html))
        if len(text) > room:
            self.truncated = True
            text = text[: max(0, room)]
        if kind == "text/plain":
            self.quoted.extend(_ID_IN_TEXT.findall(text)[:10])
            self.plain.append(text)
        else:
            self.html.append(text)

    def _file(self, part: Part) -> None:
        encoding = (part.headers.get("content-transfer-encoding") or ("",))[0].strip().lower()
        length = part.end - part.start
        size = length * 3 // 4 if encoding == "base64" else length
        self.files.append(File(part.filename, part.content_type, size))

    def _returned(self, part: Part) -> None:
        text, _ = mime.body_text(self.raw, part)
        data = text.encode("utf-8", "replace")
        headers, _ = mime.header_block(data, 0, len(data))
        self.quoted.extend(i for v in headers.get("message-id", ()) for i in ids(v))
        self.quoted.extend(i for v in headers.get("references", ()) for i in reversed(ids(v)))
        self.returned = self.returned or text[: mime.TEXT_LIMIT // 4]
        if part.attached:
            self._file(part)

    def _report(self, part: Part) -> Report:
        text, _ = mime.body_text(self.raw, part)
        blocks = []
        for block in re.split(r"\n[ \t]*\n", text[: mime.TEXT_LIMIT // 4])[:50]:
            data = block.strip().encode("utf-8", "replace")
            fields, _ = mime.header_block(data, 0, len(data))
            if fields:
                blocks.append(fields)
                self.quoted.extend(i for v in fields.get("original-message-id", ()) for i in ids(v))
        return Report(part.content_type, tuple(blocks))


def ids(value: str) -> list[str]:
    """The Message-IDs in a header's value, without brackets; one that lost them counts too."""
    found: list[str] = _ID.findall(value[: mime.VALUE_LIMIT])
    if not found:
        found = _BARE_ID.findall(value[:2000])
    return [i for i in found if i][:IDS_LIMIT]


def _first(headers: Headers, name: str) -> str:
    values = headers.get(name)
    return values[0] if values else ""


def _addresses(headers: Headers, name: str) -> Iterator[Address]:
    for value in headers.get(name, ())[:5]:
        yield from parse_addresses(value)


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:100])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
