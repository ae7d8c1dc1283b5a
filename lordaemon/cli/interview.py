"""What `init` asks, in the student's order: you, the season, the mailbox, the writers."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from pathlib import Path
from typing import Any

import click

from lordaemon.cli.asking import Interview, complaint

SERVICES = {"ERAS": "most specialties", "ResidencyCAS": "emergency medicine, OB-GYN",
            "SF Match": "ophthalmology, plastic surgery", "other": ""}  # fmt: skip
TYPES = {"clinical": "saw you work with patients", "research": "saw you think",
         "champion": "stands for the specialty", "character": "has known you long",
         "sloe": "a program office, in emergency medicine"}  # fmt: skip
PLACES = {"keyring": "your system keeps it (stored with `lordaemon password`)",
          "command": "a command prints it, e.g. pass mail",
          "file": "a file that only you can read", "env": "an environment variable",
          "credential": "a systemd credential"}  # fmt: skip
EXAMPLES = {"command": "pass mail", "file": "mail-password.txt", "env": "MAIL_PASSWORD",
            "credential": "mail-password"}  # fmt: skip
FEWEST, MOST = 3, 5


def about_you(talk: Interview) -> dict[str, Any]:
    """Answers by "table.key"."""
    found: dict[str, Any] = {}

    def ask(flag: str, key: str, question: str, **more: Any) -> None:
        found[key] = talk.answer(flag, tuple(key.split(".")), question, **more)

    ask("name", "applicant.name", "Your name, as it stands under a letter")
    ask("email", "applicant.email", "Your mail address")
    ask("timezone", "applicant.timezone", "Your time zone", default=machine_zone())
    ask("school", "applicant.school", "Your school")
    ask("class-year", "applicant.class_year", "Your class", sort="number", optional=True)
    ask("specialty", "season.specialty", "The specialty you apply in")
    ask("deadline", "season.deadline", "The day every letter must be in (YYYY-MM-DD)", sort="date")
    found["season.service"] = talk.choice("service", "Where do writers upload?", SERVICES, "ERAS")
    ask("letters", "season.letters", "How many letters do you want", default=4, sort="number")
    ask("cv", "packet.cv", "Your CV (a file beside the plan)", default="cv.pdf")
    ask("statement", "packet.personal_statement", "Your personal statement (a file)", optional=True)
    if not found["packet.personal_statement"]:
        ask("interest", "packet.interest", "Then in a sentence or two: why this specialty?")
    return found | mailbox(talk, str(found["applicant.email"]))


def mailbox(talk: Interview, address: str) -> dict[str, Any]:
    """Servers by the address where they are known, else asked; and where the password lies."""
    from lordaemon.mail.providers import PRESETS, guess

    domain = address.rpartition("@")[2]
    choices = {str(name): ", ".join(preset.domains[:2]) for name, preset in PRESETS.items()}
    provider = talk.choice(
        "provider", "Who runs your mailbox? (A school's is often gmail or outlook.)",
        choices | {"custom": "I name the two servers"}, guess(address),
    )  # fmt: skip
    found: dict[str, Any] = {"mail.provider": provider}
    preset = next((p for name, p in PRESETS.items() if name == provider), None)
    if preset is not None:
        if talk.asks:
            click.echo(f"  {preset.login_hint}")
    else:
        for protocol, words in (("imap", "reading"), ("smtp", "sending")):
            found[f"mail.{protocol}.host"] = talk.answer(
                f"{protocol}-host", ("mail", protocol, "host"), f"The server for {words}",
                default=f"{protocol}.{domain}",
            )  # fmt: skip
    found["mail.password"] = password_place(talk)
    return found


def password_place(talk: Interview) -> dict[str, Any]:
    """Where the password lies; flag: `keyring`, `file:PATH`, `env:NAME`, `command:WORDS`."""
    given = str(talk.flags.get("password") or "")
    kind, _, rest = given.partition(":")
    if kind not in PLACES:
        kind = talk.choice("", "Where is your mail password kept?", PLACES, "keyring")
    if kind == "keyring":
        return {"keyring": True}
    path = ("mail", "password", kind)
    if not rest:
        rest = talk.answer("", path if kind != "command" else ("mail", "username"),
                           f"  The {kind}", default=EXAMPLES[kind])  # fmt: skip
    return {kind: shlex.split(str(rest))} if kind == "command" else {kind: rest}


def writer(talk: Interview, taken: set[str]) -> dict[str, Any]:
    """One writer; `taken` are the ids in use. Knows one who has been asked already (S15)."""
    found: dict[str, Any] = {}

    def ask(flag: str, key: str, question: str, **more: Any) -> Any:
        found[key] = talk.answer(flag, ("writer", 0, key), question, **more)
        return found[key]

    name = str(ask("writer-name", "name", "The writer's name, without title"))
    ask("writer-title", "title", "Title", default="Dr.")
    ask("writer-email", "email", "Their mail address")
    ask("writer-id", "id", "A short handle for them", default=handle(name, taken))
    found["type"] = talk.choice("writer-type", "What kind of letter?", TYPES, "clinical")
    found["worked_together"] = together(talk)
    found["highlights"] = highlights(talk)
    found |= so_far(talk)
    return found


def together(talk: Interview) -> dict[str, Any]:
    """What they did together, and when."""
    at = ("writer", 0, "worked_together")
    what = talk.answer("what", (*at, "what"), "What did you do together (e.g. Medicine wards)")
    end = talk.answer("until", (*at, "end"), "Until which day (YYYY-MM-DD)", sort="date",
                      optional=True)  # fmt: skip
    weeks = talk.answer("weeks", (*at, "weeks"), "For how many weeks", sort="number", optional=True)
    return {k: v for k, v in (("what", what), ("end", end), ("weeks", weeks)) if v is not None}


def highlights(talk: Interview) -> list[str]:
    """Three to five things they saw; fewer are kept too, and `check` says what is missing."""
    given = talk.flags.get("highlight")
    if given:
        return list(given)
    if not talk.asks:
        return []
    click.echo(f"  What did they see you do? {FEWEST} to {MOST} things, one a line; Enter ends.")
    lines: list[str] = []
    while len(lines) < MOST:
        text = talk.answer("", ("writer", 0, "note"), f"  {len(lines) + 1}", optional=True)
        if text is None:
            break
        lines.append(str(text))
    return lines


def so_far(talk: Interview) -> dict[str, Any]:
    """A season already under way: asked by mail, in person, and what they said."""
    flags = talk.flags
    state = ("mail" if flags.get("asked") else
             "person" if flags.get("asked_in_person") else "no")  # fmt: skip
    if talk.asks and state == "no":
        state = talk.choice("", "Have you asked them already?", {
            "no": "lordaemon asks, by mail", "mail": "yes, I wrote to them myself",
            "person": "yes, in person or by phone",
        }, "no")  # fmt: skip
    found: dict[str, Any] = {}
    if state == "no":
        found["ask_on"] = talk.answer("ask-on", ("writer", 0, "ask_on"), "Ask on which day "
                                      "(Enter: two weeks after the work together)", sort="date",
                                      optional=True)  # fmt: skip
        return found
    flag, key = ("asked", "asked") if state == "mail" else ("asked-in-person", "asked_in_person")
    found[key] = talk.answer(flag, ("writer", 0, key), "On which day (YYYY-MM-DD)", sort="date")
    said = flags.get("answer")
    if talk.asks and said is None:
        said = talk.choice("", "What did they say?", {"yes": "", "no": "", "nothing": "not yet"},
                           "nothing")  # fmt: skip
    if said in ("yes", "no"):
        found["answer"] = said
    return found


def handle(name: str, taken: set[str]) -> str:
    """A handle from the surname that nobody has yet."""
    plain = (
        unicodedata.normalize("NFKD", name.split(",", maxsplit=1)[0])
        .encode("ascii", "ignore")
        .decode()
    )
    words = re.findall(r"[a-z0-9]+", plain.lower()) or ["writer"]
    tries = [words[-1], "-".join(words), *(f"{words[-1]}{n}" for n in range(2, 100))]
    free = (h for h in tries if h not in taken and complaint(("writer", 0, "id"), h) is None)
    return next(free, "")


def machine_zone() -> str | None:
    """The zone this machine is set to, if it has a name."""
    named = os.environ.get("TZ", "").lstrip(":")
    place = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    for zone in (named, place):
        if zone and zone != "Etc/UTC" and complaint(("applicant", "timezone"), zone) is None:
            return zone
    return None
