"""Advice on how writers are named, and on numbers and texts that look like a slip of the hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lordaemon.plan.finding import Finder, Finding, plan_finding, quoted
from lordaemon.plan.model import Plan
from lordaemon.plan.specialties import near_specialty

_TITLES = ("dr", "prof", "professor", "mr", "mrs", "ms", "mx", "dean", "chairman", "chairwoman")
_DEGREES = ("md", "do", "phd", "mph", "ms", "msc", "mba", "mbbs", "dphil", "mphil", "faap", "facp",
            "facs", "facep", "facog", "frcp", "rn", "np", "pa", "pharmd", "jd", "ma", "mhs",
            "mscr", "mse", "med", "edd", "drph", "scd", "jr", "sr", "ii", "iii", "iv")  # fmt: skip
MOST_WEEKS = 260
"""Five years; longer than a medical school knows a student."""
LONGEST_HIGHLIGHT = 300
"""Letters; two sentences. What is longer nobody quotes."""
OLDEST_ASK = timedelta(days=548)
"""Eighteen months before the deadline: an earlier one was for another season."""


def naming_advice(plan: Plan) -> Iterator[Finding]:
    """Names as a letter would print them, and what can hardly be meant."""
    if meant := near_specialty(plan.season.specialty):
        yield plan_finding(
            plan, "warning", ("season", "specialty"),
            f'specialty = "{plan.season.specialty}" looks like a slip of the hand',
            "It stands in the subject of your letters, and in their first sentence.",
            f'specialty = "{meant.title()}"',
        )  # fmt: skip
    for writer in plan.writers:
        finder = Finder(plan, writer)
        yield from _name(finder)
        yield from _weeks(finder)
        yield from _essays(finder)
        yield from _long_ago(finder)


def _name(finder: Finder) -> Iterator[Finding]:
    name, (first, _, behind) = finder.writer.name, finder.writer.name.partition(",")
    words = first.split() or [first]

    def odd(message: str, example: str) -> Finding:
        return finder.found(
            "warning", "Advice", ("name",), f'name = "{name}" {message}',
            f'The letters would greet "Dear {finder.writer.salutation}", and say {name} in full.',
            example,
        )  # fmt: skip

    rest = " ".join(words[1:])
    if words[0].rstrip(".").lower() in _TITLES and rest:
        yield odd("begins with a title", f'name = "{rest}" and title = "{words[0]}"')
    elif behind.strip() and not any(_is_degree(word) for word in behind.split()):
        yield odd("has the surname first", f'name = "{behind.strip().title()} {first.title()}"')
    elif name.islower() or (first.isupper() and len(words) > 1):
        yield odd("has no capitals" if name.islower() else "is all capitals",
                  f'name = "{first.title()}"')  # fmt: skip


def _is_degree(word: str) -> bool:
    return word.replace(".", "").strip(",").lower() in _DEGREES


def _weeks(finder: Finder) -> Iterator[Finding]:
    weeks = finder.writer.worked_together.weeks
    if weeks is not None and weeks > MOST_WEEKS:
        yield finder.found(
            "warning", "Advice", ("worked_together", "weeks"),
            f"weeks = {weeks} is {weeks // 52} years",
            "The letters say how long you worked together; a slip there reads like a boast.",
            "count again; the weeks you really saw each other",
        )  # fmt: skip


def _essays(finder: Finder) -> Iterator[Finding]:
    for place, text in enumerate(finder.writer.highlights):
        if len(text) > LONGEST_HIGHLIGHT:
            yield finder.found(
                "hint", "Advice", ("highlights", place),
                f"highlights[{place + 1}] has {len(text)} letters: {quoted(text, 40)}",
                "A scene in one or two sentences is remembered; a page of them is skimmed.",
                "keep the moment, leave out the rest",
            )  # fmt: skip


def _long_ago(finder: Finder) -> Iterator[Finding]:
    deadline = finder.plan.season.deadline
    for key in ("asked", "asked_in_person", "packet_sent"):
        day = getattr(finder.writer, key)
        if day is not None and day < deadline - OLDEST_ASK:
            yield finder.found(
                "warning", "Advice", (key,),
                f"{key} = {day} is long before the deadline {deadline}: another season?",
                "What was asked for last year is no request for this year; this writer would not "
                "be asked again.",
                f"correct the year, or take {key} out and let the request go",
            )  # fmt: skip
