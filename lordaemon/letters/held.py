"""What holds a writer's mail until it is mended (S12): faults of the plan, and letters that can't
be made with the template of the user's own. One writer's fault holds nobody else's mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lordaemon.errors import LordaemonError
from lordaemon.letters.compose import compose
from lordaemon.letters.draft import Thread
from lordaemon.plan.blocking import blocking as faults_of_plan
from lordaemon.plan.finding import Finder, Finding
from lordaemon.season.history import KINDS

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan, Writer
    from lordaemon.season.history import Kind

_THREAD = Thread("A letter", "<letter@preview.invalid>", ("<letter@preview.invalid>",))


def blocking(plan: Plan) -> dict[str, list[Finding]]:
    """The open faults by writer id; a writer without one is not in it. Looks at files, sends
    nothing, and never raises for what a plan may hold."""
    found = faults_of_plan(plan)
    for writer in plan.writers:
        if writer.template and writer.id not in found and (slips := list(_slips(plan, writer))):
            found[writer.id] = slips
    return found


def _slips(plan: Plan, writer: Writer) -> Iterator[Finding]:
    """What keeps this writer's letters from being made, each told once."""
    for slip in dict.fromkeys(_errors(plan, writer)):
        message = slip.removeprefix(f'writer "{writer.id}": ').removeprefix("template: ")
        yield Finder(plan, writer).found(
            "error", "S12", ("template",), f"template: {message.rstrip('.')}",
            "A letter that can't be made as you meant it isn't sent.",
            f"mend it, then look: lordaemon preview {writer.id}",
        )  # fmt: skip


def _errors(plan: Plan, writer: Writer) -> Iterator[str]:
    """Every kind is made once; after a yes in person the packet opens the thread (S14)."""
    kinds: tuple[Kind, ...] = ("packet", "follow_up") if writer.answer == "yes" else KINDS
    day = plan.due(writer)
    for kind in kinds:
        thread = None if kind == kinds[0] else _THREAD
        try:
            compose(plan, writer, kind, today=day, thread=thread, asked_on=day)
        except LordaemonError as slip:
            yield str(slip)
