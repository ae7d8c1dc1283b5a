"""From a plan to both wires, with the password fetched when it is needed and not before."""

from __future__ import annotations

from pathlib import Path

import pytest

from lordaemon.errors import SecretMissing
from lordaemon.mail.account import Account
from lordaemon.plan.model import Mail
from tests.conftest import User
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

RAW = b"Subject: hi\r\nMessage-ID: <1@x>\r\n\r\nHello.\r\n"


def test_one_account_sends_hears_and_waits(
    dovecot: Dovecot, smtp: SmtpServer, user: User, certs: Certs, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_bytes(certs.ca_pem.read_bytes())
    mail = Mail.model_validate(
        {
            "password": {"file": "secret"},
            "imap": {"host": "localhost", "port": dovecot.imaps_port, "ca_file": "ca.pem"},
            "smtp": {"host": "localhost", "port": smtp.tls_port, "ca_file": "ca.pem"},
        }
    )
    account = Account(mail, tmp_path, user.address)
    assert account.endpoints.imap.port == dovecot.imaps_port
    with pytest.raises(SecretMissing):
        account.postman()
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    secret.chmod(0o600)
    assert (
        account.postman()
        .deliver(user.address, "smith@x.example", RAW, last_gate=lambda: None)
        .outcome
        == "accepted"
    )
    assert smtp.accepted[0].login == user.address
    with account.mailbox() as mailbox:
        assert mailbox.find_folders().sent == "Sent"
    watcher = account.watcher("INBOX", lambda: None)
    watcher.start()
    watcher.stop()
    assert watcher.problem is None


def test_an_oauth_token_goes_as_xoauth2(smtp: SmtpServer, certs: Certs, tmp_path: Path) -> None:
    mail = Mail.model_validate(
        {
            "oauth": "google",
            "imap": {"host": "localhost"},
            "smtp": {"host": "localhost", "port": smtp.tls_port, "ca_file": str(certs.ca_pem)},
        }
    )
    smtp.faults.add("auth", code=235, text="welcome", match="XOAUTH2")
    account = Account(mail, tmp_path, "sam@lab.test", secret=lambda: "the-token")
    account.postman().check_login()
    assert "AUTH XOAUTH2" in smtp.commands
