"""What `init` asks of the applicant, in the student's order: you, the season, the mailbox."""

from __future__ import annotations

import os
import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lordaemon.cli.asking import Interview
from lordaemon.cli.typed import complaint
from lordaemon.errors import Usage

SERVICES = {"ERAS": "most specialties", "ResidencyCAS": "emergency medicine, OB-GYN",
            "SF Match": "ophthalmology, plastic surgery",
            "other": "a portal of its own, or mail"}  # fmt: skip
SCENARIOS = {"none": "none of these, or I would rather not say",
             "strong-step2": "strong Step 2, average clinical evaluations",
             "strong-research": "average Step 2, strong research",
             "no-rank": "no class rank, pass-fail pre-clinical years",
             "switching-specialty": "a late switch of specialty",
             "borderline": "borderline scores"}  # fmt: skip
PLACES = {"keyring": "your system keeps it",
          "command": "a command prints it, e.g. pass mail",
          "file": "a file that only you can read", "env": "an environment variable",
          "credential": "a systemd credential"}  # fmt: skip
EXAMPLES = {"command": "pass mail", "file": "mail-password.txt", "env": "MAIL_PASSWORD",
            "credential": "mail-password"}  # fmt: skip
NEEDS_MORE = "your system keeps it (first: pip install 'lordaemon[keyring]')"
_PORT = re.compile(r"(.+):(\d{1,5})$")
STARTTLS_PORTS = ("587", "143", "25")
"""Ports on which a connection begins in the clear and must be secured (RFC 8314, section 3)."""


def about_you(talk: Interview) -> dict[str, Any]:
    """Answers by "table.key"."""
    found: dict[str, Any] = {}

    def ask(flag: str, key: str, question: str, **more: Any) -> Any:
        found[key] = talk.answer(flag, tuple(key.split(".")), question, **more)
        return found[key]

    ask("name", "applicant.name", "Your name, as it stands under a letter")
    ask("email", "applicant.email", "Your mail address")
    ask("timezone", "applicant.timezone", "Your time zone (e.g. America/Chicago)",
        default=machine_zone())  # fmt: skip
    ask("school", "applicant.school", "Your school")
    ask("class-year", "applicant.class_year", "The year you graduate", sort="number",
        optional=True, none="leave it out")  # fmt: skip
    ask("specialty", "season.specialty", "The specialty you apply in")
    ask("deadline", "season.deadline", "The day every letter must be in", sort="date")
    found["season.service"] = talk.choice("service", "Where do writers upload?", SERVICES, "ERAS")
    ask("letters", "season.letters", "How many letters do you want", default=4, sort="number")
    scenario = talk.choice("scenario", "Which of these is you? It is for advice on whom to ask, "
                           "and stands in no mail.", SCENARIOS, "none")  # fmt: skip
    found["season.scenario"] = None if scenario == "none" else scenario
    _not_there(talk, ask("cv", "packet.cv", "Your CV, a file", default="cv.pdf"))
    _not_there(talk, ask("statement", "packet.personal_statement", "Your personal statement, a "
                         "file", optional=True, none="not written yet"))  # fmt: skip
    if not found["packet.personal_statement"]:
        ask("interest", "packet.interest", "Then in a sentence or two: why this specialty?")
    return found | mailbox(talk, str(found["applicant.email"]))


def _not_there(talk: Interview, file: str | None) -> None:
    """A file that is still to come is fine, but said at once."""
    if file and not (place := talk.folder / Path(file).expanduser()).is_file():
        talk.say(f"  It isn't there yet; put it there before `check`: {place}")


def mailbox(talk: Interview, address: str) -> dict[str, Any]:
    """Servers by the address where they are known, else asked; and where the password lies."""
    from lordaemon.mail.providers import PRESETS, guess

    choices = {str(name): ", ".join(preset.domains[:2]) for name, preset in PRESETS.items()}
    provider = talk.choice(
        "provider", "Who runs your mailbox? (A school's is often gmail or outlook.)",
        choices | {"custom": "the school itself, or somebody else: I name the two servers"},
        guess(address),
    )  # fmt: skip
    found: dict[str, Any] = {"mail.provider": provider}
    preset = next((p for name, p in PRESETS.items() if name == provider), None)
    if preset is not None:
        talk.say(f"  {preset.login_hint}")
    else:
        found |= _servers(talk, address.rpartition("@")[2])
    found["mail.password"] = password_place(talk)
    return found


def _servers(talk: Interview, domain: str) -> dict[str, Any]:
    """The two servers; `mail.school.edu:587` names a port, and the port tells the security."""
    talk.say("  Your school's page on mail programs names both, and maybe a port:")
    talk.say(f"  then add it, as in smtp.{domain}:587.")
    found: dict[str, Any] = {}
    for protocol, words in (("imap", "reading"), ("smtp", "sending")):
        typed = str(talk.answer(
            f"{protocol}-host", ("mail", protocol, "host"), f"The server for {words} mail",
            default=f"{protocol}.{domain}",
        ))  # fmt: skip
        port = _PORT.match(typed)
        found[f"mail.{protocol}.host"] = port[1] if port else typed
        if port:
            found[f"mail.{protocol}.port"] = int(port[2])
            if port[2] in STARTTLS_PORTS:
                found[f"mail.{protocol}.security"] = "starttls"
    return found


def password_place(talk: Interview) -> dict[str, Any]:
    """Where the password lies; flag: `keyring`, `file:PATH`, `env:NAME`, `command:WORDS`."""
    given = str(talk.flags.get("password") or "")
    kind, _, rest = given.partition(":")
    if kind not in PLACES:
        ready = find_spec("keyring") is not None
        places = PLACES if ready else PLACES | {"keyring": NEEDS_MORE}
        kind = talk.choice("", "Where shall your mail password be kept? Never in the plan itself.",
                           places, "keyring" if ready else "file")  # fmt: skip
    if kind == "keyring":
        return {"keyring": True}
    path = ("mail", "password", kind)
    if not rest:
        rest = talk.answer("", path if kind != "command" else ("mail", "username"),
                           f"  The {kind}", default=EXAMPLES[kind],
                           against=_open_quote if kind == "command" else None)  # fmt: skip
    if kind != "command":
        return {kind: rest}
    if problem := _open_quote(str(rest)):
        raise Usage(f"--password: {problem}")
    return {"command": shlex.split(str(rest))}


def _open_quote(command: str) -> str | None:
    try:
        shlex.split(command)
    except ValueError:
        return "A quotation mark is opened and not closed. Write the command as at a shell."
    return None


def machine_zone() -> str | None:
    """The zone this machine is set to, if it has a name."""
    named = os.environ.get("TZ", "").lstrip(":")
    place = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    for zone in (named, place):
        if zone and zone != "Etc/UTC" and complaint(("applicant", "timezone"), zone) is None:
            return zone
    return None
