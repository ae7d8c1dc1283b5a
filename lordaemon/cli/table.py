"""`status`, `show` and `export`: what is known, as a table, a story, or data. Decides nothing."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.cli.common import iso, load, open_database, plain, print_json, with_config

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan
    from lordaemon.season.table import Row
    from lordaemon.snapshot import Snapshot

HEADINGS = ("Writer", "Type", "Date asked", "Confirmed?", "Due date", "Uploaded?")
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
            f"the mailbox was last read {last:%Y-%m-%d %H:%M} UTC; is lordaemon running?"
        )
    database.close()
    return plan, seen, [*seen.history.holds, *problems]


def row_data(row: Row) -> dict[str, Any]:
    """One writer in the shape of `status --json`."""
    step = row.decision
    return {
        "id": row.writer.id, "name": row.writer.name, "type": row.writer.type, "stage": row.stage,
        "asked": row.asked.isoformat() if row.asked else None, "confirmed": row.confirmed,
        "due": row.due.isoformat(), "uploaded": row.uploaded, "needs_you": row.needs_you,
        "away_until": step.away_until.astimezone().date().isoformat() if step.away_until else None,
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
        csv_file.write_text(_csv(table.rows), encoding="utf-8-sig", newline="")
        click.echo(f"The table is in {csv_file}.")
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
            "writers": [row_data(row) for row in table.rows],
        })  # fmt: skip
        return
    _print_table(plan, seen, problems)


def _cells(row: Row) -> tuple[str, ...]:
    asked = row.asked.isoformat() if row.asked else "not yet"
    confirmed = row.confirmed + (" (paused)" if row.paused else "")
    return (f"{row.writer.title} {row.writer.name}".strip(), row.writer.type, asked, confirmed,
            row.due.isoformat(), row.uploaded)  # fmt: skip


def _csv(rows: tuple[Row, ...]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow([_safe_cell(cell) for cell in _cells(row)])
    return out.getvalue()


def _safe_cell(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _print_table(plan: Plan, seen: Snapshot, problems: list[str]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as RichTable

    table = seen.table
    console = Console(highlight=False)
    for problem in problems:
        console.print(f"[bold]! {escape(problem)}[/bold]")
    left = "season over" if table.over else f"{table.days_left} days to the deadline"
    console.print(f"{table.agreed} of {table.wanted} agreed, {table.uploaded} uploaded, {left}")
    grid = RichTable(*HEADINGS, box=None, pad_edge=False)
    for row in table.rows:
        grid.add_row(*(escape(plain(cell)) for cell in _cells(row)))
    console.print(grid)
    for row in table.needing_you:
        console.print(
            f"[bold]{row.writer.id} needs you:[/bold] {escape(plain(row.needs_you or ''))}"
        )
    for row in table.rows:
        step = row.decision
        if step.at is not None and step.kind != "none" and not row.needs_you:
            when = _local(step.at, plan)
            kind = "closes as silent" if step.kind == "close" else step.kind.replace("_", "-")
            console.print(f"next for {row.writer.id}: {kind}, {when} ({step.rule}: {step.why})")


def _local(instant: datetime, plan: Plan) -> str:
    return f"{instant.astimezone(plan.zone):%a %-d %b %H:%M}"


@click.command(epilog="Example: lordaemon show smith")
@click.argument("writer")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def show(ctx: click.Context, config: Path | None, writer: str, as_json: bool) -> None:
    """One writer's whole story: every message, answer, word and decision, with its rule."""
    from lordaemon.happenings import story
    from lordaemon.orders import find_writer

    plan, seen, _ = look(ctx, config)
    found = find_writer(plan, writer)
    row = next(r for r in seen.table.rows if r.writer.id == found.id)
    events = sorted(story(found.id, row.facts, row), key=lambda event: event.at)
    if as_json:
        told = [{"at": iso(e.at), "what": e.what, "rule": e.rule} for e in events]
        print_json({**row_data(row), "why": row.decision.why, "story": told})
        return
    click.echo(f"{found.title} {found.name} <{found.email}>  ({found.type}, due {row.due})")
    click.echo(f"Stands at: {row.stage}. {row.decision.why} ({row.decision.rule})")
    if row.needs_you:
        click.echo(f"Needs you: {plain(row.needs_you)}")
    for event in events:
        rule = f"  [{event.rule}]" if event.rule else ""
        click.echo(f"  {_local(event.at, plan)}  {plain(event.what)}{rule}")
    if not events:
        click.echo("  Nothing has happened yet.")


@click.command(epilog="Example: lordaemon export --body-free letters.csv")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--body-free", is_flag=True, help="Statuses only, no word of any mail.")
@with_config
def export(ctx: click.Context, config: Path | None, file: Path, body_free: bool) -> None:
    """The season as JSON or CSV (by the file's ending)."""
    import json

    plan, seen, _ = look(ctx, config)
    if file.suffix.lower() == ".csv":
        file.write_text(_csv(seen.table.rows), encoding="utf-8-sig", newline="")
    else:
        rows = [row_data(row) for row in seen.table.rows]
        if body_free:
            keep = ("id", "name", "type", "stage", "asked", "confirmed", "due", "uploaded")
            rows = [{key: row[key] for key in keep} for row in rows]
        season = {"id": plan.season.name, "deadline": plan.season.deadline.isoformat()}
        data = {"season": season, "writers": rows}
        file.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    click.echo(f"The season is in {file}.")
