"""A post office with two people, and mail programs to visit it with."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from imapclient import IMAPClient, SocketTimeout

from lordaemon.demo.clock import SimulatedClock
from lordaemon.demo.postoffice import PostOffice

STUDENT = "sam@school.example"
WRITER = "smith@hospital.example"
PASSWORDS = {STUDENT: "student's word", WRITER: "writer's word"}

Visit = Callable[[str], Any]


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2027, 3, 15, 14, 2, 3, tzinfo=UTC))


@pytest.fixture
def office(clock: SimulatedClock) -> Iterator[PostOffice]:
    with PostOffice(PASSWORDS, clock) as post_office:
        yield post_office


@pytest.fixture
def imap(office: PostOffice) -> Iterator[Visit]:
    """Log in as somebody over IMAP; logged out at the end."""
    with ExitStack() as open_visits:

        def visit(user: str) -> Any:
            client = IMAPClient(
                "127.0.0.1", office.imap_port, ssl=False, timeout=SocketTimeout(5, 20)
            )
            open_visits.callback(client.shutdown)
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.normalise_times = False
            client.login(user, PASSWORDS[user])
            return client

        yield visit


@pytest.fixture
def smtp(office: PostOffice) -> Iterator[smtplib.SMTP]:
    """The student's way out, logged in."""
    with smtplib.SMTP("127.0.0.1", office.smtp_port, timeout=20) as session:
        session.login(STUDENT, PASSWORDS[STUDENT])
        yield session
