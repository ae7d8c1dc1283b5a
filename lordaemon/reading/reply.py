"""A reply's own new text: what the writer said this time, and nothing else (H12)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lordaemon.reading.html import to_text
from lordaemon.reading.quotes import quoted, shingles, without_ours
from lordaemon.reading.signature import furniture, without_banner


@dataclass(frozen=True, slots=True)
class Own:
    """A reply taken apart. `text` is what may be judged; it may be empty."""

    text: str
    quote: str
    signature: str


def own_text(text: str, html: str | None, ours: Sequence[str] = (), writer_name: str = "") -> Own:
    """Take a reply apart. `ours` are the texts we sent to this writer, `writer_name` theirs.

    The HTML is read where there is one: it shows what was struck out and where quotes begin.
    """
    source = (to_text(html) if html else "") or text
    if not html and looks_like_html(source):
        source = to_text(source)
    lines = [line.rstrip() for line in source.replace("\xa0", " ").split("\n")]
    quotes = quoted(lines, ours)
    marks = furniture(lines, [not q for q in quotes], writer_name)
    known = shingles(ours)
    # A quote leaves an empty line behind, or the answers around it would run into each other.
    own = [
        "" if quote else without_ours(without_banner(line.lstrip("> ")), known)
        for line, quote, mark in zip(lines, quotes, marks, strict=True)
        if not mark
    ]
    return Own(
        _tidy(own),
        _tidy([line for line, quote in zip(lines, quotes, strict=True) if quote]),
        _tidy([line for line, mark in zip(lines, marks, strict=True) if mark]),
    )


def looks_like_html(text: str) -> bool:
    """HTML that came labelled as plain text."""
    return bool(
        re.match(r"(?i)\s*<(?:!doctype|html|head|body|div|p|br|span|table|meta)\b[^<>]*>", text)
    )


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
