"""`run`: the engine at work."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lordaemon.cli import grid
from lordaemon.cli.common import given, load, open_database, plain, with_config
from lordaemon.errors import LordaemonError

if TYPE_CHECKING:
    from lordaemon.engine import Engine, PassReport
    from lordaemon.plan.model import Plan
    from lordaemon.store.database import Database

log = logging.getLogger("lordaemon.run")


def make_engine(plan: Plan, database: Database, *, look_only: bool = False) -> Engine:
    """The engine over the plan's real mail account. `look_only`: the mailbox stays as it is."""
    from lordaemon.engine import Engine
    from lordaemon.mail.wired import MailAccount

    return Engine(plan, database, MailAccount(plan, look_only=look_only))


def start_log(log_format: str, level: int = logging.INFO) -> None:
    """Events to standard error, one line each; never a secret and never a letter's text."""
    from lordaemon.cli.logs import JsonLines, KeyValue

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else KeyValue())
    root = logging.getLogger("lordaemon")
    root.handlers[:] = [handler]
    root.setLevel(level)
    root.propagate = False


@click.command(epilog="Example: lordaemon run --once   (for cron; without --once it stays)")
@click.option("--once", is_flag=True, help="One full pass, then end.")
@click.option(
    "--dry-run", is_flag=True, help="Look and decide, but send nothing; prints what would."
)
@click.option("--log-format", type=click.Choice(["text", "json"]), default=None,
              help="How events are written to standard error.")  # fmt: skip
@with_config
def run(
    ctx: click.Context, config: Path | None, once: bool, dry_run: bool, log_format: str | None
) -> None:
    """Run the season: hear, decide, send, and mail the digest."""
    log_format = log_format or given(ctx).log_format or "text"
    start_log(log_format)
    try:
        problems = _run(load(ctx, config), once=once, dry_run=dry_run)
    except LordaemonError as problem:
        problems = [problem]
    _leave(ctx, problems, as_events=log_format == "json")


def _run(plan: Plan, *, once: bool, dry_run: bool) -> list[LordaemonError]:
    """The passes that were asked for; what went wrong in them."""
    from lordaemon.alive import tell_alive
    from lordaemon.clock import system_clock

    database = open_database(plan)
    try:
        with database.lock(system_clock()):
            engine = make_engine(plan, database, look_only=dry_run)
            if dry_run:
                report = engine.run_pass(dry=True)
                _print_plans(engine)
                return report.problems
            if once:
                report = engine.run_pass()
                if not report.problems:
                    tell_alive(plan.digest.ping)
                _say(report)
                return report.problems
            _stay(engine)
            return []
    finally:
        database.close()


def _stay(engine: Engine) -> None:
    from lordaemon.daemon import Daemon
    from lordaemon.mail.wired import MailAccount, watcher_for

    daemon = Daemon(engine, MailAccount, watcher_for)
    daemon.install_signals()
    daemon.run()


def _print_plans(engine: Engine) -> None:
    seen = engine.snapshot()
    zone = engine.plan.zone
    for step in seen.decisions:
        kind = step.kind.replace("_", "-")
        when = f"{step.at.astimezone(zone):%a %-d %b %Y %H:%M}" if step.at else ""
        match step.action:
            case "send":
                doing = f"would send the {kind} now"
            case "notice":
                doing = f"would show you the {kind} now; it would leave {when}"
            case "closed":
                doing = "closed"
            case "ask":
                doing = "needs you"
            case _:
                doing = f"{kind} on {when}" if when and kind != "none" else "nothing by itself"
        told = f"{step.writer}: {doing} ({step.rule}: {plain(step.why)})"
        click.echo(grid.wrapped(told, grid.width(), behind="    "))
    click.echo("Nothing was sent.")


def _say(report: PassReport) -> None:
    parts = [
        f"{report.heard} new answers read" if report.heard else "",
        f"shown to you: {_named(report.noticed)}" if report.noticed else "",
        f"sent: {_named(report.sent)}" if report.sent else "",
        "digest sent" if report.digest else "",
        *(f"held back: {why}" for why in report.withheld),
    ]
    told = "; ".join(part for part in parts if part)
    if told or not report.problems:
        click.echo(told or "Nothing to do.")


def _named(messages: Iterable[str]) -> str:
    """`smith:follow_up` as a person says it."""
    pairs = (message.partition(":") for message in messages)
    return ", ".join(f"the {kind.replace('_', '-')} to {who}" for who, _, kind in pairs)


def _leave(ctx: click.Context, problems: list[LordaemonError], *, as_events: bool) -> None:
    """The exit code: for good before for now; a clean pass is 0. Standard error stays JSON to its
    end where it is JSON (`as_events`)."""
    for problem in dict.fromkeys(str(p) for p in problems):
        if as_events:
            log.error("ended text=%s", problem)
        else:
            click.echo(problem, err=True)
    codes = {p.exit_code for p in problems}
    if codes:
        ctx.exit(78 if 78 in codes else 1 if 1 in codes else 75)
