"""The applicant's own mail, digests and notices, through the same outbox as everything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lordaemon import clock
from lordaemon.drafting import domain_of, fingerprint_of, new_token
from lordaemon.letters.draft import Draft
from lordaemon.letters.mime import to_bytes
from lordaemon.outbox import Outbox
from lordaemon.store import outbox_rows, record
from lordaemon.store.tables import OutboxRow

AUTOMATIC = {"Auto-Submitted": "auto-generated"}
"""RFC 3834 section 5: so that no vacation program answers a digest."""


AFTER_REFUSAL = timedelta(hours=3)


def post(
    outbox: Outbox, identity: str, kind: str, compose: Callable[[str], Draft], concerns: str = ""
) -> str:
    """Compose with a fresh order code and send to the applicant; the state afterwards.

    A message of this identity that never left is made anew; one that left, or may have left,
    stays the only one (D1).
    """
    plan, season, now = outbox.plan, outbox.plan.season.name, outbox.clock()
    code = clock.token()
    draft = compose(code)
    with outbox.database.begin() as session:
        earlier = outbox_rows.live(session, season, identity)
        if earlier is not None and earlier.state != "planned":
            return earlier.state
        if earlier is not None:
            if earlier.not_before is not None and now < earlier.not_before:
                return "planned"
            outbox_rows.move(session, earlier.token, "planned", "superseded")
        if _refused_lately(session, season, identity, now):
            return "refused"
        token = new_token(season, kind, 1)
        domain = domain_of(plan.applicant.email)
        message_id = f"<{token}@{domain}>"
        row = OutboxRow(
            token=token, season=season, identity=identity, person=None, writer=None, kind=kind,
            number=1, state="planned", recipient=draft.to, subject=draft.subject,
            message_id=message_id, fingerprint=fingerprint_of(draft), text=draft.text,
            raw=to_bytes(draft, sender_name="lordaemon", sender=plan.applicant.email,
                         message_id=message_id, references_token=f"<{token}.ref@{domain}>",
                         headers=AUTOMATIC),
            planned_at=now, noticed_at=None, claimed_at=None, sent_at=None, not_before=None,
            witness_uid=None, tries=earlier.tries if earlier else 0,
        )  # fmt: skip
        if not outbox_rows.add(session, row):
            return "planned"
        record.order_token(session, season, code, now, concerns)
    return outbox.send(token, _no_gate, None)


def _refused_lately(session: Session, season: str, identity: str, now: datetime) -> bool:
    """A server that refuses for good is not asked again at every look."""
    query = select(OutboxRow.sent_at).where(
        OutboxRow.season == season, OutboxRow.identity == identity, OutboxRow.state == "refused"
    )
    return any(at is not None and now - at < AFTER_REFUSAL for at in session.scalars(query))


def _no_gate(_session: Session, _row: OutboxRow) -> None:
    """The applicant may be written to at any hour (I4)."""
