"""Advice on whom to ask: how many letters, of which types, and who speaks for what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lordaemon.plan.finding import Finder, Finding, plan_finding
from lordaemon.plan.model import LetterType, Plan, Scenario, Writer
from lordaemon.plan.specialties import is_specialty

TYPES: tuple[LetterType, ...] = ("clinical", "research", "champion", "character", "sloe")

_SCENARIOS: dict[Scenario, tuple[str, tuple[LetterType, ...], str]] = {
    "strong-step2": (
        "strong Step 2, average clinical evaluations",
        ("clinical", "champion"),
        "the score speaks for itself; letters from the wards answer the evaluations",
    ),
    "strong-research": (
        "average Step 2, strong research",
        ("research", "clinical"),
        "show the thinking behind the research and that it holds at the bedside",
    ),
    "no-rank": (
        "no rank, pass-fail pre-clinical years",
        ("clinical", "character"),
        "without a rank, programs look for somebody who saw you over time",
    ),
    "switching-specialty": (
        "a late switch of specialty",
        ("champion",),
        "somebody in the new field, and somebody who supervised you before, make it credible",
    ),
    "borderline": (
        "borderline scores",
        ("clinical", "clinical"),
        "two people who saw you work outweigh a number",
    ),
}

_BIG_TITLES = ("chair", "dean", "president", "chief", "director", "head of")
_SHORT_CONTACT_WEEKS = 2


def letters_by_type(plan: Plan) -> dict[LetterType, int]:
    """How many of the planned letters are of each type; backups and declined ones don't count."""
    counts: dict[LetterType, int] = dict.fromkeys(TYPES, 0)
    for writer in plan.writers:
        if counted(writer):
            counts[writer.type] += 1
    return counts


def counted(writer: Writer) -> bool:
    """Whether a letter from this writer is reckoned with from the start."""
    return not writer.backup_for and writer.answer != "no"


def mix_advice(plan: Plan) -> Iterator[Finding]:
    """Number, balance and scenario of the letters; standing of the writers."""
    counts = letters_by_type(plan)
    yield from _number(plan, counts)
    yield from _balance(plan, counts)
    yield from _scenario(plan, counts)
    yield from _service(plan, counts)
    for writer in plan.writers:
        yield from _little_contact(Finder(plan, writer))
        yield from _foreign_details(Finder(plan, writer))


def _number(plan: Plan, counts: dict[LetterType, int]) -> Iterator[Finding]:
    wanted, planned = plan.season.letters, sum(counts.values()) - counts["sloe"]
    if not 3 <= wanted <= 4:
        yield plan_finding(
            plan, "hint", ("season", "letters"), f"letters = {wanted}; 3 or 4 are usual",
            "Most programs take 3 or 4 and read no more; ERAS assigns at most 4 to each.",
            "letters = 4",
        )  # fmt: skip
    if planned < wanted:
        yield plan_finding(
            plan, "warning", ("season", "letters"),
            f"{wanted} letters are wanted, {planned} {'is' if planned == 1 else 'are'} asked for "
            "(backups and a SLOE apart)",
            "Now and then somebody says no or stays silent.",
            "ask one writer more than you need, or name one with backup_for",
        )  # fmt: skip


def _balance(plan: Plan, counts: dict[LetterType, int]) -> Iterator[Finding]:
    """The three voices a set of letters needs at least."""
    bedside = counts["clinical"] + counts["champion"]
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "none yet"
    if not bedside:
        yield plan_finding(
            plan, "warning", ("season",),
            f"no clinical letter in {plan.season.specialty} or near it (now: {said})",
            "Programs first look for somebody who saw you care for patients.",
            'one [[writer]] with type = "clinical" or "champion"',
        )  # fmt: skip
    elif bedside + counts["character"] < 2:
        yield plan_finding(
            plan, "warning", ("season",),
            f"one clinical voice alone; a second one is missing (now: {said})",
            "A second clinical or longitudinal letter shows that the first was no accident.",
            'another [[writer]] with type = "clinical" or "character"',
        )  # fmt: skip
    if not counts["research"]:
        yield plan_finding(
            plan, "hint", ("season",), f"no research or academic letter (now: {said})",
            "One letter about how you think rounds off those about how you work.",
            'a [[writer]] with type = "research": a mentor, a course director',
        )  # fmt: skip


def _scenario(plan: Plan, counts: dict[LetterType, int]) -> Iterator[Finding]:
    scenario = plan.season.scenario
    if scenario is None:
        return
    name, wanted, why = _SCENARIOS[scenario]
    missing = [kind for kind in dict.fromkeys(wanted) if counts[kind] < wanted.count(kind)]
    if missing:
        mix = "two clinical letters" if scenario == "borderline" else " + ".join(wanted)
        yield plan_finding(
            plan, "warning", ("season", "scenario"),
            f"scenario {scenario} ({name}) is best served by {mix}; "
            f"{'a further ' if counts[missing[0]] else ''}{' and '.join(missing)} is missing",
            f"{why[0].upper()}{why[1:]}.",
            f'type = "{missing[0]}"',
        )  # fmt: skip
    prior = counts["clinical"] + counts["research"] + counts["character"]
    if scenario == "switching-specialty" and not prior:
        yield plan_finding(
            plan, "warning", ("season", "scenario"),
            "a switch of specialty needs a supervisor from before, too; none is in the plan",
            "Silence from the former field reads as if it had ended badly.",
            'a [[writer]] with type = "clinical" from the earlier rotations',
        )  # fmt: skip


def _service(plan: Plan, counts: dict[LetterType, int]) -> Iterator[Finding]:
    season = plan.season
    emergency = is_specialty(season.specialty, "emergency medicine")
    if emergency and not counts["sloe"]:
        yield plan_finding(
            plan, "warning", ("season", "specialty"), "no SLOE is planned",
            "In emergency medicine the standardized letter comes on top of the others; the "
            "program office writes it.",
            'a [[writer]] with type = "sloe": the clerkship or program office',
        )  # fmt: skip
    other_portal = emergency or is_specialty(season.specialty, "obstetrics and gynecology")
    if other_portal and season.service == "ERAS":
        yield plan_finding(
            plan, "warning", ("season", "service"),
            f'service = "ERAS", but {season.specialty} uses ResidencyCAS',
            "The packet tells the writer where to upload; a letter in the wrong portal is lost.",
            'service = "ResidencyCAS"; look it up on the portal\'s own page',
        )  # fmt: skip


def _little_contact(finder: Finder) -> Iterator[Finding]:
    writer = finder.writer
    weeks = weeks_together(writer)
    if weeks is None or weeks >= _SHORT_CONTACT_WEEKS:
        return
    big = any(word in f"{writer.title} {writer.name}".lower() for word in _BIG_TITLES)
    known = "a big name with" if big else "worked with you for"
    yield finder.found(
        "warning", "Advice", ("worked_together",),
        f"{known} {weeks:g} week{'' if weeks == 1 else 's'}{' of contact' if big else ''}",
        "A letter from somebody who knows you well beats one from somebody well known.",
        "ask the one who saw you every day, or make this writer a backup",
    )  # fmt: skip


def weeks_together(writer: Writer) -> float | None:
    """How long they worked together; None if the plan doesn't say."""
    together = writer.worked_together
    if together.weeks is not None:
        return together.weeks
    if together.start is None or together.end is None:
        return None
    return round(_days(together.start, together.end) / 7, 1)


def _days(start: date, end: date) -> int:
    return (end - start).days + 1


def _foreign_details(finder: Finder) -> Iterator[Finding]:
    """Keys that the letters of this type don't use."""
    writer = finder.writer
    research_only = ("project", "contributed")
    clinical_only = ("patients", "memorable")
    unused: tuple[str, ...] = ()
    if writer.type in ("clinical", "champion", "character"):
        unused = research_only
    elif writer.type == "research":
        unused = clinical_only
    for key in unused:
        if getattr(writer, key) not in (None, "", ()):
            home = "research" if key in research_only else "clinical, champion or character"
            yield finder.found(
                "hint", "Advice", (key,), f"{key} is not used in a letter of type {writer.type}",
                f"It belongs to letters of type {home}.", "say it in a highlight instead",
            )  # fmt: skip
