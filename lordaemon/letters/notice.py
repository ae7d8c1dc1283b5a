"""The notice: shows the applicant, in full, what is about to go to a writer (S11).

Its orders stand inside sentences, never alone on a line, so that a quoted notice can't be taken
for an order. It carries its own order code and never a writer's token.
"""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from lordaemon.letters import markup
from lordaemon.letters.digest_orders import Desk
from lordaemon.letters.draft import Attachment, Draft
from lordaemon.letters.facts import greeted, introduced
from lordaemon.letters.words import WEEKDAYS, moment, one_line, size

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan, Writer
    from lordaemon.season.history import Kind

_CALLED: dict[Kind, str] = {
    "request": "request",
    "packet": "packet",
    "reminder": "reminder",
    "follow_up": "follow-up",
}
_RULE = "—" * 12
_FOOT = """Order code: {token}
Keep this line in your answer; it shows that the order is yours. It works for seven days."""


def compose_notice(
    plan: Plan,
    writer: Writer,
    kind: Kind,
    draft: Draft,
    leaves_at: datetime,
    token: str,
    *,
    waits_for_word: bool,
) -> Draft:
    """The mail to the applicant about `draft`, which leaves at `leaves_at` (aware).

    `token` is the notice's own order code; an answer that carries it gives orders (D4).
    `waits_for_word`: the letter goes only after `go` (`approve = "each"`).
    """
    local = leaves_at.astimezone(plan.zone)
    called = _CALLED[kind]
    if waits_for_word:
        subject = f"Waits for your word: {called} to {greeted(writer)}"
        when = (
            f"This {called} to {introduced(writer)} waits for your word. Without it, nothing goes. "
            f"It was meant for {moment(local)}."
        )
        orders = (
            "Answer this mail with go and it leaves; with stop and it doesn’t. "
            f"To leave {greeted(writer)} alone for now, answer pause {writer.id}."
        )
    else:
        at = f"{WEEKDAYS[local.weekday()][:3]} {local:%H:%M}"
        subject = f"Goes out {at}: {called} to {greeted(writer)}"
        when = f"This {called} goes to {introduced(writer)} on {moment(local)}, unless you stop it."
        orders = (
            "If it is right, do nothing. Answer this mail with stop and it stays here; "
            f"answer pause {writer.id} to leave {greeted(writer)} alone for now. "
            "To change it, edit the plan: you will be shown the new letter first."
        )
    head = [f"To: {one_line(draft.to_name)} <{draft.to}>", f"Subject: {one_line(draft.subject)}"]
    if draft.thread:
        head.append("In the thread of your earlier mail")
    text = markup.tidy(
        "\n\n".join(
            [
                when,
                orders,
                _RULE,
                "\n".join(head),
                draft.text.strip(),
                _files(draft.attachments),
                _RULE,
                _FOOT.format(token=token),
            ]
        )
    )
    return Draft(
        to=plan.digest_to,
        to_name=one_line(plan.applicant.name),
        subject=subject,
        text=text,
        html=_tappable(markup.to_html(text, title=subject), plan, writer, token),
    )


def _tappable(html: str, plan: Plan, writer: Writer, token: str) -> str:
    """The same words; a tap on an order's word writes the answer that gives it (D4)."""
    desk = Desk(plan.applicant.email, token)
    for sentence, said, verb in (
        ("Answer this mail with go", "go", "go"),
        ("with stop and", "stop", "stop"),
        (f"answer pause {writer.id}", f"pause {writer.id}", "pause"),
    ):
        link = f'<a href="{escape(desk.order(writer.id, verb, "").href)}">{said}</a>'
        html = html.replace(sentence, sentence.replace(said, link, 1), 1)
    return html


def _files(attachments: tuple[Attachment, ...]) -> str:
    """Names and sizes, a line each."""
    if not attachments:
        return "Attached: nothing"
    lines = [f"- {one_line(file.name)}, {size(len(file.data))}" for file in attachments]
    return "\n".join(["Attached:", *lines])
