"""The command table. Each command's module is imported only when it is called."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

from lordaemon import __version__
from lordaemon.cli.common import Given

COMMANDS = {
    "init": "setup:init",
    "check": "checking:check",
    "preview": "looking:preview",
    "forecast": "looking:forecast",
    "rehearse": "private:rehearse",
    "run": "running:run",
    "status": "table:status",
    "show": "table:show",
    "export": "table:export",
    "mark": "words:mark",
    "pause": "words:pause",
    "resume": "words:resume",
    "go": "words:go",
    "stop": "words:stop",
    "outbox": "words:outbox",
    "digest": "morning:digest",
    "read": "reading:read",
    "script": "private:script",
    "outline": "private:outline",
    "password": "system:password",
    "login": "system:login",
    "service": "system:service",
    "demo": "system:demo",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of a season."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Load one command, or None for a name that isn't there."""
        del ctx
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        found: Any = getattr(importlib.import_module(f"lordaemon.cli.{module}"), attribute)
        return found if isinstance(found, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a suggestion for a mistyped name."""
        import difflib

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            ctx.fail(f'There is no command "{args[0]}".{hint} `lordaemon --help` lists them all.')
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: lordaemon --config ~/letters/config.toml status",
)
@click.option(
    "--config", "config", type=click.Path(path_type=Path), envvar="LORDAEMON_CONFIG",
    help="The plan file. Default: $LORDAEMON_CONFIG, ./config.toml, then your settings folder.",
)  # fmt: skip
@click.option("--log-format", type=click.Choice(["text", "json"]), default=None,
              help="How `run` writes its events to standard error.")  # fmt: skip
@click.version_option(__version__, prog_name="lordaemon")
@click.pass_context
def app(ctx: click.Context, config: Path | None, log_format: str | None) -> None:
    """Runs a season of recommendation letters from your own mailbox.

    Write the plan (`init`), look at it (`check`, `preview`), then let it run (`run`).
    """
    by_hand = ctx.get_parameter_source("config") is click.core.ParameterSource.COMMANDLINE
    ctx.obj = Given(config, by_hand, log_format)
