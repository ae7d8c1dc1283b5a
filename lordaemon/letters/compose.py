"""What a writer gets: the four letters, in the applicant's voice.

Each letter is rendered once, as plain text, and its HTML is made from that text, so both say the
same. Decides neither whether nor when a letter goes; `today` is the applicant's local day on
which it will leave.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from lordaemon.errors import LordaemonError
from lordaemon.letters import markup, packet, proof, render
from lordaemon.letters.draft import Draft, Thread
from lordaemon.letters.facts import facts, introduced

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan, Writer
    from lordaemon.season.history import Kind


def compose(
    plan: Plan,
    writer: Writer,
    kind: Kind,
    *,
    today: date,
    thread: Thread | None = None,
    asked_on: date | None = None,
    said_yes_in_person: bool = False,
    late: Sequence[str] = (),
) -> Draft:
    """The letter of this kind to this writer, with its files.

    `thread` is the conversation it answers in (S14); without one it starts its own. `asked_on` is
    the local day the request left, which the reminder names. `said_yes_in_person`: the yes came
    without any mail; the packet thanks for it if the plan has `asked_in_person` (`answer = "yes"`
    there says the same). `late` are files of `writer.attach` that the packet did not carry; the
    follow-up brings them.
    Raises LordaemonError when a file or the user's own template can't be used.
    """
    items = packet.contents(plan, writer, kind, today=today, late=late)
    values = facts(
        plan,
        writer,
        today=today,
        asked_on=asked_on,
        attached=[item.in_list if kind == "packet" else item.in_sentence for item in items],
        new_thread=thread is None,
        said_yes_in_person=said_yes_in_person,
    )
    text = markup.tidy(render.letter(plan, writer, kind, values))
    if not text.strip():
        raise LordaemonError(
            f'writer "{writer.id}": the {kind} comes out empty; '
            f"write something into block {kind!r} of {writer.template}."
        )
    if thread:
        subject = answering(thread.subject)
    else:
        subject = _subject(render.letter(plan, writer, f"{kind}_subject", values), writer)
    if writer.template and (wrong := proof.slip(plan, writer, f"{subject}\n\n{text}")):
        raise LordaemonError(
            f'writer "{writer.id}": the {kind} made with {writer.template} can\'t go out, {wrong}; '
            "correct the template."
        )
    return Draft(
        to=writer.email,
        to_name=introduced(writer),
        subject=subject,
        text=text,
        html=markup.to_html(text, title=subject),
        attachments=tuple(item.attachment for item in items),
        thread=thread,
    )


def answering(subject: str) -> str:
    """The subject of an answer: one `Re: `, however many there were (RFC 5322 section 3.6.5)."""
    return "Re: " + re.sub(r"(?i)^(\s*re\s*:\s*)+", "", " ".join(subject.split()))


def _subject(rendered: str, writer: Writer) -> str:
    """A subject is one line; a template that makes more is refused."""
    subject = rendered.strip()
    if not subject or not subject.isprintable():
        raise LordaemonError(
            f'writer "{writer.id}": the subject in {writer.template} must be one line of text; '
            f"it came out as {subject!r}."
        )
    return " ".join(subject.split())
