"""What needs the applicant: the questions of the policy, and the checks of D5 and H6, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from lordaemon.letters.digest_orders import (
    ASSIGNED,
    CLOSE,
    NO,
    NOT_UPLOADED,
    UPLOADED,
    YES,
    Desk,
    Order,
    answers,
)
from lordaemon.letters.digest_view import DigestView
from lordaemon.letters.digest_words import QUOTE_LIMIT, day_words, days, listed, plain, sentence
from lordaemon.season.policy import Stage
from lordaemon.season.table import Row

TOLD_BEFORE = frozenset({21, 14, 7, 3, 1, 0})
"""Days before a due date on which the applicant is told what is missing (D5)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing for the applicant: who, what, the sentence it rests on, and what can be done."""

    writer: str
    name: str
    why: str
    quote: str
    advice: str
    orders: tuple[Order, ...]
    rule: str


def needs(view: DigestView, names: dict[str, str], desk: Desk) -> tuple[Item, ...]:
    """Every question only the applicant can settle, in the plan's order."""
    items = []
    for row in view.table.rows:
        for ask in row.decision.asks:
            orders, advice = answers(row, ask, desk)
            items.append(
                Item(
                    row.writer.id,
                    names[row.writer.id],
                    sentence(plain(ask.why, QUOTE_LIMIT)),
                    plain(ask.evidence, QUOTE_LIMIT),
                    advice,
                    orders,
                    ask.rule,
                )
            )
    return tuple(items)


def to_check(view: DigestView, names: dict[str, str], desk: Desk) -> tuple[tuple[Item, ...], bool]:
    """What the applicant should look at without being asked, and whether a due date is near."""
    items, near = [], False
    for row in view.table.rows:
        left = (row.due - view.day).days
        told = left in TOLD_BEFORE or left < 0
        if row.lost or row.stage == "assigned" or _in_reserve(row):
            continue
        if told:
            near = True
            items.append(_due_soon(row, view, names, desk, left))
        elif row.stage == "claimed":
            likely = (UPLOADED, NOT_UPLOADED)
            items.append(_item(row, names, desk, "says the letter is in", _LOOK, likely, "H6"))
        elif row.decision.rule == "S10" and row.decision.action == "wait":
            why = "you are answering this yourself; how did it end?"
            items.append(_item(row, names, desk, why, "", (YES, NO, CLOSE), "S10"))
    return tuple(items), near


def together(checks: tuple[Item, ...]) -> tuple[Item, ...]:
    """Checks that say the same of several writers as one, and a letter that isn't in before those
    that are: six cards alike would hide the seventh."""
    same: dict[tuple[str, str, str, str], list[Item]] = {}
    for item in sorted(checks, key=lambda item: _IN_THE_PORTAL in item.why):
        same.setdefault((item.why, item.advice, item.rule, item.quote), []).append(item)
    return tuple(
        replace(
            items[0],
            name=listed([item.name for item in items]),
            orders=tuple(order for item in items for order in item.orders),
        )
        for items in same.values()
    )


def _in_reserve(row: Row) -> bool:
    return row.stage == "planned" and row.decision.rule == "H9" and row.decision.kind == "none"


def _due_soon(row: Row, view: DigestView, names: dict[str, str], desk: Desk, left: int) -> Item:
    day = day_words(row.due, view.day)
    due = f"due in {days(left)} ({day})" if left > 0 else f"was due {days(-left)} ago ({day})"
    due = f"due today ({day})" if left == 0 else due
    missing, advice, likely = _MISSING[row.stage]
    orders = () if row.needs_you else likely
    return _item(row, names, desk, f"{due}: {missing}", advice, orders, "D5")


def _item(
    row: Row,
    names: dict[str, str],
    desk: Desk,
    why: str,
    advice: str,
    likely: tuple[tuple[str, str], ...],
    rule: str,
) -> Item:
    orders = desk.orders(row.writer.id, likely)
    return Item(row.writer.id, names[row.writer.id], sentence(why), "", advice, orders, rule)


_LOOK = "Look for it in the portal."
_SPEAK = "A word from you, in person or by phone, is what helps now."
_IN_THE_PORTAL = "in the portal, not known to be assigned"
_NOT_IN = ("agreed, but the letter is not in", _SPEAK, (UPLOADED, ASSIGNED))
_UNANSWERED = ("no yes yet", _SPEAK, (YES, NO))
_MISSING: dict[Stage, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "planned": ("not asked yet", _SPEAK, (YES, NO)),
    "requested": _UNANSWERED,
    "reminded": _UNANSWERED,
    "agreed": ("agreed, but the packet has not gone and the letter is not in", _SPEAK,
               (UPLOADED, ASSIGNED)),
    "packet_sent": _NOT_IN,
    "followed_up": _NOT_IN,
    "claimed": ("they say it is in, you have not seen it yet", _LOOK,
                (UPLOADED, ASSIGNED, NOT_UPLOADED)),
    "uploaded": (_IN_THE_PORTAL, "Assign it to your programs.", (ASSIGNED,)),
}  # fmt: skip


def late(row: Row, now: datetime) -> bool:
    """S11: a message that waits for the applicant's word longer than its 48 hours."""
    decision = row.decision
    return (
        decision.action == "ask"
        and decision.rule == "S11"
        and decision.latest is not None
        and now > decision.latest
    )


def state_of(row: Row) -> str:
    """Where a letter stands, in a few words."""
    if row.needs_you and row.stage not in ("declined", "undeliverable"):
        return "needs you"
    if row.paused:
        return "paused"
    return {
        "planned": "in reserve" if _in_reserve(row) else "not asked yet",
        "requested": "asked, no answer yet",
        "reminded": "reminded, no answer yet",
        "agreed": "said yes, packet to go",
        "packet_sent": "said yes, letter to come",
        "followed_up": "followed up, not in yet",
        "claimed": "says it is in",
        "uploaded": "in the portal",
        "assigned": "in and assigned",
        "declined": "said no",
        "silent": "never answered",
        "undeliverable": "mail came back",
        "withdrawn": "withdrawn by you",
    }[row.stage]
