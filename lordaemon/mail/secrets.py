"""Fetches the mail password from where the plan says it lies. It never keeps or shows it.

Five places (contract.md, `[mail] password`): the keyring, a command's output, a file, an
environment variable, a systemd credential. Every failure is a SecretMissing that names the
place and the other ways, and never carries a byte of what was found there.
"""

from __future__ import annotations

import logging
import os
import signal
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lordaemon.errors import SecretMissing
from lordaemon.plan.model import Mail, Password

KEYRING_SERVICE = "lordaemon"
"""The name under which `lordaemon password` stores it in the keyring."""
COMMAND_SECONDS = 60
"""A password manager may ask for a fingerprint; longer than this nobody is there."""
MAX_BYTES = 64 * 1024

log = logging.getLogger(__name__)

_WAYS = {
    "keyring": "keyring = true (then run: lordaemon password)",
    "command": 'command = ["pass", "mail"]',
    "file": 'file = "path"',
    "env": 'env = "NAME"',
    "credential": 'credential = "mail-password" (systemd)',
}


def password_of(
    mail: Mail,
    folder: Path,
    *,
    username: str = "",
    environ: Mapping[str, str] | None = None,
    patience: float = COMMAND_SECONDS,
) -> str:
    """The password, from the one place the plan names; relative paths start in `folder`.

    `username` is the keyring entry, where `mail.username` is empty; `patience` is in seconds.
    Raises SecretMissing.
    """
    places = mail.password or Password()
    env = os.environ if environ is None else environ
    if places.keyring:
        return _checked(_from_keyring(mail.username or username), "keyring", "the keyring")
    if places.command:
        raw = _from_command(places.command, folder, patience)
        return _decoded(raw, "command", f"the command {places.command[0]!r}")
    if places.file:
        path = folder / Path(places.file).expanduser()
        return _decoded(_from_file(path), "file", f"the file {path}")
    if places.env:
        if places.env not in env:
            raise _missing("env", f"the environment variable {places.env} is not set")
        found = env[places.env].removesuffix("\n").removesuffix("\r")
        return _checked(found, "env", f"the environment variable {places.env}")
    if places.credential:
        raw = _from_credential(places.credential, env)
        return _decoded(raw, "credential", f"the credential {places.credential!r}")
    raise _missing("", "the plan doesn't say where the mail password lies")


def _from_keyring(username: str) -> str:
    try:
        import keyring
    except ImportError:
        problem = "the keyring needs an extra: pip install 'lordaemon[keyring]'"
    else:
        try:
            found = keyring.get_password(KEYRING_SERVICE, username)
        except Exception as error:
            problem = f"the keyring can't be used here ({type(error).__name__})"
        else:
            if isinstance(found, str) and found:
                return found
            problem = f"the keyring has no password for {username or 'this account'}"
    raise _missing("keyring", problem)


def _from_command(command: tuple[str, ...], folder: Path, patience: float) -> bytes:
    name = repr(command[0])
    try:
        # In a session of its own, so that a timeout ends what the command started, too.
        child = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise _missing("command", f"the command {name} can't be run: {error.strerror}") from None
    with child:
        try:
            out, _ = child.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            out = None
        if out is None:
            os.killpg(child.pid, signal.SIGKILL)
    if out is None:
        raise _missing("command", f"the command {name} gave nothing in {patience:g} seconds")
    if child.returncode:
        raise _missing("command", f"the command {name} failed (exit code {child.returncode})")
    return out


def _from_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            found = file.read(MAX_BYTES)
    except OSError as error:
        raise _missing("file", f"the file {path} can't be read: {error.strerror}") from None
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        log.warning("password file can be read by others path=%s fix='chmod 600 %s'", path, path)
    return found


def _from_credential(name: str, env: Mapping[str, str]) -> bytes:
    directory = env.get("CREDENTIALS_DIRECTORY", "")
    if not directory:
        raise _missing(
            "credential", "there is no $CREDENTIALS_DIRECTORY: systemd didn't start this program"
        )
    if "/" in name or name in {".", ".."}:
        raise _missing("credential", f"the credential name {name!r} must not be a path")
    try:
        return (Path(directory) / name).read_bytes()
    except OSError as error:
        raise _missing(
            "credential", f"the credential {name!r} can't be read: {error.strerror}"
        ) from None


def _decoded(raw: bytes, place: str, words: str) -> str:
    """UTF-8 without one trailing newline. Decoded without an exception: those carry the bytes."""
    text = raw.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "surrogateescape")
    if any("\udc80" <= char <= "\udcff" for char in text):
        raise _missing(place, f"what {words} gave is not UTF-8 text")
    return _checked(text, place, words)


def _checked(secret: str, place: str, words: str) -> str:
    if not secret:
        raise _missing(place, f"{words} gave an empty password")
    if any(char in secret for char in "\r\n\0"):
        raise _missing(place, f"{words} gave more than one line; the password must stand alone")
    return secret


def _missing(place: str, problem: str) -> SecretMissing:
    others = ", or ".join(way for key, way in _WAYS.items() if key != place)
    return SecretMissing(
        f"The mail password isn't there: {problem}. Put it there, or write in [mail] of the plan "
        f"one of: password = {{ … }} with {others}."
    )
