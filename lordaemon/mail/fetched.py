"""A message as it came off the wire: bounded bytes and the server's facts, nothing understood.

`raw_message()` puts the fetched pieces together again as one small RFC 5322 message with the same
tree of parts, for whoever reads it; what was not fetched (files) is an empty part with its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from lordaemon.mail.structure import Node

LIMIT = 64 * 1024
"""Bytes kept of the headers, and of each text part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One text part as it is stored: still in its transfer encoding. `data` is at most LIMIT."""

    content_type: str
    charset: str
    encoding: str
    data: bytes
    disposition: str = ""
    filename: str = ""
    section: str = "1"
    truncated: bool = False
    """There was more than LIMIT of it."""


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """A file that came with the message. It is never fetched (H11). `size`: bytes as encoded."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message of a folder. `internaldate` is the server's arrival time, in UTC.

    `problem` says why it could not be fetched whole; then any field may be empty, and
    `internaldate` the start of 1970.
    """

    folder: str
    uid: int
    internaldate: datetime
    size: int
    flags: tuple[str, ...] = ()
    header: bytes = b""
    text_parts: tuple[Part, ...] = ()
    attachments: tuple[AttachmentInfo, ...] = ()
    gmail_thread: str | None = None
    problem: str | None = None
    structure: Node | None = None

    def raw_message(self) -> bytes:
        """The message again: its header and what was fetched of its body."""
        kept = _without_content_headers(self.header)
        if self.structure is None:
            return kept + b"\r\n"
        parts = {part.section: part for part in self.text_parts}
        return kept + b"MIME-Version: 1.0\r\n" + _entity(self.structure, parts)


def bounded(node: Node, data: bytes) -> Part:
    """The part, cut so that what is kept can still be decoded."""
    truncated = len(data) >= LIMIT and node.size > len(data)
    if truncated and node.encoding == "base64":
        packed = re.sub(rb"[^A-Za-z0-9+/=]", b"", data)
        data = b"\r\n".join(re.findall(rb".{1,76}", packed[: len(packed) // 4 * 4]))
    elif truncated:
        data = data[: data.rfind(b"\n") + 1] or data
    return Part(
        node.content_type,
        node.charset,
        node.encoding,
        data,
        node.disposition,
        node.filename,
        node.section,
        truncated,
    )


def _without_content_headers(header: bytes) -> bytes:
    """The header fields but Content-* and MIME-Version, whole lines only, without the empty one."""
    lines = re.split(rb"\r\n|\n|\r", header)
    if len(header) >= LIMIT:
        lines.pop()  # it may have been cut in the middle
    kept: list[bytes] = []
    dropping = False
    for line in lines:
        if not line:
            continue
        if not line.startswith((b" ", b"\t")):
            dropping = line.lower().startswith((b"content-", b"mime-version"))
        if not dropping:
            kept.append(line + b"\r\n")
    return b"".join(kept)


def _entity(node: Node, parts: dict[str, Part]) -> bytes:
    """A part with its Content headers, recursively."""
    if node.children:
        bodies = [_entity(child, parts) for child in node.children]
        boundary = _boundary(node.section, bodies)
        report = next((value for key, value in node.params if key == "report-type"), "")
        more = f'; report-type="{_quoted(report)}"' if report else ""
        head = f'Content-Type: {_token(node.content_type)}{more}; boundary="{boundary}"\r\n\r\n'
        mark = f"--{boundary}".encode()
        inner = b"".join(mark + b"\r\n" + body + b"\r\n" for body in bodies)
        return head.encode() + inner + mark + b"--\r\n"
    part = parts.get(node.section)
    kind = node.content_type
    words = [f"Content-Type: {_token(kind)}"]
    if node.charset:
        words.append(f'charset="{_quoted(node.charset)}"')
    if node.filename and not node.disposition:
        words.append(_parameter("name", node.filename))
    head = "; ".join(words) + "\r\n"
    if node.disposition:
        name = f"; {_parameter('filename', node.filename)}" if node.filename else ""
        head += f"Content-Disposition: {_token(node.disposition)}{name}\r\n"
    if part is not None and node.encoding and not kind.startswith("message/"):
        head += f"Content-Transfer-Encoding: {_token(node.encoding)}\r\n"
    return head.encode() + b"\r\n" + (part.data if part is not None else b"")


def _boundary(section: str, bodies: list[bytes]) -> str:
    """A line that none of the bodies contains; found, not drawn, so that it is always the same."""
    number = 0
    while True:
        boundary = f"=_part_{section.replace('.', '_') or 'top'}_{number}"
        if not any(boundary.encode() in body for body in bodies):
            return boundary
        number += 1


def _parameter(name: str, value: str) -> str:
    if value.isascii():
        return f'{name}="{_quoted(value)}"'
    return f"{name}*=utf-8''{quote(value, safe='')}"  # RFC 2231


def _token(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9!#$&^_.+/-]", "", text)


def _quoted(text: str) -> str:
    return re.sub(r'[\\"\r\n\x00]', "", text)
