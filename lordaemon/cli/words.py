"""The applicant's words: `mark` and its short forms, and the messages in doubt."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lordaemon.cli.common import iso, load, open_database, plain, print_json, with_config
from lordaemon.cli.completing import complete_words, complete_writer
from lordaemon.errors import AlreadyRunning, Usage

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan
    from lordaemon.store.database import Database


def give_order(
    ctx: click.Context, config: Path | None, line: str, on: datetime | None = None, note: str = ""
) -> None:
    """One word about one writer or all, as a line (`smith yes`); prints what it does."""
    from lordaemon import orders
    from lordaemon.clock import system_clock
    from lordaemon.mailorders import give

    plan = load(ctx, config)
    found = orders.parse_line(line, plan)
    day = on.date() if on else None
    if day is not None and day > system_clock().astimezone(plan.zone).date():
        raise Usage(f"--on {day} is still to come; name the day on which it happened.")
    everybody = "all" in line.lower().split()
    database = open_database(plan)
    try:
        _hear_the_plan(plan, database)
        settle_what_stopped(plan, database)
        for order in found:
            try:
                with database.begin() as session:
                    said = give(session, plan, order, system_clock, on=day, note=note)
            except Usage as odd:
                if not everybody:
                    raise
                said = str(odd)
            click.echo(said)
        if everybody and found[0].verb == "go":
            with database.begin() as session:
                if orders.lift_hold(session):
                    click.echo("The hold is lifted; sending goes on.")
    finally:
        database.close()


def _hear_the_plan(plan: Plan, database: Database) -> None:
    """What the plan says by now was said before this word: the latest wins."""
    from lordaemon.clock import system_clock
    from lordaemon.store import people, record

    with database.begin() as session:
        now = system_clock()
        record.plan_words(session, plan, people.resolve(session, plan, now), now)


def settle_what_stopped(plan: Plan, database: Database) -> None:
    """What a killed process was sending is in doubt from now on, so that a word can be given about
    it; while the process still runs, the message is leaving and no doubt."""
    from lordaemon.clock import system_clock
    from lordaemon.store import outbox_rows

    with database.begin() as session:
        if not outbox_rows.in_state(session, plan.season.name, "claimed", "transmitting"):
            return
    with suppress(AlreadyRunning), database.lock(system_clock()), database.begin() as session:
        outbox_rows.after_restart(session, plan.season.name)


@click.command(
    epilog="Verbs: yes, no, uploaded, not-uploaded, assigned, claimed, silent, withdrawn, "
    "understood, pause, resume, skip reminder, skip follow-up, go, stop, sent, not-sent, undo. "
    "Example: lordaemon mark smith yes --note 'said so after rounds'"
)
@click.argument("words", nargs=-1, metavar="WRITER VERB", shell_complete=complete_words)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day it speaks of (YYYY-MM-DD).")
@click.option("--note", default="", help="A note for yourself.")
@with_config
def mark(
    ctx: click.Context, config: Path | None, words: tuple[str, ...], on: datetime | None, note: str
) -> None:
    """Say what you know about a writer: `mark smith yes`, `mark all pause`."""
    if len(words) < 2:
        raise Usage(
            "Say who and what, for example: lordaemon mark smith yes. "
            "`lordaemon mark --help` lists the verbs."
        )
    give_order(ctx, config, " ".join(words), on, note)


def _short(verb: str, summary: str) -> click.Command:
    @click.argument("writer", default="all", shell_complete=complete_writer)
    @with_config
    def command(ctx: click.Context, config: Path | None, writer: str) -> None:
        give_order(ctx, config, f"{writer} {verb}")

    command.__doc__ = summary
    return click.command(verb, help=summary, epilog=f"Example: lordaemon {verb} smith")(command)


pause = _short("pause", "Send nothing to WRITER (or to all) until `resume`.")
resume = _short("resume", "Go on with WRITER (or all) after `pause`.")
go = _short("go", "Send what waits for your word, to WRITER (or to all).")
stop = _short("stop", "Don't send the message that is next for WRITER (or for all).")


@click.group(
    invoke_without_command=True,
    epilog="Example: lordaemon outbox resolve lor.2028.request.1.abc not-sent",
)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def outbox(ctx: click.Context, config: Path | None, as_json: bool) -> None:
    """Messages that wait or are in doubt, and your word on them."""
    if ctx.invoked_subcommand is None:
        _list_outbox(load(ctx, config), as_json)


def _list_outbox(plan: Plan, as_json: bool) -> None:
    from lordaemon.store import outbox_rows

    database = open_database(plan)
    settle_what_stopped(plan, database)
    with database.begin() as session:
        states = ("uncertain", "transmitting", "claimed", "planned", "refused")
        rows = [
            {"id": r.token, "writer": r.writer, "kind": r.kind, "state": r.state, "to": r.recipient,
             "subject": r.subject, "since": iso(r.claimed_at or r.planned_at),
             "problem": r.problem or None}
            for r in outbox_rows.in_state(session, plan.season.name, *states)
        ]  # fmt: skip
    database.close()
    rows.sort(key=lambda row: row["state"] != "uncertain")  # what waits for a word comes first
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("Nothing waits and nothing is in doubt.")
    for row in rows:
        doubt = "IN DOUBT  " if row["state"] == "uncertain" else ""
        click.echo(f"{doubt}{row['id']}  {row['kind']} to {row['to']}: {row['state']}, "
                   f"since {row['since']}")  # fmt: skip
        if row["problem"]:
            click.echo(f"    {plain(str(row['problem']))}")
        if doubt:
            click.echo("    Look into your Sent folder or ask the writer; then say:")
            click.echo(f"    lordaemon outbox resolve {row['id']} sent   (or not-sent)")


@outbox.command(epilog="Example: lordaemon outbox resolve lor.2028.request.1.abc sent")
@click.argument("message")
@click.argument("word", type=click.Choice(["sent", "not-sent"]))
@with_config
def resolve(ctx: click.Context, config: Path | None, message: str, word: str) -> None:
    """Say whether a message in doubt was sent."""
    from lordaemon import orders
    from lordaemon.store import outbox_rows

    plan = load(ctx, config)
    database = open_database(plan)
    settle_what_stopped(plan, database)
    with database.begin() as session:
        rows = outbox_rows.in_state(session, plan.season.name, "uncertain")
        found = [r for r in rows if r.token == message or r.token.endswith(message)]
        if len(found) != 1:
            known = ", ".join(r.token for r in rows) or "none is"
            raise Usage(f'No message in doubt is named "{message}". In doubt: {known}.')
        orders.resolve(session, found[0].token, sent=word == "sent")
        click.echo(f"The {found[0].kind} to {found[0].recipient} is noted as {word}.")
    database.close()
