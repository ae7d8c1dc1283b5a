"""Learning from the mailbox what was sent: our copies in Sent, and the witness notes.

A copy in Sent is evidence that a message left. A note or copy whose token this database doesn't
know was written by a lost, older or other database: it takes the message's place, so that nothing
is sent again; and what can't be known is asked (docs/sending.md).
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lordaemon.drafting import identity
from lordaemon.orders import HOLD_OLD_DATABASE
from lordaemon.plan.model import Plan, Writer
from lordaemon.reading.message import Message, Unreadable
from lordaemon.season.calendar import local_day
from lordaemon.season.history import KINDS
from lordaemon.store import notes, outbox_rows, people
from lordaemon.store.tables import AliasRow, OutboxRow, PersonRow
from lordaemon.witness import Witness

TOKEN = re.compile(r"lor\.([A-Za-z0-9_-]+)\.([a-z_]+)\.(\d{1,4})\.([a-z2-9]{12})")


class Adoption:
    """Evidence about our own messages, inside one transaction."""

    def __init__(self, session: Session, plan: Plan, now: datetime) -> None:
        self.session, self.plan, self.now = session, plan, now
        self.season = plan.season.name

    def own_copy(self, message: Message, arrived: datetime) -> bool:
        """Whether this is a copy of a message of ours; if so, what it proves is recorded."""
        token = _token_in(message)
        if token is None:
            return False
        row = outbox_rows.get(self.session, token)
        if row is None:
            return self._adopt_copy(token, message, arrived)
        learned = f"<{message.message_id}>"
        if row.token not in message.message_id and not row.other_id and message.message_id:
            outbox_rows.put(self.session, token, other_id=learned)
        if row.state != "transmitting":  # who is sending it hears the server's answer in a moment
            # a note that was adopted may be older: of a try that came to nothing
            claimed = row.claimed_at if row.fingerprint else None
            outbox_rows.prove(self.session, token, claimed or arrived)
        outbox_rows.put(self.session, token, copied=True)
        return True

    def witness(self, raw: bytes, arrived: datetime) -> bool:
        """A note: nothing new if its token is known, otherwise the message's place is taken."""
        try:
            note = Witness.from_bytes(raw)
        except Unreadable:
            return False
        if note is None or note.season != self.season:
            return False
        if outbox_rows.get(self.session, note.token) is not None:
            return False
        writer = self._writer_of(note.addresses, note.writer, note.name)
        self._mark_old_database()
        return self._take_place(note, writer, arrived, state="uncertain", message_id="")

    def settle(self) -> None:
        """Nothing of the first reading is left open: called when a sync is complete."""
        notes.write(self.session, f"complete:{self.season}", "", self.now)

    def _adopt_copy(self, token: str, message: Message, arrived: datetime) -> bool:
        found = TOKEN.fullmatch(token)
        assert found is not None  # `_token_in` found it with the same pattern
        season, kind, number = found[1], found[2], int(found[3])
        if season != re.sub(r"[^A-Za-z0-9_-]", "-", self.season):
            return True  # another season's
        if kind == "digest":
            self._adopt_digest(token, message, arrived)
            return True
        if kind not in KINDS:
            return True
        addresses = tuple(a.lower() for a in message.to)
        note = Witness(self.season, "", addresses, kind, number, token)
        self._mark_old_database()
        self._take_place(note, self._writer_of(addresses, ""), arrived, state="sent",
                         message_id=f"<{message.message_id}>", message=message)  # fmt: skip
        return True

    def _take_place(
        self, note: Witness, writer: Writer | None, arrived: datetime, *, state: str,
        message_id: str, message: Message | None = None,
    ) -> bool:  # fmt: skip
        person = self._person(writer, note)
        place = identity(person, note.kind)
        domain = self.plan.applicant.email.rpartition("@")[2]
        row = OutboxRow(
            token=note.token, season=self.season, identity=place, person=person,
            writer=writer.id if writer else note.writer, kind=note.kind, number=note.number,
            state=state, recipient=note.addresses[0] if note.addresses else "",
            subject=message.subject if message else "",
            message_id=message_id or f"<{note.token}@{domain}>", raw=b"", fingerprint="",
            text=message.text if message else "", planned_at=arrived, noticed_at=arrived,
            claimed_at=arrived, sent_at=arrived if state == "sent" else None, not_before=None,
            witness_uid=None, copied=state == "sent",
            problem="" if state == "sent" else "a note in the mailbox says it was about to leave",
        )  # fmt: skip
        row.state = self._among_others(row)
        return outbox_rows.add(self.session, row)

    def _among_others(self, row: OutboxRow) -> str:
        """The state to record, where another attempt at the same message is on record already.

        A higher number was given by a database that knew the lower one as come to nothing, so a
        doubt gives way to it; a copy in Sent proves more than a note. What we know we sent
        ourselves keeps its place.
        """
        rival = outbox_rows.live(self.session, self.season, row.identity)
        if rival is None:
            return row.state
        if rival.state == "planned":
            outbox_rows.move(self.session, rival.token, "planned", "superseded")
            return row.state
        adopted, doubtful = not rival.fingerprint, rival.state == "uncertain"
        if row.number > rival.number:
            gives_way = adopted or doubtful
        else:
            gives_way = adopted and doubtful and row.state == "sent" and row.number == rival.number
        if not gives_way:
            return "superseded"
        nothing = "not_sent" if doubtful else "bounced"
        outbox_rows.move(self.session, rival.token, rival.state, nothing,
                         problem="a later attempt was made")  # fmt: skip
        return row.state

    def _adopt_digest(self, token: str, message: Message, arrived: datetime) -> None:
        day = local_day(arrived, self.plan.zone)
        row = OutboxRow(
            token=token, season=self.season, identity=f"digest:{day}", person=None, writer=None,
            kind="digest", number=1, state="sent", recipient=self.plan.digest_to,
            subject=message.subject, message_id=f"<{message.message_id}>", raw=b"",
            fingerprint="", text="", planned_at=arrived, noticed_at=None, claimed_at=arrived,
            sent_at=arrived, not_before=None, witness_uid=None, copied=True,
        )  # fmt: skip
        outbox_rows.add(self.session, row)

    def _mark_old_database(self) -> None:
        """A database that was complete and now learns of messages it never sent is an old copy, or
        a second one: everything is held. A new one is only being rebuilt."""
        complete = notes.instant(self.session, f"complete:{self.season}") is not None
        if complete:
            notes.write(self.session, HOLD_OLD_DATABASE, "1", self.now)
        notes.write(self.session, "rebuilt", "1", self.now)

    def _writer_of(
        self, addresses: tuple[str, ...], writer_id: str, name: str = ""
    ) -> Writer | None:
        """By any address, else by the id or the name they had: in doubt, nothing is sent twice."""
        for writer in self.plan.writers:
            if set(addresses) & set(writer.addresses):
                return writer
        same = (
            w for w in self.plan.writers if people.plain_name(w.name) == people.plain_name(name)
        )
        return self.plan.writer(writer_id) or next(same, None)

    def _person(self, writer: Writer | None, note: Witness) -> str:
        if writer is not None:
            return people.resolve(self.session, self.plan, self.now)[writer.id].person
        key = note.writer or (note.addresses[0] if note.addresses else note.token)
        query = select(PersonRow).where(PersonRow.season == self.season, PersonRow.key == key)
        row = self.session.scalars(query).first()
        if row is None:
            row = PersonRow(season=self.season, key=key, first_seen_at=self.now)
            self.session.add(row)
            self.session.flush()
            had = [(people.ADDRESS, address) for address in note.addresses]
            had += [(people.NAME, people.plain_name(note.name))] if note.name else []
            for what, value in had:
                self.session.add(AliasRow(person_id=row.id, what=what, value=value))
        return row.key


def _token_in(message: Message) -> str | None:
    """Our token in Message-ID, or as the extra id in References of a message we wrote."""
    for value in (message.message_id, *message.references[-1:]):
        found = TOKEN.match(value)
        if found and (value == message.message_id or ".ref@" in value):
            return found.group()
    return None
