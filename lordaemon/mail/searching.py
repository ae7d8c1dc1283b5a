"""Searches a folder for message numbers, by number and date only, in answers of bounded length.

imaplib gives up on a line of a million bytes, which a SEARCH over some 150,000 messages makes; so
big folders are searched in windows of sequence numbers, from the end: a message deleted by
somebody else meanwhile then shifts only what is still to come.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

WINDOW = 50_000
Opened = dict[bytes, Any]
"""A folder's answer to EXAMINE."""


def after(client: Any, uid: int, opened: Opened) -> list[int]:
    """The UIDs above `uid`, ascending. `UID n:*` names the last message even if it is older
    (RFC 3501 section 6.4.8), so what isn't above is dropped."""
    if opened.get(b"EXISTS", 0) == 0 or opened.get(b"UIDNEXT", uid + 2) - 1 <= uid:
        return []
    found = _search(client, ["UID", f"{uid + 1}:*"], opened, opened.get(b"UIDNEXT", 0) - uid)
    return [number for number in found if number > uid]


def since(client: Any, day: date | None, opened: Opened) -> list[int]:
    """The UIDs that arrived on `day` or later, ascending; None: all. One day more is asked for,
    because SINCE goes by the date in the server's own zone."""
    criteria = ["ALL"] if day is None else ["SINCE", day - timedelta(days=1)]
    return _search(client, criteria, opened, opened.get(b"EXISTS", 0))


def newest(client: Any, opened: Opened, count: int) -> list[int]:
    """The UIDs of the last `count` messages, ascending."""
    exists = opened.get(b"EXISTS", 0)
    return sorted(client.search([f"{max(1, exists - count + 1)}:{exists}"])) if exists else []


def _search(client: Any, criteria: list[Any], opened: Opened, at_most: int) -> list[int]:
    exists = opened.get(b"EXISTS", 0)
    if exists == 0:
        return []
    if min(at_most, exists) <= WINDOW:
        return sorted(client.search(criteria))
    found: set[int] = set()
    for top in range(exists, 0, -WINDOW):
        found.update(client.search([f"{max(1, top - WINDOW + 1)}:{top}", *criteria]))
    return sorted(found)
