"""The mail password on its way into the place the plan names, and the first login with it.

`init` offers both at its end, when the plan is safe in its file; `password` does the first alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lordaemon.errors import LoginRefused, LordaemonError

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan


def account_name(plan: Plan) -> str:
    """The name the mail servers know the applicant by."""
    return plan.mail.username or plan.applicant.email


def keep_in_keyring(user: str, secret: str) -> None:
    """Into the system's keyring. Raises LordaemonError, which never holds the secret."""
    from lordaemon.mail.secrets import KEYRING_SERVICE

    try:
        import keyring

        keyring.set_password(KEYRING_SERVICE, user, secret)
    except Exception as failure:
        raise LordaemonError(
            f"The keyring took nothing ({type(failure).__name__}). Install it with "
            "`pip install 'lordaemon[keyring]'`, or keep the password elsewhere: "
            '[mail] password = { command = ["pass", "mail"] } or { file = "path" }'
        ) from failure


def keep_in_file(file: Path, secret: str) -> None:
    """Into a file that only its owner can read (0600), at once and not after. Raises
    LordaemonError."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        os.fchmod(handle, 0o600)
    except OSError as failure:
        raise LordaemonError(
            f"{file} can't be written: {failure.strerror}. Put the password there yourself, then "
            f"chmod 600 {file}"
        ) from failure
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(secret + "\n")


def offer_login(plan: Plan) -> None:
    """For somebody at a keyboard: keep the password now, then try the login. Enter, Ctrl-C and a
    network that is down leave the plan as it is."""
    try:
        kept = _keep(plan)
        if kept is False:
            click.echo("Store it with `lordaemon password`, or as the quick start tells; then: "
                       "lordaemon check --online")  # fmt: skip
            return
        if not click.confirm("Try the login now? It mails you one short try-out.", default=True):
            return
        while _refused(plan) and kept is not None:
            if not click.confirm("Type the password again?", default=True) or not _keep(plan, True):
                return
    except click.exceptions.Abort:
        click.echo("\nLater, then: lordaemon check --online")


def _keep(plan: Plan, anew: bool = False) -> bool | None:
    """Asks for the password and keeps it; False: not typed now; None: nothing of ours to keep."""
    place = plan.mail.password
    if place is None or not (place.keyring or place.file):
        return None
    file = plan.folder / Path(place.file).expanduser() if place.file else None
    if file is not None and file.exists() and not anew:
        return None
    user = account_name(plan)
    secret: str = click.prompt(
        f"Mail password for {user} (you won't see it as you type; Enter: later)",
        hide_input=True, default="", show_default=False,
    )  # fmt: skip
    if not secret.strip():
        return False
    try:
        keep_in_file(file, secret) if file is not None else keep_in_keyring(user, secret)
    except LordaemonError as problem:
        click.echo(str(problem), err=True)
        return False
    click.echo(f"Kept in {file}, for you alone to read." if file else "Kept in the keyring.")
    return True


def _refused(plan: Plan) -> bool:
    """Try both servers and tell how it went; True if it was the password."""
    from lordaemon.cli.checking import say_probe
    from lordaemon.mail.probe import probe

    click.echo("Trying both mail servers; this takes up to half a minute.")
    try:
        said, problems = probe(plan)
    except LoginRefused as refused:
        click.echo(str(refused), err=True)
        return True
    except LordaemonError as problem:
        click.echo(
            f"{problem}\nThe plan is kept. Try again later: lordaemon check --online", err=True
        )
        return False
    say_probe({"said": said, "problems": problems, "later": []})
    return False
