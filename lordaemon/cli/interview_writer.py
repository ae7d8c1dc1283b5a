"""What `init` asks about one writer: who, what you did together, what they saw, how far it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

from lordaemon.cli.asking import Interview
from lordaemon.cli.typed import complaint, without_title
from lordaemon.plan.between_writers import RESERVED_IDS

TYPES = {"clinical": "saw you work with patients", "research": "saw you think",
         "champion": "stands for the specialty", "character": "has known you long",
         "sloe": "a program office, in emergency medicine"}  # fmt: skip
FEWEST, MOST = 3, 5


def writer(talk: Interview, ids: set[str], addresses: Collection[str]) -> dict[str, Any]:
    """One writer; `ids` and `addresses` are in use. Knows one who has been asked already (S15)."""
    found: dict[str, Any] = {}

    def ask(flag: str, key: str, question: str, **more: Any) -> Any:
        found[key] = talk.answer(flag, ("writer", 0, key), question, **more)
        return found[key]

    def taken(address: str) -> str | None:
        if address.lower() not in addresses:
            return None
        return "That address is yours, or another writer's. Write the one of this person."

    ids = ids | RESERVED_IDS

    def used(word: str) -> str | None:
        return f'"{word}" is in use, or a word of the commands.' if word in ids else None

    title, name = without_title(str(ask("writer-name", "name", "The writer's name")))
    found["name"] = name
    ask("writer-title", "title", "Title", default=title or "Dr.")
    ask("writer-email", "email", "Their mail address", against=taken)
    ask("writer-id", "id", "A short name for commands", default=handle(name, ids), against=used)
    found["type"] = talk.choice("writer-type", "What kind of letter?", TYPES, "clinical")
    found["worked_together"] = together(talk)
    found["highlights"] = highlights(talk, f"{found['title']} {name.split(',')[0].split()[-1]}")
    found |= so_far(talk, ends="end" in found["worked_together"])
    return found


def together(talk: Interview) -> dict[str, Any]:
    """What they did together, and when."""
    at = ("writer", 0, "worked_together")
    what = talk.answer("what", (*at, "what"), "What did you do together (e.g. Medicine wards)")
    end = talk.answer("until", (*at, "end"), "Until which day", sort="date", optional=True,
                      none="it goes on, or I don't remember")  # fmt: skip
    weeks = talk.answer("weeks", (*at, "weeks"), "For how many weeks", sort="number", optional=True,
                        none="leave it out")  # fmt: skip
    return {k: v for k, v in (("what", what), ("end", end), ("weeks", weeks)) if v is not None}


def highlights(talk: Interview, whom: str) -> list[str]:
    """Three to five things they saw; fewer are kept too, and it is said what that means."""
    given = talk.flags.get("highlight")
    if given:
        return list(given)
    if not talk.asks:
        return []
    talk.say(f"What did {whom} see you do? {FEWEST} to {MOST} scenes, one a line, such as")
    talk.say('"led two family meetings"; nothing that tells who a patient was. They are')
    talk.say("printed in your mail as you write them. Enter ends.")
    lines: list[str] = []
    while len(lines) < MOST:
        text = _line(talk, f"  {len(lines) + 1}")
        if text is None:
            break
        if advice := _advice(text):
            talk.say(f"    {advice}")
            text = _line(talk, "    Anew (Enter: keep it as it is)") or text
        lines.append(text)
    if len(lines) < FEWEST:
        talk.say(f"  {len(lines)} so far. {whom} gets no mail before there are {FEWEST}; add them "
                 "to the plan\n  when they come to mind.")  # fmt: skip
    return lines


def _line(talk: Interview, question: str) -> str | None:
    text = talk.answer("", ("writer", 0, "note"), question, optional=True, none="")
    return None if text is None else str(text)


def _advice(text: str) -> str | None:
    """What `check` would say about a highlight, while it is still at hand."""
    from lordaemon.plan.identifiers import patient_identifiers
    from lordaemon.plan.wording import praise

    for identifier in patient_identifiers(text):
        return f'"{identifier.text}" looks like {identifier.kind}: no patient may be recognizable.'
    if found := praise(text):
        return f'"{found}" is praise. What did you do that shows it?'
    return None


def so_far(talk: Interview, *, ends: bool) -> dict[str, Any]:
    """A season already under way: asked by mail, in person, and what they said. `ends`: the plan
    knows when the work together ended, and can count from there (S2)."""
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
        found["ask_on"] = talk.answer("ask-on", ("writer", 0, "ask_on"), "Ask on which day",
                                      sort="date", optional=True,
                                      none="two weeks after the work together" if ends
                                      else "as soon as lordaemon runs")  # fmt: skip
        return found
    flag, key = ("asked", "asked") if state == "mail" else ("asked-in-person", "asked_in_person")
    found[key] = talk.answer(flag, ("writer", 0, key), "On which day", sort="date")
    said = flags.get("answer")
    if talk.asks and said is None:
        said = talk.choice("", "What did they say?", {
            "yes": "they will write", "no": "they won't", "nothing": "no answer yet",
        }, "nothing")  # fmt: skip
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
