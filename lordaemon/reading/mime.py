"""Foreign bytes cut into header lines, parts and text, in bounded time and memory.

The standard library's parser is not used on what strangers write: it recurses as deep as they
nest and spends minutes on one long header. This one walks offsets, never copies a part it does
not want, and stops at the limits below (RFC 2045, RFC 2046, RFC 2047, RFC 2231). It knows nothing
of what a message means; `message.parse` gives the parts their names.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lordaemon.reading.charset import clean, decode_bytes, decode_header, from_base64, one_line

HEADER_LIMIT = 64 * 1024
"""Bytes of one header block that are looked at; the rest of it counts as not there."""
VALUE_LIMIT = 8 * 1024
"""Bytes of one header's value; a subject of a megabyte is nobody's subject."""
TEXT_LIMIT = 64 * 1024
"""Bytes of one decoded text part."""
PART_LIMIT = 100
DEPTH_LIMIT = 10
HEADER_COUNT_LIMIT = 500

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_BLANK = re.compile(rb"(?:\A|\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_PARAMETER = re.compile(
    r""";\s*([^\s=;"]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.){0,1000})"|([^\s;"]{0,1000}))"""
)

_ADDRESS_HEADERS = frozenset({"from", "to", "cc", "reply-to", "sender"})

Headers = dict[str, tuple[str, ...]]
"""Lower-case name to the decoded values, topmost first."""


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a message. The body stays where it lies: `raw[start:end]`."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    start: int
    end: int
    within: tuple[str, ...]
    """The types of the parts around it, outermost first."""

    @property
    def attached(self) -> bool:
        """True when the sender meant it as a file, not as words to be read."""
        disposition = (self.headers.get("content-disposition") or ("",))[0].strip().lower()
        return disposition.startswith("attachment") or bool(self.filename)

    @property
    def filename(self) -> str:
        """The name the sender gave the file, without any folder; empty for none."""
        disposition = (self.headers.get("content-disposition") or ("",))[0]
        name = parameters_of(disposition).get("filename") or self.parameters.get("name") or ""
        return re.split(r"[\\/]", name)[-1][:200].strip()


def header_block(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The headers from `start` on, and where the body begins (RFC 5322 section 2.1).

    A line that is no header ends the block, as it does for most mail programs.
    """
    stop = min(end, start + HEADER_LIMIT)
    blank = _BLANK.search(raw, start, end)
    found: dict[str, list[str]] = {}
    name, pieces, at, count = "", [b""], start, 0

    def keep() -> None:
        if name:
            value = b" ".join(pieces)[:VALUE_LIMIT]
            found.setdefault(name, []).append(decode_header(value, name in _ADDRESS_HEADERS))

    while at < stop and count < HEADER_COUNT_LIMIT:
        newline = _LINE_END.search(raw, at, stop)
        line_end, following = (newline.start(), newline.end()) if newline else (stop, stop)
        line = raw[at:line_end]
        if not line.strip():
            keep()
            return _settled(found), following
        field = _FIELD.match(line)
        if line[:1] in b" \t" and name:
            if sum(map(len, pieces)) < VALUE_LIMIT:
                pieces.append(line.strip())
        elif field:
            keep()
            count += 1
            name, pieces = field[1].decode("ascii").lower(), [line[field.end() :].strip()]
        elif not line.startswith((b">From ", b"From ")):
            keep()
            return _settled(found), at
        at = following
    keep()
    return _settled(found), blank.end() if blank else end


def _settled(found: dict[str, list[str]]) -> Headers:
    return {name: tuple(values) for name, values in found.items()}


def leaves(raw: bytes, headers: Headers, start: int, end: int) -> Iterator[Part]:
    """Every leaf of the message in reading order, at most `PART_LIMIT` of them.

    A message inside the message (message/rfc822) is a leaf: its words are not the sender's.
    """
    # A stack instead of recursion: nesting is the sender's choice, the depth of ours is not.
    waiting: list[tuple[Headers, int, int, tuple[str, ...]]] = [(headers, start, end, ())]
    seen = 0
    while waiting and seen < PART_LIMIT:
        fields, begin, stop, within = waiting.pop()
        seen += 1
        content_type, parameters = content_type_of(fields, within)
        boundary = parameters.get("boundary", "")
        if content_type.startswith("multipart/") and boundary and len(within) < DEPTH_LIMIT:
            inner = (*within, content_type)
            pieces = []
            for piece_start, piece_end in _between(raw, boundary, begin, stop):
                piece_headers, body = header_block(raw, piece_start, piece_end)
                pieces.append((piece_headers, body, piece_end, inner))
                if len(pieces) >= PART_LIMIT:
                    break
            waiting.extend(reversed(pieces))
        else:
            yield Part(fields, content_type, parameters, begin, stop, within)


def _between(raw: bytes, boundary: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    mark = re.escape(boundary.encode("utf-8", "replace"))
    line = re.compile(rb"(?:\r\n|\n|\r|\A|(?<=\n))--" + mark + rb"(--)?[ \t]*(?=\r|\n|\Z)")
    begin: int | None = None
    for match in line.finditer(raw, max(0, start - 1), end):
        if begin is not None:
            yield begin, match.start()
        begin = None if match[1] else _after_newline(raw, match.end(), end)
        if match[1]:
            return
    if begin is not None and begin < end:
        yield begin, end


def _after_newline(raw: bytes, at: int, end: int) -> int:
    newline = _LINE_END.match(raw, at, end)
    return newline.end() if newline else at


def content_type_of(headers: Headers, within: tuple[str, ...] = ()) -> tuple[str, dict[str, str]]:
    """Type and parameters; what is missing or nonsense is text/plain (RFC 2045 section 5.2)."""
    value = (headers.get("content-type") or ("",))[0]
    kind = value.partition(";")[0].strip().lower()
    if not re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,60}", kind):
        digest = bool(within) and within[-1] == "multipart/digest"
        kind = "message/rfc822" if digest else "text/plain"
    return kind, parameters_of(value)


def parameters_of(value: str) -> dict[str, str]:
    """`; name=value` pairs, with RFC 2231 pieces joined and percent-decoded."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, str, bool]]] = {}
    for name, quoted, bare in _PARAMETER.findall(value[:VALUE_LIMIT])[:50]:
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        base, star, rest = name.lower().partition("*")
        if not star:
            plain.setdefault(base, text)
            continue
        number = rest.rstrip("*")
        encoded = rest.endswith("*") or not rest
        pieces.setdefault(base, []).append(
            (int(number) if number.isdecimal() else 0, text, encoded)
        )
    for base, parts in pieces.items():
        plain[base] = _joined_parameter(sorted(parts))
    return plain


def _joined_parameter(parts: list[tuple[int, str, bool]]) -> str:
    charset, data = "utf-8", b""
    for index, (_, text, encoded) in enumerate(parts):
        piece = text
        if encoded:
            if index == 0 and piece.count("'") >= 2:
                charset, _, piece = piece.split("'", 2)
            data += re.sub(
                rb"%([0-9A-Fa-f]{2})",
                lambda match: bytes([int(match[1], 16)]),
                piece.encode("utf-8", "replace"),
            )
        else:
            data += piece.encode("utf-8", "replace")
    return one_line(decode_bytes(data, charset))


def body_text(raw: bytes, part: Part) -> tuple[str, bool]:
    """A text part as clean text with `\\n` line ends, and whether it was cut short."""
    encoding = (part.headers.get("content-transfer-encoding") or ("",))[0].strip().lower()
    room = TEXT_LIMIT * 4 if encoding in ("base64", "quoted-printable") else TEXT_LIMIT
    data = raw[part.start : min(part.end, part.start + room)]
    if encoding == "base64":
        data = from_base64(data)
    elif encoding == "quoted-printable":
        data = binascii.a2b_qp(data)
    cut = len(data) > TEXT_LIMIT or part.end - part.start > room
    text = decode_bytes(data[:TEXT_LIMIT], part.parameters.get("charset", ""))
    return clean(text), cut
