"""What a letter may say: plain words and lists taken from the plan, ready for a template.

A template gets these and nothing else, so it can't reach the plan's passwords or the disk.
Dates are the applicant's local days. docs/letters.md explains every name to users.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lordaemon.letters.words import (
    counted,
    day,
    full_day,
    listed,
    one_line,
    paragraphs,
    sentence,
    span,
)
from lordaemon.plan.model import Plan, Service, Writer

Facts = dict[str, "str | int | bool | list[str]"]

_PORTAL: dict[Service, str] = {
    "ERAS": "the AAMC Letter of Recommendation Portal",
    "ResidencyCAS": "ResidencyCAS",
    "SF Match": "the SF Match Central Application Service",
    "other": "the application service",
}
_BRIEFLY: dict[Service, str] = {
    "ERAS": "with the Letter ID on the Letter Request Form I will send you",
    "ResidencyCAS": "by the link it e-mails to you as evaluator",
    "SF Match": "as its request to you describes",
    "other": "and I will send you the exact steps",
}
_STEPS: dict[Service, str] = {
    "ERAS": (
        "Sign in to the AAMC Letter of Recommendation Portal, enter the Letter ID from my Letter "
        "Request Form, and upload the letter as a PDF. The portal wants it on letterhead, signed "
        "and dated. One letter addressed “Dear Program Director” serves every program, and an "
        "assistant may do the upload for you."
    ),
    "ResidencyCAS": (
        "ResidencyCAS sends you, as evaluator, an e-mail with a personal link; the letter is "
        "uploaded there. If that e-mail can’t be found, even among the junk mail, tell me and I "
        "will have it sent again."
    ),
    "SF Match": (
        "The letter goes into the SF Match Central Application Service (CAS); its request to you "
        "says how. If nothing from SF Match has reached you, tell me and I will have it sent again."
    ),
    "other": (
        "The application service takes the letter directly from you. If its instructions have not "
        "reached you, or don’t work, tell me and I will sort it out."
    ),
}


def greeted(writer: Writer) -> str:
    """How a letter addresses them: "Dr. Smith"; the full name when the plan gives no title."""
    return one_line(writer.salutation if writer.title else writer.name)


def introduced(writer: Writer) -> str:
    """How others hear of them: "Dr. Jane Smith"."""
    return one_line(f"{writer.title} {writer.name}")


def upload_steps(plan: Plan, writer: Writer) -> str:
    """How the letter reaches the service, with the writer's own words (`upload`) after it."""
    return "\n\n".join(filter(None, (_STEPS[plan.season.service], paragraphs(writer.upload))))


def contact(plan: Plan) -> str:
    """Where the applicant is reached: "sam@example.edu, +1 555 0100"."""
    return ", ".join(filter(None, (plan.applicant.email, one_line(plan.applicant.phone))))


def signature(plan: Plan) -> str:
    """Name, school and class, address and telephone, a line each."""
    me = plan.applicant
    school = one_line(me.school) + (f", class of {me.class_year}" if me.class_year else "")
    return "\n".join((one_line(me.name), school, contact(plan)))


def together(writer: Writer) -> str:
    """What and when: "Medicine wards (four weeks, February 1–28, 2027)"."""
    worked = writer.worked_together
    weeks = counted(worked.weeks, "week") if worked.weeks else ""
    when = ", ".join(filter(None, (weeks, span(worked.start, worked.end))))
    return one_line(worked.what) + (f" ({when})" if when else "")


def facts(
    plan: Plan,
    writer: Writer,
    *,
    today: date,
    asked_on: date | None = None,
    attached: Sequence[str] = (),
    new_thread: bool = False,
    said_yes_in_person: bool = False,
) -> Facts:
    """Everything a template may name.

    `today` is the local day the letter leaves, `asked_on` the day the request left, `attached`
    what goes with it, in words; `new_thread`: nothing was written to this writer before.
    """
    me, season, worked, due = plan.applicant, plan.season, writer.worked_together, plan.due(writer)
    in_person = writer.asked_in_person
    return {
        "me": one_line(me.name),
        "school": one_line(me.school),
        "class_year": me.class_year or "",
        "student": f"a student at {one_line(me.school)}"
        + (f", class of {me.class_year}" if me.class_year else ""),
        "signature": signature(plan),
        "contact": contact(plan),
        "writer": greeted(writer),
        "writer_name": introduced(writer),
        "type": writer.type,
        "letter": "SLOE" if writer.type == "sloe" else "letter",
        "specialty": one_line(season.specialty),
        "no_rank": season.scenario == "no-rank",
        "step2_solid": season.step2 == "solid",
        "themes": [one_line(theme) for theme in season.themes],
        "together": together(writer),
        "what": one_line(worked.what),
        "when": span(worked.start, worked.end),
        "weeks": counted(worked.weeks, "week") if worked.weeks else "",
        "highlights": [one_line(line) for line in writer.highlights],
        "patients": writer.patients or 0,
        "patients_said": counted(writer.patients or 0, "patient"),
        "memorable": sentence(writer.memorable),
        "presented": sentence(writer.presented),
        "project": one_line(writer.project).rstrip("."),
        "contributed": [one_line(line) for line in writer.contributed],
        "note": paragraphs(writer.note),
        "interest": paragraphs(plan.packet.interest),
        "service": season.service,
        "portal": _PORTAL[season.service],
        "portal_how": _BRIEFLY[season.service],
        "upload": paragraphs(writer.upload),
        "upload_steps": upload_steps(plan, writer),
        "due": full_day(due),
        "due_passed": today > due,
        "deadline": full_day(season.deadline),
        "spoke_on": day(in_person) if in_person else "",
        "said_yes_in_person": bool(in_person and (said_yes_in_person or writer.answer == "yes")),
        "asked_on": day(asked_on) if asked_on else "",
        "new_thread": new_thread,
        "attached": list(attached),
        "attached_said": listed(attached),
    }
