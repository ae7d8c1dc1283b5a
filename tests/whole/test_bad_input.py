"""What a student and a mailbox can get wrong, and the word that is said about it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import User
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.whole.student import Student, writer


@pytest.fixture
def student(
    tmp_path: Path, user: User, dovecot: Dovecot, smtp: SmtpServer, certs: Certs
) -> Student:
    """A student today: no steered clock is needed here."""
    return Student(tmp_path, user.address, dovecot, smtp, certs, None,
                   {"policy": "notice_hours = 24"})  # fmt: skip


def test_an_empty_plan(student: Student) -> None:
    student.plan.write_text("")
    done = student.run("run", "--once")
    assert done.returncode == 78
    assert "config.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_ten_faults_at_once(student: Student) -> None:
    student.write_plan(writer("Jane Smith"))
    text = student.plan.read_text()
    broken = (
        text.replace('timezone = "America/Chicago"', 'timezone = "America/Chicgo"')
        .replace("class_year = 2028", 'class_year = "soon"')
        .replace("letters = 3", "letters = 0")
        .replace("deadline = 2027-09-22", 'deadline = "next fall"')
        .replace("notice_hours = 24", "notice_hours = 240\nremind_after = 17\nburst = 0")
        .replace('type = "clinical"', 'type = "clinic"')
        .replace('email = "smith@hospital.example"', 'email = "smith at hospital"')
        .replace(f"port = {student.smtp.tls_port}", "port = 70000")
    )
    student.plan.write_text(broken)
    done = student.run("check")
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if "config.toml:" in line]
    assert len(lines) >= 10, done.stderr
    assert all("Traceback" not in line for line in lines)


def test_a_cv_that_is_missing_holds_the_writer_and_says_so(student: Student) -> None:
    student.write_plan(writer("Jane Smith"))
    (student.folder / "cv.pdf").unlink()
    student.once()
    assert not student.to("smith")
    assert "cv.pdf" in student.row("smith")["needs_you"]
    assert any("cv.pdf" in str(m.parsed.get_body(("plain",))) for m in student.mine())
    assert student.run("check").returncode == 1


def test_huge_and_broken_messages_do_no_harm(student: Student) -> None:
    student.write_plan(writer("Jane Smith", paused=True))
    student.once()
    now = datetime.now(UTC)
    huge = (
        b"From: <smith@hospital.example>\r\nSubject: scans\r\nMessage-ID: <huge@x.example>\r\n\r\n"
    )
    student.arrive(huge + b"x" * 76 * 690_000 + b"\r\n", now)
    student.arrive(
        b"From: ((((((((\r\nMessage-ID: <[\r\nSubject: =?utf-8?q?=FF\r\n\r\nhello\r\n", now
    )
    student.arrive(b"\x00\xff\xfe no header at all", now)
    student.arrive(
        b"From: Jane Smith <smith@hospital.example>\r\nSubject: Re: letter\r\n"
        b"Message-ID: <real@x.example>\r\n\r\nYou asked me about something. Which form is it?\r\n",
        now,
    )
    done = student.once()
    assert "Traceback" not in done.stderr
    row = student.row("smith")
    assert row["needs_you"]
    assert len(row["heard"]) == 2, row["heard"]
