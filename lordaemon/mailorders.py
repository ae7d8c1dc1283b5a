"""Orders by answering a digest or notice (D4).

Accepted only with that mail's own code, for seven days, from the applicant's address with
authentication passed or the message lying in Sent; every line once. Whatever else claims to be an
order does nothing and is reported in the next digest.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from lordaemon import orders
from lordaemon.clock import Clock
from lordaemon.errors import Usage
from lordaemon.plan.model import Plan, Writer
from lordaemon.reading.machine import automatic
from lordaemon.reading.message import Message
from lordaemon.reading.reply import own_text
from lordaemon.reading.sender import passed
from lordaemon.season.policy import decide
from lordaemon.store import outbox_rows, people, record
from lordaemon.store.load import history
from lordaemon.store.tables import OrderRow, OrderTokenRow

log = logging.getLogger("lordaemon.orders")

CODE = re.compile(r"order code:?\s*([a-z2-9]{12})\b", re.IGNORECASE)
VALID_FOR = timedelta(days=7)
MOST_LINES = 20


@dataclass
class MailOrders:
    """Takes orders out of the applicant's own mail for one plan."""

    plan: Plan
    clock: Clock

    def take(self, session: Session, message: Message, *, in_sent: bool) -> bool:
        """Whether the message was an answer to a digest or notice; if so it is dealt with."""
        known = self._known_code(session, message)
        if known is None:
            return False
        if automatic(message):
            return True
        refusal = self._refusal(known, message, in_sent=in_sent)
        for line in self._lines(message):
            if self._heard_before(session, known.token, line):
                continue
            outcome, done = (refusal, False) if refusal else self._obey(session, line, known)
            log.info("order done=%s", done)
            row = OrderRow(season=self.plan.season.name, token=known.token, line=line,
                           at=self.clock(), outcome=outcome, done=done)  # fmt: skip
            record.once(session, row)
        return True

    def _known_code(self, session: Session, message: Message) -> OrderTokenRow | None:
        everything = "\n".join((message.subject, message.text, message.html or ""))
        for found in CODE.finditer(everything):
            row = session.get(OrderTokenRow, found[1].lower())
            if row is not None:
                return row
        return None

    def _refusal(self, known: OrderTokenRow, message: Message, *, in_sent: bool) -> str:
        own = {self.plan.applicant.email.lower(), self.plan.digest_to.lower()}
        if message.from_address.lower() not in own or message.from_count != 1:
            return "not taken: it did not come from your address"
        if not in_sent and not passed(message):
            return "not taken: it could not be verified that it came from you"
        if self.clock() - known.sent_at > VALID_FOR:
            return "not taken: the mail it answers is older than seven days"
        return ""

    def _lines(self, message: Message) -> list[str]:
        own = own_text(message.text, message.html)
        lines = [" ".join(line.split())[:120] for line in own.text.splitlines()]
        kept = [line for line in lines if line and not CODE.search(line)]
        return list(dict.fromkeys(kept))[:MOST_LINES]

    def _heard_before(self, session: Session, token: str, line: str) -> bool:
        query = session.query(OrderRow).filter_by(token=token, line=line)
        return query.first() is not None

    def _obey(self, session: Session, line: str, known: OrderTokenRow) -> tuple[str, bool]:
        try:
            found = orders.parse_line(line, self.plan, self._concerned(session, known))
            said = [self._give(session, order) for order in found]
        except Usage as odd:
            return str(odd), False
        if line.lower().startswith(("go all", "all go")) and orders.lift_hold(session):
            said.append("Sending goes on.")
        return " ".join(said), True

    def _concerned(self, session: Session, known: OrderTokenRow) -> Writer | None:
        row = outbox_rows.get(session, known.concerns) if known.concerns else None
        return self.plan.writer(row.writer or "") if row else None

    def _give(self, session: Session, order: orders.Order) -> str:
        return give(session, self.plan, order, self.clock, source="order")


def give(
    session: Session, plan: Plan, order: orders.Order, clock: Clock, *, source: str = "mark",
    on: object = None, note: str = "",
) -> str:  # fmt: skip
    """Give one order in the light of everything known now; what it did, in a sentence."""
    from datetime import date

    now = clock()
    identities = people.resolve(session, plan, now)
    facts = history(session, plan, identities, {})
    decisions = {d.writer: d for d in decide(plan, facts, now)}
    identity = identities[order.writer.id]
    return orders.obey(
        session, plan, order, decisions[order.writer.id], facts.of(order.writer.id).attempts,
        identity.person, now, doubt=bool(identity.doubt), source=source,
        on=on if isinstance(on, date) else None, note=note,
    )  # fmt: skip
