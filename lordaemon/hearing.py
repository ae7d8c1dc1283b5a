"""One message from somebody else: whose is it, what does it say, and what does it prove?

Joins `reading` (which knows no season) with what we sent. Says what was heard; it doesn't act.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from lordaemon.plan.model import Plan, Writer
from lordaemon.reading.match import KnownWriter, Match, OurMessage, match
from lordaemon.reading.message import Message
from lordaemon.reading.read import read
from lordaemon.reading.sender import authentic, passed, reply_goes_elsewhere
from lordaemon.reading.verdict import Stage, Verdict
from lordaemon.season.calendar import Calendar
from lordaemon.season.history import KINDS
from lordaemon.store import outbox_rows, people
from lordaemon.store.load import attempts_by_person
from lordaemon.store.tables import HeardRow, OutboxRow
from lordaemon.wire import Fetched

SLACK = timedelta(minutes=10)
_FROM = re.compile(rb"(?im)^from:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")


def plausible(arrived: datetime, after: datetime | None, now: datetime) -> datetime:
    """The arrival time, kept inside what can be: not in the future, and an answer not before the
    message it answers. Servers' clocks differ from ours; then the moment of reading counts."""
    if arrived > now + SLACK or (after is not None and arrived < after - SLACK):
        return now
    return min(arrived, now)


class Listener:
    """Understands messages against one plan and its database, inside one transaction."""

    def __init__(self, session: Session, plan: Plan, now: datetime) -> None:
        self.session, self.plan, self.now = session, plan, now
        self.season = plan.season.name

    def hear(
        self, message: Message, fetched: Fetched, fingerprint: str, *, rescanned: bool
    ) -> HeardRow | None:
        """The row for a message that concerns the season; None for all other mail."""
        found = match(message, self._writers, self._ours)
        writer = self.plan.writer(found.writer_id or "")
        stage, texts = self._said(writer)
        arrived = plausible(fetched.arrived, None, self.now).astimezone(self.plan.zone)
        verdict = read(message, texts, stage, writer.name if writer else "", arrived)
        bounced = self._bounced(verdict)
        if bounced is not None:
            writer = self.plan.writer(bounced.writer or "") or writer
        if verdict.label == "bounce" and bounced is None:
            return None
        if writer is None and bounced is None and not found.names_letter:
            return None
        loose = rescanned and found.how in ("address", "name") and bounced is None
        if loose and not self._may_be_old(writer, fetched.arrived):
            return None
        person = self._identities[writer.id].person if writer else None
        return HeardRow(
            season=self.season, person=bounced.person if bounced else person,
            fingerprint=fingerprint, folder=fetched.folder, uid=fetched.uid,
            at=plausible(fetched.arrived, self._asked_at(person, found), self.now),
            seen_at=self.now, label=verdict.label,
            confident=verdict.confident and found.certain
            and not self._answers_go_elsewhere(message, writer, verdict),
            evidence=" … ".join(verdict.evidence)[:600], reason=verdict.reason[:300],
            flags=sorted(verdict.flags | found.flags), sender=message.from_address.lower(),
            sender_name=message.from_name[:120], subject=message.subject[:200],
            message_id=f"<{message.message_id}>" if message.message_id else "",
            in_thread=found.how in ("thread", "quote"), authentic=authentic(message, self._writers),
            return_on=verdict.return_on, bounced_token=bounced.token if bounced else None,
            bounce_permanent=bool(verdict.bounce and verdict.bounce.permanent),
        )  # fmt: skip

    def _answers_go_elsewhere(
        self, message: Message, writer: Writer | None, verdict: Verdict
    ) -> bool:
        """An answer to it would reach an address the plan doesn't know: nothing is taken from it
        but a proven no (H10)."""
        if not reply_goes_elsewhere(message):
            return False
        known = writer is not None and message.reply_to.lower() in writer.addresses
        return not known and not (verdict.label == "no" and passed(message))

    def unread(self, fetched: Fetched, why: str) -> HeardRow | None:
        """A message that could not be read: if its From line holds a writer's address it counts as
        an answer nobody understood, which stops that writer's automatic mail (S10)."""
        sender_line = _FROM.search(fetched.raw[:65536])
        if sender_line is None:
            return None
        shown = sender_line.group().decode("latin-1").lower()
        writer = next((w for w in self.plan.writers if any(a in shown for a in w.addresses)), None)
        if writer is None:
            return None
        mark = hashlib.sha256(fetched.raw or f"{fetched.folder}/{fetched.uid}".encode())
        return HeardRow(
            season=self.season, person=self._identities[writer.id].person,
            fingerprint=mark.hexdigest(), folder=fetched.folder, uid=fetched.uid,
            at=plausible(fetched.arrived, None, self.now), seen_at=self.now, label="unclear",
            confident=False, evidence="", reason=f"a message that can't be read: {why}"[:300],
            flags=["unreadable"], sender=writer.addresses[0], sender_name="", subject="",
            message_id="", in_thread=False, authentic=True, return_on=None, bounced_token=None,
            bounce_permanent=False,
        )  # fmt: skip

    def evidence(self, row: HeardRow) -> None:
        """What a message proves about one of ours: a bounce that it came back, an answer in the
        thread that it arrived (UNCERTAIN becomes SENT)."""
        if row.bounced_token is not None:
            known = outbox_rows.get(self.session, row.bounced_token)
            if known is not None and known.state == "uncertain":
                outbox_rows.move(self.session, known.token, "uncertain", "sent",
                                 sent_at=known.claimed_at)  # fmt: skip
            if row.bounce_permanent:
                outbox_rows.move(self.session, row.bounced_token, "sent", "bounced",
                                 problem=row.evidence or row.reason)  # fmt: skip
            return
        if not row.in_thread or not row.authentic:
            return
        for mine in self._rows:
            if mine.person == row.person and mine.state == "uncertain" and mine.kind == "request":
                outbox_rows.move(self.session, mine.token, "uncertain", "sent",
                                 sent_at=mine.claimed_at or row.at, problem="")  # fmt: skip

    # -- what we know --------------------------------------------------------------------

    @cached_property
    def _identities(self) -> dict[str, people.Identity]:
        return people.resolve(self.session, self.plan, self.now)

    @cached_property
    def _rows(self) -> list[OutboxRow]:
        by_person = attempts_by_person(self.session, self.season)
        left = ("sent", "uncertain", "transmitting", "bounced")
        return [row for rows in by_person.values() for row in rows if row.state in left]

    @cached_property
    def _writers(self) -> tuple[KnownWriter, ...]:
        return tuple(KnownWriter(w.id, w.name, w.addresses) for w in self.plan.writers)

    @cached_property
    def _ours(self) -> tuple[OurMessage, ...]:
        writer_of = {i.person: writer for writer, i in self._identities.items()}
        return tuple(
            OurMessage(
                writer_id=writer_of.get(row.person or "", row.writer or ""), token=row.token,
                message_id=row.message_id, other_ids=(row.other_id,) if row.other_id else (),
                subject=row.subject, text=row.text, kind=row.kind,
            )
            for row in self._rows
        )  # fmt: skip

    def _said(self, writer: Writer | None) -> tuple[Stage, tuple[str, ...]]:
        """What had been said to this writer so far, and in which words."""
        if writer is None:
            return "asked", tuple(row.text for row in self._rows)
        person = self._identities[writer.id].person
        mine = [row for row in self._rows if row.person == person]
        kinds = {row.kind for row in mine if row.state != "bounced"}
        stage: Stage = "confirmed" if kinds & {"packet", "follow_up"} else (
            "reminded" if "reminder" in kinds else "asked"
        )  # fmt: skip
        return stage, tuple(row.text for row in mine)

    def _bounced(self, verdict: Verdict) -> OutboxRow | None:
        """The message of ours a bounce names: by the first id it quotes that is one of ours (its
        own comes before those of its thread), also the one in References; else by address."""
        if verdict.bounce is None:
            return None
        ids = [i.strip("<>") for i in verdict.bounce.quoted_ids if i.strip("<>")]
        mine = {
            i: r for r in self._rows for i in (r.message_id.strip("<>"), r.other_id.strip("<>"))
        }
        second = {f"{row.token}.ref": row for row in self._rows}
        for quoted in ids:
            row = mine.get(quoted) or second.get(quoted.rpartition("@")[0])
            if row is not None:
                return row if row.kind in KINDS else None
        failed = {a.lower() for a in verdict.bounce.recipients}
        recent = [r for r in self._rows if r.recipient.lower() in failed]
        return recent[-1] if recent and not ids else None

    def _asked_at(self, person: str | None, found: Match) -> datetime | None:
        if person is None or found.how == "none":
            return None
        times = [r.sent_at for r in self._rows if r.person == person and r.sent_at is not None]
        strict = found.how in ("thread", "quote") or not self.plan.policy.clock_skew_minutes
        return max(times, default=None) if strict else None

    def _may_be_old(self, writer: Writer | None, arrived: datetime) -> bool:
        """On a first reading, mail outside the thread counts only if it came after the season
        began for this writer: by the plan's word (`asked`), a message of ours to them or to the
        applicant (a lost database's digests lie in the mailbox), or now."""
        if writer is None:
            return False
        identity = self._identities[writer.id]
        since = [identity.first_seen_at]
        ours = [r.sent_at or r.claimed_at for r in self._rows if r.person == identity.person]
        since += [at for at in ours if at is not None]
        first = outbox_rows.first_sent(self.session, self.season)
        since += [first] if first else []
        if writer.asked is not None:
            hours = self.plan.policy.send_hours
            calendar = Calendar(self.plan.zone, hours[0], hours[1], lambda _day: False)
            since.append(calendar.start_of(writer.asked))
        return arrived >= min(since)
