"""Advice on the tone of what the applicant writes: no apology, no pressure, no ghost-writing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lordaemon.plan.finding import Finder, Finding, quoted

_TONES: tuple[tuple[re.Pattern[str], str, str, str], ...] = (
    (
        re.compile(
            r"\b(?:sorry|apologi[sz]e|apologies|apologetic|unfortunately|regret|ashamed"
            r"|embarrass\w+|despite my|(?:low|poor|bad|weak) (?:score|grade|mark|evaluation)s?"
            r"|hate to (?:ask|bother)|bother you)\b", re.IGNORECASE),
        "sounds like an apology",
        "A request states facts and asks for a favor; an apology plants the doubt it fears.",
        '"I passed Step 1 in June; the CV has the details."',
    ),
    (
        re.compile(
            r"\b(?:asap|as soon as possible|urgent(?:ly)?|desperate(?:ly)?|right away|you must"
            r"|i need (?:it|this|your letter)|hurry)\b|!!", re.IGNORECASE),
        "presses",
        "The request names the due date once, kindly; pressure makes a letter short.",
        '"A letter by 15 September would reach every program in time."',
    ),
    (
        re.compile(
            r"\b(?:I (?:can|could|will|would|have|'ve)|happy to|glad to)\b[^.]{0,25}\b"
            r"(?:draft|drafted|write|wrote|written|ghost-?writ\w+)\b[^.]{0,30}\b(?:letter|it)\b",
            re.IGNORECASE),
        "offers to write the letter",
        "The letter has to be the writer's own; an outline is the honest help.",
        "`lordaemon outline WRITER` makes a detailed one from the highlights",
    ),
    (
        re.compile(r"\bstep ?[12]\b[^.]{0,40}\b\d{3}\b|\b\d{3}\b[^.]{0,30}\bstep ?[12]\b",
                   re.IGNORECASE),
        "names a Step score",
        'Step 1 is told as passed, Step 2 only if step2 = "solid"; numbers stand in the CV.',
        "leave the number out",
    ),
)  # fmt: skip
"""What to look for, what it does, why not, and what to write instead."""


def tone_advice(finder: Finder) -> Iterator[Finding]:
    """The note, and what highlights have in common with it."""
    for path, key, text in finder.texts():
        for pattern, how, why, example in _TONES:
            if (match := pattern.search(text)) and (key == "note" or how != "presses"):
                yield finder.found(
                    "warning", "Advice", path, f"{key} {how}: {quoted(match[0])}", why, example
                )
