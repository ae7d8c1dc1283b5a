"""Looking ahead: preview and forecast. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lordaemon.cli import grid
from lordaemon.cli.common import (
    iso,
    not_written,
    plain,
    print_json,
    save,
    with_config,
)
from lordaemon.cli.completing import complete_writer

if TYPE_CHECKING:
    from lordaemon.letters.draft import Draft
    from lordaemon.plan.model import Plan, Writer
    from lordaemon.season.forecast import Assumption, Event
    from lordaemon.season.history import Kind
    from lordaemon.snapshot import Snapshot


NARROWEST_REASON = 24
"""Columns; a reason in less would be a tower of words."""


def kind_named(ctx: click.Context, param: click.Parameter, value: str | None) -> Kind | None:
    """A kind of message as a person writes it: `follow-up` and `follow_up` are the same."""
    from lordaemon.season.history import KINDS

    if value is None:
        return None
    wanted = value.strip().lower().replace("-", "_").replace("followup", "follow_up")
    for kind in KINDS:
        if kind == wanted:
            return kind
    raise click.BadParameter(
        f'"{value}" is none of request, packet, reminder, follow-up.', ctx, param
    )


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


def chosen(plan: Plan, writer: str | None) -> tuple[Writer, ...]:
    from lordaemon.orders import find_writer

    return (find_writer(plan, writer),) if writer else plan.writers


def _dates(plan: Plan, seen: Snapshot) -> dict[tuple[str, str], tuple[datetime, str]]:
    """When each message left, or would leave if everybody stayed silent, or said yes."""
    from lordaemon.season.forecast import forecast

    found: dict[tuple[str, str], tuple[datetime, str]] = {
        (row.writer.id, line.kind): (line.at, "left") for row in seen.table.rows
        for line in row.sent
    }  # fmt: skip
    told: tuple[tuple[Assumption, str], ...] = (
        ("silent", "if all stays silent"), ("yes", "after a yes on the next working day"),
    )  # fmt: skip
    for assume, condition in told:
        for event in forecast(plan, seen.history, seen.now, assume):
            sure = event.kind == "request"
            found.setdefault((event.writer, event.kind), (event.at, "" if sure else condition))
    return found


@click.command(epilog="Example: lordaemon preview smith --kind request --out letters/")
@click.argument("writer", required=False, shell_complete=complete_writer)
@click.option("--kind", callback=kind_named, help="Only request, packet, reminder or follow-up.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write .eml and .html into this folder."
)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def preview(
    ctx: click.Context, config: Path | None, writer: str | None, kind: Kind | None,
    out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Every mail as it would go out, with its date."""
    from lordaemon.cli.table import look

    plan, seen, _ = look(ctx, config)
    people = chosen(plan, writer)
    dates = _dates(plan, seen)
    told: list[dict[str, object]] = []
    for person, what, draft in drafts(plan, people, _kinds(kind), today_of(plan, seen.now)):
        at, condition = dates.get((person.id, what), (None, "not foreseen"))
        if out is not None:
            _write(plan, out, f"{person.id}-{what}", draft, at or seen.now)
        if as_json:
            told.append(_data(person.id, what, draft, at, condition))
        elif out is None:
            _show(plan, person, what, draft, at, condition)
    if as_json:
        print_json(told)
    elif out is not None:
        click.echo(f"The mails are in {out}.")


def _kinds(kind: Kind | None) -> tuple[Kind, ...]:
    from lordaemon.season.history import KINDS

    return (kind,) if kind else KINDS


def today_of(plan: Plan, now: datetime) -> date:
    return now.astimezone(plan.zone).date()


def _show(
    plan: Plan, person: Writer, what: Kind, draft: Draft, at: datetime | None, condition: str
) -> None:
    when = f"{at.astimezone(plan.zone):%A %-d %B %Y, %H:%M}" if at else ""
    when = ", ".join(part for part in (when, condition) if part)
    room = grid.width()
    head = f"=== {what.replace('_', '-')} to {person.name} <{draft.to}>: {when}"
    click.echo(grid.bold(grid.wrapped(head, room, behind="    ")))
    click.echo(f"Subject: {draft.subject}")
    for file in draft.attachments:
        click.echo(f"Attached: {file.name} ({_size(len(file.data))})")
    click.echo(f"\n{grid.wrapped(draft.text, room)}\n")


def _size(count: int) -> str:
    """Bytes as a file manager tells them."""
    return f"{count} bytes" if count < 1000 else f"{count / 1000:,.0f} kB"


def _data(
    writer: str, what: Kind, draft: Draft, at: datetime | None, condition: str
) -> dict[str, object]:
    files = [{"name": file.name, "bytes": len(file.data)} for file in draft.attachments]
    return {"writer": writer, "kind": what, "at": iso(at), "condition": condition or None,
            "to": draft.to, "subject": draft.subject, "text": draft.text, "html": draft.html,
            "attachments": files}  # fmt: skip


def _write(plan: Plan, out: Path, name: str, draft: Draft, when: datetime) -> None:
    from lordaemon.letters.mime import stamp, to_bytes

    raw = to_bytes(draft, sender_name=plan.applicant.name, sender=plan.applicant.email,
                   message_id=f"<preview.{name}@preview.invalid>")  # fmt: skip
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.eml").write_bytes(stamp(raw, when, plan.zone))
        (out / f"{name}.html").write_text(draft.html, encoding="utf-8")
    except OSError as failure:
        raise not_written(out, failure) from failure


def _print_days(events: Sequence[Event], plan: Plan) -> None:
    """A table of days, the reason in the last column; below, where the terminal is too narrow."""
    rows = [
        (f"{e.at.astimezone(plan.zone):%a %-d %b %Y %H:%M}", e.writer, e.kind.replace("_", "-"),
         e.rule) for e in events
    ]  # fmt: skip
    sizes = [max((grid.columns(row[i]) for row in rows), default=0) for i in range(4)]
    room = grid.width()
    for row, event in zip(rows, events, strict=True):
        cells = (cell + " " * (size - grid.columns(cell))
                 for cell, size in zip(row, sizes, strict=True))  # fmt: skip
        line, why = "  ".join(cells) + "  ", plain(event.why)
        before = " " * grid.columns(line)
        if room - len(before) >= NARROWEST_REASON:
            click.echo(line + grid.wrapped(why, room, first=before, behind=before).lstrip())
        else:
            click.echo(line.rstrip())
            click.echo(grid.wrapped(why, room, first="    ", behind="    "))


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
    from lordaemon.cli.table import look
    from lordaemon.season.forecast import forecast as play
    from lordaemon.season.ics import to_ics

    plan, seen, _ = look(ctx, config)
    events = play(plan, seen.history, seen.now, "yes" if assume == "yes" else "silent")
    if ics is not None:
        save(ics, to_ics(events, plan), "The calendar")
        if not as_json:
            return
    if as_json:
        print_json([{"at": iso(e.at), "writer": e.writer, "kind": e.kind, "rule": e.rule,
                     "why": e.why} for e in events])  # fmt: skip
        return
    _print_days(events, plan)
    if not events:
        click.echo("Nothing more is to come.")
