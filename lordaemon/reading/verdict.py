"""What a message was taken for, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Label = Literal[
    "yes", "yes_conditional", "no", "auto_reply", "bounce", "uploaded",
    "delegated", "deferred", "question", "unrelated", "unclear",
]  # fmt: skip
Stage = Literal["asked", "reminded", "confirmed"]
"""What had been said before the message came."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report (RFC 3464 or a server's own wording)."""

    kind: Literal["not_found", "refused", "delayed", "unknown"]
    permanent: bool
    """True only where the address itself is dead or the message is refused for good (H5)."""
    recipients: tuple[str, ...]
    diagnostic: str
    quoted_ids: tuple[str, ...]
    """Message-IDs found in the returned part: they name the message that bounced."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a message is understood. `confident` False: nobody acts on it (reading.md)."""

    label: Label
    confident: bool
    evidence: tuple[str, ...] = ()
    reason: str = ""
    flags: frozenset[str] = frozenset()
    return_on: date | None = None
    bounce: Bounce | None = None
