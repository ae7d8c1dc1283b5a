"""`status`, `show` and `export`: what is known, as a table, a story, or data. Decides nothing."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.cli import grid
from lordaemon.cli.common import iso, load, open_database, plain, print_json, save, with_config
from lordaemon.cli.completing import complete_writer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from lordaemon.letters.digest_view import Happening
    from lordaemon.plan.model import Plan
    from lordaemon.season.decision import StepKind
    from lordaemon.season.table import Row
    from lordaemon.snapshot import Snapshot

HEADINGS = ("Writer", "Type", "Date asked", "Confirmed?", "Due date", "Uploaded?")
OPEN = ("planned", "requested", "reminded", "agreed", "packet_sent", "followed_up")
"""Stages in which a letter may still come, and is not said to be in."""
STALE = timedelta(hours=24)


def look(ctx: click.Context, config: Path | None) -> tuple[Plan, Snapshot, list[str]]:
    """Plan, everything known, and what the mailbox's problem is, if any."""
    from lordaemon.clock import system_clock
    from lordaemon.snapshot import snapshot
    from lordaemon.store import notes

    plan = load(ctx, config)
    database = open_database(plan)
    with database.begin() as session:
        seen = snapshot(session, plan, system_clock())
        names = (notes.PLAN_PROBLEM, notes.MAIL_PROBLEM, notes.SEND_PROBLEM)
        problems = [text for name in names if (text := notes.text(session, name))]
    last = seen.history.mail.last_sync
    if not problems and last is not None and seen.now - last > STALE:
        problems.append(
            f"The mailbox was last read {last:%Y-%m-%d %H:%M} UTC; is lordaemon running?"
        )
    database.close()
    return plan, seen, list(dict.fromkeys([*seen.history.holds, *problems]))


def row_data(row: Row, zone: ZoneInfo) -> dict[str, Any]:
    """One writer in the shape of `status --json`. Days are the applicant's, times are UTC."""
    step = row.decision
    away = step.away_until
    return {
        "id": row.writer.id, "name": row.writer.name, "type": row.writer.type, "stage": row.stage,
        "asked": row.asked.isoformat() if row.asked else None, "confirmed": row.confirmed,
        "due": row.due.isoformat(), "uploaded": row.uploaded, "needs_you": row.needs_you,
        "away_until": away.astimezone(zone).date().isoformat() if away else None,
        "paused": row.paused,
        "next": {"kind": step.kind, "on": iso(step.at), "rule": step.rule, "why": step.why},
        "sent": [
            {"kind": s.kind, "at": iso(s.at), "message_id": s.message_id or None, "by": "hand"
             if s.by_hand else "lordaemon"} for s in row.sent
        ],
        "heard": [
            {"at": iso(h.at), "verdict": h.label, "evidence": h.evidence,
             "rule": RULES.get(h.label, "S10"), "confident": h.confident} for h in row.heard
        ],
    }  # fmt: skip


RULES = {
    "yes": "H1", "yes_conditional": "H2", "no": "H3", "auto_reply": "H4", "bounce": "H5",
    "uploaded": "H6", "delegated": "H7", "deferred": "H7", "question": "H7",
}  # fmt: skip


@click.command(epilog="Example: lordaemon status --json")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write the table to FILE.")
@with_config
def status(ctx: click.Context, config: Path | None, as_json: bool, csv_file: Path | None) -> None:
    """The tracking table: who was asked, who agreed, what is due."""
    plan, seen, problems = look(ctx, config)
    table = seen.table
    if csv_file is not None:
        save_csv(csv_file, table.rows, "The table")
        return
    if as_json:
        mail = seen.history.mail
        print_json({
            "season": {"id": plan.season.name, "deadline": plan.season.deadline.isoformat(),
                       "letters_wanted": table.wanted, "agreed": table.agreed,
                       "uploaded": table.uploaded, "over": table.over},
            "mail": {"last_sync": iso(mail.last_sync), "last_send": iso(mail.last_send),
                     "healthy": not problems and mail.last_sync is not None,
                     "problem": problems[0] if problems else None},
            "writers": [row_data(row, plan.zone) for row in table.rows],
        })  # fmt: skip
        return
    _print_table(plan, seen, problems)


def _cells(row: Row) -> tuple[str, ...]:
    asked = row.asked.isoformat() if row.asked else ""
    return (f"{row.writer.title} {row.writer.name}".strip(), row.writer.type, asked, row.confirmed,
            row.due.isoformat(), row.uploaded)  # fmt: skip


def save_csv(path: Path, rows: tuple[Row, ...], what: str) -> None:
    """The table as a file that opens in a spreadsheet: letters beyond ASCII need a mark at its
    start, or some spreadsheets take them for something else."""
    text = _csv(rows)
    save(path, text, what, encoding="utf-8" if text.isascii() else "utf-8-sig")


def _csv(rows: tuple[Row, ...]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow([_safe_cell(cell) for cell in _cells(row)])
    return out.getvalue()


def _safe_cell(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") else text


def _print_table(plan: Plan, seen: Snapshot, problems: list[str]) -> None:
    table, room = seen.table, grid.width()
    for problem in problems:
        click.echo(grid.bold(grid.wrapped(f"! {plain(problem)}", room, behind="  ")))
    left = "season over" if table.over else f"{table.days_left} days to the deadline"
    click.echo(f"{table.agreed} of {table.wanted} agreed, {table.uploaded} uploaded, {left}\n")
    cells = [_shown(row, seen.now, plan) for row in table.rows]
    click.echo(grid.table(HEADINGS, cells, room) + "\n")
    for row in table.needing_you:
        told = f"{row.writer.id} needs you: {plain(row.needs_you or '')}"
        told = grid.wrapped(told, room, behind="    ")
        who = f"{row.writer.id} needs you:"
        click.echo(told.replace(who, grid.bold(who), 1))
    for row in sorted(table.rows, key=_soonest):
        step = row.decision
        if step.at is not None and step.kind != "none" and not row.needs_you:
            when = local(step.at, plan, seen.now)
            told = f"next for {row.writer.id}: {_named(step.kind)}, {when}"
            click.echo(grid.wrapped(f"{told} ({step.rule}: {step.why})", room, behind="    "))
        elif not row.needs_you and not table.over and row.stage in OPEN:
            told = f"nothing next for {row.writer.id} ({step.rule}: {step.why})"
            click.echo(grid.wrapped(told, room, behind="    "))
    if seen.history.mail.last_sync is None and not table.over:
        click.echo("The mailbox has not been read yet: start with `lordaemon run`.")


def _soonest(row: Row) -> tuple[bool, str]:
    """What comes next first; what waits for nothing last."""
    at = row.decision.at
    return at is None, iso(at) or ""


def _shown(row: Row, now: datetime, plan: Plan) -> tuple[str, ...]:
    """A row for a person's eyes: what is missing has a word, and overlays are told."""
    who, kind, asked, confirmed, due, uploaded = (plain(cell) for cell in _cells(row))
    away = row.decision.away_until
    if row.stage in ("silent", "withdrawn"):
        confirmed = row.stage
    if row.paused:
        confirmed += " (paused)"
    elif away is not None and away > now:
        confirmed += f" (away until {away.astimezone(plan.zone):%-d %b})"
    return who, kind, asked or "not yet", confirmed, due, uploaded


def local(instant: datetime, plan: Plan, now: datetime | None = None) -> str:
    """An instant by the applicant's clock; the year is told where it isn't this one."""
    at = instant.astimezone(plan.zone)
    same_year = now is not None and at.year == now.astimezone(plan.zone).year
    return f"{at:%a %-d %b %H:%M}" if same_year else f"{at:%a %-d %b %Y %H:%M}"


@click.command(epilog="Example: lordaemon show smith")
@click.argument("writer", shell_complete=complete_writer)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def show(ctx: click.Context, config: Path | None, writer: str, as_json: bool) -> None:
    """One writer's whole story: every message, answer, word and decision, with its rule."""
    from lordaemon.happenings import story
    from lordaemon.orders import find_writer

    plan, seen, _ = look(ctx, config)
    found = find_writer(plan, writer)
    row = next(r for r in seen.table.rows if r.writer.id == found.id)
    events = sorted(story(found.id, row.facts, row, notices=True), key=lambda event: event.at)
    if as_json:
        told = [{"at": iso(e.at), "what": e.what, "rule": e.rule} for e in events]
        print_json({**row_data(row, plan.zone), "why": row.decision.why, "story": told})
        return
    _print_story(plan, seen, row, events)


def _print_story(plan: Plan, seen: Snapshot, row: Row, events: list[Happening]) -> None:
    who, step, room = row.writer, row.decision, grid.width()
    name = f"{who.title} {who.name}".strip()
    click.echo(f"{grid.bold(name)} <{who.email}>")
    click.echo(f"{who.type} letter, due {row.due:%-d %B %Y}")
    click.echo(f"Stands at: {row.stage.replace('_', ' ')}{' (paused)' if row.paused else ''}")
    if row.needs_you:
        click.echo(grid.wrapped(f"Needs you: {plain(row.needs_you)}", room, behind="    "))
    if step.at is not None and step.kind != "none":
        told = f"Next: {_named(step.kind)}, {local(step.at, plan, seen.now)}: {step.why}"
    else:
        told = f"Next: nothing by itself: {step.why}"
    click.echo(grid.wrapped(f"{plain(told)} ({step.rule})", room, behind="    "))
    click.echo("\nSo far:" if events else "\nNothing has happened yet.")
    for event in events:
        rule = f"  [{event.rule}]" if event.rule else ""
        told = f"{local(event.at, plan)}  {plain(event.what)}{rule}"
        click.echo(grid.wrapped(told, room, first="  ", behind="      "))


def _named(kind: StepKind) -> str:
    return "closes as silent" if kind == "close" else kind.replace("_", "-")


@click.command(epilog="Example: lordaemon export --body-free letters.csv")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--body-free", is_flag=True, help="Statuses only, no word of any mail.")
@with_config
def export(ctx: click.Context, config: Path | None, file: Path, body_free: bool) -> None:
    """The season as JSON or CSV (by the file's ending)."""
    import json

    plan, seen, _ = look(ctx, config)
    if file.suffix.lower() == ".csv":
        save_csv(file, seen.table.rows, "The season")
    else:
        rows = [row_data(row, plan.zone) for row in seen.table.rows]
        if body_free:
            keep = ("id", "name", "type", "stage", "asked", "confirmed", "due", "uploaded")
            rows = [{key: row[key] for key in keep} for row in rows]
        season = {"id": plan.season.name, "deadline": plan.season.deadline.isoformat()}
        data = {"season": season, "writers": rows}
        save(file, json.dumps(data, ensure_ascii=False, indent=2) + "\n", "The season")
