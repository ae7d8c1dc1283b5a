"""Foreign bytes cut into header lines, parts and text, in bounded time and memory.

The standard library's parser is not used on what strangers write: it recurses as deep as they
nest and spends minutes on one long header. This one walks offsets, never copies a part it does
not want, and stops at the limits below (RFC 2045, RFC 2046, RFC 2047, RFC 2231). It knows nothing
of what a message means; `message.parse` gives the parts their names.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

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
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]{0,4000})\?=")
_PARAMETER = re.compile(
    r""";\s*([^\s=;"]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.){0,1000})"|([^\s;"]{0,1000}))"""
)
_TEXT_CODEC = re.compile(
    r"(?:utf|ascii|iso8859|iso2022|cp\d|koi8|gb|big5|euc|shift|tis|mac|hz$|johab)"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")

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


def from_base64(data: bytes) -> bytes:
    """As much as can be made of it: foreign letters dropped, a missing tail tolerated."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_bytes(data: bytes, charset: str) -> str:
    """Bytes as text in the named charset; an unknown or dangerous name is guessed instead."""
    name = charset.strip().strip("\"'").lower()
    try:
        known = codecs.lookup(name).name.replace("_", "").replace("-", "") if name else ""
    except (LookupError, ValueError):
        known = ""
    if known and known != "ascii" and _TEXT_CODEC.match(known):
        try:
            return data.decode(name, "replace")
        except (UnicodeError, LookupError):
            pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        # A text cut in the middle of a letter is still UTF-8.
        if problem.start >= len(data) - 3:
            return data.decode("utf-8", "replace")
        return data.decode("cp1252", "replace")


def decode_header(value: bytes, addresses: bool = False) -> str:
    """One header's value as one clean line, encoded words read (RFC 2047).

    With `addresses`, what an encoded word says can't be taken for the header's own punctuation.
    """
    text = decode_bytes(value, "utf-8" if value.isascii() else "")
    if "=?" in text:
        text = _decode_words(text, addresses)
    return one_line(text)


def _decode_words(text: str, addresses: bool) -> str:
    pieces: list[str] = []
    charset, data, at = "", b"", 0

    def flush() -> None:
        word = decode_bytes(data, charset)
        pieces.append(_escaped(word) if addresses else word)

    for match in _WORD.finditer(text):
        gap = text[at : match.start()]
        # Neighbouring words may share one letter's bytes between them: join before decoding.
        if at and not gap.strip() and match[1].lower() == charset:
            data += _word_bytes(match)
        else:
            flush()
            pieces.append("" if at and not gap.strip() else gap)
            charset, data = match[1].lower(), _word_bytes(match)
        at = match.end()
    flush()
    return "".join(pieces) + text[at:]


def _word_bytes(match: re.Match[str]) -> bytes:
    if match[2] in "bB":
        return from_base64(match[3].encode("ascii", "ignore"))
    return binascii.a2b_qp(match[3].replace("_", " ").encode("utf-8", "replace"))


def _escaped(word: str) -> str:
    return re.sub(r"([,;()])", r"\\\1", re.sub(r'[<>"\\]', " ", word))


def clean(text: str) -> str:
    """Text that can be stored, shown and mailed: no lone surrogates, no control characters."""
    text = _SURROGATE.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text)


def one_line(text: str) -> str:
    """A header's value: `clean`, and nothing in it that could start a line or hide a letter."""
    return " ".join(_INVISIBLE.sub(" ", _SURROGATE.sub("\ufffd", text)).split())
