"""To which writer does a message belong, and how sure is that? (docs/architecture.md, H13)

In this order: an id of ours in the thread, the quoted text of exactly one message of ours, the
exact From address, and last the subject and the display name, which only make it probable.
Says whose the message is, never what it means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lordaemon.reading.message import Message
from lordaemon.reading.quotes import shingles
from lordaemon.reading.reply import own_text
from lordaemon.reading.sender import KnownWriter, reply_goes_elsewhere, same_name

__all__ = ["KnownWriter", "Match", "OurMessage", "match"]

QUOTED_SHINGLES = 12
"""Five-word pieces of a message of ours that must come back before it counts as quoted."""

TELLING_SHINGLES = 3
"""Of these, how many must have been said to one writer alone when several are possible."""

_LETTER = re.compile(
    r"(?i)\b(?:letters? of (?:recommendation|rec|reference|support)|recommendation letters?|lors?"
    r"|reference letters?|slo[er]s?|(?:your|the|his|her) (?:letter|recommendation))\b"
)

How = Literal["thread", "quote", "address", "name", "none"]


@dataclass(frozen=True, slots=True)
class OurMessage:
    """One message we sent: its ids (with or without brackets), token, writer and words."""

    writer_id: str
    message_id: str
    text: str
    subject: str = ""
    kind: str = ""
    token: str = ""
    other_ids: tuple[str, ...] = ()
    """Ids a provider gave the message instead of ours."""


@dataclass(frozen=True, slots=True)
class Match:
    """Whose message it is. `certain` False: somebody has to be asked."""

    writer_id: str | None
    how: How
    certain: bool
    stranger: bool = False
    """Not from an address of that writer: a coordinator, or somebody unknown (H13)."""
    names_letter: bool = False
    """It speaks of a letter or quotes one of ours, whoever wrote it (H13)."""
    answers: OurMessage | None = None
    """The message of ours it answers or quotes, where that is known."""
    flags: frozenset[str] = frozenset()


def match(message: Message, writers: Sequence[KnownWriter], sent: Sequence[OurMessage]) -> Match:
    """Find the writer a message belongs to. Addresses are compared without case."""
    owners = [w.id for w in writers if message.from_address in _lower(w.addresses)]
    flags = frozenset({"reply_to_elsewhere"}) if reply_goes_elsewhere(message) else frozenset()
    quoted = _quoted(message, sent)
    about = bool(quoted) or _names_letter(message)

    def found(writer: str | None, how: How, certain: bool, ours: OurMessage | None) -> Match:
        stranger = bool(message.from_address) and writer not in owners
        return Match(writer, how, certain, stranger, about or how == "thread", ours, flags)

    ours = _threaded(message, sent)
    if ours is not None:
        return found(ours.writer_id, "thread", True, ours)
    quoted_writers = {m.writer_id for m in quoted}
    if len(quoted_writers) == 1:
        return found(quoted[0].writer_id, "quote", True, quoted[0])
    if len(owners) == 1:
        return found(owners[0], "address", True, None)
    named = [w.id for w in writers if same_name(message.from_name, w.name)]
    if named or owners:
        return found((named or owners)[0], "name", False, None)
    return found(None, "none", False, None)


def _lower(addresses: Sequence[str]) -> set[str]:
    return {address.strip().lower() for address in addresses}


def _threaded(message: Message, sent: Sequence[OurMessage]) -> OurMessage | None:
    """The newest message of ours that In-Reply-To or References names, by id or by token."""
    named = [*message.in_reply_to, *reversed(message.references)]
    if not named:
        return None
    by_id = {i.strip("<> ").lower(): m for m in sent for i in (m.message_id, *m.other_ids) if i}
    by_token = {m.token.lower(): m for m in sent if m.token}
    for name in named:
        ours = by_id.get(name.lower()) or by_token.get(name.partition("@")[0].lower())
        if ours is not None:
            return ours
    return None


def _quoted(message: Message, sent: Sequence[OurMessage]) -> list[OurMessage]:
    """The messages of ours whose words come back, of one writer if that can be told.

    Letters of ours share sentences, so only what no other writer was told can tell them apart.
    """
    if not sent:
        return []
    there = shingles([own_text(message.text, message.html, [m.text for m in sent]).quote])
    if len(there) < QUOTED_SHINGLES:
        return []
    told: dict[str, set[tuple[str, ...]]] = {}
    for ours in sent:
        told.setdefault(ours.writer_id, set()).update(shingles([ours.text]))
    heard = {w: there & said for w, said in told.items()}
    likely = [w for w, back in heard.items() if len(back) >= QUOTED_SHINGLES]
    if len(likely) > 1:
        alone = [w for w in likely if len(_only_to(w, heard)) >= TELLING_SHINGLES]
        likely = alone if len(alone) == 1 else likely
    quoted = [m for m in sent if m.writer_id in likely]
    return sorted(quoted, key=lambda m: -len(there & shingles([m.text])))


def _only_to(writer: str, heard: Mapping[str, set[tuple[str, ...]]]) -> set[tuple[str, ...]]:
    others: set[tuple[str, ...]] = set()
    return heard[writer] - others.union(*(back for w, back in heard.items() if w != writer))


def _names_letter(message: Message) -> bool:
    return bool(_LETTER.search(message.subject) or _LETTER.search(message.text[:4000]))
