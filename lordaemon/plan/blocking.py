"""What holds a writer's mail until the applicant has mended it (rule S12)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from lordaemon.plan.files import file_faults
from lordaemon.plan.finding import Finder, Finding, quoted
from lordaemon.plan.identifiers import patient_identifiers
from lordaemon.plan.model import Plan, Writer
from lordaemon.plan.places import key_label
from lordaemon.plan.specialties import other_specialty
from lordaemon.plan.unfinished import unfilled

FEWEST_HIGHLIGHTS = 3

_EVERYDAY_SURNAMES = frozenset(
    (
        "An", "Baker", "Banks", "Best", "Black", "Bond", "Brooks", "Brown", "Bush", "Can", "Care",
        "Case", "Chief", "Cook", "Cross", "Day", "Dean", "Do", "Field", "Fields", "Fisher",
        "Frost", "Good", "Grant", "Gray", "Green", "Hand", "Hill", "Hope", "Hunter", "King",
        "Little", "Long", "Love", "Major", "Mark", "Mason", "May", "Mayo", "Moody", "Noble",
        "Page", "Park", "Parks", "Post", "Power", "Powers", "Price", "Rice", "Rich", "Rose",
        "Sharp", "Short", "Small", "So", "Stone", "Strong", "Summer", "Summers", "Swift",
        "Ward", "Wards", "Waters", "West", "White", "Will", "Wills", "Winter", "Winters",
        "Wise", "Wood", "Woods", "Young",
    )
)  # fmt: skip
"""Surnames that are words too: they count only behind a title or a first name."""

_TITLE = r"(?:Dr|Prof|Professor|Mr|Mrs|Ms|Mx|Dean|Chief)\b\.?\s+"


def blocking(plan: Plan) -> dict[str, list[Finding]]:
    """The open faults by writer id; a writer without one is not in it. Looks at files, sends
    nothing, and never raises for what a plan may hold."""
    found = {writer.id: _faults(plan, writer) for writer in plan.writers}
    return {writer_id: faults for writer_id, faults in found.items() if faults}


def _faults(plan: Plan, writer: Writer) -> list[Finding]:
    return [*_in_words(plan, writer), *_files(Finder(plan, writer))]


@lru_cache(maxsize=64)
def _in_words(plan: Plan, writer: Writer) -> tuple[Finding, ...]:
    """What the plan's own words show; remembered, because they are looked at in every pass."""
    finder = Finder(plan, writer)
    return (
        *_too_few(finder),
        *_unfilled(finder),
        *_others_named(finder),
        *_wrong_specialty(finder),
        *_patients(finder),
    )


def _too_few(finder: Finder) -> Iterator[Finding]:
    highlights = finder.writer.highlights
    filled = [text for text in highlights if unfilled(text) is None]
    twice = len(filled) - len({" ".join(text.casefold().split()) for text in filled})
    count = len(highlights) - twice
    if count < FEWEST_HIGHLIGHTS:
        yield finder.found(
            "error", "S12", ("highlights",),
            f"has {count} different highlight{'' if count == 1 else 's'}; 3 to 5 are needed",
            "A letter lives from scenes; with fewer than three the writer has little to tell.",
            '"Led two family meetings on goals of care, with the attending observing"',
        )  # fmt: skip


def _unfilled(finder: Finder) -> Iterator[Finding]:
    writer = finder.writer
    texts = finder.texts()
    if writer.upload:
        texts.append((("upload",), "upload", writer.upload))
    texts.append((("worked_together", "what"), "worked_together.what", writer.worked_together.what))
    for path, key, text in texts:
        if (mark := unfilled(text)) is not None:
            what = f"still has {quoted(mark)} in it" if mark else "is empty"
            yield finder.found(
                "error", "S12", path, f"{key} {what}",
                f"{writer.salutation} would read it just like that.",
                "replace it by what happened, or take the line out",
            )  # fmt: skip


def _others_named(finder: Finder) -> Iterator[Finding]:
    for path, key, text in finder.texts():
        if path[0] not in ("highlights", "note"):
            continue  # a project or a talk may well have been shared with another writer
        for other in finder.plan.writers:
            if other.id != finder.writer.id and names(text, other, but=finder.writer):
                yield finder.found(
                    "error", "S12", path, f"{key} names {other.name}: {quoted(text)}",
                    f"This goes to {finder.writer.salutation}; a letter meant for somebody else "
                    "is remembered.",
                    "move it to the writer it belongs to, or leave the name out: "
                    '"with another attending"',
                )  # fmt: skip


def names(text: str, person: Writer, *, but: Writer) -> bool:
    """Whether a text names this person, by full name, surname or address; accents don't matter.

    A surname that `but` has too, or that is an everyday word, needs a title or first name.
    """
    plain, full = _plain(text), _plain(person.name.split(",")[0])
    surname = _plain(person.surname)
    if _has(full, plain, ignore_case=True):
        return _plain(but.name.split(",")[0]).casefold() != full.casefold()
    if any(address in text.lower() for address in person.addresses):
        return True
    if surname == _plain(but.surname):
        return False
    if surname in _EVERYDAY_SURNAMES or len(surname) < 2:
        return re.search(_TITLE + re.escape(surname) + r"\b", plain) is not None
    return _has(surname, plain) or _has(surname.upper(), plain)


def _has(name: str, text: str, *, ignore_case: bool = False) -> bool:
    flags = re.IGNORECASE if ignore_case else 0
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags) is not None


def _plain(text: str) -> str:
    """Without accents, blanks made single: "Gómez" is found as "Gomez"."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _wrong_specialty(finder: Finder) -> Iterator[Finding]:
    specialty = finder.plan.season.specialty
    for path, key, text in finder.texts():
        if other := other_specialty(text, specialty):
            yield finder.found(
                "error", "S12", path, f"{key} speaks of {other}: {quoted(text)}",
                f"You apply in {specialty}; a letter for another field can't be used.",
                f"write {specialty}, or say only what you did there",
            )  # fmt: skip


def _patients(finder: Finder) -> Iterator[Finding]:
    writer = finder.writer
    for path, key, text in finder.texts():
        if text in writer.acknowledged:
            continue
        for identifier in patient_identifiers(text):
            if identifier.kind == "a patient's name" and _has(writer.surname, identifier.text):
                continue  # "Ms. Gomez taught me": the writer, not a patient
            yield finder.found(
                "error", "S12", path,
                f"{key} has what looks like {identifier.kind}: {quoted(identifier.text)}",
                "A patient must not be recognizable in a mail, not even to a colleague.",
                'say "an elderly patient" or "a patient with sepsis"; if it is no patient\'s, '
                "copy the whole text into acknowledged",
            )  # fmt: skip


def _files(finder: Finder) -> Iterator[Finding]:
    for fault in file_faults(finder.plan, finder.writer):
        path = fault.key_path
        shared = path[0] == "packet"
        line = finder.plan.line_of(*path)
        key = f"[packet] {key_label(path)}" if shared else key_label(path)
        yield Finding(
            "error", "S12", finder.where, line, f"{key}: {fault.message}",
            "The writer counts on everything the mail says is attached.", fault.example,
        )  # fmt: skip
