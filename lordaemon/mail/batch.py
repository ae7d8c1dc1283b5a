"""What is new in a folder since it was read last (RFC 3501 section 2.3.1.1: UIDVALIDITY)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lordaemon.mail.fetched import Fetched
from lordaemon.wire import Cursor


@dataclass(frozen=True, slots=True)
class Batch:
    """What is new in a folder. `cursor` is right once all `messages` are dealt with.

    `rescanned`: there was no cursor or its numbers no longer hold (a new UIDVALIDITY, or a
    mailbox restored from a backup), so the messages are all those since a date, and may be known
    already: tell them by Message-ID.
    """

    cursor: Cursor
    messages: Iterator[Fetched]
    rescanned: bool
