"""`read`: how a message would be understood, without touching anything."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.cli.common import plain
from lordaemon.errors import Usage

if TYPE_CHECKING:
    from lordaemon.reading.verdict import Stage


def messages_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Messages of a file, a folder of .eml files, an mbox, or standard input (`-`)."""
    if str(path) == "-":
        yield "-", sys.stdin.buffer.read()
        return
    if path.is_dir():
        for file in sorted(
            p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")
        ):
            yield from messages_in(file)
        return
    try:
        raw = path.read_bytes()
    except OSError as failure:
        raise Usage(f"{path} can't be read: {failure.strerror}.") from failure
    if raw.startswith(b"From ") or path.suffix.lower() == ".mbox":
        yield from _mbox(path)
    else:
        yield str(path), raw


def _mbox(path: Path) -> Iterator[tuple[str, bytes]]:
    import mailbox

    for number, message in enumerate(mailbox.mbox(path, create=False), 1):
        yield f"{path}:{number}", message.as_bytes()


@click.command(epilog="Example: lordaemon read reply.eml --sent request.eml --json")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--sent", multiple=True, type=click.Path(path_type=Path),
              help="Our own messages that may be quoted (may be given again).")  # fmt: skip
@click.option("--stage", type=click.Choice(["asked", "reminded", "confirmed"]), default="asked",
              help="What had been said so far.")  # fmt: skip
@click.option("--writer-name", default="", help="The writer's name; helps to find the signature.")
@click.option("--explain", is_flag=True, help="Each sentence with its score and what refused it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a message.")
@click.option("--config", "config", type=click.Path(path_type=Path), default=None, hidden=True)
def read(
    paths: tuple[Path, ...], sent: tuple[Path, ...], stage: Stage, writer_name: str,
    explain: bool, as_json: bool, config: Path | None,
) -> None:  # fmt: skip
    """How replies would be understood: label, confident or not, evidence, reason, flags."""
    from lordaemon.reading.message import Unreadable, parse
    from lordaemon.reading.read import read as understand
    from lordaemon.reading.reply import own_text

    del config  # taken for the sake of "everything takes --config"; no plan is needed here
    ours = []
    for path in sent:
        for _, raw in messages_in(path):
            message = parse(raw)
            ours.append(own_text(message.text, message.html).text or message.text)
    for path in paths:
        for name, raw in messages_in(path):
            try:
                verdict = understand(parse(raw), tuple(ours), stage, writer_name)
                data: dict[str, Any] = {
                    "path": name, "label": verdict.label, "confident": verdict.confident,
                    "evidence": list(verdict.evidence), "reason": verdict.reason,
                    "flags": sorted(verdict.flags),
                }  # fmt: skip
            except Unreadable as why:
                data = {"path": name, "label": "unclear", "confident": False, "evidence": [],
                        "reason": str(why), "flags": ["unreadable"]}  # fmt: skip
            _print(data, as_json)
            if explain:
                _explain(raw, tuple(ours), stage, writer_name)


def _print(data: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    sure = "sure" if data["confident"] else "not sure"
    evidence = " | ".join(plain(e) for e in data["evidence"])
    flags = f"  [{', '.join(data['flags'])}]" if data["flags"] else ""
    click.echo(f'{data["path"]}: {data["label"]} ({sure}) "{evidence}" {data["reason"]}{flags}')


def _explain(raw: bytes, ours: tuple[str, ...], stage: Stage, writer_name: str) -> None:
    from lordaemon.reading.intent import explain
    from lordaemon.reading.message import parse
    from lordaemon.reading.reply import own_text

    message = parse(raw)
    own = own_text(message.text, message.html, ours, writer_name)
    for sentence, score, taken_for, refused_by in explain(own.text, message.subject, stage):
        refused = f"   refused by: {refused_by}" if refused_by else ""
        click.echo(f"    {score:6.3f}  {taken_for:12} {plain(sentence)}{refused}")
