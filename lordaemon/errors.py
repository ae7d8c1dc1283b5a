"""The errors a person may see. Each prints as it stands: what happened, where, what to do next.

Nothing here decides anything; `exit_code` is the contract of docs/commands.md (sysexits(3)).
"""

from __future__ import annotations

from dataclasses import dataclass


class LordaemonError(Exception):
    """Something a person has to know; `str()` of it is the whole message."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the plan file. `line` counts from 1; None: no line to name."""

    line: int | None
    where: str
    message: str
    file: str = "config.toml"

    def __str__(self) -> str:
        """`config.toml:41: writer[2] "gomez": remind_after_days = 40 is outside 14..21; …`

        One line, whatever was found: what can't be printed is written as its number.
        """
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        text = ": ".join(part for part in (place, self.where, self.message) if part)
        return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class PlanUnusable(LordaemonError):
    """The plan file can't be read or has faults; the message lists every one, each on a line."""

    exit_code = 78

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class DatabaseUnusable(LordaemonError):
    """The database can't be opened, is damaged, or was written by a newer version."""

    exit_code = 78


class AlreadyRunning(LordaemonError):
    """Another process works on the same database; the message names it."""

    exit_code = 75


class SecretMissing(LordaemonError):
    """The password (or token) isn't where the plan says; nothing was sent to a server."""

    exit_code = 1


class LoginRefused(LordaemonError):
    """The server refused the password. Never tried again by itself for six hours (D3)."""

    exit_code = 1


class LoginHeld(LoginRefused):
    """The password was refused a while ago and has not changed: no server was asked this time."""


class MailUnreachable(LordaemonError):
    """A server can't be reached or hung up, or refused for now. Trying later helps."""

    exit_code = 75


class MailMisconfigured(LordaemonError):
    """Trying again as it is won't help: wrong certificate, no TLS offered, folder not there."""

    exit_code = 1


class Usage(LordaemonError):
    """A command was called with words it doesn't know."""

    exit_code = 2
