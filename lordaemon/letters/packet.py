"""What goes with a letter: the summary for writers and the files the plan names.

Reads regular files inside the plan's folder only (`letters.files`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from lordaemon.errors import LordaemonError
from lordaemon.letters import files
from lordaemon.letters.draft import Attachment

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan, Writer
    from lordaemon.season.history import Kind

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPES = {
    ".pdf": "application/pdf",
    ".docx": _DOCX,
    ".doc": "application/msword",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
    ".txt": "text/plain",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".zip": "application/zip",
}
"""A table of our own: the machine's would make one plan give different bytes elsewhere."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a letter, and how the letter speaks of it."""

    attachment: Attachment
    in_sentence: str

    @property
    def in_list(self) -> str:
        """A line of a list: "My CV (cv.pdf)"."""
        name = self.attachment.name
        if self.in_sentence == name:
            return name
        return f"{self.in_sentence[0].upper()}{self.in_sentence[1:]} ({name})"


def attachments(
    plan: Plan, writer: Writer, kind: Kind, *, today: date, late: Sequence[str] = ()
) -> tuple[Attachment, ...]:
    """The files of this letter; `contents` says what each is."""
    items = contents(plan, writer, kind, today=today, late=late)
    return tuple(item.attachment for item in items)


def contents(
    plan: Plan, writer: Writer, kind: Kind, *, today: date, late: Sequence[str] = ()
) -> tuple[Item, ...]:
    """What goes with this letter, in the order in which it is listed.

    The packet brings everything; the request brings CV, statement and summary when
    `attach_to_request` says so; the follow-up brings `late` (files of `attach`); the reminder
    brings nothing. `today` dates the summary.
    Raises LordaemonError for a file that is missing, outside the plan's folder or too large.
    """
    if kind == "packet":
        named = [*_common(plan), *_more(plan), *_own(writer, writer.attach)]
    elif kind == "request" and plan.packet.attach_to_request:
        named = _common(plan)
    else:
        named = _own(writer, late) if kind == "follow_up" else []
        return tuple(_load(plan, named, ()))
    return tuple(_load(plan, named, (_summary(plan, writer, today),)))


def _common(plan: Plan) -> list[tuple[str, str, str]]:
    """CV and statement: path, key in the plan, and the words for it."""
    wanted = (
        (plan.packet.cv, "packet.cv", "my CV"),
        (plan.packet.personal_statement, "packet.personal_statement", "my personal statement"),
    )
    return [(path, key, said) for path, key, said in wanted if path]


def _more(plan: Plan) -> list[tuple[str, str, str]]:
    return [(path, "packet.extra", "") for path in plan.packet.extra]


def _own(writer: Writer, paths: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(path, f'writer "{writer.id}": attach', "") for path in paths]


def _load(plan: Plan, named: Sequence[tuple[str, str, str]], made: Sequence[Item]) -> list[Item]:
    """Read the named files after those we made; all of them together keep to the limit."""
    items, room = list(made), files.LARGEST
    for item in made:
        room -= len(item.attachment.data)
    for path, key, said in named:
        name = PurePath(path).name
        if not name.isprintable():
            raise LordaemonError(f"{key}: the file name {name!r} can't be mailed; rename the file.")
        data = files.read(plan.folder, path, key, room=room)
        room -= len(data)
        if not data:
            raise LordaemonError(f"{key}: {path!r} is empty; put the finished file there.")
        kind = _TYPES.get(PurePath(path).suffix.lower(), "application/octet-stream")
        items.append(Item(Attachment(name, kind, data), said or name))
    return items


def _summary(plan: Plan, writer: Writer, today: date) -> Item:
    """The summary for letter writers, made for this writer."""
    from lordaemon.letters.summary import make

    word = "-".join("".join(c if c.isalnum() else " " for c in plan.applicant.name).split())
    name = f"Summary-for-letter-writers-{word}.docx"
    data = make(plan, writer, today=today)
    return Item(Attachment(name, _DOCX, data), "a short summary of our work together")
