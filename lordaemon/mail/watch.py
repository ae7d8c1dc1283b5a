"""Calls "look now" when mail arrives: one thread, one connection of its own, mostly in IDLE.

Only a hint. It reads nothing, and a pass that was missed is made up by the daemon's own rounds;
so every doubt (a new connection, a nudge) is a reason to look. All waits are waits for events
counted by the monotonic clock: setting the clock changes nothing, and after a suspend `nudge`
finds out whether the connection has survived.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable

from lordaemon.errors import LoginRefused, LordaemonError, SecretMissing
from lordaemon.mail.idle import wait
from lordaemon.mail.imap import Mailbox

RENEW_SECONDS = 290.0
"""IDLE is begun anew at least this often; routers forget silent connections after five minutes."""
POLL_SECONDS = 120.0
"""How often a server without IDLE is asked."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0

log = logging.getLogger(__name__)


class Watcher:
    """Watches one folder from `start` to `stop`.

    `open_mailbox` makes a Mailbox (it may raise what fetching the password raises), `look_now` is
    called in the watcher's thread and should return soon. After a refused or missing password
    the thread ends, because trying again locks accounts (D3): make a new Watcher then.
    """

    def __init__(
        self,
        open_mailbox: Callable[[], Mailbox],
        folder: str,
        look_now: Callable[[], None],
        *,
        renew: float = RENEW_SECONDS,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self._open_mailbox = open_mailbox
        self._folder = folder
        self._look_now = look_now
        self._renew = renew
        self._first_pause = first_pause
        self._stopping = threading.Event()
        self._wake_read, self._wake_write = os.pipe()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)
        self._pipe = threading.Lock()
        self._pipe_open = True
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._problem: LordaemonError | None = None

    @property
    def problem(self) -> LordaemonError | None:
        """Why it is not listening just now; None while it is."""
        return self._problem

    @property
    def running(self) -> bool:
        """False before `start`, after `stop`, and after a refused password."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to watch; returns at once."""
        self._thread.start()

    def nudge(self) -> None:
        """Look now, and find out whether the connection still lives (after a suspend)."""
        with self._pipe, contextlib.suppress(BlockingIOError):  # a full pipe wakes just as well
            if self._pipe_open:
                os.write(self._wake_write, b"n")

    def stop(self, timeout: float = 5.0) -> None:
        """End it; returns when it has ended, or after `timeout` seconds on a dead connection."""
        self._stopping.set()
        self.nudge()
        if self._thread.is_alive():
            self._thread.join(timeout)
        with self._pipe:
            if self._pipe_open and not self._thread.is_alive():
                self._pipe_open = False
                os.close(self._wake_read)
                os.close(self._wake_write)

    def _run(self) -> None:
        pause = self._first_pause
        while not self._stopping.is_set():
            try:
                with self._open_mailbox() as mailbox:
                    pause = self._first_pause
                    self._watch(mailbox)
            except (LoginRefused, SecretMissing) as error:
                self._note(error)
                return
            except LordaemonError as error:
                self._note(error)
                self._rest(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception:
                log.exception("watching failed folder=%s", self._folder)
                self._rest(LONGEST_PAUSE)

    def _watch(self, mailbox: Mailbox) -> None:
        """Listen on a fresh connection until stopped; raises when it breaks."""
        mailbox.wait_for_change(self._folder, 0, self._wake_read)  # opens it: from here on we hear
        self._problem = None
        log.info("listening folder=%s", self._folder)
        self._look()
        while not self._stopping.is_set():
            why = mailbox.wait_for_change(self._folder, self._renew, self._wake_read)
            self._drain()
            if why != "timeout" and not self._stopping.is_set():
                self._look()

    def _look(self) -> None:
        try:
            self._look_now()
        except Exception:
            log.exception("look-now failed")

    def _note(self, error: LordaemonError) -> None:
        if str(error) != str(self._problem):
            log.warning("not listening folder=%s problem=%s", self._folder, error)
        self._problem = error

    def _rest(self, seconds: float) -> None:
        """Until the pause is over or somebody stops or nudges us."""
        wait(None, seconds, self._wake_read)
        self._drain()

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._wake_read, 512):
                pass
