"""Reads a BODYSTRUCTURE (RFC 3501 section 7.4.2): which parts a message has, before any is fetched.

Pure, and guarded: what a server says of a stranger's message may be any nesting of anything. Says
which parts are text to read and which are files to leave alone (H11); reads neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Any
from urllib.parse import unquote

MAX_DEPTH = 100
MAX_NODES = 500
MAX_TEXTS = 12
"""Text parts of one message that are fetched; real mail has two or three."""
MAX_NAME = 200

_QUOTED_MESSAGES = {"message/rfc822", "message/global"}
_NEVER_FETCHED = {"message/partial", "message/external-body"}
_READ = {"text/plain", "text/html"}


class Unreadable(ValueError):
    """The structure is broken, or too deep or too big to be a letter."""


@dataclass(frozen=True, slots=True)
class Node:
    """One part. `section` is its IMAP part number ("2.1"); the top multipart's is empty."""

    section: str
    content_type: str
    params: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    size: int = 0
    disposition: str = ""
    filename: str = ""
    children: tuple[Node, ...] = ()

    @property
    def charset(self) -> str:
        """As declared; empty if not."""
        return next((value for key, value in self.params if key == "charset"), "")

    @property
    def fetch(self) -> str:
        """The section to fetch to read this part; empty: leave it alone."""
        if self.children or self.content_type in _NEVER_FETCHED:
            return ""
        if self.content_type in _QUOTED_MESSAGES:
            return f"{self.section}.HEADER"
        if self.content_type.startswith("message/") or self.content_type == "text/rfc822-headers":
            return self.section
        is_file = self.disposition == "attachment" or self.filename
        return self.section if self.content_type in _READ and not is_file else ""

    @property
    def is_file(self) -> bool:
        """Whether a person would call it an attachment."""
        if self.children or self.content_type == "/":  # an empty multipart comes as NILs
            return False
        return not self.fetch or (self.content_type in _QUOTED_MESSAGES and bool(self.filename))

    def walk(self) -> Iterator[Node]:
        """This part and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_structure(raw: Any) -> Node:
    """The tree of parts, from the parsed BODYSTRUCTURE. Raises Unreadable."""
    try:
        return _node(raw, "", 0, [0])
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise Unreadable(str(error) or type(error).__name__) from error


def texts_of(top: Node) -> tuple[Node, ...]:
    """The parts to fetch, the first `MAX_TEXTS` of them."""
    return tuple(node for node in top.walk() if node.fetch)[:MAX_TEXTS]


def _node(raw: Any, section: str, depth: int, count: list[int]) -> Node:
    count[0] += 1
    if depth > MAX_DEPTH or count[0] > MAX_NODES:
        raise Unreadable("too many parts inside each other")
    if isinstance(raw[0], (list, tuple)):
        return _multipart(raw, section, depth, count)
    content_type = f"{_text(raw[0])}/{_text(raw[1])}".lower()
    params = _pairs(raw[2])
    # After the size come fields that depend on the type; the last four are always the same.
    extension = {"text": 8, "message": 7}.get(_text(raw[0]).lower(), 7)
    if content_type in _QUOTED_MESSAGES and len(raw) > 7 and isinstance(raw[7], (list, tuple)):
        extension = 10  # envelope, structure and lines of the quoted message come before
    disposition, more = _disposition(raw[extension + 1] if len(raw) > extension + 1 else None)
    return Node(
        section or "1",
        content_type,
        params,
        _text(raw[5]).lower(),
        raw[6] if isinstance(raw[6], int) else 0,
        disposition,
        _name(more, "filename") or _name(params, "name"),
    )


def _multipart(raw: Any, section: str, depth: int, count: list[int]) -> Node:
    parts, rest = raw[0], list(raw[1:])
    if not isinstance(parts, list):  # not grouped by the parser: parts stand side by side
        parts = []
        rest = list(raw)
        while rest and isinstance(rest[0], (list, tuple)):
            parts.append(rest.pop(0))
    dot = f"{section}." if section else ""
    children = tuple(
        _node(part, f"{dot}{number}", depth + 1, count) for number, part in enumerate(parts, 1)
    )
    params = _pairs(rest[1]) if len(rest) > 1 else ()
    kind = _text(rest[0]).lower() if rest else "mixed"
    return Node(section, f"multipart/{kind}", params, children=children)


def _pairs(raw: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(raw, (list, tuple)):
        return ()
    words = [_text(item) for item in raw]
    return tuple((key.lower(), value) for key, value in zip(words[::2], words[1::2], strict=False))


def _disposition(raw: Any) -> tuple[str, tuple[tuple[str, str], ...]]:
    if not isinstance(raw, (list, tuple)) or not raw:
        return "", ()
    return _text(raw[0]).lower(), _pairs(raw[1] if len(raw) > 1 else None)


def _text(raw: Any) -> str:
    """Foreign bytes as text without control characters, bounded."""
    if isinstance(raw, bytes):
        raw = raw[: 4 * MAX_NAME].decode("utf-8", "replace")
    return re.sub(r"[\x00-\x1f\x7f]", " ", str(raw if raw is not None else ""))


def _name(params: tuple[tuple[str, str], ...], key: str) -> str:
    """A file name: plain, as an encoded word (RFC 2047), or in RFC 2231's pieces."""
    plain = dict(params).get(key, "")
    if plain:
        return _decode_words(plain)[:MAX_NAME]
    pieces = sorted(
        (int(number or 0), star, value)
        for name, value in params
        for found in [re.fullmatch(re.escape(key) + r"(?:\*(\d{1,2}))?(\*?)", name)]
        if found is not None
        for number, star in [found.groups()]
    )
    encoded = any(star for _, star, _ in pieces)
    joined = "".join(value for _, _, value in pieces)
    charset, tick, rest = joined.partition("'")
    if encoded and tick:
        joined = rest.partition("'")[2]
        try:
            joined = unquote(joined, charset or "utf-8", "replace")
        except LookupError:
            joined = unquote(joined)
    return _text(joined)[:MAX_NAME]


def _decode_words(text: str) -> str:
    if "=?" not in text:
        return text
    try:
        return _text(str(make_header(decode_header(text))))
    except (HeaderParseError, LookupError, ValueError):
        return text
