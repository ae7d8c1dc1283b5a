"""Sending, at most once, with evidence: the protocol of docs/sending.md, step by step.

    planned -> claimed -> witness in the mailbox -> MAIL RCPT DATA 354 -> all gates again
            -> transmitting -> body, final dot -> sent | refused | uncertain

Every arrow is a compare-and-set that is committed before the act. Whom to write to is not chosen
here. Doubt is never resolved by sending again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from lordaemon.clock import Clock
from lordaemon.errors import LordaemonError, MailUnreachable
from lordaemon.letters.mime import stamp
from lordaemon.plan.model import Plan
from lordaemon.store import notes, outbox_rows
from lordaemon.store.database import Database
from lordaemon.store.tables import OutboxRow
from lordaemon.wire import Delivery, Postman, WithheldError
from lordaemon.witness import Witness, WitnessBook

log = logging.getLogger("lordaemon.outbox")

Gate = Callable[[Session, OutboxRow], None]
"""Raises WithheldError when the message must not go now."""

BACKOFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))


@dataclass
class Outbox:
    """The outbox of one plan. `gate` is asked before the claim and again after 354."""

    plan: Plan
    database: Database
    postman: Postman
    clock: Clock

    def send(self, token: str, gate: Gate, book: WitnessBook | None) -> str:
        """Try once to send a planned message; the state it is in afterwards.

        `book` is the witness folder: given for messages to writers, None for the applicant's own
        mail. Raises LoginRefused and other errors of the wire after the row is back in order.
        """
        now = self.clock()
        with self.database.begin() as session:
            row = outbox_rows.get(session, token)
            if row is None or row.state != "planned":
                return row.state if row else "superseded"
            if row.not_before is not None and now < row.not_before:
                return "planned"
            gate(session, row)
            if not outbox_rows.move(session, token, "planned", "claimed", claimed_at=now):
                return "claimed"
        try:
            if book is not None:
                self._witness(row, book)
            delivery = self.postman.deliver(
                self.plan.applicant.email, row.recipient,
                stamp(row.raw, now, self.plan.zone), last_gate=lambda: self._last_gate(row, gate),
            )  # fmt: skip
        except WithheldError as why:
            self._back_to_planned(row, str(why))
            raise
        except LordaemonError as problem:
            self._back_to_planned(row, str(problem), wait=isinstance(problem, MailUnreachable))
            raise
        return self._settle(row, delivery)

    def _witness(self, row: OutboxRow, book: WitnessBook) -> None:
        """Write the intent where every daemon on this mailbox sees it; the lowest UID wins."""
        witness = Witness.of(row, self.plan)
        uid = book.write(witness)
        with self.database.begin() as session:
            outbox_rows.put(session, row.token, witness_uid=uid)
            known = outbox_rows.tokens(session, row.season)
        skew = self.plan.policy.clock_skew_minutes
        if skew and uid is not None:
            book.compare_clocks(uid, self.clock(), timedelta(minutes=skew))
        rival = book.rival(witness, uid, known)
        if rival is not None:
            raise WithheldError(
                f"another lordaemon has announced the same message to {row.writer} ({rival.token})"
            )

    def _last_gate(self, row: OutboxRow, gate: Gate) -> None:
        """After 354, before the first byte: everything is checked again, then it is committed that
        the message is leaving. From here on a lost connection means doubt."""
        with self.database.begin() as session:
            fresh = outbox_rows.get(session, row.token)
            if fresh is None or fresh.state != "claimed":
                raise WithheldError("another process took this message over")
            gate(session, fresh)
            if not outbox_rows.move(session, row.token, "claimed", "transmitting"):
                raise WithheldError("another process took this message over")

    def _settle(self, row: OutboxRow, delivery: Delivery) -> str:
        now = self.clock()
        said = f"{delivery.code or ''} {delivery.text}".strip()
        doubt = f"the server went silent after the message ({said or delivery.stage})"
        learned = provider_id(delivery.text, row.message_id)
        wait = BACKOFF[min(row.tries, len(BACKOFF) - 1)]
        with self.database.begin() as session:
            state = outbox_rows.state(session, row.token) or "superseded"
            move = partial(outbox_rows.move, session, row.token, state)
            match delivery.outcome:
                case "accepted":
                    outbox_rows.prove(session, row.token, now, other_id=learned)
                    notes.write(session, notes.LAST_SEND, row.token, now)
                    notes.forget(session, notes.SEND_PROBLEM)
                case known if state not in ("claimed", "transmitting"):
                    # taken for a stopped program's by another one; what is sure settles its doubt
                    if state == "uncertain" and known != "uncertain":
                        move("not_sent", problem=said)
                case "refused":
                    move("refused", problem=said, sent_at=now)
                case "uncertain" if state == "transmitting":
                    move("uncertain", problem=doubt)
                case _:
                    move("planned", tries=row.tries + 1, not_before=now + wait, problem=said)
                    notes.write(session, notes.SEND_PROBLEM, said or delivery.stage, now)
            after = outbox_rows.state(session, row.token) or state
        log.info("delivery kind=%s writer=%s outcome=%s stage=%s state=%s",
                 row.kind, row.writer or "-", delivery.outcome, delivery.stage, after)  # fmt: skip
        return after

    def _back_to_planned(self, row: OutboxRow, why: str, *, wait: bool = False) -> None:
        """Nothing left: the claim is given back, with the reason and a pause."""
        now = self.clock()
        pause = now + BACKOFF[min(row.tries, len(BACKOFF) - 1)] if wait else None
        with self.database.begin() as session:
            state = outbox_rows.state(session, row.token)
            if state in ("claimed", "transmitting"):
                outbox_rows.move(session, row.token, state, "planned", problem=why,
                                 not_before=pause, tries=row.tries + int(wait))  # fmt: skip


def provider_id(answer: str, ours: str) -> str:
    """The Message-ID a provider put in place of ours, if its 250 line names one (mail.md)."""
    from lordaemon.drafting import MESSAGE_ID

    found = MESSAGE_ID.search(answer)
    return found.group() if found and found.group() != ours else ""
