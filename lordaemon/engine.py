"""One plan's season at work: plan, database, mailbox and outbox held together.

`run_pass` is one full pass: sync, read, decide, send, digest if due. It holds no rules: what to do
comes from `season.policy`, how to send once from `outbox`. A fault of the world never ends the
pass before the applicant's digest had its chance.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lordaemon import daily, gate
from lordaemon.clock import Clock, system_clock
from lordaemon.drafting import planned
from lordaemon.errors import (
    DatabaseUnusable,
    LoginHeld,
    LoginRefused,
    LordaemonError,
    MailUnreachable,
)
from lordaemon.intake import Intake
from lordaemon.letters.mime import stamp
from lordaemon.mailorders import MailOrders
from lordaemon.outbox import Outbox
from lordaemon.plan.model import Plan
from lordaemon.season.history import History
from lordaemon.season.policy import Decision, next_instant, words
from lordaemon.showing import must_be_shown, show
from lordaemon.snapshot import Snapshot, faults_of, snapshot
from lordaemon.store import notes, outbox_rows
from lordaemon.store.database import Database
from lordaemon.store.tables import OutboxRow
from lordaemon.wire import Account, Folders, Mailbox, NotWantedError, WithheldError
from lordaemon.witness import WitnessBook

log = logging.getLogger("lordaemon.engine")

RESYNC_BEFORE_SENDING = timedelta(seconds=20)
LOGIN_AGAIN = timedelta(hours=6)
MOST_STEPS = 60
"""A brake: no plan has more to do in one pass than this."""


@dataclass
class PassReport:
    """What one pass did."""

    began: datetime
    synced: bool = False
    heard: int = 0
    sent: list[str] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)
    digest: bool = False
    problems: list[LordaemonError] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)


@dataclass
class Engine:
    """Owns nothing global: one engine a plan. The mailbox is opened anew for every pass."""

    plan: Plan
    database: Database
    account: Account
    clock: Clock = system_clock
    plan_problem: str = ""

    def __post_init__(self) -> None:
        self._folders: Folders | None = None
        self._synced_at: datetime | None = None
        self._faults = faults_of(self.plan)
        self._seen: Snapshot | None = None
        self._cut_short = True
        """An earlier process may have been; a pass, which has the lock, puts it in order."""

    # -- one pass --------------------------------------------------------------------------

    def run_pass(self, *, dry: bool = False) -> PassReport:
        """Sync, read, decide, send, digest if due. `dry`: only sync and decide (`--dry-run`)."""
        report = PassReport(self.clock())
        self._seen = None
        self._faults = faults_of(self.plan)
        if self._cut_short:  # killed, or the disk was full: what was on its way is in doubt
            with self.database.begin() as session:
                outbox_rows.after_restart(session, self.plan.season.name)
        self._cut_short = True
        with self._problems_kept(report, notes.MAIL_PROBLEM):
            self._not_too_soon()
            with self.account.mailbox() as mailbox:
                self._sync(mailbox, report)
                if not dry:
                    with self._problems_kept(report, notes.SEND_PROBLEM):
                        self._act(mailbox, report)
        if not dry and not any(isinstance(p, LoginRefused) for p in report.problems):
            with self._problems_kept(report, notes.SEND_PROBLEM):
                report.digest = daily.send_if_due(self)
        self._cut_short = any(isinstance(p, DatabaseUnusable) for p in report.problems)
        return report

    def _not_too_soon(self) -> None:
        """D3: a refused password is left alone for six hours, unless plan or secret change."""
        with self.database.begin() as session:
            mark, since = notes.everything(session).get(notes.LOGIN_REFUSED, ("", None))
        if since is None or mark != self.account.mark():
            return
        again = since + LOGIN_AGAIN
        if self.clock() < again:
            at = again.astimezone(self.plan.zone)
            raise LoginHeld(
                "The mail server refused the password. It is not tried again before "
                f"{at:%H:%M on %-d %B}, so that the account isn't locked; change the password or "
                "the plan and it is tried at once."
            )

    def _sync(self, mailbox: Mailbox, report: PassReport) -> None:
        found = self._intake(mailbox).sync()
        self._folders, self._synced_at = found.folders, self.clock()
        report.synced, report.heard = True, report.heard + found.heard

    def _intake(self, mailbox: Mailbox) -> Intake:
        orders = MailOrders(self.plan, self.clock)
        return Intake(self.plan, self.database, mailbox, self.clock, orders)

    def _act(self, mailbox: Mailbox, report: PassReport) -> None:
        """Notices and messages, one at a time, each in the light of everything before it."""
        seen = self.snapshot()
        if self._redraft(seen):
            seen = self.snapshot()
        tried: set[tuple[str, str, str]] = set()
        for _ in range(MOST_STEPS):
            todo = [d for d in seen.decisions if d.action in ("notice", "send")]
            step = next((d for d in sorted(todo, key=_by_due)
                         if (d.writer, d.kind, d.action) not in tried), None)  # fmt: skip
            if step is None:
                self._seen = seen
                return
            tried.add((step.writer, step.kind, step.action))
            try:
                self._do(mailbox, step, report)
            except WithheldError as why:
                log.info("withheld writer=%s kind=%s why=%s", step.writer, step.kind, why)
                report.withheld.append(f"{step.writer}: {why}")
                if not isinstance(why, NotWantedError):
                    with self.database.begin() as session:
                        notes.write(session, notes.SEND_PROBLEM, str(why), self.clock())
            seen = self.snapshot()

    def _redraft(self, seen: Snapshot) -> bool:
        """A draft that waits is made anew at once when plan or files changed (S12), so that its new
        notice goes out while there is time."""
        found = False
        for step in seen.decisions:
            writer = self.plan.writer(step.writer)
            facts = seen.history.of(step.writer)
            waiting = [a.kind for a in facts.attempts if a.state == "planned"]
            if writer is not None and step.kind in waiting:
                with self.database.begin() as session:
                    planned(session, self.plan, writer, facts, step, self.clock())
                found = True
        return found

    def _do(self, mailbox: Mailbox, step: Decision, report: PassReport) -> None:
        writer = self.plan.writer(step.writer)
        assert writer is not None  # decisions are made from this plan
        now = self.clock()
        with self.database.begin() as session:
            facts = self.snapshot(session).history.of(writer.id)
            row = planned(session, self.plan, writer, facts, step, now)
        if row is None:
            return
        if step.action == "notice" or (row.noticed_at is None and must_be_shown(self.plan, step)):
            show(self.outbox(), step, row, self._faults)
            report.noticed.append(f"{writer.id}:{row.kind}")
            return
        if self._synced_at is None or now - self._synced_at > RESYNC_BEFORE_SENDING:
            self._sync(mailbox, report)
        if row.not_before is not None and now < row.not_before:
            return  # the pause after a refusal for now
        state = self.outbox().send(row.token, self.gate, WitnessBook(mailbox))
        if state == "planned":
            report.problems.append(MailUnreachable(
                f"The mail server would not take the {words(step.kind)} to {writer.salutation} "
                "for now. Nothing left; lordaemon tries again by itself."
            ))  # fmt: skip
        if state == "sent":
            report.sent.append(f"{writer.id}:{row.kind}")
            self._own_copy(mailbox, row)

    def tell_plan_problem(self, fault: str) -> None:
        """The plan file is broken (or whole again): for the digest's first line and `status`."""
        self.plan_problem = fault
        with self.database.begin() as session:
            if fault:
                notes.write(session, notes.PLAN_PROBLEM, fault, self.clock())
            else:
                notes.forget(session, notes.PLAN_PROBLEM)

    # -- what everything above stands on -------------------------------------------------------

    def gate(self, session: Session, row: OutboxRow) -> None:
        """All that must hold at the moment of sending, asked before the claim and after 354."""
        gate.check(session, row, self.plan, self._faults, self.clock())

    def snapshot(self, session: Session | None = None) -> Snapshot:
        """Everything known now, decided."""
        if session is not None:
            return snapshot(session, self.plan, self.clock(), self._faults)
        with self.database.begin() as own:
            return snapshot(own, self.plan, self.clock(), self._faults)

    def history(self) -> History:
        """The facts, as they stand."""
        return self.snapshot().history

    def outbox(self) -> Outbox:
        """The outbox over this engine's wire."""
        return Outbox(self.plan, self.database, self.account.postman(), self.clock)

    def next_instant(self) -> datetime | None:
        """The earliest future instant at which there may be something to do."""
        now = self.clock()
        with self.database.begin() as session:
            facts = self.latest(session).history
        times = [next_instant(self.plan, facts, now), daily.next_due(self, now)]
        return min((t for t in times if t is not None), default=None)

    def pending(self) -> frozenset[tuple[str, str, str]]:
        """What wants doing this moment: (writer, kind, notice or send)."""
        with self.database.begin() as session:
            steps = self.latest(session).decisions
        doing = ("notice", "send")
        return frozenset((d.writer, d.kind, d.action) for d in steps if d.action in doing)

    def latest(self, session: Session) -> Snapshot:
        """What the pass ended with, as long as the clock has not moved; else a fresh look."""
        seen = self._seen
        return seen if seen is not None and seen.now == self.clock() else self.snapshot(session)

    def _own_copy(self, mailbox: Mailbox, row: OutboxRow) -> None:
        """Where the provider keeps no copy of what it sent, we put ours into Sent."""
        if self._folders is None or self._folders.sent is None:
            return
        with suppress(LordaemonError):
            self._intake(mailbox).read_own(self._folders)
            with self.database.begin() as session:
                fresh = outbox_rows.get(session, row.token)
            if fresh is not None and not fresh.copied and not self.account.saves_sent:
                when = fresh.sent_at or self.clock()
                raw = stamp(fresh.raw, fresh.claimed_at or when, self.plan.zone)
                mailbox.append(self._folders.sent, raw, when)
                with self.database.begin() as session:
                    outbox_rows.put(session, row.token, copied=True)

    @contextmanager
    def _problems_kept(self, report: PassReport, name: str) -> Iterator[None]:
        """A fault is kept for digest, status and exit code; the pass goes on."""
        try:
            yield
        except LordaemonError as problem:
            log.warning("problem kind=%s text=%s", type(problem).__name__, problem)
            report.problems.append(problem)
            with self.database.begin() as session:
                notes.write(session, name, str(problem), self.clock())
                if isinstance(problem, LoginRefused) and not isinstance(problem, LoginHeld):
                    notes.write(session, notes.LOGIN_REFUSED, self.account.mark(), self.clock())


def _by_due(step: Decision) -> tuple[bool, datetime]:
    assert step.due is not None  # notices and messages always have a due instant
    return step.action != "notice", step.due
