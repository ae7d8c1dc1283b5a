"""`init`: the first plan, and one writer more."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lordaemon.cli.common import given, plan_path, with_config
from lordaemon.errors import Usage

FLAGS: tuple[tuple[str, str], ...] = (
    ("name", "Your name."), ("email", "Your mail address."), ("timezone", "Your time zone."),
    ("school", "Your school."), ("class-year", "Your class."), ("specialty", "The specialty."),
    ("deadline", "The day every letter must be in."), ("letters", "How many you want."),
    ("cv", "Your CV."), ("statement", "Your personal statement."),
    ("interest", "Why this specialty, instead of a statement."),
    ("imap-host", "The server for reading."), ("smtp-host", "The server for sending."),
    ("password", "keyring, file:PATH, env:NAME, command:WORDS or credential:NAME."),
    ("writer-name", "A writer's name."), ("writer-title", "Their title."),
    ("writer-email", "Their address."), ("writer-id", "A short handle for them."),
    ("what", "What you did together."), ("until", "Until which day."),
    ("weeks", "For how many weeks."), ("ask-on", "The day to ask."),
    ("asked", "The day you asked by mail yourself."),
    ("asked-in-person", "The day you asked in person."),
)  # fmt: skip
CHOICES: dict[str, tuple[str, ...]] = {
    "service": ("ERAS", "ResidencyCAS", "SF Match", "other"),
    "provider": ("gmail", "outlook", "icloud", "yahoo", "fastmail", "custom"),
    "writer-type": ("clinical", "research", "champion", "character", "sloe"),
    "answer": ("yes", "no"),
}


def _answer_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Every answer also as a flag."""
    command = click.option("--highlight", multiple=True, help="What they saw you do (again).")(
        command
    )
    for name, words in reversed(CHOICES.items()):
        command = click.option(f"--{name}", type=click.Choice(words))(command)
    for name, text in reversed(FLAGS):
        command = click.option(f"--{name}", help=text)(command)
    return command


@click.command(epilog="Example: lordaemon init ~/letters")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--non-interactive", is_flag=True,
              help="Ask nothing: the flags are the answers; none: the example.")  # fmt: skip
@click.option("--add-writer", is_flag=True, help="Add one writer to the plan that is there.")
@_answer_flags
@with_config
def init(
    ctx: click.Context, config: Path | None, folder: Path | None, non_interactive: bool,
    add_writer: bool, **flags: Any,
) -> None:  # fmt: skip
    """Write a first, commented plan into FOLDER (default: here). Never overwrites one.

    Asks a few questions; every answer can also be given as a flag.
    """
    from lordaemon.cli.asking import Interview

    answers = {key: found for key, found in flags.items() if found not in (None, ())}
    talk = Interview(answers, ask=not non_interactive)
    if add_writer:
        _add_writer(plan_path(ctx, config or (folder / "config.toml" if folder else None)), talk)
        return
    target = _target(ctx, config, folder)
    if target.exists():
        raise Usage(
            f"{target} is already there, and is left as it is. Name another folder, or add a "
            "writer to it: lordaemon init --add-writer"
        )
    text = example_plan() if non_interactive and not answers else _asked(talk, target)
    _write_new(target, text)
    where = "" if target == Path("config.toml") else f" --config {target}"
    click.echo(f"The plan is in {target}. Look it over, then: lordaemon check{where}")


def _target(ctx: click.Context, config: Path | None, folder: Path | None) -> Path:
    before = given(ctx)
    named = config or (before.config if before.by_hand or folder is None else None)
    return (named or (folder or Path()) / "config.toml").expanduser()


def example_plan() -> str:
    """The commented example that ships with the package."""
    from lordaemon.packaged import packaged

    return packaged("config.example.toml")


def _asked(talk: Any, target: Path) -> str:
    """The plan from the answers; read back before it is written."""
    from lordaemon.cli import interview
    from lordaemon.cli.letterlike import plan_text
    from lordaemon.plan.load import parse_plan

    if talk.asks:
        click.echo("A few questions. Enter takes what stands in [brackets]; Ctrl-C stops, and\n"
                   "nothing is written before the end.\n")  # fmt: skip
    answers = interview.about_you(talk)
    writers: list[dict[str, Any]] = []
    while not writers or (talk.asks and talk.yes("One more writer?", default=len(writers) < 4)):
        if talk.asks:
            click.echo(f"\nWriter {len(writers) + 1}")
        writers.append(interview.writer(talk, {str(w["id"]) for w in writers}))
        talk.flags = {}  # flags speak of the first writer
    text = plan_text(answers, writers)
    parse_plan(text, target)
    return text


def _write_new(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as failure:
        raise Usage(f"{target} can't be written: {failure.strerror}.") from failure
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _add_writer(path: Path, talk: Any) -> None:
    """At the end of the plan; every byte of what is there stays."""
    from lordaemon.cli import interview
    from lordaemon.cli.letterlike import writer_text
    from lordaemon.plan.load import load_plan, parse_plan

    taken = {writer.id for writer in load_plan(path).writers}
    found = interview.writer(talk, taken)
    old = path.read_text(encoding="utf-8")
    text = old.rstrip("\n") + "\n\n" + writer_text(found) + "\n"
    parse_plan(text, path)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.chmod(path.stat().st_mode & 0o777)
    beside.replace(path)
    click.echo(f"{found['name']} is in {path} as {found['id']}. Now: lordaemon check")
