"""What a good advisor would say about a plan that loads: `blocking` (S12) and `advice`.

`blocking` holds a writer's mail until it is mended; `advice` never holds anything (rules.md,
Advice). Both are told by `check`, `init` and the digest. Neither reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lordaemon.plan.blocking import blocking
from lordaemon.plan.finding import Finding, plan_finding
from lordaemon.plan.mix import letters_by_type, mix_advice
from lordaemon.plan.model import Plan
from lordaemon.plan.naming import naming_advice
from lordaemon.plan.places import writer_label
from lordaemon.plan.timetable import date_advice
from lordaemon.plan.wording import wording_advice

__all__ = ["Finding", "advice", "blocking", "letters_by_type", "weight"]

LEVELS = ("error", "warning", "hint")


def advice(plan: Plan, today: date) -> list[Finding]:
    """All advice, the weightiest first: by level, then the whole season before the writers, who
    come in the order of the file; `today` is the applicant's local day. An error here concerns the
    whole plan: no mail can be sent or heard."""
    found = [
        *_mailbox(plan),
        *_packet(plan),
        *_shared_addresses(plan),
        *mix_advice(plan),
        *date_advice(plan, today),
        *wording_advice(plan),
        *naming_advice(plan),
    ]
    return sorted(found, key=weight)


def weight(finding: Finding) -> tuple[int, int]:
    """What sorts findings so that the first line is the one to begin with."""
    of_writer = finding.where.startswith("writer")
    return LEVELS.index(finding.level), (finding.line or 0) + 1 if of_writer else 0


def _mailbox(plan: Plan) -> Iterator[Finding]:
    mail = plan.mail
    if mail.provider == "custom":
        for name, server in (("imap", mail.imap), ("smtp", mail.smtp)):
            if not server.host:
                yield plan_finding(
                    plan, "error", ("mail", name), f"mail.{name}.host is missing",
                    'With provider = "custom" the servers have to be named.',
                    f'[mail.{name}] host = "{name}.example.edu", or provider = "gmail"',
                )  # fmt: skip
    if mail.password is None and mail.oauth is None:
        yield plan_finding(
            plan, "error", ("mail",), "there is no way to log in: neither password nor oauth",
            "The mailbox can't be read or sent from without.",
            "password = { keyring = true }, then run `lordaemon password`",
        )  # fmt: skip


def _packet(plan: Plan) -> Iterator[Finding]:
    packet = plan.packet
    if not packet.cv:
        yield plan_finding(
            plan, "warning", ("packet",), "no CV is named, so none is attached",
            "Every writer asks for it, and a week goes by with the answer.",
            'cv = "cv.pdf", the file beside the plan',
        )  # fmt: skip
    if not packet.personal_statement and not packet.interest:
        yield plan_finding(
            plan, "hint", ("packet",), "neither a personal statement nor interest is given",
            "A writer wants to know why you chose this field.",
            'personal_statement = "personal-statement.pdf", or interest = "a paragraph"',
        )  # fmt: skip


def _shared_addresses(plan: Plan) -> Iterator[Finding]:
    """The same `also` twice: an office that writes for two people (rules.md, Words)."""
    owner: dict[str, int] = {}
    for index, writer in enumerate(plan.writers):
        for address in writer.addresses[1:]:
            first = owner.setdefault(address, index)
            if first != index:
                yield Finding(
                    "hint", "Advice", writer_label(index, writer.id),
                    plan.line_of("writer", index, "also"),
                    f"{address} is also in the list of "
                    f"{writer_label(first, plan.writers[first].id)}",
                    "Mail from it is matched by its thread only; without one you are asked.",
                    "leave it with the one who writes from it",
                )  # fmt: skip
