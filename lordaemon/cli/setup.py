"""`init`: the first plan, and one writer more."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.cli.common import given, plan_path, with_config
from lordaemon.errors import Usage

if TYPE_CHECKING:
    from lordaemon.cli.asking import Interview

FLAGS: tuple[tuple[str, str], ...] = (
    ("name", "Your name."), ("email", "Your mail address."), ("timezone", "Your time zone."),
    ("school", "Your school."), ("class-year", "The year you graduate."),
    ("specialty", "The specialty."),
    ("deadline", "The day every letter must be in."), ("letters", "How many you want."),
    ("cv", "Your CV."), ("statement", "Your personal statement."),
    ("interest", "Why this specialty, instead of a statement."),
    ("imap-host", "The server for reading (HOST or HOST:PORT)."),
    ("smtp-host", "The server for sending (HOST or HOST:PORT)."),
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
    "scenario": ("strong-step2", "strong-research", "no-rank", "switching-specialty", "borderline"),
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
    target = _target(ctx, config, folder)
    if add_writer:
        target = target if folder else plan_path(ctx, config)
    talk = Interview(answers, ask=not non_interactive, folder=target.parent)
    if add_writer:
        _add_writer(target, talk)
        return
    if target.exists():
        raise Usage(
            f"{target} is already there, and is left as it is. Name another folder, or add a "
            "writer to it: lordaemon init --add-writer"
        )
    if non_interactive and not answers:
        _write_new(target, example_plan())
    else:
        _first_plan(talk, target)
    _what_next(target)


def _what_next(target: Path) -> None:
    """The two commands that come next, as they are typed from here."""
    click.echo(f"\nThe plan is in {target}. Read it over: it is yours to change. Then:")
    if target.name == "config.toml":
        if target.parent != Path():
            click.echo(f"  cd {target.parent}")
        click.echo("  lordaemon check\n  lordaemon preview")
    else:
        click.echo(f"  lordaemon check --config {target}")


def _target(ctx: click.Context, config: Path | None, folder: Path | None) -> Path:
    before = given(ctx)
    named = config or (before.config if before.by_hand or folder is None else None)
    return (named or (folder or Path()) / "config.toml").expanduser()


def example_plan() -> str:
    """The commented example that ships with the package."""
    from lordaemon.packaged import packaged

    return packaged("config.example.toml")


def _first_plan(talk: Interview, target: Path) -> None:
    """Ask, read the answers back as a plan, write it, and offer the first login."""
    from lordaemon.cli.asking import somebody_types
    from lordaemon.cli.keeping import offer_login
    from lordaemon.cli.letterlike import plan_text
    from lordaemon.plan.load import parse_plan

    talk.say("A few questions, about ten minutes. Enter takes what stands in [brackets],")
    talk.say("< goes back one question, Ctrl-C stops; nothing is written before the end.\n")
    found = talk.through(lambda: _questions(talk))
    text = plan_text(found["answers"], found["writers"])
    plan = parse_plan(text, target)
    _write_new(target, text)
    if talk.asks and somebody_types():
        click.echo(f"\nThe plan is written: {target}")
        offer_login(plan)


def _questions(talk: Interview) -> dict[str, Any]:
    """You, then the writers until there are no more."""
    from lordaemon.cli import interview, interview_writer

    answers = interview.about_you(talk)
    writers: list[dict[str, Any]] = []
    wanted = int(answers["season.letters"])
    while not writers or (
        talk.asks and talk.yes("One more writer?", default=len(writers) < wanted)
    ):
        talk.say(f"\nWriter {len(writers) + 1}")
        addresses = {str(answers["applicant.email"]).lower()}
        addresses |= {str(w["email"]).lower() for w in writers}
        ids = {str(w["id"]) for w in writers}
        writers.append(interview_writer.writer(talk, ids, addresses))
        talk.flags = {}  # flags speak of the first writer
    return {"answers": answers, "writers": writers}


def _write_new(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as failure:
        raise Usage(f"{target} can't be written: {failure.strerror}.") from failure
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _add_writer(path: Path, talk: Interview) -> None:
    """At the end of the plan; every byte of what is there stays."""
    from lordaemon.cli.interview_writer import writer
    from lordaemon.cli.letterlike import writer_text
    from lordaemon.plan.load import load_plan, parse_plan

    plan = load_plan(path)
    ids = {known.id for known in plan.writers}
    # an address given by flag is left for the plan's own rules to refuse, with its line
    addresses = {address for known in plan.writers for address in known.addresses}
    addresses.add(plan.applicant.email.lower())
    found = talk.through(lambda: writer(talk, ids, addresses))
    old = path.read_text(encoding="utf-8")
    text = old.rstrip("\n") + "\n\n" + writer_text(found) + "\n"
    parse_plan(text, path)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.chmod(path.stat().st_mode & 0o777)
    beside.replace(path)
    click.echo(f"\n{found['name']} is in {path} as {found['id']}. Now: lordaemon check")
