"""`check`: the plan, its files and, if wanted, its mailbox, before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.cli import grid
from lordaemon.cli.common import load, plan_path, print_json, with_config
from lordaemon.errors import Fault, LordaemonError, MailUnreachable, PlanUnusable

if TYPE_CHECKING:
    from lordaemon.plan.finding import Finding
    from lordaemon.plan.model import Plan


@click.command(epilog="Example: lordaemon check --online")
@click.option("--online", is_flag=True, help="Also log in to both mail servers and try them.")
@click.option("--strict", is_flag=True, help="Warnings count as faults.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def check(
    ctx: click.Context, config: Path | None, online: bool, strict: bool, as_json: bool
) -> None:
    """Look at the plan: faults, advice, files.

    Errors hold back the mail of the writers they name; warnings and hints are advice.
    """
    from lordaemon.cli.findings import findings_of, told, unusable
    from lordaemon.clock import system_clock

    path = plan_path(ctx, config)
    try:
        plan = load(ctx, config)
    except PlanUnusable as faulty:
        if not path.is_file():
            raise  # there is no plan to look at
        if as_json:
            faults = [_fault(fault) for fault in faulty.faults]
            print_json({"plan": str(path), "faults": faults, "advice": [], "online": None})
        else:
            click.echo(unusable(faulty), err=True)
        ctx.exit(1)
    today = system_clock().astimezone(plan.zone).date()
    findings = findings_of(plan, today)
    probe = try_mail(plan) if online else None
    bad = any(f.level == "error" for f in findings) or bool(probe and probe["problems"])
    bad = bad or (strict and any(f.level == "warning" for f in findings))
    if as_json:
        print_json({"plan": str(path), "faults": [_data(f) for f in findings if f.level == "error"],
                    "advice": [_data(f) for f in findings if f.level != "error"],
                    "online": probe})  # fmt: skip
    else:
        if probe:
            say_probe(probe)
        click.echo(told(plan, path, findings, today, grid.width()))
    ctx.exit(1 if bad else 75 if probe and probe["later"] else 0)


def _fault(fault: Fault) -> dict[str, Any]:
    """A fault in the shape of a finding, so that scripts read one shape."""
    return {"level": "error", "rule": "plan", "where": fault.where, "line": fault.line,
            "message": fault.message, "why": "", "example": ""}  # fmt: skip


def _data(finding: Finding) -> dict[str, Any]:
    return {"level": finding.level, "rule": finding.rule, "where": finding.where,
            "line": finding.line, "message": finding.message, "why": finding.why,
            "example": finding.example}  # fmt: skip


def say_probe(probe: dict[str, Any]) -> None:
    """What was found out about the mailbox, a line each."""
    for said in probe["said"]:
        click.echo(f"mail: {said}")
    for problem in (*probe["problems"], *probe["later"]):
        click.echo(f"mail: {problem}", err=True)


def try_mail(plan: Plan) -> dict[str, Any]:
    """Log in to both servers and see what the provider does with a mail to oneself. `later`: what
    may be gone when it is tried again."""
    from lordaemon.mail.probe import probe

    click.echo("Trying both mail servers; this takes up to half a minute.", err=True)
    try:
        said, problems = probe(plan)
    except MailUnreachable as unreachable:
        return {"said": [], "problems": [], "later": [str(unreachable)]}
    except LordaemonError as problem:
        return {"said": [], "problems": [str(problem)], "later": []}
    return {"said": said, "problems": problems, "later": []}
