"""The commands against a real mailbox and post office: who gets what, and what stays untouched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import User
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.servers.timewarp import WarpClock
from tests.whole.student import Student, until, writer


@pytest.fixture
def student(
    tmp_path: Path, user: User, dovecot: Dovecot, smtp: SmtpServer, certs: Certs, clock: WarpClock
) -> Student:
    """A student with one writer, to be asked today."""
    policy = "clock_skew_minutes = 0\nnotice_hours = 0"
    found = Student(tmp_path, user.address, dovecot, smtp, certs, clock, {"policy": policy})
    found.write_plan(writer("Jane Smith"))
    return found


def test_a_dry_run_leaves_the_mailbox_as_it_is(student: Student) -> None:
    notes = student.dovecot.maildir(student.address, "lordaemon")
    done = student.run("run", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "would" in done.stdout
    assert not notes.exists()
    assert not student.smtp.accepted
    student.once()
    assert notes.exists()
    assert len(student.to("smith")) == 1


def test_a_rehearsal_goes_to_oneself_without_a_token(student: Student) -> None:
    done = student.run("rehearse")
    assert done.returncode == 0, done.stderr
    assert len(student.smtp.accepted) == 4
    for mail in student.smtp.accepted:
        assert mail.recipients == (student.address,)
        assert str(mail.parsed["Subject"]).startswith("[rehearsal")
        assert b"lor.2028" not in mail.raw
    assert student.row("smith")["stage"] == "planned"


def test_a_digest_by_hand_takes_the_days_place(student: Student) -> None:
    assert student.run("digest", "--send").returncode == 0
    assert "already sent" in student.run("digest", "--send").stdout
    student.once()
    digests = [m for m in student.mine() if ".digest." in str(m.parsed["Message-ID"])]
    assert len(digests) == 1


def test_events_as_json(student: Student) -> None:
    done = student.run("run", "--once", "--log-format", "json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    (left,) = [e for e in events if e.get("kind") == "request"]
    assert (left["event"], left["writer"], left["outcome"]) == ("delivery", "smith", "accepted")


def test_a_plan_edited_while_the_daemon_runs(student: Student) -> None:
    with student.daemon():
        until(lambda: len(student.to("smith")) == 1)
        good = student.plan.read_text()
        student.plan.write_text(good + "\ncolour = 1\n")
        until(lambda: "last good one stays in force" in student.log, 40)
        student.plan.write_text(good + writer("Ann Lee", "research"))
        until(lambda: len(student.to("lee")) == 1, 40)


def test_a_template_with_a_mistake_holds_back_its_own_writer_alone(student: Student) -> None:
    (student.folder / "own.txt").write_text(
        "{% block request %}\nDear {{ wirter }},\n{% endblock %}"
    )
    student.write_plan(writer("Jane Smith", template="own.txt"), writer("Ann Lee", "research"))
    check = student.run("check")
    assert check.returncode == 1
    assert 'writer[1] "smith": template: own.txt:2: ' in check.stdout
    student.once()
    assert len(student.to("lee")) == 1
    assert not student.to("smith")
    assert "own.txt:2" in student.row("smith")["needs_you"]


def test_a_word_on_what_was_leaving_when_the_program_was_killed(student: Student) -> None:
    student.smtp.faults.add("eod", "accept-hang", match="smith@")
    argv = [sys.executable, "-m", "lordaemon", "run", "--once", "--config", str(student.plan)]
    running = subprocess.Popen(
        argv, env=student.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=student.folder,
    )  # fmt: skip
    until(lambda: bool(student.to("smith")))
    assert student.run("digest", "--send").returncode == 0
    assert "transmitting" in student.run("outbox").stdout  # it is just leaving, and in no doubt
    running.kill()
    running.wait(10)
    assert "IN DOUBT" in student.run("outbox").stdout
    (doubt,) = json.loads(student.run("outbox", "--json").stdout)
    assert (doubt["writer"], doubt["state"]) == ("smith", "uncertain")
    done = student.run("outbox", "resolve", doubt["id"], "sent")
    assert done.returncode == 0, done.stderr
    assert student.row("smith")["stage"] == "requested"
