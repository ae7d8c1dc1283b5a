"""The test servers themselves: they do what the tests of every room rely on."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from tests.conftest import User
from tests.servers.dovecot import Dovecot
from tests.servers.dsn import DSN_STYLES, dsn, receipt
from tests.servers.robots import AUTO_STYLES, MALFORMED, SPOOFS, auto_reply, malformed, spoof
from tests.servers.timewarp import WarpClock
from tests.servers.writers import CLIENTS, Person, fresh, reply

OURS = fresh(
    "Jane Smith <smith@x.example>",
    "A letter",
    "Would you?\nThanks.",
    Person("sam@y.example", "Sam"),
)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_answers_with_its_own_words_first_or_last(client: str) -> None:
    mail = message_from_bytes(reply(OURS, "Happy to!", client), policy=policy.default)  # type: ignore[arg-type]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Happy to!" in body.get_content()
    assert str(mail["From"]) == "Jane Smith <smith@x.example>"
    assert ("In-Reply-To" in mail) == (client != "no-thread")


def test_robots_crooks_and_broken_mail_can_be_delivered(dovecot: Dovecot, user: User) -> None:
    made = [
        *(dsn(OURS, "smith@x.example", style=style) for style in DSN_STYLES),
        *(auto_reply(OURS, style) for style in AUTO_STYLES),
        *(spoof(OURS, kind) for kind in SPOOFS),
        *(malformed(OURS, kind) for kind in MALFORMED if kind != "nul-bytes"),
        receipt(OURS),
    ]
    for raw in made:
        dovecot.deliver_at(user.address, raw, datetime(2027, 3, 1, tzinfo=UTC))
    assert len(dovecot.messages(user.address)) == len(made)


def test_the_steered_clock_moves_a_running_program() -> None:
    """A sleep of a day, whenever it began, ends at once when a second lasts two weeks."""
    code = "import time; print(flush=True); time.sleep(86400); print(time.strftime('%Y-%m-%d'))"
    with WarpClock(datetime(2027, 3, 1, 12, tzinfo=UTC)) as clock:
        argv = [sys.executable, "-c", code]
        with subprocess.Popen(
            argv, env=clock.env() | {"TZ": "UTC"}, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            child.stdout.readline()
            clock.jump(timedelta(days=30))
            clock.set_rate(1e6)
            assert child.stdout.readline().strip() >= "2027-03-31"
