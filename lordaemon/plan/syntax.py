"""The text of the plan into a TOML document; what tomli refuses is told in plain words."""

from __future__ import annotations

import re
from typing import Any

import tomli

from lordaemon.errors import Fault

TOO_DEEP = "has brackets nested too deeply to be a plan"
_BYTE_ORDER_MARK = "\ufeff"

_PLAIN_WORDS = {
    "Invalid date": "this is no day of the calendar; write year-month-day, e.g. 2027-09-22",
    "Cannot overwrite": "this key stands twice in its table; keep one of them",
    "Cannot declare": "this table stands twice; join the two (only [[writer]] may repeat)",
    "Cannot mutate": "this table was closed above; write all its keys in one place",
    "Unterminated string": 'this text has no closing quote; end it with "',
    'Expected "': "this long text has no end; close it with the three quotes it began with",
    "Unescaped": "a backslash means something here; write it twice, or use 'single quotes'",
    "Unclosed array": "this list has no end; close it with ]",
    "Unclosed inline table": "this table has no end; close it with }",
    "Expected '=' after": 'after a key comes an equals sign: key = "value"',
    "Expected ']": "a table's line ends with its brackets: [policy] or [[writer]]",
    "Illegal character": "this character can't stand here; is a line broken inside quotes?",
    "Found invalid character": "this character can't stand here; retype this line",
    "Invalid hex value": 'after "\\u" come four hexadecimal digits',
    "Expected newline": 'something follows the value; text stands in "quotes", dates are '
    "year-month-day without them, e.g. 2027-09-22",
    "Invalid value": 'this is no value; text stands in straight "quotes", dates are '
    "year-month-day without them, true and false are small",
    "Invalid statement": "this line is neither key = value nor a [table]; comments start with #",
}
"""How tomli's messages begin, and what they mean to somebody who never heard of TOML."""

_CURLY = ("“", "”", "„", "«", "»", "‘", "’")
_DAY_ELSEWHERE = re.compile(r"=\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\s*(?:#|$)")


def parse_document(text: str, file: str) -> dict[str, Any] | Fault:
    """The document, or the one fault at which reading ended. `file` is how it is called."""
    if text.startswith(_BYTE_ORDER_MARK):
        return Fault(
            1, "", "begins with an invisible byte order mark; save the file as plain UTF-8, "
            "without BOM", file,
        )  # fmt: skip
    if not text.strip():
        return Fault(None, "", "is empty; run `lordaemon init` in another folder for a start", file)
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as wrong:
        line, column = wrong.lineno, wrong.colno
        written = (text.splitlines() or [""])[min(line, len(text.splitlines())) - 1]
        said = _seen(written, column) or _plain(wrong.msg)
        return Fault(line, f"column {column}", said, file)
    except RecursionError:
        return Fault(None, "", TOO_DEEP, file)
    except ValueError:  # a number of thousands of digits
        return Fault(None, "", "has a number too long to be read", file)


def _seen(line: str, column: int) -> str | None:
    """The two slips that are told best from the line itself."""
    if line[column - 1 : column] in _CURLY:
        sign = line[column - 1]
        return f'this quotation mark is curly ({sign}), as Word makes it; write a straight one: "'
    if _DAY_ELSEWHERE.search(line):
        return "this is no day as the plan writes it; write year-month-day: 2027-09-22"
    return None


def decode(data: bytes, file: str) -> str | Fault:
    """The text of the file's bytes; UTF-8 is the only encoding TOML has."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        kind = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "another encoding"
        return Fault(line, "", f"is not UTF-8 (it looks like {kind}); save the file as UTF-8", file)


def _plain(message: str) -> str:
    return next(
        (words for begin, words in _PLAIN_WORDS.items() if message.startswith(begin)), message
    )
