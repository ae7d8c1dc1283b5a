"""Around the season: secrets, the systemd unit, the demo."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import click

from lordaemon.cli.common import load, plan_path, with_config
from lordaemon.errors import LordaemonError, Usage

SERVICE = "lordaemon.service"


@click.command(epilog="Example: lordaemon password")
@with_config
def password(ctx: click.Context, config: Path | None) -> None:
    """Keep the mail password in the system's keyring."""
    from lordaemon.cli.keeping import account_name, keep_in_keyring

    plan = load(ctx, config)
    user = account_name(plan)
    keep_in_keyring(user, _secret(f"Mail password (or app password) for {user}"))
    click.echo("Kept. In the plan: [mail] password = { keyring = true }")


def _secret(question: str) -> str:
    """A password, typed unseen, or piped in as one line."""
    if sys.stdin.isatty():
        typed: str = click.prompt(question, hide_input=True)
        return typed
    piped = sys.stdin.readline().rstrip("\r\n")
    if not piped:
        raise Usage("No password came in. Type it at a terminal, or pipe it in as one line.")
    return piped


@click.command(epilog="Example: lordaemon login google")
@click.argument("provider", type=click.Choice(["google", "microsoft"]))
@with_config
def login(ctx: click.Context, config: Path | None, provider: str) -> None:
    """Sign in with Google or Microsoft (not in this version: use an app password)."""
    load(ctx, config)
    raise LordaemonError(
        f"Signing in with {provider.title()} is not part of this version. Make an app password in "
        "your account's security settings and keep it with `lordaemon password`."
    )


@click.command(epilog="Example: lordaemon service install")
@click.argument("action", type=click.Choice(["install", "uninstall", "status"]))
@click.option("--system", is_flag=True, help="For the whole machine instead of for you.")
@with_config
def service(ctx: click.Context, config: Path | None, action: str, system: bool) -> None:
    """Run lordaemon in the background with systemd."""
    from lordaemon.packaged import packaged

    if shutil.which("systemctl") is None:
        raise LordaemonError(
            "There is no systemd on this machine. Run `lordaemon run` in a terminal, or "
            "`lordaemon run --once` every ten minutes from cron."
        )
    scope = [] if system else ["--user"]
    folder = Path("/etc/systemd/system") if system else Path.home() / ".config/systemd/user"
    unit = folder / SERVICE
    if action == "status":
        found = subprocess.run(["systemctl", *scope, "status", SERVICE], check=False)
        ctx.exit(1 if found.returncode else 0)
    if action == "uninstall":
        subprocess.run(["systemctl", *scope, "disable", "--now", SERVICE], check=False)
        unit.unlink(missing_ok=True)
        click.echo(f"{unit} is gone; the plan and the database stay.")
        return
    plan = plan_path(ctx, config).resolve()
    load(ctx, config)
    text = packaged("lordaemon.service")
    program = shutil.which("lordaemon") or sys.argv[0]
    text = text.replace("%h/.local/bin/lordaemon", str(Path(program).resolve()))
    text = text.replace("%h/.config/lordaemon/config.toml", str(plan))
    if unit.exists() and unit.read_text(encoding="utf-8") != text:
        raise Usage(f"{unit} is there already and differs. Remove it first: service uninstall")
    folder.mkdir(parents=True, exist_ok=True)
    unit.write_text(text, encoding="utf-8")
    for words in (["daemon-reload"], ["enable", "--now", SERVICE]):
        if subprocess.run(["systemctl", *scope, *words], check=False).returncode:
            raise LordaemonError(
                f"{unit} is written, but systemd did not start it: look at what it said above, "
                "then run `lordaemon service install` again."
            )
    click.echo(f"{unit} is installed. See how it does: lordaemon service status")


@click.command(epilog="Example: lordaemon demo")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the mails and digests are kept."
)
@click.option("--config", "config", type=click.Path(path_type=Path), default=None, hidden=True)
@click.pass_context
def demo(ctx: click.Context, out: Path | None, config: Path | None) -> None:
    """Play a whole season in seconds on an embedded mail server. No account is needed."""
    from lordaemon.demo.show import show_season

    del config  # the demo has a plan of its own
    ctx.exit(show_season(out))
