"""A first plan as text that reads like a letter: only what was answered, each line explained.

Writes TOML by hand, because comments and order are the point; whoever calls this reads the text
back with `plan.load` before it reaches a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

Answers = Mapping[str, Any]
COMMENT_COLUMN = 48
APPLICANT_MORE = """
# phone = "+1 555 0100"                        # for a writer who would rather call"""
SEASON_MORE = """
# themes = ["calm with sick patients"]         # what all letters together should show
# step2 = "solid"                              # then one sentence speaks of your Step 2"""
POLICY = """\
# How it is done, as far as it is yours to choose. The rules: docs/rules.md.
[policy]
# send_hours = ["08:30", "17:30"]              # writers get mail between these hours only
# remind_after_days = 17                       # 14 to 21; one reminder, to a silent writer only
# follow_up_before_days = 17                   # 14 to 21; one follow-up, before the due date
# notice_hours = 4                             # you see each request and packet before it goes
# approve = "each"                             # then nothing at all goes without your word
# holidays = "US"                              # a country, a part of one ("US-TX"), or "none"

[digest]
# at = "07:00"                                 # your morning mail
# quiet_days = false                           # then none comes when there is nothing to say"""


def value(found: Any) -> str:
    """A value as TOML (toml.io 1.0: a basic string is escaped as JSON's is)."""
    match found:
        case bool():
            return str(found).lower()
        case date():
            return found.isoformat()
        case int() | float():
            return str(found)
        case dict():
            return "{ " + ", ".join(f"{k} = {value(v)}" for k, v in found.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(value, found)) + "]"
        case _:
            return json.dumps(str(found), ensure_ascii=False).replace("\x7f", "\\u007f")


def line(key: str, found: Any, comment: str = "") -> str:
    """`key = value    # what it is for`."""
    text = f"{key} = {value(found)}"
    return f"{text:{COMMENT_COLUMN}} # {comment}" if comment else text


def plan_text(answers: Answers, writers: Sequence[Answers]) -> str:
    """The whole plan; `answers` by "table.key"."""
    name = answers["applicant.name"]
    opening = (
        f"# The letters of {name}, {answers['season.specialty']}\n"
        "#\n"
        "# Written by `lordaemon init` from your answers; change anything by hand, at any time.\n"
        "# `lordaemon check` says what doesn't fit. Nothing is sent before `lordaemon run`, and\n"
        "# you see every request and packet before it leaves. Days are year-month-day. A line\n"
        "# that begins with # says nothing yet: take the # away, and it counts. Every further\n"
        "# key, with its meaning: `lordaemon init --non-interactive` in an empty folder."
    )
    before_writers = (
        '# Your writers. Say what you did, not what you are: "led two family meetings" can be\n'
        '# quoted in a letter, "hard-working" can\'t. No patient should be recognizable.'
    )
    parts = [
        opening,
        _table("applicant", answers, "# Who you are, as your writers will read it.", {
            "name": "", "email": "sent from, and watched for answers",
            "timezone": "every day and hour here is meant there", "school": "",
            "class_year": "", "phone": "for a writer who would rather call",
        }) + APPLICANT_MORE,
        _table("season", answers, "# What the letters are for.", {
            "specialty": "", "deadline": "yours; confirm it on the portal's own page",
            "service": "how the packet tells a writer to upload",
            "letters": "how many you want",
            "scenario": "for advice on whom to ask; stands in no mail",
        }) + SEASON_MORE,
        POLICY,
        _table("packet", answers, "# What every writer gets, beside the list of what you did.", {
            "cv": "", "personal_statement": "", "interest": "",
        }),
        _table("mail", answers, "# Your mailbox. The password itself is never written here.", {
            "provider": "", "password": "where it lies", "oauth": "",
        }),
        _table("mail.imap", answers, "", {"host": "where answers are heard", "port": "",
                                          "security": "", "ca_file": ""}),
        _table("mail.smtp", answers, "", {"host": "where letters leave from", "port": "",
                                          "security": "", "ca_file": ""}),
        before_writers,
        *(writer_text(writer) for writer in writers),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(name: str, answers: Answers, intro: str, keys: Mapping[str, str]) -> str:
    lines = [
        line(key, answers[f"{name}.{key}"], comment)
        for key, comment in keys.items()
        if answers.get(f"{name}.{key}") not in (None, "", ())
    ]
    return "\n".join([*([intro] if intro else []), f"[{name}]", *lines]) if lines else ""


WRITER_KEYS = {
    "id": "a short handle: lordaemon show ID", "name": "", "title": "", "email": "",
    "type": "clinical | research | champion | character | sloe",
    "worked_together": "", "highlights": "", "ask_on": "the day to ask",
    "asked": "you asked by mail yourself", "packet_sent": "and sent the materials",
    "asked_in_person": "", "answer": "what they said", "due": "", "backup_for": "",
}  # fmt: skip


def writer_text(writer: Answers) -> str:
    """One `[[writer]]` table."""
    lines = ["[[writer]]"]
    for key, comment in WRITER_KEYS.items():
        found = writer.get(key)
        if found in (None, "", (), []):
            continue
        if key == "highlights":
            lines += ["highlights = [", *(f"  {value(text)}," for text in found), "]"]
        else:
            lines.append(line(key, found, comment))
    return "\n".join(lines)
