"""A password with a mark of its own, through runs that fail in every way: it turns up nowhere."""

from __future__ import annotations

import base64
import subprocess
import uuid
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import User
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.whole.student import Student, until, writer


@pytest.fixture
def canary() -> str:
    return f"cAnary%s.{uuid.uuid4().hex}"


@pytest.fixture
def student(
    tmp_path: Path, user: User, dovecot: Dovecot, smtp: SmtpServer, certs: Certs, canary: str
) -> Student:
    made = Student(tmp_path, user.address, dovecot, smtp, certs, None,
                   {"policy": "clock_skew_minutes = 0\nnotice_hours = 0"})  # fmt: skip
    made.write_plan(writer("Jane Smith", ask_on="raw:2027-01-04"))
    secret = tmp_path / "password"
    secret.write_text(canary + "\n")
    secret.chmod(0o600)
    plan = made.plan.read_text().replace('{ env = "LETTERS_PASSWORD" }', '{ file = "password" }')
    made.plan.write_text(plan)
    dovecot.passwords[user.address] = canary
    dovecot.set_login(user.address, "ok")
    return made


def traces(canary: str) -> list[bytes]:
    """The secret, and the shapes it takes on the wire and in escapes."""
    core = canary.split(".")[1]
    wire = base64.b64encode(canary.encode())
    return [core.encode(), wire[:40], quote(canary).encode(), canary.encode("utf-16-le")]


def spread(student: Student) -> dict[str, bytes]:
    """Everything the program wrote, but for the secret's own file."""
    found = {str(f): f.read_bytes() for f in student.folder.rglob("*")
             if f.is_file() and f.name != "password"}  # fmt: skip
    found |= {f"mail {n}": m.raw for n, m in enumerate(student.smtp.accepted)}
    return found | {f"sent {n}": raw for n, raw in enumerate(student.sent_folder())}


TROUBLE = (
    "wrong", "refused", "smtp down", "garbage", "imap unavailable", "plan broken",
    "database broken",
)  # fmt: skip


@pytest.mark.parametrize("trouble", TROUBLE)
def test_the_password_is_nowhere(student: Student, canary: str, trouble: str) -> None:
    match trouble:
        case "wrong":
            student.dovecot.set_login(student.address, "denied")
        case "refused":
            student.smtp.faults.add("auth", code=535)
        case "smtp down":
            student.smtp.stop()
        case "garbage":
            student.smtp.faults.add("ehlo", action="garbage")
        case "imap unavailable":
            student.dovecot.set_login(student.address, "unavailable")
        case "plan broken":
            student.plan.write_text(student.plan.read_text().replace("port = ", "prt = "))
        case "database broken":
            (student.folder / "letters.db").write_bytes(b"no database at all" * 400)
    said = b""
    looking = (("show", "smith"), ("export", "season.json")) if trouble == "refused" else ()
    for words in (("run", "--once", "--log-format", "json"), ("check", "--online"), ("status",),
                  *looking):  # fmt: skip
        done = student.run(*words)
        assert "Traceback" not in done.stderr, (words, done.stderr)
        said += (done.stdout + done.stderr).encode()
    student.dovecot.set_login(student.address, "ok")
    for trace in traces(canary):
        assert trace not in said
        for where, content in spread(student).items():
            assert trace not in content, where


def test_it_stands_in_no_command_line_and_files_are_private(student: Student, canary: str) -> None:
    with student.daemon() as process:
        until(lambda: "pass synced" in student.log or "problem" in student.log)
        line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        inherited = Path(f"/proc/{process.pid}/environ").read_bytes()
        processes = subprocess.run(["ps", "axww"], capture_output=True, check=True).stdout
    for trace in traces(canary):
        assert trace not in line + inherited + processes + student.log.encode()
    for file in student.folder.glob("letters.db*"):
        assert file.stat().st_mode & 0o077 == 0, file
