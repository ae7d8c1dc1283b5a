"""`digest`: today's page of words, printed, mailed or written to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.cli.common import iso, load, open_database, print_json, save, with_config

if TYPE_CHECKING:
    from lordaemon.letters.digest_view import DigestView
    from lordaemon.plan.model import Plan


@click.command(epilog="Example: lordaemon digest --html today.html")
@click.option("--send", is_flag=True, help="Mail it now; it takes the day's place.")
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="Write it to FILE.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def digest(
    ctx: click.Context, config: Path | None, send: bool, html_file: Path | None, as_json: bool
) -> None:
    """Today's digest: printed, mailed, or written to a file."""
    from lordaemon.letters.digest import compose_digest_html, compose_digest_text

    plan = load(ctx, config)
    view = _view(plan)
    if html_file is not None:
        save(html_file, compose_digest_html(view), "The digest")
    if send:
        _send(plan)
    elif as_json:
        print_json(_data(view, compose_digest_text(view)))
    elif html_file is None:
        click.echo(compose_digest_text(view))


def _view(plan: Plan) -> DigestView:
    from lordaemon import daily
    from lordaemon.clock import system_clock
    from lordaemon.snapshot import snapshot
    from lordaemon.store import notes

    database = open_database(plan)
    try:
        with database.begin() as session:
            seen = snapshot(session, plan, system_clock())
            return daily.build(session, seen, plan, notes.text(session, notes.PLAN_PROBLEM))
    finally:
        database.close()


def _send(plan: Plan) -> None:
    """Mail it now. Whatever happened is said as it is: sent, sent before, in doubt, or not gone."""
    from lordaemon import daily
    from lordaemon.cli.running import make_engine
    from lordaemon.errors import LordaemonError, MailUnreachable
    from lordaemon.season.calendar import local_day
    from lordaemon.store import outbox_rows

    database = open_database(plan)
    try:
        engine = make_engine(plan, database)
        season, day = plan.season.name, local_day(engine.clock(), plan.zone)

        def state() -> tuple[str, str]:
            with database.begin() as session:
                row = outbox_rows.live(session, season, f"digest:{day}")
                return (row.state, row.problem) if row else ("", "")

        before, _ = state()
        if before not in ("", "planned"):
            click.echo("Today's digest was already sent; there is one for each day.")
            return
        if daily.send(engine):
            click.echo(f"The digest is on its way to {plan.digest_to}.")
            return
        after, problem = state()
    finally:
        database.close()
    if after == "planned":
        raise MailUnreachable(
            f"The digest did not leave: {problem or 'the mail server said later'}. It is tried "
            "again by `lordaemon run`, or by this command in a few minutes."
        )
    if after:
        raise LordaemonError(
            "It is not known whether the digest left: the mail server went silent. Look into your "
            "inbox; it is not sent twice."
        )
    raise LordaemonError(
        "The mail server refused the digest for good. Check [digest] to in the plan."
    )


def _data(view: DigestView, text: str) -> dict[str, Any]:
    rows = view.table.rows
    return {
        "day": view.day.isoformat(),
        "to": view.plan.digest_to,
        "alarms": list(view.alarms),
        "needs_you": [{"writer": r.writer.id, "why": r.needs_you} for r in rows if r.needs_you],
        "happened": [
            {"at": iso(e.at), "writer": e.writer, "what": e.what, "rule": e.rule}
            for e in view.happened
        ],
        "next": [
            {
                "writer": r.writer.id,
                "kind": r.decision.kind,
                "on": iso(r.decision.at),
                "rule": r.decision.rule,
                "why": r.decision.why,
            }
            for r in rows
        ],
        "text": text,
    }
