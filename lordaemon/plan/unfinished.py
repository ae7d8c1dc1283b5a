"""Words that were meant to be replaced before anybody reads them (S12)."""

from __future__ import annotations

import re

_MARKS: tuple[re.Pattern[str], ...] = (
    # dots that stand for something: alone, at either end, or between blanks
    re.compile(r"^\s*(?:…|\.{2,})|(?:…|\.{3,})\s*$|(?<!\S)(?:…|\.{3,})(?!\S)"),
    re.compile(r"\b(?:TODO|TO DO|TBD|TBA|TBC|FIXME|XXX+|FILL (?:ME )?IN|PLACEHOLDER)\b"),
    re.compile(r"\b(?:tbd|todo|fixme|lorem ipsum|placeholder)\b", re.IGNORECASE),
    re.compile(r"<\s*(?!https?:|mailto:)[A-Za-z][^<>@]*>|<\s*(?:…|\.{3})\s*>"),
    re.compile(r"\[(?:[A-Z][A-Z _/-]+|…|\.{3}|_+|\?+|\s*)\]"),
    re.compile(
        r"\[(?:the |a |an |my )?(?:your|insert|enter|add|choose|describe|fill|name|date|program"
        r"|hospital|rotation|project|specialty|writer|number|title|example|specific)\b[^\]]*\]",
        re.IGNORECASE,
    ),
    re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{[A-Za-z_ ]+\}|\$\{?[A-Z_]{3,}\}?|%\([a-z_]+\)s"),
    re.compile(r"_{3,}|\?{3,}"),
)
_NOTHING = re.compile(r"[\W_]*|[xX]+|(?:n/?a|none|test|asdf\w*)\.?", re.IGNORECASE)


def unfilled(text: str) -> str | None:
    """The placeholder left in a text, or None; a text that says nothing is one as a whole."""
    if _NOTHING.fullmatch(text.strip()):
        return text.strip()
    for mark in _MARKS:
        if match := mark.search(text):
            return match[0].strip()
    return None
