"""`read`: how a message would be understood, without touching anything."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.cli.common import plain
from lordaemon.errors import Usage

if TYPE_CHECKING:
    from lordaemon.reading.verdict import Stage

MESSAGE_ENDINGS = (".eml", ".mbox")
FROM_LINE = re.compile(rb"(?:\A|\n\r?\n)From [^\n]*\n")
"""Where a message of an mbox begins (RFC 4155): "From " at a line's start, after an empty line."""
QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def messages_in(path: Path) -> Iterator[tuple[str, bytes | OSError]]:
    """Messages of a file, a folder of .eml files, an mbox, or standard input (`-`), each with its
    name; what can't be opened stands for itself."""
    if str(path) == "-":
        yield from _split("-", sys.stdin.buffer.read())
        return
    for file in _files_of(path) if path.is_dir() else [path]:
        try:
            raw = file.read_bytes()
        except OSError as failure:
            yield str(file), failure
            continue
        yield from _split(str(file), raw)


def _files_of(folder: Path) -> list[Path]:
    """The messages of a folder: .eml and .mbox; one without any is taken as it is (Maildir)."""
    files: list[Path] = []
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        files += [Path(place) / name for name in names if not name.startswith(".")]
    mails = [file for file in files if file.suffix.lower() in MESSAGE_ENDINGS]
    return sorted(mails or files)


def _split(name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The messages of an mbox, numbered; a single message as it is."""
    if not raw.startswith(b"From "):
        yield name, raw
        return
    parts = [part for part in FROM_LINE.split(raw) if part.strip()]
    if len(parts) == 1 or name.lower().endswith(".eml"):
        yield name, raw.partition(b"\n")[2]
        return
    for number, part in enumerate(parts, 1):
        yield f"{name}:{number}", QUOTED_FROM.sub(rb"\1", part)


@click.command(epilog="Example: lordaemon read reply.eml --sent request.eml --json")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--sent", multiple=True, type=click.Path(path_type=Path),
              help="Our own messages that may be quoted (may be given again).")  # fmt: skip
@click.option("--stage", type=click.Choice(["asked", "reminded", "confirmed"]), default="asked",
              help="What had been said so far.", show_default=True)  # fmt: skip
@click.option("--writer-name", default="", help="The writer's name; helps to find the signature.")
@click.option("--explain", is_flag=True, help="Each sentence with its score and what refused it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a message, one a line.")
@click.option("--config", "config", type=click.Path(path_type=Path), default=None, hidden=True)
def read(
    paths: tuple[Path, ...], sent: tuple[Path, ...], stage: Stage, writer_name: str,
    explain: bool, as_json: bool, config: Path | None,
) -> None:  # fmt: skip
    """How replies would be understood: label, sure or not, evidence, reason, flags.

    PATHS are messages (.eml), folders of them, mbox files, or - for standard input.
    """
    from lordaemon.reading.message import Unreadable, parse
    from lordaemon.reading.read import read as understand

    del config  # taken for the sake of "everything takes --config"; no plan is needed here
    for path in (*paths, *sent):
        if str(path) != "-" and not path.exists():
            raise Usage(f"{path} can't be read: there is no such file or folder.")
    ours = _ours(sent)
    for path in paths:
        for name, raw in messages_in(path):
            if isinstance(raw, OSError):
                why = f"It can't be opened: {raw.strerror}."
                _print(_unreadable(name, why), as_json)
                continue
            try:
                verdict = understand(parse(raw), ours, stage, writer_name)
            except Unreadable as why_not:
                _print(_unreadable(name, str(why_not)), as_json)
                continue
            data = {
                "path": name, "label": verdict.label, "confident": verdict.confident,
                "evidence": list(verdict.evidence), "reason": verdict.reason,
                "flags": sorted(verdict.flags),
            }  # fmt: skip
            _print(data, as_json)
            if explain and not as_json:
                _explain(raw, ours, stage, writer_name)


def _ours(sent: tuple[Path, ...]) -> tuple[str, ...]:
    """The text of our own messages, which a reply may quote."""
    from lordaemon.reading.message import Unreadable, parse
    from lordaemon.reading.reply import own_text

    texts: list[str] = []
    for path in sent:
        for name, raw in messages_in(path):
            if isinstance(raw, OSError):
                raise Usage(f"{name} can't be read: {raw.strerror}.")
            try:
                message = parse(raw)
            except Unreadable as why:
                raise Usage(f"{name}: {why}") from why
            texts.append(own_text(message.text, message.html).text or message.text)
    return tuple(texts)


def _unreadable(name: str, why: str) -> dict[str, Any]:
    return {"path": name, "label": "unclear", "confident": False, "evidence": [], "reason": why,
            "flags": ["unreadable"]}  # fmt: skip


def _print(data: dict[str, Any], as_json: bool) -> None:
    """One line, whatever was in the message: no line end of Unicode stands bare in the JSON."""
    if as_json:
        click.echo(json.dumps(data))
        return
    sure = "sure" if data["confident"] else "not sure"
    evidence = " | ".join(plain(e) for e in data["evidence"])
    flags = f"  [{', '.join(data['flags'])}]" if data["flags"] else ""
    path, reason = plain(data["path"]), plain(data["reason"])
    click.echo(f'{path}: {data["label"]} ({sure}) "{evidence}" {reason}{flags}')


def _explain(raw: bytes, ours: tuple[str, ...], stage: Stage, writer_name: str) -> None:
    from lordaemon.reading.intent import explain
    from lordaemon.reading.message import parse
    from lordaemon.reading.reply import own_text

    message = parse(raw)
    own = own_text(message.text, message.html, ours, writer_name)
    for sentence, score, taken_for, refused_by in explain(own.text, message.subject, stage):
        refused = f"   refused by: {refused_by}" if refused_by else ""
        click.echo(f"    {score:6.3f}  {taken_for:12} {plain(sentence)}{refused}")
