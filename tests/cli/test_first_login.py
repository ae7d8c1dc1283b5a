"""The end of `init` at a keyboard: the password is kept unseen, and the login tried at once."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

from lordaemon.plan.load import load_plan
from tests.conftest import User
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.whole.student import PASSWORD, until

WRITER = ("Dr. Jane Smith", "", "jane@hospital.example", "", "", "Medicine wards", "", "4",
          "Led two family meetings", "Carried four patients", "Called consults", "", "",
          "", "no")  # fmt: skip


class Keyboard:
    """A program at a terminal of its own; what it says is waited for before anything is typed."""

    def __init__(self, folder: Path, env: dict[str, str], *words: str) -> None:
        self.ours, theirs = pty.openpty()
        self.said = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lordaemon", *words], stdin=theirs, stdout=theirs,
            stderr=theirs, cwd=folder, env=env, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)

    def wait_for(self, words: str) -> None:
        """Read on until the program has said this."""
        while words not in self.said:
            self.said += os.read(self.ours, 4096).decode()
        self.said = self.said.partition(words)[2]

    def type(self, *lines: str) -> None:
        """Lines, each with Enter."""
        os.write(self.ours, "".join(f"{line}\n" for line in lines).encode())

    def ended(self) -> int:
        """The exit code."""
        return self._process.wait(60)


def _asked(tmp_path: Path, user: User, imap: str, smtp: str, certs: Certs) -> Keyboard:
    env = dict(os.environ) | {
        "HOME": str(tmp_path),
        "NO_COLOR": "1",
        "SSL_CERT_FILE": str(certs.ca_pem),
    }
    keyboard = Keyboard(tmp_path, env, "init", "letters")
    you = ("Sam Rivera", user.address, "America/Chicago", "State University", "",
           "Internal Medicine", "2090-09-22", "", "", "", "", "", "I like it.", "custom", imap,
           smtp, "file", "")  # fmt: skip
    for line in (*you, *WRITER):
        keyboard.wait_for(": ")
        keyboard.type(line)
    keyboard.wait_for("Mail password for")
    return keyboard


def test_a_password_typed_wrong_then_right(
    tmp_path: Path, user: User, dovecot: Dovecot, smtp: SmtpServer, certs: Certs
) -> None:
    imap, out = f"127.0.0.1:{dovecot.imaps_port}", f"127.0.0.1:{smtp.tls_port}"
    keyboard = _asked(tmp_path, user, imap, out, certs)
    keyboard.wait_for("later): ")
    keyboard.type("wrong")
    keyboard.wait_for("[Y/n]: ")
    keyboard.type("")
    keyboard.wait_for("refused the password")
    keyboard.wait_for("again? [Y/n]: ")
    keyboard.type("")
    keyboard.wait_for("later): ")
    keyboard.type(PASSWORD)
    until(lambda: bool(smtp.accepted))
    dovecot.deliver(user.address, smtp.accepted[0].raw)
    keyboard.wait_for("sending works")
    keyboard.wait_for("the Message-ID is kept")
    keyboard.wait_for("lordaemon check")
    assert keyboard.ended() == 0
    secret = tmp_path / "letters" / "mail-password.txt"
    assert secret.read_text() == f"{PASSWORD}\n"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert load_plan(tmp_path / "letters" / "config.toml").mail.imap.port == dovecot.imaps_port
    (mail,) = smtp.accepted
    assert mail.recipients == (user.address,)


def test_no_network_is_in_nobodys_way(tmp_path: Path, user: User, certs: Certs) -> None:
    keyboard = _asked(tmp_path, user, "127.0.0.1:9", "127.0.0.1:9", certs)
    keyboard.type("secret")
    keyboard.wait_for("[Y/n]: ")
    keyboard.type("")
    keyboard.wait_for("The plan is kept")
    assert keyboard.ended() == 0
    assert (tmp_path / "letters" / "config.toml").exists()
