"""The one place that reads the machine's clock or draws a random number.

Everything else takes the time as an argument. Times are aware and UTC.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present instant, aware and in UTC."""


def system_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def token(length: int = 12) -> str:
    """A fresh random word of lower-case letters and digits, safe in a Message-ID and a subject."""
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    return "".join(secrets.choice(alphabet) for _ in range(length))
