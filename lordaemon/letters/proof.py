"""Reads a letter from the user's own template over before it goes: the slips of S12.

The plan's own words are checked when it is loaded; what stands in a template can only be seen
once it is rendered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lordaemon.letters.facts import greeted
from lordaemon.plan.specialties import other_specialty
from lordaemon.plan.unfinished import unfilled

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan, Writer


def slip(plan: Plan, writer: Writer, text: str) -> str | None:
    """What is wrong in a finished text, in words, or None: a placeholder, a name, a specialty."""
    if placeholder := unfilled(text):
        return f"a placeholder is left in it: {placeholder!r}"
    for other in plan.writers:
        for name in {other.name, greeted(other)} - {writer.name, greeted(writer)}:
            if " " in name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                return f"it names another writer: {name}"
    if specialty := other_specialty(text, plan.season.specialty):
        return f"it speaks of applying in {specialty}, and the plan of {plan.season.specialty}"
    return None
