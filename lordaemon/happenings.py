"""What took place since an instant, in words a person reads: for the digest and for `show`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from lordaemon.letters.digest_view import Happening
from lordaemon.plan.model import Plan
from lordaemon.season.history import Attempt, Heard, Kind, Word, WriterHistory
from lordaemon.season.policy import words
from lordaemon.season.table import Row
from lordaemon.snapshot import Snapshot
from lordaemon.store import order_rows
from lordaemon.store.tables import HeardRow, ShuntRow

FIRST_LOOK_BACK = timedelta(days=2)
MOST_ODD = 10
"""Mails that could not be placed; somebody who sends hundreds must not bury the digest."""


def happenings(
    session: Session, plan: Plan, seen: Snapshot, since: datetime | None
) -> list[Happening]:
    """Everything about the writers after `since`, in order."""
    del session, plan
    start = since or seen.now - FIRST_LOOK_BACK
    found = [
        event
        for row in seen.table.rows
        for event in story(row.writer.id, row.facts, row)
        if event.at > start
    ]
    return sorted(found, key=lambda event: event.at)


def story(
    writer: str, facts: WriterHistory, row: Row | None = None, *, notices: bool = False
) -> Iterator[Happening]:
    """One writer's events, unsorted: what left, what came, what the applicant said; and, with
    `notices`, what the applicant was shown."""
    for attempt in facts.attempts:
        yield from _attempt(writer, attempt)
        if notices and attempt.noticed_at is not None:
            what = f"you were shown the {words(attempt.kind)}"
            yield Happening(attempt.noticed_at, writer, what, "S11")
    for heard in facts.heard:
        yield Happening(heard.learned_at, writer, _heard(heard), _RULES.get(heard.label, "S10"))
    for mail in facts.hand:
        if mail.counts_as is not None:
            what = f"the {words(mail.counts_as)} went out by your own hand"
        else:
            what = f'you wrote to them yourself: "{mail.subject}"'
        yield Happening(mail.at, writer, what, "H8")
    paused = False
    for word in facts.words:
        if word.verb != "resume" or paused:
            yield Happening(word.at, writer, _word(word), "D4")
        paused = word.verb == "pause" or (paused and word.verb != "resume")
    decision = row.decision if row else None
    if row is not None and row.stage == "silent" and decision is not None and decision.at:
        yield Happening(decision.at, writer, "closed as silent", "H9")


def _word(word: Word) -> str:
    """The applicant's word, with the day it speaks of and the note; the plan's own says so."""
    said = "the plan says" if word.source == "plan" else "you said"
    note = word.note if word.verb not in ("go", "stop") else words(cast("Kind", word.note))
    day = f" on {word.on:%-d %B %Y}" if word.on else ""
    return f"{said}: {word.verb}{day}" + (f" ({note})" if note else "")


def _attempt(writer: str, attempt: Attempt) -> Iterator[Happening]:
    kind = words(attempt.kind)
    if attempt.state in ("sent", "bounced") and attempt.at is not None:
        yield Happening(attempt.at, writer, f"the {kind} went out", _SENT_BY[attempt.kind])
    if attempt.state == "bounced":
        yield Happening(attempt.at or attempt.planned_at, writer,
                        f"the {kind} came back: {attempt.problem}", "H5")  # fmt: skip
    if attempt.state == "uncertain":
        what = f"it is not known whether the {kind} left: {attempt.problem}"
        yield Happening(attempt.planned_at, writer, what, "S1")
    if attempt.state == "refused" and attempt.at is not None:
        what = f"the {kind} was refused: {attempt.problem}"
        yield Happening(attempt.at, writer, what, "H5")


def _heard(heard: Heard) -> str:
    said = {
        "yes": "said yes", "no": "said no", "uploaded": "says the letter is in",
        "auto_reply": "an automatic reply came", "bounce": "a delivery report came",
        "yes_conditional": "a yes with a condition", "delegated": "handed it to somebody else",
        "deferred": "wants to be asked later", "question": "asked a question",
        "unrelated": "wrote about something else", "unclear": "wrote, but it isn't clear what",
    }[heard.label]  # fmt: skip
    if not heard.confident and heard.label in ("yes", "no", "uploaded"):
        said = {"yes": "may have said yes", "no": "may have said no",
                "uploaded": "may have uploaded"}[heard.label]  # fmt: skip
    if heard.label == "auto_reply" and heard.return_on is not None:
        said += f", back on {heard.return_on:%-d %B}"
    return f'{said}: "{heard.evidence}"' if heard.evidence else said


def orders_since(session: Session, plan: Plan, since: datetime | None, now: datetime) -> list[str]:
    """What became of the orders that came by mail (D4), the refused ones too."""
    rows = order_rows.told_between(session, plan.season.name, since, now)
    return [_order(row.line, row.outcome, done=row.done) for row in rows]


def _order(line: str, outcome: str, *, done: bool) -> str:
    if done or outcome.startswith(f'"{line}"'):
        return f"“{line}”: {outcome}" if done else outcome
    return f"“{line}” was not taken: {outcome}" if line else f"No order was taken: {outcome}"


def strangers(session: Session, plan: Plan, since: datetime | None) -> list[str]:
    """Mail about a letter from unknown addresses (H13), and what could not be read."""
    query = select(HeardRow).where(HeardRow.season == plan.season.name, HeardRow.person.is_(None))
    known = {a for w in plan.writers for a in w.addresses}
    new = [
        row
        for row in session.scalars(query)
        if row.sender not in known and (since is None or row.seen_at > since)
    ]
    subjects = {row.sender: row.subject for row in reversed(new)}
    lines = [
        f"A mail about a letter came from {sender} ({subject}), who is not in the plan. If it is "
        'one of your writers, add the address to their "also".'
        for sender, subject in subjects.items()
    ]
    odd = select(ShuntRow).where(ShuntRow.season == plan.season.name)
    lines += [
        f"A message in {row.folder} could not be read safely ({row.what}). Please look at it "
        "yourself."
        for row in session.scalars(odd)
        if since is None or row.at > since
    ]
    if len(lines) > MOST_ODD:
        lines[MOST_ODD:] = [f"{len(lines) - MOST_ODD} more of these are left out here."]
    return lines


_SENT_BY = {"request": "S2", "packet": "S3", "reminder": "S5", "follow_up": "S6"}
_RULES = {
    "yes": "H1", "no": "H3", "auto_reply": "H4", "bounce": "H5", "uploaded": "H6",
    "yes_conditional": "H2", "delegated": "H7", "deferred": "H7", "question": "H7",
}  # fmt: skip
