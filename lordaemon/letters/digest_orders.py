"""The orders a digest offers: for each question the likely answers, ready to be sent with one tap.

Knows the verbs of docs/commands.md and what the applicant can do besides; decides nothing.
An order travels as a mailto: address (RFC 6068) whose body is the order and the digest's code (D4).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from lordaemon.season.standing import Ask
from lordaemon.season.table import Row


@dataclass(frozen=True, slots=True)
class Order:
    """One line that can be answered, what it does, and the address that sends it ("" if none)."""

    line: str
    means: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where orders go and the code that makes them good; an empty code: there is no mail to answer,
    so the same verbs are offered as commands."""

    to: str
    code: str

    def order(self, writer_id: str, verb: str, means: str) -> Order:
        """An order about one writer, or about `all`."""
        line = f"{writer_id} {verb}"
        if not self.code:
            return Order(f"lordaemon mark {line}", means)
        subject = quote(f"Order: {line} (code {self.code})", safe="")
        body = quote(f"{line}\r\n\r\nOrder code: {self.code}\r\n", safe="")
        return Order(
            line, means, f"mailto:{quote(self.to, safe='@')}?subject={subject}&body={body}"
        )

    def orders(self, writer_id: str, likely: tuple[tuple[str, str], ...]) -> tuple[Order, ...]:
        """Several orders about one writer."""
        return tuple(self.order(writer_id, verb, means) for verb, means in likely)


YES = ("yes", "They agreed: send the packet")
NO = ("no", "They said no: stop, and turn to a backup")
UNDERSTOOD = ("understood", "I am answering this myself: no reminder")
WITHDRAWN = ("withdrawn", "I will do without this letter")
UPLOADED = ("uploaded", "I see it in the portal")
NOT_UPLOADED = ("not-uploaded", "It is not there: keep waiting")
ASSIGNED = ("assigned", "It is uploaded and assigned")
CLOSE = ("silent", "Nothing came of it: close the row")

_BY_RULE: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "S2": (
        (WITHDRAWN,),
        "Ask in person or by phone, or move their due date in the plan if there is more time.",
    ),
    "S10": ((YES, NO, UNDERSTOOD), ""),
    "S11": ((("go", "Send it"), ("stop", "Don't send this message")), ""),
    "S12": ((), "Nothing goes to them until the plan is mended; it is read again by itself."),
    "S13": (
        (("go", "Send my request all the same"), YES, NO, UNDERSTOOD),
        "They wrote before your request went out, so it is held.",
    ),
    "S15": (
        (("sent", "Yes, that was the request"), ("not-sent", "No, it was something else")),
        "Until you say so, no request goes out.",
    ),
    "H2": ((YES, NO, UNDERSTOOD), "Answer them yourself first; it is not counted as a yes yet."),
    "H3": ((NO, YES, UNDERSTOOD), ""),
    "H4": (
        (UNDERSTOOD, WITHDRAWN),
        "If you find their new address, put it in the plan under “email”.",
    ),
    "H5": (
        (WITHDRAWN,),
        "Put the right address in the plan under “email”; it goes out again after a new notice.",
    ),
    "H6": ((UPLOADED, NOT_UPLOADED, NO), "Look for the letter in the portal."),
    "H7": ((YES, NO, UNDERSTOOD), "Answer them yourself first."),
    "H8": (
        (("sent", "Yes, that was the packet"), ("not-sent", "No, something else: send the packet")),
        "Until you say so, no packet goes out.",
    ),
    "H10": (
        (UNDERSTOOD, YES, NO),
        "It may not be from them. Don't open links in it; ask them another way.",
    ),
    "H11": (
        (UNDERSTOOD, YES, UPLOADED),
        "You may have waived the right to read it, and only what is in the portal counts.",
    ),
    "H13": (
        (UNDERSTOOD, YES, NO),
        "If it is their own address, add it to “also” in the plan and it will be read again.",
    ),
}
_OTHERWISE = ((YES, NO, UNDERSTOOD), "")
_SENT_OR_NOT = (("sent", "It arrived"), ("not-sent", "It never left: send it"))
_PACKET_BACK = (UNDERSTOOD, WITHDRAWN)


def answers(row: Row, ask: Ask, desk: Desk) -> tuple[tuple[Order, ...], str]:
    """The likely orders for one question, and what else can be done about it, in words."""
    likely, advice = _BY_RULE.get(ask.rule, _OTHERWISE)
    if ask.rule == "S1" and ask.why == row.facts.doubt:
        likely, advice = (
            (("go", "Somebody new: go on"), ("understood", "The same person as before")),
            "Nothing goes out until you say so.",
        )
    elif ask.rule == "S1":
        likely, advice = (
            _SENT_OR_NOT,
            "Look in your Sent folder, or ask them. It is never sent twice on a doubt.",
        )
    elif ask.rule == "H5" and row.decision.standing.frozen is ask:
        likely = _PACKET_BACK
        advice = "The yes stands. Find the right address, or hand over the packet another way."
    if ask.rule in ("H7", "S10") and "draft" in ask.why.lower():
        outline = f"Offer the outline instead: lordaemon outline {row.writer.id} makes it."
        advice = f"{advice} {outline}".strip()
    return desk.orders(row.writer.id, likely), advice
