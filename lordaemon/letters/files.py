"""Files the plan names, and nothing else: regular files inside the plan's own folder.

A symbolic link counts as the file it leads to, so it can't lead out. Errors are for the applicant.
"""

from __future__ import annotations

from pathlib import Path

from lordaemon.errors import LordaemonError

LARGEST = 10 * 1024 * 1024
"""Bytes of all attachments of one message together (contract.md, `extra`)."""


def locate(folder: Path, named: str, key: str) -> Path:
    """The file the plan names under `key` (for the message only), as a path without links.

    Raises LordaemonError when it is missing, not a regular file, or outside the plan's folder.
    """
    home = folder.resolve()
    try:
        found = (home / Path(named).expanduser()).resolve()
        inside, regular, exists = found.is_relative_to(home), found.is_file(), found.exists()
    except (OSError, ValueError, RuntimeError):  # NUL in the name, a link that leads to itself
        raise LordaemonError(
            f"{key}: {named!r} can't be used as a file name; correct it in the plan."
        ) from None
    if not inside:
        raise LordaemonError(
            f"{key}: {named!r} lies outside the plan's folder {home}; "
            "copy the file into that folder and name the copy."
        )
    if not exists:
        raise LordaemonError(
            f"{key}: there is no file {named!r} in {home}; put it there or correct the name."
        )
    if not regular:
        raise LordaemonError(f"{key}: {named!r} is not a file; name a single file in {home}.")
    return found


def read(folder: Path, named: str, key: str, *, room: int = LARGEST) -> bytes:
    """The bytes of the file the plan names under `key`; at most `room` of them.

    Raises LordaemonError as `locate` does, and when the file is too large or can't be read.
    """
    path = locate(folder, named, key)
    try:
        with path.open("rb") as file:
            data = file.read(room + 1)
    except OSError as problem:
        raise LordaemonError(
            f"{key}: {named!r} can't be read ({problem.strerror}); "
            "check who may read it (ls -l shows that)."
        ) from None
    if len(data) > room:
        raise LordaemonError(
            f"{key}: with {named!r} the attachments are larger than "
            f"{LARGEST // 1024 // 1024} MiB together; send a smaller version."
        )
    return data
