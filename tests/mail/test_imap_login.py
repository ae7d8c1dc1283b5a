"""Reaching a mailbox: encryption that is checked, and the right name for every refusal."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from lordaemon.errors import LoginRefused, MailMisconfigured, MailUnreachable
from tests.conftest import User
from tests.mail.conftest import MakeMailbox
from tests.servers.certs import CertKind, Certs
from tests.servers.dovecot import Dovecot
from tests.servers.net import HOST, free_port
from tests.servers.proxy import Proxy


@contextmanager
def saying(*lines: bytes) -> Iterator[int]:
    """A server that greets with the first line and answers each line it gets with the next,
    the client's tag in place of TAG; then it hangs up. Its port."""
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            with closing(listener.accept()[0]) as sock, sock.makefile("rwb") as file:
                for number, line in enumerate(lines):
                    tag = file.readline().split(b" ")[0] if number else b""
                    file.write(line.replace(b"TAG", tag.strip()) + b"\r\n")
                    file.flush()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


CAPABLE = b"* CAPABILITY IMAP4rev1\r\nTAG OK done"


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_login_works_over(mailbox: MakeMailbox, security: str) -> None:
    with mailbox(security) as connection:
        assert "INBOX" in connection.find_folders().listen


@pytest.mark.parametrize(
    ("address", "password"), [("q1@lab.test", 'p"a\\s s{3}'), ("q2@lab.test", "pässwörd ✓")]
)
def test_any_user_name_and_password_work(
    dovecot: Dovecot, mailbox: MakeMailbox, address: str, password: str
) -> None:
    dovecot.add_user("plain@lab.test", password)
    with mailbox(username="plain@lab.test", password=password):
        pass
    with pytest.raises(LoginRefused) as refused, mailbox(username=address, password=password):
        pass
    assert password not in str(refused.value) + repr(refused.value.__context__)


def test_a_refused_password_is_not_shown(mailbox: MakeMailbox) -> None:
    with (
        pytest.raises(LoginRefused, match="AUTHENTICATIONFAILED") as refused,
        mailbox(password="hunter2"),
    ):
        pass
    assert str(refused.value).endswith("Make an app password.")
    assert "hunter2" not in repr(refused.value) + repr(mailbox(password="hunter2"))


def test_a_server_in_trouble_is_no_refused_password(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    dovecot.set_login(user.address, "unavailable")
    with pytest.raises(MailUnreachable), mailbox():
        pass


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"TAG NO [ALERT] Too many simultaneous connections. (Failure)", MailUnreachable),
        (b"TAG NO [LIMIT] Slow down", MailUnreachable),
        (b"TAG NO Temporary authentication failure", MailUnreachable),
        (b"TAG NO [PRIVACYREQUIRED] Encrypt first", MailMisconfigured),
        (b"TAG NO LOGIN failed.", LoginRefused),
        (b"TAG NO [AUTHENTICATIONFAILED] Invalid credentials", LoginRefused),
        (b"* BYE shutting down", MailUnreachable),
    ],
)
def test_each_answer_to_the_login(
    mailbox: MakeMailbox, answer: bytes, error: type[Exception]
) -> None:
    with (
        saying(b"* OK hello", CAPABLE, answer) as port,
        pytest.raises(error, match=f"localhost:{port}"),
        mailbox("none", port=port, timeout=5),
    ):
        pass


@pytest.mark.parametrize("greeting", [b"* BYE too busy", b"SSH-2.0-OpenSSH", b""])
def test_a_strange_greeting_is_unreachable(mailbox: MakeMailbox, greeting: bytes) -> None:
    with (
        saying(greeting) as port,
        pytest.raises(MailUnreachable),
        mailbox("none", port=port, timeout=5),
    ):
        pass


def test_a_server_that_skips_the_login_is_not_believed(mailbox: MakeMailbox) -> None:
    with (
        saying(b"* PREAUTH welcome", CAPABLE) as port,
        pytest.raises(MailMisconfigured, match="knows us"),
        mailbox("none", port=port),
    ):
        pass


def test_a_password_beyond_ascii_needs_a_server_that_can(mailbox: MakeMailbox) -> None:
    with (
        saying(b"* OK hello", CAPABLE) as port,
        pytest.raises(MailMisconfigured, match="beyond ASCII") as told,
        mailbox("none", port=port, password="pässwörd"),
    ):
        pass
    assert "pässwörd" not in repr(told.value) + repr(told.value.__context__)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("kind", "words"),
    [("expired", "expired"), ("wrong-host", "mismatch"), ("untrusted", "unable to get|self")],
)
def test_a_wrong_certificate_stops_before_the_password(
    dovecot: Dovecot, certs: Certs, mailbox: MakeMailbox, security: str, kind: CertKind, words: str
) -> None:
    with Dovecot(certs, certificate=kind) as other:
        port = other.imaps_port if security == "tls" else other.imap_port
        with pytest.raises(MailMisconfigured, match=words), mailbox(security, port=port):
            pass
        assert "Login:" not in other.log


def test_without_the_extra_trust_anchor_the_certificate_is_refused(mailbox: MakeMailbox) -> None:
    with pytest.raises(MailMisconfigured, match="can't be trusted"), mailbox(ca_file=""):
        pass
    with pytest.raises(MailMisconfigured, match="ca_file"), mailbox(ca_file="/nowhere.pem"):
        pass


def test_stripped_starttls_stops_before_the_password(
    dovecot: Dovecot, mailbox: MakeMailbox
) -> None:
    with Proxy(dovecot.imap_port) as proxy:
        proxy.rewrite(b"STARTTLS", b"XTARTTLS")
        with (
            pytest.raises(MailMisconfigured, match="doesn't offer STARTTLS"),
            mailbox("starttls", port=proxy.port),
        ):
            pass


def test_no_encryption_beyond_this_machine(mailbox: MakeMailbox) -> None:
    with (
        pytest.raises(MailMisconfigured, match="this machine only"),
        mailbox("none", host="imap.example.edu"),
    ):
        pass


def test_a_closed_port_a_silent_one_and_the_wrong_kind(
    dovecot: Dovecot, mailbox: MakeMailbox
) -> None:
    port = free_port()
    with (
        pytest.raises(MailUnreachable, match=f"localhost:{port} refused the connection"),
        mailbox(port=port),
    ):
        pass
    with Proxy(dovecot.imaps_port) as proxy:
        proxy.blackhole()
        with (
            pytest.raises(MailUnreachable, match="didn't answer in time"),
            mailbox(port=proxy.port, timeout=0.5),
        ):
            pass
    with (
        pytest.raises(MailMisconfigured, match="doesn't speak TLS"),
        mailbox("tls", port=dovecot.imap_port),
    ):
        pass
