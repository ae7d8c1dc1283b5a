"""Facts out of the database: the `History` of a season, by writer of the plan as it is now.

Nothing is decided here. Who an address belongs to is answered by the present plan, so an address
added to `also` makes earlier mail from it the writer's own (H13).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.calendar import Calendar, local_day
from lordaemon.season.history import (
    KINDS,
    Attempt,
    HandMail,
    Heard,
    History,
    Kind,
    Label,
    MailHealth,
    Word,
    WriterHistory,
)
from lordaemon.season.history import AttemptState as State
from lordaemon.store import notes
from lordaemon.store.people import Identity
from lordaemon.store.tables import HandRow, HeardRow, OutboxRow, WordRow


def history(
    session: Session,
    plan: Plan,
    identities: Mapping[str, Identity],
    faults: Mapping[str, str],
    holds: tuple[str, ...] = (),
) -> History:
    """All facts of the plan's season. `faults`: what blocks a writer (S12), told by the caller."""
    season = plan.season.name
    attempts = attempts_by_person(session, season)
    heard = _heard(session, plan, identities)
    hand = _hand(session, plan)
    words = _words(session, season)
    kinds = {row.token: cast(Kind, row.kind) for rows in attempts.values() for row in rows}
    writers: dict[str, WriterHistory] = {}
    for writer in plan.writers:
        identity = identities[writer.id]
        person = identity.person
        writers[writer.id] = WriterHistory(
            person=person,
            attempts=tuple(_attempt(r) for r in attempts[person] if r.state != "superseded"),
            hand=_told(plan, writer, hand[person]),
            heard=tuple(_one_heard(r, writer, kinds) for r in heard[person]),
            words=tuple(words[person]),
            doubt=identity.doubt,
            fault=faults.get(writer.id, ""),
            first_seen_at=identity.first_seen_at,
        )
    known = notes.everything(session)

    def when(name: str) -> datetime | None:
        return known[name][1] if name in known else None

    problem = known.get(notes.MAIL_PROBLEM, ("", None))[0]
    health = MailHealth(when(notes.LAST_SYNC), when(notes.LAST_SEND), problem)
    return History(writers, health, when(notes.started(season)), holds)


def attempts_by_person(session: Session, season: str) -> defaultdict[str, list[OutboxRow]]:
    """Messages to writers, oldest first."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.season == season, OutboxRow.person.is_not(None))
        .order_by(OutboxRow.planned_at, OutboxRow.number)
    )
    found: defaultdict[str, list[OutboxRow]] = defaultdict(list)
    for row in rows:
        if row.person is not None and row.kind in KINDS:
            found[row.person].append(row)
    return found


def _attempt(row: OutboxRow) -> Attempt:
    return Attempt(
        id=row.token,
        kind=cast(Kind, row.kind),
        state=cast(State, row.state),
        planned_at=row.planned_at,
        at=row.sent_at,
        message_id=row.other_id or row.message_id,
        subject=row.subject,
        to=row.recipient,
        noticed_at=row.noticed_at,
        approved=row.approved,
        problem=row.problem,
    )


def _hand(session: Session, plan: Plan) -> defaultdict[str, list[HandMail]]:
    found: defaultdict[str, list[HandMail]] = defaultdict(list)
    query = select(HandRow).where(HandRow.season == plan.season.name).order_by(HandRow.at)
    for row in session.scalars(query):
        mail = HandMail(
            row.at, row.message_id, row.subject, row.attachments, None, row.before_first_sync
        )
        found[row.person].append(mail)
    return found


def _told(plan: Plan, writer: Writer, found: list[HandMail]) -> tuple[HandMail, ...]:
    """The plan's `asked` and `packet_sent` count as sent by hand (S15); the mail that was found in
    Sent on that day is that message and isn't counted twice."""
    zone = plan.zone
    hours = plan.policy.send_hours
    calendar = Calendar(zone, hours[0], hours[1], lambda _day: False)
    told: dict[date, Kind] = {}
    if writer.packet_sent is not None:
        told[writer.packet_sent] = "packet"
    if writer.asked is not None:
        told[writer.asked] = "request"
    mails: list[HandMail] = []
    for mail in found:
        kind = told.pop(local_day(mail.at, zone), None)
        mails.append(replace(mail, counts_as=kind) if kind else mail)
    mails += [HandMail(calendar.start_of(day), counts_as=kind) for day, kind in told.items()]
    return tuple(sorted(mails, key=lambda mail: mail.at))


def _heard(
    session: Session, plan: Plan, identities: Mapping[str, Identity]
) -> defaultdict[str, list[HeardRow]]:
    owner = {
        address: identities[writer.id].person
        for writer in plan.writers
        for address in writer.addresses
    }
    found: defaultdict[str, list[HeardRow]] = defaultdict(list)
    query = select(HeardRow).where(HeardRow.season == plan.season.name).order_by(HeardRow.at)
    for row in session.scalars(query):
        person = row.person or owner.get(row.sender)
        if person is not None:
            found[person].append(row)
    return found


def _one_heard(row: HeardRow, writer: Writer, kinds: Mapping[str, Kind]) -> Heard:
    return Heard(
        id=str(row.id),
        at=row.at,
        label=cast(Label, row.label),
        confident=row.confident,
        evidence=row.evidence,
        reason=row.reason,
        flags=frozenset(row.flags),
        sender=row.sender,
        subject=row.subject,
        message_id=row.message_id,
        in_thread=row.in_thread,
        from_writer=row.sender in writer.addresses,
        authentic=row.authentic,
        return_on=row.return_on,
        bounced_kind=kinds.get(row.bounced_token or ""),
        bounce_permanent=row.bounce_permanent,
        seen_at=row.seen_at,
    )


def _words(session: Session, season: str) -> defaultdict[str, list[Word]]:
    found: defaultdict[str, list[Word]] = defaultdict(list)
    query = select(WordRow).where(WordRow.season == season, WordRow.undone_at.is_(None))
    for row in session.scalars(query.order_by(WordRow.at, WordRow.id)):
        source = cast(Literal["mark", "order", "plan"], row.source)
        found[row.person].append(Word(row.at, row.verb, source, row.on, row.note))
    return found
