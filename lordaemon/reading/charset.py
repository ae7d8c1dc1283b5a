"""Foreign bytes as clean text: character sets, encoded words, base64, and letters that hide.

Nothing here raises: what can't be read becomes the replacement sign (RFC 2047, RFC 2045).
"""

from __future__ import annotations

import binascii
import codecs
import re

_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]{0,4000})\?=")
_TEXT_CODEC = re.compile(
    r"(?:utf|ascii|iso8859|iso2022|cp\d|koi8|gb|big5|euc|shift|tis|mac|hz$|johab)"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b\u2060\ufeff]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


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
        if problem.start >= len(data) - 3 and not data[: problem.start].isascii():
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
