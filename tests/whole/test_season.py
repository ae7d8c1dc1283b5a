"""A season as a student lives it: the program as a process, a real Dovecot, real SMTP, a clock that
jumps. From the plan to the packet, and what happens when things go wrong on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import User
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.servers.timewarp import WarpClock
from tests.whole.student import Student, until, writer

CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def student(
    tmp_path: Path, user: User, dovecot: Dovecot, smtp: SmtpServer, certs: Certs, clock: WarpClock
) -> Student:
    """A student with an empty mailbox and no notices to wait for."""
    policy = "clock_skew_minutes = 0\nnotice_hours = 0"
    return Student(tmp_path, user.address, dovecot, smtp, certs, clock, {"policy": policy})


def test_a_yes_gets_the_packet_in_the_thread(student: Student, clock: WarpClock) -> None:
    student.write_plan(writer("Jane Smith"))
    student.once()
    (request,) = student.to("smith")
    assert student.row("smith")["stage"] == "requested"
    assert student.row("smith")["asked"] == "2027-03-15"
    clock.jump(timedelta(hours=3))
    student.answer(request.raw, "Of course, I would be happy to write a strong letter for you.")
    student.once()
    row = student.row("smith")
    assert row["confirmed"] == "yes"
    assert row["heard"][0]["rule"] == "H1"
    _, packet = student.to("smith")
    asked = str(request.parsed["Message-ID"])
    assert asked in str(packet.parsed["References"])
    assert packet.parsed["In-Reply-To"]
    assert str(packet.parsed["Subject"]).startswith("Re: ")
    names = [part.get_filename() for part in packet.parsed.iter_attachments()]
    assert {"cv.pdf", "statement.pdf"} < set(names)
    assert any(str(name).endswith(".docx") for name in names)


def test_our_own_copies_lie_in_sent_once(student: Student) -> None:
    student.write_plan(writer("Jane Smith"))
    student.once()
    (request,) = student.to("smith")
    copies = [raw for raw in student.sent_folder() if b"lor.2028.request" in raw]
    assert len(copies) == 1
    assert str(request.parsed["Message-ID"]).encode() in copies[0]


def test_a_yes_on_friday_evening_is_served_within_48_hours(
    student: Student, clock: WarpClock
) -> None:
    student.write_plan(writer("Jane Smith"))
    student.once()
    (request,) = student.to("smith")
    friday = datetime(2027, 3, 19, 18, 30, tzinfo=CHICAGO)
    clock.jump_to(friday.astimezone(UTC))
    student.answer(request.raw, "Yes, gladly!")
    student.once()
    assert len(student.to("smith")) == 1  # not on Friday night
    saturday = datetime(2027, 3, 20, 9, 30, tzinfo=CHICAGO)
    clock.jump_to(saturday.astimezone(UTC))
    student.once()
    assert len(student.to("smith")) == 2


@pytest.mark.parametrize(
    ("words", "confirmed"),
    [
        ("I am sorry, but I cannot write a letter this year.", "no"),
        ("Hm. Let me think about it.", "needs you"),
    ],
)
def test_no_and_maybe_get_nothing_more(
    student: Student, clock: WarpClock, words: str, confirmed: str
) -> None:
    student.write_plan(writer("Jane Smith"))
    student.once()
    (request,) = student.to("smith")
    clock.jump(timedelta(hours=2))
    student.answer(request.raw, words, "outlook")
    for days in (1, 20, 40):
        clock.jump(timedelta(days=days))
        student.once()
    assert len(student.to("smith")) == 1
    assert student.row("smith")["confirmed"] == confirmed


def test_silence_gets_one_reminder_and_no_more(student: Student, clock: WarpClock) -> None:
    student.write_plan(writer("Jane Smith"))
    student.once()
    for days in (10, 8, 16, 40, 90):
        clock.jump(timedelta(days=days))
        student.once()
    kinds = [str(m.parsed["Message-ID"]).split(".")[2] for m in student.to("smith")]
    assert kinds == ["request", "reminder"]
    assert student.row("smith")["stage"] == "silent"


def test_a_yes_while_idling_is_known_within_three_seconds(
    student: Student, clock: WarpClock
) -> None:
    student.write_plan(writer("Jane Smith"))
    with student.daemon():
        until(lambda: len(student.to("smith")) == 1)
        until(lambda: "listening" in student.log)
        until(lambda: student.log.count("pass synced") >= 2)  # the look after connecting
        (request,) = student.to("smith")
        student.answer(request.raw, "Absolutely, happy to.", "iphone")
        arrived = datetime.now(UTC)
        until(lambda: "label=yes" in student.log, 10)
        waited = datetime.now(UTC) - arrived
        assert waited < timedelta(seconds=3)
        assert student.row("smith")["confirmed"] == "yes"
        until(lambda: len(student.to("smith")) == 2)


def test_the_running_daemon_follows_a_clock_that_jumps(student: Student, clock: WarpClock) -> None:
    student.write_plan(writer("Jane Smith"))
    with student.daemon():
        until(lambda: len(student.to("smith")) == 1)
        until(lambda: "pass synced" in student.log)  # else it left on the day jumped to
        clock.jump_to(datetime(2027, 4, 1, 14, 30, tzinfo=CHICAGO).astimezone(UTC))
        until(lambda: len(student.to("smith")) == 2)
        clock.jump(timedelta(days=60))
        until(lambda: "Letters" in " ".join(str(m.parsed["Subject"]) for m in student.mine()))
        assert len(student.to("smith")) == 2


def test_kill_during_the_send_never_gives_a_second_copy(student: Student, clock: WarpClock) -> None:
    student.write_plan(writer("Jane Smith"))
    student.smtp.faults.add("eod", action="accept-hang", match="smith")
    with student.daemon() as process:
        until(lambda: len(student.to("smith")) == 1)
        process.kill()
        process.wait(10)
    student.smtp.faults.clear()
    assert not student.to("smith")[0].acknowledged
    for _ in range(3):
        clock.jump(timedelta(hours=5))
        student.once()
    assert len(student.to("smith")) == 1
    assert "not known whether the request left" in student.row("smith")["needs_you"]
    digests = [m for m in student.mine() if "digest" in str(m.parsed["Message-ID"])]
    assert digests
    assert "request" in digests[-1].raw.decode()
    (doubt,) = [line for line in student.run("outbox").stdout.splitlines() if "IN DOUBT" in line]
    token = doubt.split()[2]
    assert student.run("outbox", "resolve", token, "sent").returncode == 0
    assert student.row("smith")["stage"] == "requested"


def test_wrong_password(student: Student) -> None:
    student.write_plan(writer("Jane Smith"))
    student.dovecot.set_login(student.address, "denied")
    done = student.run("run", "--once")
    assert done.returncode == 1
    assert "password" in done.stderr.lower()
    again = student.run("run", "--once")
    assert again.returncode == 1
    assert "not tried again" in again.stderr
    assert "Traceback" not in done.stderr + again.stderr


def test_a_server_that_is_down_and_comes_back(student: Student, clock: WarpClock) -> None:
    student.write_plan(writer("Jane Smith"))
    student.smtp.stop()
    done = student.run("run", "--once")
    assert done.returncode == 75, done.stderr
    student.smtp.start()
    clock.jump(timedelta(minutes=30))
    student.once()
    assert len(student.to("smith")) == 1
