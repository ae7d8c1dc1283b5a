"""Words for the applicant alone: what to say in person, and the outline instead of a draft."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from lordaemon.letters import markup, render
from lordaemon.letters.facts import facts

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan, Writer


def script(plan: Plan, writer: Writer, *, today: date) -> str:
    """The ask in person, the answer to a yes, a maybe and a no, and what to write down after."""
    return _told(plan, writer, "script", today)


def outline(plan: Plan, writer: Writer, *, today: date) -> str:
    """A detailed outline of facts, for a writer who asks for a draft to sign (H7).

    It states what happened and leaves every judgment to the writer: never a ghost-written letter.
    """
    return _told(plan, writer, "outline", today)


def _told(plan: Plan, writer: Writer, block: str, today: date) -> str:
    return markup.tidy(render.built_in("private", block, facts(plan, writer, today=today)))
