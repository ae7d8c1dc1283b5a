"""Facts out of the database: the `History` of a season, by writer of the plan as it is now.

Nothing is decided here. Who an address belongs to is answered by the present plan, so an address
added to `also` makes earlier mail from it the writer's own (H13).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import Row, select
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
from lordaemon.store.season_rows import season_rows
from lordaemon.store.tables import OutboxRow


def history(
    session: Session,
    plan: Plan,
    identities: Mapping[str, Identity],
    faults: Mapping[str, str],
    known: Mapping[str, tuple[str, datetime]],
    holds: tuple[str, ...] = (),
) -> History:
    """All facts of the plan's season. `faults`: what blocks a writer (S12); `known`: the notes."""
    season = plan.season.name
    found = season_rows(session, season)
    attempts = _by_person(row for row in found.attempts if row.kind in KINDS)
    heard = _heard(found.heard, plan, identities)
    hand, words = _by_person(found.hand), _by_person(found.words)
    kinds = {row.token: cast(Kind, row.kind) for rows in attempts.values() for row in rows}
    writers: dict[str, WriterHistory] = {}
    for writer in plan.writers:
        identity = identities[writer.id]
        person = identity.person
        writers[writer.id] = WriterHistory(
            person=person,
            attempts=tuple(_attempt(r) for r in attempts[person] if r.state != "superseded"),
            hand=_told(plan, writer, [_one_hand(r) for r in hand[person]]),
            heard=tuple(_one_heard(r, writer, kinds) for r in heard[person]),
            words=tuple(_one_word(r) for r in words[person]),
            doubt=identity.doubt,
            fault=faults.get(writer.id, ""),
            first_seen_at=identity.first_seen_at,
        )

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


def _by_person(rows: Iterable[Row[Any]]) -> defaultdict[str, list[Row[Any]]]:
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.person].append(row)
    return found


def _attempt(row: Row[Any]) -> Attempt:
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
        claimed_at=row.claimed_at,
    )


def _one_hand(row: Row[Any]) -> HandMail:
    return HandMail(row.at, row.message_id, row.subject, row.attachments, None,
                    row.before_first_sync)  # fmt: skip


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
    rows: Iterable[Row[Any]], plan: Plan, identities: Mapping[str, Identity]
) -> defaultdict[str, list[Row[Any]]]:
    owner = {
        address: identities[writer.id].person
        for writer in plan.writers
        for address in writer.addresses
    }
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        person = row.person or owner.get(row.sender)
        if person is not None:
            found[person].append(row)
    return found


def _one_heard(row: Row[Any], writer: Writer, kinds: Mapping[str, Kind]) -> Heard:
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


def _one_word(row: Row[Any]) -> Word:
    source = cast(Literal["mark", "order", "plan"], row.source)
    return Word(row.at, row.verb, source, row.on, row.note)
