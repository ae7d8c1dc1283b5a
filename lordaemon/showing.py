"""Showing the applicant what will go out, before it does: the notice of one draft (S11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from lordaemon.drafting import redraft
from lordaemon.letters.draft import Draft
from lordaemon.letters.notice import compose_notice
from lordaemon.outbox import Outbox
from lordaemon.ownmail import post
from lordaemon.plan.model import Plan
from lordaemon.season.history import Kind
from lordaemon.season.policy import Decision
from lordaemon.snapshot import snapshot
from lordaemon.store import outbox_rows
from lordaemon.store.tables import OutboxRow


def must_be_shown(plan: Plan, step: Decision) -> bool:
    """Requests and packets always; with `approve = "each"`, all four kinds."""
    return plan.policy.approve == "each" or step.kind in ("request", "packet")


def show(outbox: Outbox, step: Decision, row: OutboxRow, faults: Mapping[str, str]) -> None:
    """Send the notice of a planned row, and record when it had left: only then may the row go.

    Raises the wire's errors. `faults`: what `faults_of` said a moment ago.
    """
    plan, database, now = outbox.plan, outbox.database, outbox.clock()
    writer = plan.writer(step.writer)
    assert writer is not None  # decisions are made from this plan
    with database.begin() as session:
        facts = snapshot(session, plan, now, faults).history.of(writer.id)
        draft = redraft(session, plan, writer, facts, row)
        earlier = outbox_rows.live(session, row.season, f"notice:{row.token}")
        if earlier is not None and earlier.state == "uncertain":
            # The mailbox was read since: what is not there was not shown, and twice is no harm.
            outbox_rows.move(session, earlier.token, "uncertain", "not_sent")
        if earlier is not None and earlier.state == "sent":
            outbox_rows.put(session, row.token, noticed_at=earlier.sent_at or now)
            return
    leaves = max(step.at or now, now)
    waits = plan.policy.approve == "each"

    def compose(code: str) -> Draft:
        return compose_notice(plan, writer, cast(Kind, row.kind), draft, leaves, code,
                              waits_for_word=waits)  # fmt: skip

    state = post(outbox, f"notice:{row.token}", "notice", compose, concerns=row.token)
    if state == "sent":
        with database.begin() as session:
            outbox_rows.put(session, row.token, noticed_at=outbox.clock())
