"""`init` and `check`: the plan, before anything runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lordaemon.cli.common import load, plan_path, print_json, with_config
from lordaemon.errors import LordaemonError, PlanUnusable, Usage

if TYPE_CHECKING:
    from lordaemon.plan.finding import Finding
    from lordaemon.plan.model import Plan


@click.command(epilog="Example: lordaemon init ~/letters")
@click.argument("folder", required=False, type=click.Path(path_type=Path), default=Path())
@click.option("--non-interactive", is_flag=True, help="Ask nothing; write the commented example.")
@click.option("--config", "config", type=click.Path(path_type=Path), default=None, hidden=True)
def init(folder: Path, non_interactive: bool, config: Path | None) -> None:
    """Write a first, commented plan into FOLDER (default: here). Never overwrites one."""
    target = config or folder / "config.toml"
    if target.exists():
        raise Usage(f"{target} is already there, and is left as it is. Name another folder.")
    text = example_plan()
    if not non_interactive:
        text = _ask(text)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    click.echo(f"The plan is in {target}. Fill in your writers, then: lordaemon check")


def example_plan() -> str:
    """The commented example that ships with the package."""
    from lordaemon.packaged import packaged

    return packaged("config.example.toml")


def _ask(text: str) -> str:
    """A few questions; the answers go into the example, comments and order kept."""
    import tomlkit

    document: Any = tomlkit.parse(text)
    applicant, season, mail = document["applicant"], document["season"], document["mail"]
    applicant["name"] = click.prompt("Your name", default=str(applicant["name"]))
    applicant["email"] = click.prompt("Your mail address", default=str(applicant["email"]))
    applicant["timezone"] = click.prompt("Your time zone", default=str(applicant["timezone"]))
    applicant["school"] = click.prompt("Your school", default=str(applicant["school"]))
    season["specialty"] = click.prompt(
        "The specialty you apply to", default=str(season["specialty"])
    )
    deadline = click.prompt("The deadline you set yourself (YYYY-MM-DD)",
                            type=click.DateTime(["%Y-%m-%d"]))  # fmt: skip
    season["deadline"] = deadline.date()
    if "username" in mail:
        mail["username"] = applicant["email"]
    return tomlkit.dumps(document)


@click.command(epilog="Example: lordaemon check --online")
@click.option("--online", is_flag=True, help="Also log in to both mail servers and try them.")
@click.option("--strict", is_flag=True, help="Warnings count as faults.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for scripts.")
@with_config
def check(
    ctx: click.Context, config: Path | None, online: bool, strict: bool, as_json: bool
) -> None:
    """Look at the plan: faults, advice, files."""
    from lordaemon.clock import system_clock
    from lordaemon.plan.advice import advice, blocking

    path = plan_path(ctx, config)
    try:
        plan = load(ctx, config)
    except PlanUnusable as unusable:
        if as_json:
            faults = [str(fault) for fault in unusable.faults]
            print_json({"plan": str(path), "faults": faults, "advice": [], "online": None})
            ctx.exit(1)
        click.echo(str(unusable), err=True)
        ctx.exit(1)
    today = system_clock().astimezone(plan.zone).date()
    findings = [f for found in blocking(plan).values() for f in found]
    findings += [f for f in advice(plan, today) if f not in findings]
    probe = _probe(plan) if online else None
    bad = any(f.level == "error" for f in findings) or bool(probe and probe["problems"])
    bad = bad or (strict and any(f.level == "warning" for f in findings))
    if as_json:
        print_json({"plan": str(path), "faults": [_data(f) for f in findings if f.level == "error"],
                    "advice": [_data(f) for f in findings if f.level != "error"],
                    "online": probe})  # fmt: skip
    else:
        _print(plan, path, findings, probe)
    ctx.exit(1 if bad else 0)


def _data(finding: Finding) -> dict[str, Any]:
    return {"level": finding.level, "rule": finding.rule, "where": finding.where,
            "line": finding.line, "message": finding.message, "why": finding.why,
            "example": finding.example}  # fmt: skip


def _print(plan: Plan, path: Path, findings: list[Finding], probe: dict[str, Any] | None) -> None:
    order = {"error": 0, "warning": 1, "hint": 2}
    for finding in sorted(findings, key=lambda f: order[f.level]):
        line = f":{finding.line}" if finding.line else ""
        click.echo(f"{finding.level}: {path}{line}: {finding.where}: {finding.message}")
        if finding.why:
            click.echo(f"    {finding.why}")
        if finding.example:
            click.echo(f"    Better: {finding.example}")
    for said in (probe or {}).get("said", []):
        click.echo(f"mail: {said}")
    for problem in (probe or {}).get("problems", []):
        click.echo(f"mail: {problem}", err=True)
    errors = sum(f.level == "error" for f in findings)
    if errors:
        click.echo(f"{errors} to mend before anything is sent to the writers named.")
    else:
        count = len(plan.writers)
        click.echo(f"The plan is good: {count} writer{'s' if count != 1 else ''}, "
                   f"{plan.season.letters} letters wanted by {plan.season.deadline}.")  # fmt: skip


def _probe(plan: Plan) -> dict[str, Any]:
    """Log in to both servers and see what the provider does with a mail to oneself."""
    from lordaemon.mail.probe import probe

    try:
        said, problems = probe(plan)
    except LordaemonError as problem:
        return {"said": [], "problems": [str(problem)]}
    return {"said": said, "problems": problems}
