"""`lordaemon run`: wakes the engine when there may be something to do, until told to stop.

Three alarms lead to the same question "is there anything to do now?": an IDLE connection that
heard something, APScheduler's jobs (next due instant, sweep, digest), and a heartbeat. The answer
is always taken from the database and the clock, never from the alarm; so an alarm that is late,
early or doubled, a suspended machine and a clock that jumps do no harm.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from lordaemon.alive import tell_alive
from lordaemon.clock import Clock
from lordaemon.engine import Engine, PassReport
from lordaemon.errors import LordaemonError, PlanUnusable
from lordaemon.plan.load import load_plan
from lordaemon.plan.model import Plan
from lordaemon.wire import Account

log = logging.getLogger("lordaemon.daemon")

HEARTBEAT = 20.0
"""Seconds between two looks at the clock; a long wait would oversleep a suspend or a jump."""
POLL = timedelta(minutes=10)
"""A full sync at least this often: IDLE is only a hint (design of hearing)."""

AccountFor = Callable[[Plan], Account]


class Daemon:
    """Runs one engine. The only thread that passes is the one that called `run`."""

    def __init__(
        self,
        engine: Engine,
        account_for: AccountFor,
        watch: Callable[[Plan, Callable[[], None]], Any],
    ) -> None:
        self.engine, self.account_for, self._watch = engine, account_for, watch
        self.clock: Clock = engine.clock
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._heard = threading.Event()
        self._watcher: Any = None
        self._last_full: datetime | None = None
        self._next: datetime | None = None
        self._left: frozenset[tuple[str, str, str]] = frozenset()
        self._stamp = self._plan_stamp()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def run(self) -> None:
        """Until SIGTERM or SIGINT. Faults of the world are logged, told, and outlived."""
        self._scheduler.add_job(self._wake.set, "interval", seconds=60, id="sweep")
        self._scheduler.start()
        self._start_watcher()
        notify("READY=1")
        try:
            while not self._stop.is_set():
                self._once()
                self._arm()
                self._wake.wait(HEARTBEAT)
                self._wake.clear()
                self._scheduler.wakeup()
        finally:
            notify("STOPPING=1")
            self._scheduler.shutdown(wait=False)
            self._stop_watcher()

    def stop(self, *_signal: int | FrameType | None) -> None:
        """Finish the step at hand and end; safe in a signal handler."""
        self._stop.set()
        self._wake.set()

    def install_signals(self) -> None:
        """SIGTERM and SIGINT end the daemon; SIGHUP makes it look at the plan at once."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        signal.signal(signal.SIGHUP, lambda *_: self.look())

    def look(self) -> None:
        """Something may be new in the mailbox."""
        self._heard.set()
        self._wake.set()

    # -- one turn --------------------------------------------------------------------------

    def _once(self) -> None:
        reloaded = self._reload_if_changed()
        now = self.clock()
        if not (reloaded or self._heard.is_set() or self._is_due(now)):
            notify("WATCHDOG=1")
            return
        self._heard.clear()
        try:
            report = self.engine.run_pass()
        except LordaemonError as problem:
            log.error("pass failed: %s", problem)  # noqa: TRY400  # the text is for a person
            self._last_full = now
            return
        self._last_full = now
        self._left = self._pending()
        _log_pass(report)
        if not report.problems:
            tell_alive(self.engine.plan.digest.ping)
        notify("WATCHDOG=1")

    def _is_due(self, now: datetime) -> bool:
        if self._last_full is None or now - self._last_full >= POLL or now < self._last_full:
            return True
        following = self._next
        return (following is not None and following <= now) or bool(self._new_work())

    def _new_work(self) -> frozenset[tuple[str, str, str]]:
        """Work that was not there when the last pass ended: a word given by `mark`, say. What that
        pass left undone waits for the next one."""
        return self._pending() - self._left

    def _arm(self) -> None:
        """One alarm at the next instant at which time alone may bring something."""
        try:
            self._next = self.engine.next_instant()
        except LordaemonError as problem:
            log.error("cannot look ahead: %s", problem)  # noqa: TRY400
            self._next = None
        if self._next is not None:
            self._scheduler.add_job(
                self._wake.set, "date", run_date=self._next, id="next", replace_existing=True
            )

    def _pending(self) -> frozenset[tuple[str, str, str]]:
        try:
            return self.engine.pending()
        except LordaemonError:
            return frozenset()

    def _plan_stamp(self) -> tuple[int, int]:
        try:
            found = self.engine.plan.path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    def _reload_if_changed(self) -> bool:
        """A changed plan takes effect; a broken one leaves the last good one in force (D3)."""
        stamp = self._plan_stamp()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            plan = load_plan(self.engine.plan.path)
        except PlanUnusable as fault:
            log.error("plan not usable, the last good one stays in force: %s", fault)  # noqa: TRY400
            self.engine.tell_plan_problem(str(fault))
            return True
        log.info("plan reloaded")
        mail_changed = plan.mail != self.engine.plan.mail
        self.engine.plan = plan
        self.engine.account = self.account_for(plan)
        self.engine.tell_plan_problem("")
        if mail_changed:
            self._stop_watcher()
            self._start_watcher()
        return True

    def _start_watcher(self) -> None:
        self._watcher = self._watch(self.engine.plan, self.look)
        self._watcher.start()

    def _stop_watcher(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()


def _log_pass(report: PassReport) -> None:
    log.info(
        "pass synced=%s heard=%d noticed=%d sent=%d digest=%s problems=%d",
        report.synced, report.heard, len(report.noticed), len(report.sent), report.digest,
        len(report.problems),
    )  # fmt: skip


def notify(state: str) -> None:
    """Tell systemd (sd_notify(3)); nothing happens outside of it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    target = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        try:
            sock.sendto(state.encode(), target)
        except OSError as failure:
            log.debug("notify failed: %s", failure)
