"""`init` and `check`: the plan, before anything runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.errors import Usage

if TYPE_CHECKING:
    pass


@click.command(epilog="Example: lordaemon init ~/letters")
@click.argument("folder", required=False, type=click.Path(path_type=Path), default=Path())
@click.option("--non-interactive", is_flag=True, help="Ask nothing; write the commented example.")
@click.option("--config", "config", type=click.Path(path_type=Path), default=None, hidden=True)
def init(folder: Path, non_interactive: bool, config: Path | None) -> None:
    """Write a first, commented plan into FOLDER (default: here). Never overwrites one."""
    target = config or folder / "config.toml"
    if target.exists():
        raise Usage(f"{target} is already there, and is left as it is. Name another folder.")
    text = example_plan()
    if not non_interactive:
        text = _ask(text)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    click.echo(f"The plan is in {target}. Fill in your writers, then: lordaemon check")


def example_plan() -> str:
    """The commented example that ships with the package."""
    from lordaemon.packaged import packaged

    return packaged("config.example.toml")


def _ask(text: str) -> str:
    """A few questions; the answers go into the example, comments and order kept."""
    import tomlkit

    document: Any = tomlkit.parse(text)
    applicant, season, mail = document["applicant"], document["season"], document["mail"]
    applicant["name"] = click.prompt("Your name", default=str(applicant["name"]))
    applicant["email"] = click.prompt("Your mail address", default=str(applicant["email"]))
    applicant["timezone"] = click.prompt("Your time zone", default=str(applicant["timezone"]))
    applicant["school"] = click.prompt("Your school", default=str(applicant["school"]))
    season["specialty"] = click.prompt(
        "The specialty you apply to", default=str(season["specialty"])
    )
    deadline = click.prompt("The deadline you set yourself (YYYY-MM-DD)",
                            type=click.DateTime(["%Y-%m-%d"]))  # fmt: skip
    season["deadline"] = deadline.date()
    if "username" in mail:
        mail["username"] = applicant["email"]
    return tomlkit.dumps(document)
