"""Orders by answering a digest or notice (D4).

Accepted only with that mail's own code, for seven days, from the applicant's address with
authentication passed or the message lying in Sent; every line once. Whatever else claims to be an
order does nothing and is reported in the next digest.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lordaemon import orders
from lordaemon.clock import Clock
from lordaemon.errors import Usage
from lordaemon.plan.model import Plan, Writer
from lordaemon.reading.html import to_text
from lordaemon.reading.machine import automatic
from lordaemon.reading.message import Message, parse
from lordaemon.reading.reply import own_text
from lordaemon.reading.sender import passed
from lordaemon.season.policy import decide
from lordaemon.store import notes, order_rows, outbox_rows, people
from lordaemon.store.load import history
from lordaemon.store.tables import OrderTokenRow, OutboxRow

log = logging.getLogger("lordaemon.orders")

CODE = re.compile(r"order code:?\s*([a-z2-9]{12})\b", re.IGNORECASE)
FORWARDED = re.compile(r"^\s*(?:fwd?|wg|tr|rv|i|enc|doorst|vs|vb)\s*:", re.IGNORECASE)
VALID_FOR = timedelta(days=7)
MOST_LINES = 20
LONGEST_LINE = 120


@dataclass
class MailOrders:
    """Takes orders out of the mailbox of one plan."""

    plan: Plan
    clock: Clock

    def take(
        self, session: Session, message: Message, key: str, arrived: datetime, *, in_sent: bool
    ) -> bool:
        """Whether the message was the applicant's answer to a digest or notice, and nothing else.

        `key` is the same for every copy of a message; `arrived` is the server's word. What only
        looks like an answer is reported, and False says that the rest of it is still to be heard.
        """
        known, mixed = self._answered(session, message)
        own = message.from_address.lower() in self._own() and message.from_count == 1
        lines = self._lines(session, message, known) if own or known else []
        if known is None:
            if own and self._to_me(message) and any(self._parses(line) for line in lines):
                self._report(session, key, lines, "it carries no code of a digest or notice")
            return False
        if not own:
            sender = message.from_address or "an unknown sender"
            self._report(session, key, lines, f"it came from {sender}, not from your address")
            return False
        if automatic(message):
            self._report(session, key, [], "an automatic reply to a digest gives no orders")
            return True
        if not self._to_me(message):
            self._report(session, key, [], "a mail passed on to somebody else gives no orders")
            return False
        if mixed:
            self._report(session, key, lines, "it answers one mail with the code of another")
        elif min(arrived, self.clock()) - known.sent_at > VALID_FOR:
            self._report(session, key, lines, "the mail it answers is older than seven days")
        elif not in_sent and not passed(message):
            order_rows.unproven(session, self.plan.season.name, key, _shown(lines), self.clock())
        elif order_rows.first_time(session, self.plan.season.name, key, self.clock()):
            self._obey_all(session, known, key, lines)
        return True

    # -- whose answer to which mail ----------------------------------------------------------

    def _answered(self, session: Session, message: Message) -> tuple[OrderTokenRow | None, bool]:
        """The mail of ours that it answers: by the code it carries, or by the mail it names, whose
        Message-ID is as random. True: it names one mail and carries the code of another."""
        named = self._named(session, message)
        html = to_text(message.html) if message.html else ""
        written = "\n".join((message.subject, message.text, html))
        codes = dict.fromkeys(found[1].lower() for found in CODE.finditer(written))
        if named is not None:
            return named, bool(codes) and named.token not in codes
        rows = (session.get(OrderTokenRow, code) for code in codes)
        return next((row for row in rows if row is not None), None), False

    def _named(self, session: Session, message: Message) -> OrderTokenRow | None:
        ids = [f"<{name}>" for name in message.in_reply_to]
        query = select(OutboxRow.text).where(
            OutboxRow.person.is_(None),
            OutboxRow.message_id.in_(ids) | OutboxRow.other_id.in_(ids),
        )
        for text in session.scalars(query) if ids else ():
            found = CODE.findall(text)
            if found:
                return session.get(OrderTokenRow, found[-1].lower())
        return None

    def _own(self) -> frozenset[str]:
        return frozenset({self.plan.applicant.email.lower(), self.plan.digest_to.lower()})

    def _to_me(self, message: Message) -> bool:
        """Not passed on to somebody else: a forwarded digest gives no orders."""
        mine = self._own() | {self.plan.mail.username.lower()}
        reached = {address.lower() for address in message.to}
        return bool(mine & reached) and not FORWARDED.match(message.subject)

    # -- what it says ------------------------------------------------------------------------

    def _lines(self, session: Session, message: Message, known: OrderTokenRow | None) -> list[str]:
        """The answer's own lines: nothing quoted, no signature, no code."""
        ours = self._text_of(session, known) if known else []
        own = own_text(message.text, message.html, ours, self.plan.applicant.name)
        lines = [" ".join(line.split())[:LONGEST_LINE] for line in own.text.splitlines()]
        quoted = {""} | {" ".join(line.split()) for text in ours for line in text.splitlines()}
        kept = [line for line in lines if line not in quoted and not CODE.search(line)]
        return list(dict.fromkeys(kept))[:MOST_LINES]

    def _text_of(self, session: Session, known: OrderTokenRow) -> list[str]:
        """What we wrote in the mail that is answered, as text and as its HTML reads."""
        query = select(OutboxRow.text, OutboxRow.raw).where(
            OutboxRow.person.is_(None), OutboxRow.text.contains(known.token, autoescape=True)
        )
        pages = [(text, parse(raw).html if raw else None) for text, raw in session.execute(query)]
        return [text for text, _ in pages] + [to_text(html) for _, html in pages if html]

    def _parses(self, line: str) -> bool:
        try:
            return bool(orders.parse_line(line, self.plan))
        except Usage:
            return False

    def _report(self, session: Session, key: str, lines: list[str], why: str) -> None:
        log.info("order done=False why=%s", why)
        order_rows.report(session, self.plan.season.name, key, _shown(lines), why, self.clock())

    # -- obeying -----------------------------------------------------------------------------

    def _obey_all(self, session: Session, known: OrderTokenRow, key: str, lines: list[str]) -> None:
        """Every line that is an order; and those that were meant to be one, with what is wrong.
        Other words around orders are only words."""
        season, now = self.plan.season.name, self.clock()
        concerned = outbox_rows.get(session, known.concerns) if known.concerns else None
        default = self.plan.writer(concerned.writer or "") if concerned else None
        chatter: list[str] = []
        taken = False
        for line in lines:
            try:
                found = orders.parse_line(line, self.plan, default)
            except Usage as odd:
                if orders.meant_as_order(line, self.plan):
                    order_rows.line(session, season, known.token, line, now, str(odd), done=False)
                    taken = True
                else:
                    chatter.append(line)
                continue
            taken = True
            if order_rows.heard(session, known.token, line):
                order_rows.report(session, season, key, line, "it was taken before, once is enough",
                                  now)  # fmt: skip
                continue
            outcome, done = self._obey(session, found, known, concerned, default)
            log.info("order done=%s", done)
            order_rows.line(session, season, known.token, line, now, outcome, done=done)
        if chatter and not taken:
            words = ", ".join(orders.VERBS)
            why = f"there is no order in it; the words are: {words}"
            order_rows.report(session, season, key, _shown(chatter), why, now)

    def _obey(
        self, session: Session, found: list[orders.Order], known: OrderTokenRow,
        concerned: OutboxRow | None, default: Writer | None,
    ) -> tuple[str, bool]:  # fmt: skip
        """What became of one line's orders; a word that can't be given to one writer doesn't keep
        it from the others."""
        said: list[str] = []
        done = False
        for order in found:
            about = concerned if order.writer == default else None
            try:
                said.append(give(session, self.plan, order, self.clock, source="order",
                                 seen=orders.Seen(known.sent_at, about)))  # fmt: skip
                done = True
            except Usage as odd:
                said.append(str(odd))
        everybody = len(found) == len(self.plan.writers) and {o.verb for o in found} == {"go"}
        if everybody and orders.lift_hold(session):
            said.append("Sending goes on.")
        return " ".join(said), done


def _shown(lines: list[str]) -> str:
    """The lines of an answer in one, for the report."""
    return " / ".join(lines[:3])[:LONGEST_LINE]


def give(
    session: Session, plan: Plan, order: orders.Order, clock: Clock, *, source: str = "mark",
    on: date | None = None, note: str = "", seen: orders.Seen | None = None,
) -> str:  # fmt: skip
    """Give one order in the light of everything known now; what it did, in a sentence.

    Raises Usage where it can't be given.
    """
    now = clock()
    identities = people.resolve(session, plan, now)
    facts = history(session, plan, identities, {}, notes.everything(session))
    decisions = {d.writer: d for d in decide(plan, facts, now)}
    identity = identities[order.writer.id]
    return orders.obey(
        session, plan, order, decisions[order.writer.id], facts.of(order.writer.id).attempts,
        identity.person, now, doubt=bool(identity.doubt), source=source, on=on, note=note,
        seen=seen,
    )  # fmt: skip
