"""Looking ahead: preview, forecast, rehearse, script, outline. Nothing reaches a writer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from lordaemon.cli.common import load, open_database, plain, with_config

if TYPE_CHECKING:
    from lordaemon.letters.draft import Draft
    from lordaemon.plan.model import Plan, Writer
    from lordaemon.season.history import Kind


REHEARSAL = {"X-Lordaemon": "rehearsal", "Auto-Submitted": "auto-generated"}


def drafts(
    plan: Plan, writers: tuple[Writer, ...], kinds: tuple[Kind, ...], day: date
) -> Iterator[tuple[Writer, Kind, Draft]]:
    """Every letter as it would go out, each in the thread its request would start."""
    from lordaemon.letters.compose import compose
    from lordaemon.letters.draft import Thread

    for writer in writers:
        in_person = writer.answer == "yes"
        thread = None
        if not in_person:
            request = compose(plan, writer, "request", today=day)
            first = "<request@preview.invalid>"
            thread = Thread(request.subject, first, (first,))
        for kind in kinds:
            if kind == "request":
                if not in_person:
                    yield writer, kind, request
                continue
            if kind == "reminder" and in_person:
                continue
            asked = day if kind == "reminder" else None
            yield (
                writer,
                kind,
                compose(plan, writer, kind, today=day, thread=thread, asked_on=asked),
            )


def _chosen(plan: Plan, writer: str | None) -> tuple[Writer, ...]:
    from lordaemon.orders import find_writer

    return (find_writer(plan, writer),) if writer else plan.writers


def _dates(plan: Plan, now: datetime) -> dict[tuple[str, str], datetime]:
    """When each message would leave if everybody said yes, or stayed silent (the reminder)."""
    from lordaemon.season.forecast import forecast
    from lordaemon.season.history import History

    found: dict[tuple[str, str], datetime] = {}
    for assume in ("silent", "yes"):
        for event in forecast(plan, History(), now, assume):
            found.setdefault((event.writer, event.kind), event.at)
    return found


@click.command(epilog="Example: lordaemon preview smith --kind request --out letters/")
@click.argument("writer", required=False)
@click.option("--kind", type=click.Choice(["request", "packet", "reminder", "follow_up"]))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write .eml and .html into this folder."
)
@with_config
def preview(
    ctx: click.Context, config: Path | None, writer: str | None, kind: str | None, out: Path | None
) -> None:
    """Every mail as it would go out, with its date."""
    from lordaemon.clock import system_clock
    from lordaemon.season.history import KINDS

    plan = load(ctx, config)
    now = system_clock()
    dates = _dates(plan, now)
    kinds = (cast("Kind", kind),) if kind else KINDS
    day = now.astimezone(plan.zone).date()
    for person, what, draft in drafts(plan, _chosen(plan, writer), kinds, day):
        at = dates.get((person.id, what))
        when = f"{at.astimezone(plan.zone):%A %-d %B %Y, %H:%M}" if at else "not foreseen"
        if out is not None:
            _write(plan, out, f"{person.id}-{what}", draft, at or now)
            continue
        click.echo(f"=== {what.replace('_', '-')} to {person.name} <{draft.to}>: {when}")
        click.echo(f"Subject: {draft.subject}")
        for file in draft.attachments:
            click.echo(f"Attached: {file.name} ({len(file.data)} bytes)")
        click.echo(f"\n{draft.text}\n")
    if out is not None:
        click.echo(f"The mails are in {out}.")


def _write(plan: Plan, out: Path, name: str, draft: Draft, when: datetime) -> None:
    from lordaemon.letters.mime import stamp, to_bytes

    out.mkdir(parents=True, exist_ok=True)
    raw = to_bytes(draft, sender_name=plan.applicant.name, sender=plan.applicant.email,
                   message_id=f"<preview.{name}@preview.invalid>")  # fmt: skip
    (out / f"{name}.eml").write_bytes(stamp(raw, when, plan.zone))
    (out / f"{name}.html").write_text(draft.html, encoding="utf-8")


@click.command(epilog="Example: lordaemon forecast --if yes --ics season.ics")
@click.option("--if", "assume", type=click.Choice(["silent", "yes"]), default="silent",
              help="What the writers do.", show_default=True)  # fmt: skip
@click.option("--ics", type=click.Path(path_type=Path), help="Write a calendar file.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def forecast(
    ctx: click.Context, config: Path | None, assume: str, ics: Path | None, as_json: bool
) -> None:
    """The season to come, day by day."""
    from lordaemon.cli.common import iso, print_json
    from lordaemon.cli.table import look
    from lordaemon.season.forecast import forecast as play
    from lordaemon.season.ics import to_ics

    plan, seen, _ = look(ctx, config)
    events = play(plan, seen.history, seen.now, "yes" if assume == "yes" else "silent")
    if ics is not None:
        ics.write_text(to_ics(events, plan), encoding="utf-8", newline="")
        click.echo(f"The calendar is in {ics}.")
        return
    if as_json:
        print_json([{"at": iso(e.at), "writer": e.writer, "kind": e.kind, "rule": e.rule,
                     "why": e.why} for e in events])  # fmt: skip
        return
    for event in events:
        at = f"{event.at.astimezone(plan.zone):%a %-d %b %Y %H:%M}"
        kind = event.kind.replace("_", "-")
        click.echo(f"{at:22}  {event.writer:14} {kind:10} {event.rule:4} {plain(event.why)}")
    if not events:
        click.echo("Nothing more is to come.")


@click.command(epilog="Example: lordaemon rehearse")
@with_config
def rehearse(ctx: click.Context, config: Path | None) -> None:
    """Mail the whole season to yourself, marked as a rehearsal."""
    from dataclasses import replace

    from lordaemon import clock
    from lordaemon.drafting import domain_of
    from lordaemon.errors import MailUnreachable
    from lordaemon.letters.mime import stamp, to_bytes
    from lordaemon.mail.wired import MailAccount
    from lordaemon.season.history import KINDS

    plan = load(ctx, config)
    open_database(plan).close()
    now = clock.system_clock()
    postman = MailAccount(plan).postman()
    count = 0
    for person, what, draft in drafts(plan, plan.writers, KINDS, now.astimezone(plan.zone).date()):
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
            raise MailUnreachable(f"The {kind} for {person.name} did not leave: {done.text}")
        count += 1
    click.echo(f"{count} mails are on their way to {plan.applicant.email}; no writer gets any.")


@click.command(epilog="Example: lordaemon script smith")
@click.argument("writer")
@with_config
def script(ctx: click.Context, config: Path | None, writer: str) -> None:
    """What to say when you ask in person, and after a yes."""
    _text(ctx, config, writer, "script")


@click.command(epilog="Example: lordaemon outline smith > outline.txt")
@click.argument("writer")
@with_config
def outline(ctx: click.Context, config: Path | None, writer: str) -> None:
    """The detailed outline to offer a writer who asks you for a draft."""
    _text(ctx, config, writer, "outline")


def _text(ctx: click.Context, config: Path | None, writer: str, which: str) -> None:
    from lordaemon.clock import system_clock
    from lordaemon.letters import script as texts

    plan = load(ctx, config)
    (person,) = _chosen(plan, writer)
    day = system_clock().astimezone(plan.zone).date()
    click.echo(getattr(texts, which)(plan, person, today=day))
