"""The gate: all that must hold at the moment a message goes to a writer.

Asked before the claim and again after 354 (docs/sending.md), each time of the database as it is
then. Whether the message is wanted is for `season.policy` to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lordaemon.plan.model import Plan
from lordaemon.season.calendar import Calendar
from lordaemon.snapshot import snapshot
from lordaemon.store import notes
from lordaemon.store.tables import OutboxRow
from lordaemon.wire import NotWantedError, WithheldError

FRESH = timedelta(minutes=15)
"""How old the last complete sync may be when something goes to a writer (S9)."""
EARLY = timedelta(minutes=5)
"""By so much the clock may stand before the newest thing on record."""


def check(
    session: Session, row: OutboxRow, plan: Plan, faults: Mapping[str, str], now: datetime
) -> None:
    """Let a message to a writer pass, and note the instant as the newest on record.

    Raises NotWantedError when it is not wanted (any more) or not at this hour, WithheldError when
    the mailbox was not read since (S9) or the clock can't be right. `faults`: see `faults_of`.
    """
    seen = snapshot(session, plan, now, faults)
    step = next(d for d in seen.decisions if d.writer == row.writer)
    if step.action != "send" or step.kind != row.kind:
        raise NotWantedError(f"no longer wanted: {step.why}")
    hours = plan.policy.send_hours
    calendar = Calendar(plan.zone, hours[0], hours[1], lambda _day: False)
    if not calendar.inside(now):
        raise NotWantedError("outside the send hours")
    if not fresh_enough(seen.history.mail.last_sync, step.due or now, now):
        raise WithheldError("the mailbox has not been read since this became due (S9)")
    newest = notes.text(session, notes.NEWEST)
    if newest and now < datetime.fromisoformat(newest) - EARLY:
        raise WithheldError("the clock stands before the newest thing on record; set it right")
    notes.write(session, notes.NEWEST, now.isoformat(), now)


def fresh_enough(last_sync: datetime | None, due: datetime, now: datetime) -> bool:
    """S9: a complete sync finished after the step became due and less than 15 minutes ago."""
    return last_sync is not None and last_sync >= due and now - last_sync < FRESH
