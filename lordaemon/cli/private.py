"""For the applicant alone: the rehearsal, what to say in person, and the outline."""

from __future__ import annotations

from pathlib import Path

import click

from lordaemon.cli.common import load, open_database, print_json, with_config
from lordaemon.cli.completing import complete_writer
from lordaemon.cli.looking import chosen, drafts, today_of

REHEARSAL = {"X-Lordaemon": "rehearsal", "Auto-Submitted": "auto-generated"}


@click.command(epilog="Example: lordaemon rehearse")
@with_config
def rehearse(ctx: click.Context, config: Path | None) -> None:
    """Mail the whole season to yourself, marked as a rehearsal."""
    from dataclasses import replace

    from lordaemon import clock
    from lordaemon.drafting import domain_of
    from lordaemon.errors import LordaemonError, MailUnreachable
    from lordaemon.letters.mime import stamp, to_bytes
    from lordaemon.mail.wired import MailAccount
    from lordaemon.season.history import KINDS

    plan = load(ctx, config)
    open_database(plan).close()
    now = clock.system_clock()
    postman = MailAccount(plan).postman()
    count = 0
    for person, what, draft in drafts(plan, plan.writers, KINDS, today_of(plan, now)):
        kind = what.replace("_", "-")
        subject = f"[rehearsal: {kind} to {person.name}] {draft.subject}"
        mine = replace(draft, to=plan.applicant.email, to_name=plan.applicant.name,
                       subject=subject, thread=None)  # fmt: skip
        message_id = f"<rehearsal.{clock.token()}@{domain_of(plan.applicant.email)}>"
        raw = to_bytes(mine, sender_name=plan.applicant.name, sender=plan.applicant.email,
                       message_id=message_id, headers=REHEARSAL)  # fmt: skip
        done = postman.deliver(plan.applicant.email, plan.applicant.email,
                               stamp(raw, now, plan.zone), last_gate=lambda: None)  # fmt: skip
        if done.outcome != "accepted":
            error = LordaemonError if done.outcome == "refused" else MailUnreachable
            raise error(
                f"The rehearsal of the {kind} to {person.name} did not leave: {done.text}. "
                f"{count} mails left before it; no writer gets any."
            )
        count += 1
        click.echo(f"  {kind} to {person.name}", err=True)
    click.echo(f"{count} mails are on their way to {plan.applicant.email}; no writer gets any.")


@click.command(epilog="Example: lordaemon script smith")
@click.argument("writer", shell_complete=complete_writer)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def script(ctx: click.Context, config: Path | None, writer: str, as_json: bool) -> None:
    """What to say when you ask in person, and after a yes."""
    _text(ctx, config, writer, "script", as_json)


@click.command(epilog="Example: lordaemon outline smith > outline.txt")
@click.argument("writer", shell_complete=complete_writer)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def outline(ctx: click.Context, config: Path | None, writer: str, as_json: bool) -> None:
    """The detailed outline to offer a writer who asks you for a draft."""
    _text(ctx, config, writer, "outline", as_json)


def _text(ctx: click.Context, config: Path | None, writer: str, which: str, as_json: bool) -> None:
    from lordaemon.clock import system_clock
    from lordaemon.letters import script as texts

    plan = load(ctx, config)
    (person,) = chosen(plan, writer)
    text: str = getattr(texts, which)(plan, person, today=today_of(plan, system_clock()))
    if as_json:
        print_json({"writer": person.id, "text": text})
        return
    click.echo(text)
