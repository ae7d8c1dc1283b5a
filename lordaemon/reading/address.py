"""Addresses out of a From, To or Reply-To header (RFC 5322 section 3.4), in one pass.

Written out because the standard library's reader can be led to take the display name for the
address, and recurses into nested comments.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LIMIT = 200
"""Addresses read from one header; the letters we look for come from one person."""

_BARE = re.compile(r"[^\s<>()\[\],;:\"@]{1,128}@[^\s<>(),;:\"@]{1,255}")


class Address(NamedTuple):
    """A display name as written, and an address in lower case; either may be empty."""

    name: str
    address: str


def parse_addresses(value: str) -> tuple[Address, ...]:
    """The addresses of a header's decoded value. What stands in `<>` is the address, always."""
    found: list[Address] = []
    before = ""
    for item in _items(value):
        name, address = _one(item)
        if not address:
            # "Smith, Jane <j@x>" written without quotes: the comma belonged to the name.
            before = f"{before} {name}".strip()
            continue
        found.append(Address(f"{before} {name}".strip(), address))
        before = ""
        if len(found) >= LIMIT:
            break
    return tuple(found) or ((Address(before[:300], ""),) if before else ())


def _items(value: str) -> list[str]:
    """Cut at the commas and semicolons that stand outside quotes, comments and brackets."""
    items: list[str] = []
    current: list[str] = []
    quoted = escaped = angled = False
    depth = 0
    for letter in value:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif not quoted and letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
        elif not quoted and not depth and letter in "<>":
            angled = letter == "<"
        elif letter in ",;" and not quoted and not depth and not angled:
            items.append("".join(current))
            current = []
            continue
        current.append(letter)
    items.append("".join(current))
    return items


def _one(item: str) -> Address:
    start, end = item.rfind("<"), item.rfind(">")
    if 0 <= start < end:
        return Address(_name(item[:start]), _address(item[start + 1 : end]))
    without_comment = re.sub(r"\([^()]*\)", " ", item)
    bare = _BARE.search(without_comment)
    if bare is None:
        return Address(_name(item), "")
    comment = re.search(r"\(([^()]*)\)", item)
    rest = (without_comment[: bare.start()] + without_comment[bare.end() :]).strip()
    return Address(_name(comment[1] if comment else rest), _address(bare[0]))


def _name(text: str) -> str:
    # A group's name ("Students: a@b, c@d;") is not part of the first member's.
    unquoted = re.sub(r"\\(.)", r"\1", text).replace('"', " ")
    return " ".join(unquoted.split())[:300]


def _address(text: str) -> str:
    inner = "".join(text.split()).strip("<>'\"").lower()
    return inner[:320] if inner.count("@") >= 1 else ""
