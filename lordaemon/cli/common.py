"""What every command needs: the plan, the database, and how to print."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.errors import DatabaseUnusable, PlanUnusable, Usage

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan
    from lordaemon.store.database import Database

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What stood before the command: `lordaemon --config PLAN --log-format json run`."""

    config: Path | None = None
    by_hand: bool = False
    """Typed as `--config`, not taken from $LORDAEMON_CONFIG."""
    log_format: str | None = None


def given(ctx: click.Context) -> Given:
    """The options before the command."""
    found = ctx.find_root().obj
    return found if isinstance(found, Given) else Given()


def with_config(command: Command) -> Command:
    """`--config` on the command itself; the same option before the command works too."""
    option = click.option(
        "--config", "config", type=click.Path(path_type=Path), default=None,
        help="The plan file (default: ./config.toml, then your settings folder).",
    )  # fmt: skip
    return option(click.pass_context(command))


def plan_path(ctx: click.Context, config: Path | None) -> Path:
    """Where the plan is. Raises PlanUnusable when there is none to be found."""
    if config is None:
        config = _nearest_config(ctx)
    if config is not None:
        return config.expanduser()
    here = Path("config.toml")
    if here.exists():
        return here
    from platformdirs import user_config_path

    home = user_config_path("lordaemon") / "config.toml"
    if home.exists():
        return home
    raise PlanUnusable(
        f"No plan was found: neither ./config.toml nor {home} is there. Make one with "
        "`lordaemon init`, or name it with --config."
    )


def _nearest_config(ctx: click.Context) -> Path | None:
    """`--config` of the command around this one (`outbox --config PLAN resolve`), or of all."""
    around = ctx.parent
    while around is not None and around.parent is not None:
        if isinstance(found := around.params.get("config"), Path):
            return found
        around = around.parent
    return given(ctx).config


def load(ctx: click.Context, config: Path | None) -> Plan:
    """The plan, or all its faults (exit code 78)."""
    from lordaemon.plan.load import load_plan

    return load_plan(plan_path(ctx, config))


def database_url(plan: Plan) -> str:
    """The plan's database, or the one in the platform's state folder (or $STATE_DIRECTORY)."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    if plan.storage.database:
        try:
            url = make_url(plan.storage.database)
        except ArgumentError as odd:
            raise DatabaseUnusable(
                f'[storage] database = "{plan.storage.database}" is not a database address; write '
                'e.g. database = "sqlite:///lordaemon.db"'
            ) from odd
        if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
            file = plan.folder / Path(str(url.database)).expanduser()
            return url.set(database=str(file)).render_as_string(hide_password=False)
        return url.render_as_string(hide_password=False)
    return f"sqlite:///{state_folder() / 'lordaemon.db'}"


def state_folder() -> Path:
    """Where the program keeps what it must remember; made here, for this user alone (0700)."""
    from platformdirs import user_state_path

    state = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    folder = Path(state) if state else user_state_path("lordaemon")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
    except OSError as failure:
        raise DatabaseUnusable(
            f"The folder {folder} can't be used: {failure.strerror}. Make it yours, or name "
            'another place in the plan: [storage] database = "sqlite:///lordaemon.db"'
        ) from failure
    return folder


def open_database(plan: Plan) -> Database:
    """The plan's database, opened. One mailbox has one database: another's is refused."""
    from lordaemon.store import notes
    from lordaemon.store.database import Database

    database = Database(database_url(plan))
    mine = plan.applicant.email.lower()
    with database.begin() as session:
        owner = notes.text(session, "mailbox")
        if not owner:
            notes.write(session, "mailbox", mine, datetime.now(UTC))  # noqa: TID251
    if owner and owner != mine:
        raise DatabaseUnusable(
            f"The database {database.where} keeps the season of {owner}, and this plan is for "
            f"{mine}. Give this plan a database of its own: [storage] database = "
            '"sqlite:///other.db"'
        )
    return database


def iso(instant: datetime | None) -> str | None:
    """UTC, ISO 8601, `Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def save(path: Path, text: str, what: str, *, encoding: str = "utf-8") -> None:
    """Write a file the user named and say so; `-` is standard output. Raises Usage."""
    if str(path) == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        path.write_text(text, encoding=encoding, newline="")
    except OSError as failure:
        raise not_written(path, failure) from failure
    click.echo(f"{what} is in {path}.")


def not_written(path: Path, failure: OSError) -> Usage:
    """A path that can't be written to, in words."""
    return Usage(
        f"{path} can't be written: {failure.strerror}. Name another place, or make the folder "
        "first."
    )


def plain(text: str) -> str:
    """Text of strangers for a terminal, in one line: line ends and tabs become spaces, control
    characters and direction marks are left out."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
