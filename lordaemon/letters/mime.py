"""A draft as the bytes that travel: RFC 5322 and MIME, 7-bit clean, the same every time.

The headers with names in them are written here by hand: the library's folding of encoded names
and commas can't be trusted. `Date` is left to `stamp`, when the message leaves.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from lordaemon.errors import LordaemonError
from lordaemon.letters.draft import Attachment, Draft

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,400}>")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}")
_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_RESERVED = frozenset(
    ["date", "from", "to", "cc", "bcc", "sender", "subject", "message-id", "in-reply-to",
     "references", "mime-version", "reply-to"]
)  # fmt: skip
_LINE = 76
_PARENTS = 20
"""How many ids of a long conversation are named; RFC 5322 lets older ones go."""


def to_bytes(
    draft: Draft,
    *,
    sender_name: str,
    sender: str,
    message_id: str,
    references_token: str = "",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """The whole message but for its Date (RFC 5322 sections 3.6.1 to 3.6.4), lines end in CRLF.

    `message_id` is the whole id with or without angle brackets; `references_token` is put into
    `References` as one more id (at the same domain, if it names none), for providers that rewrite
    the Message-ID. `headers` are added as they are. Raises LordaemonError for an address or
    a text that can't stand in a header.
    """
    own_id = _checked_id(message_id)
    lines = [
        _mailbox("From", sender_name, sender),
        _mailbox("To", draft.to_name, draft.to),
        _text("Subject", draft.subject),
        _folded("Message-ID", [own_id]),
    ]
    parents = _parents(draft, own_id, references_token)
    if draft.thread and _MESSAGE_ID.fullmatch(draft.thread.in_reply_to):
        lines.append(_folded("In-Reply-To", [draft.thread.in_reply_to]))
    if parents:
        lines.append(_folded("References", parents))
    for name, value in (headers or {}).items():
        if (
            not _HEADER_NAME.fullmatch(name)
            or name.lower() in _RESERVED
            or (name.lower().startswith("content-"))
        ):
            raise LordaemonError(f"the header {name!r} can't be set here; leave it out.")
        lines.append(_text(name, value))
    return "".join(lines).encode("ascii") + _content(draft)


def stamp(raw: bytes, when: datetime, zone: tzinfo) -> bytes:
    """The message with its Date line first: `when` (aware) as a clock in `zone` shows it."""
    return b"Date: " + format_datetime(when.astimezone(zone)).encode("ascii") + b"\r\n" + raw


def _parents(draft: Draft, own_id: str, token: str) -> list[str]:
    """The ids for References. Ids of others that are malformed are left out, never repaired."""
    thread = draft.thread
    named = [*thread.references, thread.in_reply_to] if thread else []
    good = list(dict.fromkeys(name for name in named if _MESSAGE_ID.fullmatch(name)))
    if len(good) > _PARENTS:
        good = [good[0], *good[1 - _PARENTS :]]
    if token:
        domain = own_id[1:-1].rpartition("@")[2]
        good.append(_checked_id(token if "@" in token else f"{token}@{domain}"))
    return good


def _checked_id(name: str) -> str:
    whole = name if name.startswith("<") else f"<{name}>"
    if not _MESSAGE_ID.fullmatch(whole):
        raise LordaemonError(
            f"{name!r} can't be a Message-ID; use letters, digits, dots and one @."
        )
    return whole


def _mailbox(header: str, name: str, address: str) -> str:
    """One address with its display name (RFC 5322 section 3.4, RFC 2047 section 5)."""
    local, _, domain = address.partition("@")
    if (
        not _ADDRESS.fullmatch(address)
        or ".." in address
        or local[0] == "."
        or local[-1] == "."
        or len(domain) > 253
    ):
        raise LordaemonError(
            f"{address!r} can't be used as a mail address; write it like jane.smith@example.edu."
        )
    if not name.strip():
        return f"{header}: {address}\r\n"
    pieces = _phrase(_printable(name, "a name"))
    return _folded(header, [*pieces, f"<{address}>"])


def _phrase(name: str) -> list[str]:
    """A display name as words, as a quoted string, or encoded."""
    if "=?" not in name and _WORDS.fullmatch(name) and max(map(len, name.split())) < _LINE:
        return name.split(" ")
    if "=?" not in name and name.isascii() and len(name) < 60 and name == " ".join(name.split()):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"']
    return _encoded(name)


def _text(header: str, value: str) -> str:
    """An unstructured header; encoded where plain folding would change it."""
    text = _printable(value, f"the {header.lower()}")
    plain = (
        text.isascii()
        and "=?" not in text
        and text == " ".join(text.split(" ")).strip()
        and "  " not in text
        and max((len(word) for word in text.split(" ")), default=0) < _LINE - 10
    )
    return _folded(header, text.split(" ") if plain else _encoded(text))


def _printable(value: str, what: str) -> str:
    """The value, if it can stand in a header: one line, no control characters, no half letters."""
    if any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u2028\u2029" for c in value):
        raise LordaemonError(f"{what} must be one line without control characters: {value!r}.")
    if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise LordaemonError(f"{what} has a character that isn't text: {value!r}; type it again.")
    return value


def _encoded(text: str) -> list[str]:
    """Encoded words of UTF-8 in base64, none over 75 characters, no letter cut in two."""
    words, piece = [], b""
    for letter in text:
        data = letter.encode()
        if len(piece) + len(data) > 45:
            words.append(piece)
            piece = b""
        piece += data
    words.append(piece)
    return [f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words]


def _folded(header: str, pieces: list[str]) -> str:
    """The header line, folded between pieces (RFC 5322 section 2.2.3)."""
    lines, line = [], f"{header}:"
    for place, piece in enumerate(pieces):
        if place and len(line) + 1 + len(piece) > _LINE:
            lines.append(line)
            line = ""
        line += f" {piece}"
    return "\r\n".join([*lines, line]) + "\r\n"


def _content(draft: Draft) -> bytes:
    """Text and HTML as alternatives, files after them, from MIME-Version on."""
    message = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    message.set_content(_newlines(draft.text), cte="quoted-printable")
    message.add_alternative(_newlines(draft.html), subtype="html", cte="quoted-printable")
    for file in draft.attachments:
        _attach(message, file)
    seed = hashlib.sha256("\0".join((draft.subject, draft.text, draft.html)).encode())
    for file in draft.attachments:
        seed.update(file.data)
    for place, part in enumerate(part for part in message.walk() if part.is_multipart()):
        # "=_" occurs in neither quoted-printable nor base64, so no line can look like this one.
        part.set_boundary(f"=_{place}_{seed.hexdigest()[:32]}")
    return message.as_bytes()


def _attach(message: EmailMessage, file: Attachment) -> None:
    main, _, sub = file.content_type.partition("/")
    name = _printable(file.name, "a file name")
    message.add_attachment(file.data, maintype=main, subtype=sub, filename=name)


def _newlines(text: str) -> str:
    """One kind of line end, and whole characters only."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.encode("utf-8", "replace").decode()
