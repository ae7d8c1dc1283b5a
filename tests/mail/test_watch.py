"""The watcher: mail wakes it within a second, and nothing puts it to sleep for good."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lordaemon.errors import LoginRefused, MailUnreachable
from lordaemon.mail.watch import Watcher
from tests.conftest import User
from tests.mail.conftest import MakeMailbox
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.net import wait_until
from tests.servers.proxy import Proxy
from tests.servers.timewarp import WarpClock

NOTE = b"Subject: hi\r\n\r\nHello.\r\n"


class Looks:
    """Counts the calls and lets a test wait for the next."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait_for(self, count: int, timeout: float = 10) -> None:
        """Until there were at least `count` calls."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.count >= count, timeout), self.count


@pytest.fixture
def looks() -> Looks:
    """What the watcher calls."""
    return Looks()


@pytest.fixture
def watch(mailbox: MakeMailbox, looks: Looks) -> Iterator[Callable[..., Watcher]]:
    """Starts watchers of INBOX, and stops them after the test."""
    started: list[Watcher] = []

    def start(*, renew: float = 60, first_pause: float = 0.05, **connection: Any) -> Watcher:
        settings: dict[str, Any] = {"security": "tls"} | connection
        watcher = Watcher(
            lambda: mailbox(**settings), "INBOX", looks, renew=renew, first_pause=first_pause
        )
        watcher.start()
        started.append(watcher)
        return watcher

    yield start
    for watcher in started:
        watcher.stop()
        assert not watcher.running


def test_mail_wakes_it_within_a_second(
    dovecot: Dovecot, user: User, watch: Callable[..., Watcher], looks: Looks
) -> None:
    watch()
    looks.wait_for(1)  # on each new connection: something may have come before
    for number in (2, 3, 4):
        dovecot.deliver(user.address, NOTE)
        before = time.monotonic()
        looks.wait_for(number, 5)
        assert time.monotonic() - before < 1


def test_reading_elsewhere_is_no_reason_to_look(
    dovecot: Dovecot, user: User, watch: Callable[..., Watcher], looks: Looks
) -> None:
    dovecot.deliver(user.address, NOTE)
    watch()
    looks.wait_for(1)
    with dovecot.imap(user.address) as other:
        other.select()
        other.store("1", "+FLAGS", "\\Seen")
    dovecot.deliver(user.address, NOTE)
    looks.wait_for(2)
    assert looks.count == 2


def test_stop_and_nudge_take_effect_at_once(watch: Callable[..., Watcher], looks: Looks) -> None:
    watcher = watch()
    looks.wait_for(1)
    watcher.nudge()
    looks.wait_for(2, 2)
    before = time.monotonic()
    watcher.stop()
    assert time.monotonic() - before < 2
    assert not watcher.running


def test_idle_is_renewed_and_hears_on(
    dovecot: Dovecot, user: User, watch: Callable[..., Watcher], looks: Looks
) -> None:
    with Proxy(dovecot.imap_port) as proxy:
        watch(renew=0.1, security="none", port=proxy.port)
        looks.wait_for(1)
        for number in range(2, 8):
            dovecot.deliver(user.address, NOTE)
            looks.wait_for(number, 3)
        assert proxy.connections == 1


@pytest.mark.parametrize("how", ["bye", "cut", "crash"])
def test_a_lost_connection_is_made_again(
    certs: Certs, watch: Callable[..., Watcher], looks: Looks, how: str
) -> None:
    with Dovecot(certs) as own, Proxy(own.imap_port) as proxy:
        own.add_user("sam@lab.test")
        watcher = watch(security="none", port=proxy.port, username="sam@lab.test")
        looks.wait_for(1)
        if how == "cut":
            proxy.drop()
        else:
            own.kill() if how == "crash" else own.stop()
            wait_until(lambda: isinstance(watcher.problem, MailUnreachable))
            own.start()
        looks.wait_for(2)
        own.deliver("sam@lab.test", NOTE)
        looks.wait_for(3, 3)
        assert watcher.problem is None


def test_an_open_but_dead_connection_is_found_out(
    dovecot: Dovecot, user: User, watch: Callable[..., Watcher], looks: Looks
) -> None:
    """As behind a router that forgot us: only the renewal's silence tells."""
    with Proxy(dovecot.imap_port) as proxy:
        watch(renew=0.3, security="none", port=proxy.port, timeout=1)
        looks.wait_for(1)
        proxy.forget()
        looks.wait_for(2)
        dovecot.deliver(user.address, NOTE)
        looks.wait_for(3, 3)


def test_without_idle_it_asks(
    dovecot: Dovecot, user: User, watch: Callable[..., Watcher], looks: Looks
) -> None:
    with Proxy(dovecot.imap_port) as proxy:
        proxy.rewrite(b" IDLE", b" XDLE")
        proxy.rewrite(b" IDLE", b" XDLE", "up")
        watch(renew=0.2, security="none", port=proxy.port)
        looks.wait_for(1)
        dovecot.deliver(user.address, NOTE)
        looks.wait_for(2, 3)


def test_an_idle_that_is_offered_and_refused_is_not_insisted_on(
    dovecot: Dovecot, user: User, watch: Callable[..., Watcher], looks: Looks
) -> None:
    with Proxy(dovecot.imap_port) as proxy:
        proxy.rewrite(b" IDLE\r\n", b" XDLE\r\n", "up")
        watch(renew=0.2, security="none", port=proxy.port)
        looks.wait_for(1)  # the second connection has the folder open by now: what comes is new
        assert proxy.connections == 2
        dovecot.deliver(user.address, NOTE)
        looks.wait_for(2)
        assert proxy.connections == 2


def test_a_refused_password_ends_it(watch: Callable[..., Watcher], looks: Looks) -> None:
    watcher = watch(password="wrong")
    wait_until(lambda: not watcher.running)
    assert isinstance(watcher.problem, LoginRefused)
    assert looks.count == 0


def test_a_callback_that_fails_does_not_end_it(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    looks = Looks()

    def fails() -> None:
        looks()
        raise RuntimeError("no")

    watcher = Watcher(mailbox, "INBOX", fails)
    watcher.start()
    looks.wait_for(1)
    dovecot.deliver(user.address, NOTE)
    looks.wait_for(2)
    watcher.stop()


PROGRAM = """
import sys
from lordaemon.mail.imap import Mailbox
from lordaemon.mail.providers import Endpoint
from lordaemon.mail.secure import Login
from lordaemon.mail.watch import Watcher
port, user = int(sys.argv[1]), sys.argv[2]
login = Login(Endpoint("localhost", port, "none"), user, "secret")
watcher = Watcher(lambda: Mailbox(login), "INBOX", lambda: print("look", flush=True))
watcher.start()
sys.stdin.read()
watcher.stop()
"""


def test_a_clock_that_jumps_neither_deafens_nor_spins_it(dovecot: Dovecot, user: User) -> None:
    """Forward past many renewals, the wall clock back, and mail after each."""
    with WarpClock() as clock:
        argv = [sys.executable, "-c", PROGRAM, str(dovecot.imap_port), user.address]
        env = clock.env(dict(os.environ) | {"PYTHONPATH": str(Path.cwd())})
        with subprocess.Popen(
            argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "look\n"
            for step, days in ((clock.jump, 0.4), (clock.step_wall, -40), (clock.step_wall, 400)):
                step(timedelta(days=days))
                dovecot.deliver(user.address, NOTE)
                assert child.stdout.readline() == "look\n"
            assert child.stdin is not None
            child.stdin.close()
            assert child.stdout.read().count("look") <= 3
            assert child.wait(10) == 0
