"""The files a writer's mails carry: there, readable, inside the plan's folder, small enough (S12).

Looks at names and sizes only; the bytes are read when a letter is composed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lordaemon.plan.model import Plan, Writer
from lordaemon.plan.positions import KeyPath

LARGEST_MAIL = 10 * 1024 * 1024
"""Bytes of all files of one mail together (contract.md, [packet] extra)."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file as the plan names it, and the key that does."""

    key_path: KeyPath
    name: str


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong with one file, or with all together."""

    key_path: KeyPath
    message: str
    example: str


def named_files(plan: Plan, writer: Writer) -> Iterator[Named]:
    """Every file that goes to this writer or shapes their letter, shared ones first."""
    packet = plan.packet
    if packet.cv:
        yield Named(("packet", "cv"), packet.cv)
    if packet.personal_statement:
        yield Named(("packet", "personal_statement"), packet.personal_statement)
    for place, name in enumerate(packet.extra):
        yield Named(("packet", "extra", place), name)
    index = plan.writers.index(writer)
    for place, name in enumerate(writer.attach):
        yield Named(("writer", index, "attach", place), name)
    if writer.template:
        yield Named(("writer", index, "template"), writer.template)


def file_faults(plan: Plan, writer: Writer) -> Iterator[FileFault]:
    """What keeps this writer's mails from carrying their files."""
    total = 0
    largest: tuple[int, Named] | None = None
    for named in named_files(plan, writer):
        size = _size(plan.folder, named)
        if isinstance(size, FileFault):
            yield size
        elif named.key_path[-1] != "template":
            total += size
            largest = max(largest or (size, named), (size, named), key=lambda entry: entry[0])
    if total > LARGEST_MAIL and largest is not None:
        yield FileFault(
            largest[1].key_path,
            f"the files make {_mebibytes(total)} together, more than 10 MiB; the largest is "
            f'"{largest[1].name}" with {_mebibytes(largest[0])}',
            "export the PDF again with smaller pictures, or leave a file out",
        )


def _size(folder: Path, named: Named) -> int | FileFault:
    """Bytes of one file, or why it can't go out. Links are followed, then judged."""
    home, name = folder.resolve(), named.name

    def wrong(message: str, example: str) -> FileFault:
        return FileFault(named.key_path, message, example)

    try:
        found = (home / name).resolve()
        if not found.is_relative_to(home):
            how = "leads out of the plan's folder" if (home / name).is_symlink() else "lies outside"
            return wrong(
                f'"{name}" {how}: only files beside the plan are sent',
                f"copy it into {home} and write its name alone",
            )
        if found.is_dir():
            return wrong(f'"{name}" is a folder', "name a single file in it")
        size = found.stat().st_size
    except FileNotFoundError:
        return wrong(f'there is no file "{name}" in {home}', "put it there, or correct the name")
    except (OSError, ValueError, RuntimeError):  # a name too long, a link that leads to itself
        return wrong(f"'{name}' can't be used as a file", "name a plain file beside the plan")
    if not found.is_file():
        return wrong(f'"{name}" is no plain file', "name a PDF beside the plan")
    if not os.access(found, os.R_OK):
        return wrong(f'"{name}" may not be read by this user', "allow it: chmod u+r")
    if size == 0:
        return wrong(f'"{name}" is empty', "save or export the file again")
    return size


def _mebibytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB"
