"""kill -9 at every step of a conversation with the mail server, real Dovecot, real SMTP: started
again until quiet, the writer has the request at most once, and a doubt is asked, never resent."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import User
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.faults import Action, Stage
from tests.servers.smtp import SmtpServer
from tests.servers.timewarp import WarpClock
from tests.whole.student import Student, until, writer

# (stage at which the server falls silent, what it does, whether it saves to Sent,
#  copies the writer may have in the end, whether the applicant is asked)
POINTS: list[tuple[Stage, Action, bool, int, bool]] = [
    ("connect", "hang", False, 1, False),
    ("ehlo", "hang", False, 1, False),
    ("auth", "hang", False, 1, False),
    ("mail", "hang", False, 1, False),
    ("rcpt", "hang", False, 1, False),
    ("data", "hang", False, 1, False),
    ("eod", "hang", False, 0, True),
    ("eod", "accept-hang", False, 1, True),
    ("eod", "accept-hang", True, 1, False),
]


@pytest.mark.parametrize(("stage", "action", "saved", "copies", "asked"), POINTS)
def test_killed_and_started_again(
    tmp_path: Path, user: User, dovecot: Dovecot, smtp: SmtpServer, certs: Certs, clock: WarpClock,
    stage: Stage, action: Action, saved: bool, copies: int, asked: bool,
) -> None:  # fmt: skip
    policy = {"policy": "clock_skew_minutes = 0\nnotice_hours = 1"}
    student = Student(tmp_path, user.address, dovecot, smtp, certs, clock, policy)
    student.write_plan(writer("Jane Smith"))
    student.once()  # the notice and the digest are out, the request waits
    assert not student.to("smith")
    clock.jump(timedelta(hours=2))
    if saved:
        smtp.save_sent = lambda login, raw: dovecot.append(login, raw, "Sent", "\\Seen")
    smtp.faults.add(stage, action)
    before = smtp.faults.struck
    argv = [sys.executable, "-m", "lordaemon", "run", "--once", "--config", str(student.plan)]
    running = subprocess.Popen(argv, env=student.env, stderr=subprocess.DEVNULL, cwd=tmp_path)
    until(lambda: smtp.faults.struck > before)
    if action == "accept-hang":
        until(lambda: bool(student.to("smith")))
    running.kill()
    running.wait(10)
    smtp.faults.clear()
    for hours in (0, 1, 6):
        clock.jump(timedelta(hours=hours))
        student.once()
    smtp.save_sent = None
    assert len(student.to("smith")) == copies
    row = student.row("smith")
    assert ("not known whether the request left" in str(row["needs_you"])) is asked
    assert row["stage"] == ("planned" if asked else "requested")
