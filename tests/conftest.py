"""Fixtures every room shares: one real Dovecot a session, a fresh user a test, a scripted SMTP."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.servers import dovecot as dovecot_server
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.servers.timewarp import WarpClock

MONDAY = datetime(2027, 3, 15, 9, 0, tzinfo=ZoneInfo("America/Chicago"))


@dataclass(frozen=True)
class User:
    """A mailbox on the session's Dovecot."""

    address: str
    password: str


@pytest.fixture(scope="session")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Certs:
    """The CA every test server's certificate comes from."""
    return Certs(tmp_path_factory.mktemp("certs"))


@pytest.fixture(scope="session")
def dovecot(certs: Certs) -> Iterator[Dovecot]:
    """A running Dovecot. Where there can't be one the test is skipped; in CI that is a failure."""
    if reason := dovecot_server.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with Dovecot(certs) as server:
        yield server


@pytest.fixture
def user(dovecot: Dovecot, request: pytest.FixtureRequest) -> User:
    """A user of this test's own, with an empty mailbox."""
    address = f"sam{len(dovecot.passwords)}@lab.test"
    dovecot.add_user(address)
    return User(address, dovecot.passwords[address])


@pytest.fixture(scope="session")
def _smtp_session(certs: Certs) -> Iterator[SmtpServer]:
    with SmtpServer(certs, lambda login, password: password == "secret") as server:
        yield server


@pytest.fixture
def smtp(_smtp_session: SmtpServer) -> SmtpServer:
    """The scripted SMTP server, as new; every login with the password "secret" is good."""
    _smtp_session.reset()
    return _smtp_session


@pytest.fixture
def clock() -> Iterator[WarpClock]:
    """Monday 15 March 2027, nine in the morning in Chicago; it runs, and can be jumped."""
    with WarpClock(MONDAY.astimezone(UTC)) as steered:
        yield steered
