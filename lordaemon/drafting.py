"""From a decision to a frozen draft in the outbox, and the notice that shows it (S11, S12).

What is planned here is what leaves: text, attachments and Message-ID are fixed when the draft is
made, and only the Date line is added at the end. Any change of plan or file before it left makes
a new draft and a new notice. Nothing is sent here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import cast

from sqlalchemy.orm import Session

from lordaemon import clock
from lordaemon.letters.compose import compose
from lordaemon.letters.draft import Draft, Thread
from lordaemon.letters.mime import to_bytes
from lordaemon.plan.model import Plan, Writer
from lordaemon.reading.message import parse
from lordaemon.season.calendar import local_day
from lordaemon.season.history import Kind, WriterHistory
from lordaemon.season.policy import Decision
from lordaemon.store import outbox_rows
from lordaemon.store.load import attempts_by_person
from lordaemon.store.tables import SETTLED_UNSENT, OutboxRow

MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,120}@[A-Za-z0-9.\[\]:_-]{1,120}>")
"""An identifier that may be copied from a stranger's mail into a header of ours."""


def identity(person: str, kind: str) -> str:
    """What a message is, apart from the season: one of these may ever reach a writer (S1)."""
    return f"{person}:{kind}"


def new_token(season: str, kind: str, number: int) -> str:
    """The name of one attempt; it stands in Message-ID and References (docs/sending.md)."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", season)
    return f"lor.{plain}.{kind}.{number}.{clock.token()}"


def domain_of(address: str) -> str:
    """The right side of our Message-IDs: the applicant's own domain."""
    return address.rpartition("@")[2]


def planned(
    session: Session, plan: Plan, writer: Writer, facts: WriterHistory, decision: Decision,
    now: datetime,
) -> OutboxRow | None:  # fmt: skip
    """The draft of the decided message, as it should be now; made or made anew where needed.

    None when another row already holds the place of this message (it is being sent, was sent, or
    is in doubt). Raises LordaemonError when the letter can't be composed.
    """
    kind = cast(Kind, decision.kind)
    rows = attempts_by_person(session, plan.season.name)[facts.person]
    current = outbox_rows.live(session, plan.season.name, identity(facts.person, kind))
    if current is not None and current.state != "planned":
        return None
    draft = _compose(plan, writer, kind, facts, rows, current.planned_at if current else now)
    fingerprint = fingerprint_of(draft)
    if current is not None:
        if current.fingerprint == fingerprint:
            return current
        outbox_rows.move(session, current.token, "planned", "superseded")
    over = [r for r in rows if r.kind == kind and r.state in SETTLED_UNSENT]
    number = 1 + len(over) + (current is not None)
    token = new_token(plan.season.name, kind, number)
    domain = domain_of(plan.applicant.email)
    message_id = f"<{token}@{domain}>"
    row = OutboxRow(
        token=token, season=plan.season.name, identity=identity(facts.person, kind),
        person=facts.person, writer=writer.id, kind=kind, number=number, state="planned",
        recipient=draft.to, subject=draft.subject, message_id=message_id,
        raw=to_bytes(
            draft, sender_name=plan.applicant.name, sender=plan.applicant.email,
            message_id=message_id, references_token=f"<{token}.ref@{domain}>",
        ),
        fingerprint=fingerprint, text=draft.text, planned_at=now, noticed_at=None,
        claimed_at=None, sent_at=None, not_before=None, witness_uid=None,
    )  # fmt: skip
    return row if outbox_rows.add(session, row) else None


def redraft(
    session: Session, plan: Plan, writer: Writer, facts: WriterHistory, row: OutboxRow
) -> Draft:
    """The draft behind a planned row, composed again for its notice."""
    rows = attempts_by_person(session, plan.season.name)[facts.person]
    return _compose(plan, writer, cast(Kind, row.kind), facts, rows, row.planned_at)


def _compose(
    plan: Plan, writer: Writer, kind: Kind, facts: WriterHistory, rows: Sequence[OutboxRow],
    when: datetime,
) -> Draft:  # fmt: skip
    asked = [a.at for a in facts.attempts if a.kind == "request" and a.state == "sent" and a.at]
    asked += [m.at for m in facts.hand if m.counts_as == "request"]
    return compose(
        plan, writer, kind, today=local_day(when, plan.zone),
        thread=_thread(facts, rows) if kind != "request" else None,
        asked_on=local_day(asked[0], plan.zone) if asked else None,
        late=_late_files(writer, rows) if kind == "follow_up" else (),
    )  # fmt: skip


def _late_files(writer: Writer, rows: Sequence[OutboxRow]) -> tuple[str, ...]:
    """The writer's own files that were added after the packet left: the follow-up brings them."""
    packet = next((r for r in rows if r.kind == "packet" and r.state == "sent" and r.raw), None)
    if packet is None:
        return ()
    carried = {file.name for file in parse(packet.raw).attachments}
    return tuple(name for name in writer.attach if PurePath(name).name not in carried)


def fingerprint_of(draft: Draft) -> str:
    """A hash over everything the applicant was shown and the writer will get (S12, I11)."""
    parts = [draft.to, draft.to_name, draft.subject, draft.text, draft.html]
    parts += [f"{a.name} {a.content_type} {a.sha256}" for a in draft.attachments]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _thread(facts: WriterHistory, rows: Sequence[OutboxRow]) -> Thread | None:
    """The request's thread (S14): our first message, and the writer's last answer in it."""
    sent = [r for r in rows if r.state == "sent"]
    first = next((r for r in sent if r.kind == "request"), sent[0] if sent else None)
    asked_by_hand = [m for m in facts.hand if m.message_id and m.counts_as == "request"]
    if first is not None:
        root, subject = first.other_id or first.message_id, first.subject
    elif asked_by_hand:
        root, subject = asked_by_hand[0].message_id, asked_by_hand[0].subject
    else:
        return None
    if not MESSAGE_ID.fullmatch(root):
        return None
    references = [root]
    answers = [h for h in facts.heard if h.in_thread and h.human and h.from_writer and h.authentic]
    if answers and MESSAGE_ID.fullmatch(answers[-1].message_id):
        references.append(answers[-1].message_id)
    return Thread(subject, references[-1], tuple(references))
