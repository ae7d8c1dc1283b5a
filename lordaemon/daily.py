"""The daily digest: whether one is due (D1, D6), and what goes into it.

One for every local date, late rather than never, never two; the unique identity `digest:DATE` in
the outbox holds that whatever happens here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from lordaemon import __version__
from lordaemon.clock import Clock
from lordaemon.errors import MailUnreachable
from lordaemon.happenings import happenings, orders_since, strangers
from lordaemon.letters.digest import compose_digest
from lordaemon.letters.digest_needs import TOLD_BEFORE
from lordaemon.letters.digest_view import DigestView
from lordaemon.letters.draft import Draft
from lordaemon.outbox import Outbox
from lordaemon.ownmail import post
from lordaemon.plan.model import Plan
from lordaemon.season.calendar import local_day, to_utc
from lordaemon.season.table import SAFE, Table
from lordaemon.snapshot import Snapshot
from lordaemon.store import notes, outbox_rows
from lordaemon.store.database import Database
from lordaemon.store.tables import OutboxRow

AFTER_DEADLINE = timedelta(days=7)
QUIET_AT_MOST = timedelta(days=7)
STALE = timedelta(hours=6)
NOT_SENT = "Today's digest could not be sent: "


class Desk(Protocol):
    """What a digest needs of the engine."""

    plan: Plan
    database: Database
    plan_problem: str

    @property
    def clock(self) -> Clock:
        """The present instant."""
        ...

    def snapshot(self, session: Session | None = None) -> Snapshot:
        """Everything known now."""
        ...

    def latest(self, session: Session) -> Snapshot:
        """The same, where nothing can have changed since the last look."""
        ...

    def outbox(self) -> Outbox:
        """The way out."""
        ...


def send_if_due(engine: Desk) -> bool:
    """Send today's digest if it is due and not sent. Raises the wire's errors."""
    now, plan = engine.clock(), engine.plan
    day = local_day(now, plan.zone)
    if now < to_utc(day, plan.digest.at, plan.zone):
        return False
    with engine.database.begin() as session:
        if _settled(session, plan, day):
            return False
        seen = engine.latest(session)
        if not _wanted(session, plan, seen, day):
            return False
    return send(engine, seen)


def send(engine: Desk, seen: Snapshot | None = None) -> bool:
    """Send the digest of the snapshot's local date; it takes the day's place (D1).

    False when one has left before. Raises MailUnreachable when the server won't take it now: the
    applicant has to hear of that by other means (D3).
    """
    with engine.database.begin() as session:
        seen = seen or engine.snapshot(session)
        day = local_day(seen.now, engine.plan.zone)
        if _settled(session, engine.plan, day):
            return False
        view = build(session, seen, engine.plan, engine.plan_problem)

    def compose(code: str) -> Draft:
        return compose_digest(replace(view, token=code))

    state = post(engine.outbox(), f"digest:{day}", "digest", compose)
    if state in ("planned", "refused"):
        with engine.database.begin() as session:
            why = notes.text(session, notes.SEND_PROBLEM) or "the mail server would not take it"
        raise MailUnreachable(NOT_SENT + why.removeprefix(NOT_SENT))
    return state == "sent"


def next_due(engine: Desk, now: datetime) -> datetime | None:
    """The next instant at which a digest may be due."""
    plan = engine.plan
    day = local_day(now, plan.zone)
    with engine.database.begin() as session:
        done = outbox_rows.live_state(session, plan.season.name, f"digest:{day}") is not None
    at = to_utc(day, plan.digest.at, plan.zone)
    if done or at <= now:
        at = to_utc(day + timedelta(days=1), plan.digest.at, plan.zone)
    over = local_day(at, plan.zone) > plan.season.deadline + AFTER_DEADLINE
    return None if over else at


def build(session: Session, seen: Snapshot, plan: Plan, plan_problem: str = "") -> DigestView:
    """Everything the digest of the snapshot's instant says."""
    now = seen.now
    previous = _previous(session, plan.season.name)
    since = previous.sent_at if previous else None
    day = local_day(now, plan.zone)
    waiting = outbox_rows.in_state(session, plan.season.name, "planned")
    fresh = [r for r in waiting if r.writer and (since is None or r.planned_at > since)]
    return DigestView(
        plan=plan, table=seen.table, day=day, now=now, health=seen.history.mail,
        alarms=tuple(alarms(session, plan, seen, plan_problem)),
        happened=tuple(happenings(session, plan, seen, since)),
        orders=tuple(orders_since(session, plan, since, now)),
        strangers=tuple(strangers(session, plan, since)),
        upcoming_text=tuple((r.writer or "", r.text) for r in fresh),
        previous_at=since, version=__version__,
        last=day > plan.season.deadline and not _said_goodbye(previous, plan),
    )  # fmt: skip


def alarms(session: Session, plan: Plan, seen: Snapshot, plan_problem: str) -> list[str]:
    """What the first line must say (D3), each a whole sentence, the gravest first."""
    found: list[str] = []
    health, now = seen.history.mail, seen.now
    if plan_problem:
        found.append(f"The plan file has a fault; the last good one stays in force. {plan_problem}")
    found += [hold[0].upper() + hold[1:] + "." for hold in seen.history.holds]
    problem = notes.text(session, notes.MAIL_PROBLEM)
    if problem:
        found.append(f"The mailbox could not be read: {problem} Nothing goes to writers meanwhile.")
    elif health.last_sync is None or now - health.last_sync > STALE:
        found.append(
            "The mailbox has not been read for a while; nothing goes to writers meanwhile."
        )
    trouble = notes.text(session, notes.SEND_PROBLEM)
    if trouble:
        found.append(f"The last try to send failed: {trouble}.".replace("..", "."))
    if _newly_rebuilt(session, plan):
        found.append(
            "The history was rebuilt from your mailbox. Check the table: what you told lordaemon "
            "by hand (yes by phone, pauses) may be missing; please say it again."
        )
    return found


def _newly_rebuilt(session: Session, plan: Plan) -> bool:
    """The first digest after the history was rebuilt says so; the later ones don't."""
    rebuilt = notes.instant(session, "rebuilt")
    if rebuilt is None:
        return False
    previous = _previous(session, plan.season.name)
    return previous is None or bool(previous.sent_at < rebuilt)


def _settled(session: Session, plan: Plan, day: date) -> bool:
    """This date's digest has left, or may have left: there is no second one."""
    held = outbox_rows.live_state(session, plan.season.name, f"digest:{day}")
    return held is not None and held != "planned"


def _wanted(session: Session, plan: Plan, seen: Snapshot, day: date) -> bool:
    table = seen.table
    if day > plan.season.deadline:
        return _wanted_after_deadline(session, plan, table, day)
    if plan.digest.quiet_days:
        return True
    return _has_news(session, plan, seen, day)


def _wanted_after_deadline(session: Session, plan: Plan, table: Table, day: date) -> bool:
    """D6: a last digest, then daily for a week while a letter is open."""
    if day > plan.season.deadline + AFTER_DEADLINE:
        return False
    previous = _previous(session, plan.season.name)
    open_letters = any(r.stage not in SAFE and not r.lost for r in table.rows)
    return open_letters or not _said_goodbye(previous, plan)


def _said_goodbye(previous: Row[Any, Any] | None, plan: Plan) -> bool:
    """The season's last digest has left; what follows only reminds of open letters (D6)."""
    return previous is not None and str(previous.identity) > f"digest:{plan.season.deadline}"


def _has_news(session: Session, plan: Plan, seen: Snapshot, day: date) -> bool:
    """`quiet_days = false`: only with something to say, but never a silent week (D1)."""
    previous = _previous(session, plan.season.name)
    if previous is None or previous.sent_at is None:
        return True
    since = previous.sent_at
    if any(happenings(session, plan, seen, since)) or seen.table.needing_you:
        return True
    if alarms(session, plan, seen, ""):
        return True
    left = [(r.due - day).days for r in seen.table.rows if r.stage not in SAFE and not r.lost]
    if any(days in TOLD_BEFORE or days < 0 for days in left):
        return True
    silent_for = day - local_day(since, plan.zone)
    return bool(left) and silent_for >= QUIET_AT_MOST


def _previous(session: Session, season: str) -> Row[Any, Any] | None:
    """The last digest that left: its identity and `sent_at`."""
    return session.connection().execute(_LAST, {"season": season}).first()


_LAST = (
    select(OutboxRow.__table__.c.identity, OutboxRow.__table__.c.sent_at)
    .where(
        OutboxRow.__table__.c.season == bindparam("season"),
        OutboxRow.__table__.c.kind == "digest",
        OutboxRow.__table__.c.state == "sent",
    )
    .order_by(OutboxRow.__table__.c.sent_at.desc())
    .limit(1)
)
