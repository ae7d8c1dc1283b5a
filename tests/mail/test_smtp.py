"""Postman against a scripted server: what it says of a message is what the server did with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lordaemon.errors import LoginRefused, MailMisconfigured, MailUnreachable
from lordaemon.mail.providers import Endpoint
from lordaemon.mail.smtp import Delivery, Postman, Withheld
from lordaemon.plan.model import Security
from tests.servers.certs import CertKind, Certs
from tests.servers.faults import Action, Stage
from tests.servers.net import free_port
from tests.servers.proxy import Proxy
from tests.servers.smtp import SmtpServer

SENDER, WRITER = "sam@y.example", "smith@x.example"
RAW = b"Subject: A letter\r\nMessage-ID: <lor.1@y.example>\r\n\r\nWould you?\r\n"
SECRET = "secret"

MakePostman = Callable[..., Postman]
HASTE = {"timeout": 0.7, "reply_timeout": 0.7}
"""Seconds for tests in which the server never answers."""


def patience(action: Action) -> dict[str, float]:
    """Little where nothing will come, plenty where it may."""
    return HASTE if action.endswith("hang") else {}


@pytest.fixture
def postman(smtp: SmtpServer, certs: Certs) -> Iterator[MakePostman]:
    """Makes a Postman for the scripted server.

    However a test ends, there was at most one conversation for each: nothing is tried again.
    """
    before, made = smtp.connections, []

    def make(security: Security = "tls", **more: Any) -> Postman:
        made.append(security)
        port = smtp.tls_port if security == "tls" else smtp.port
        settings: dict[str, Any] = {
            "username": "sam",
            "password": SECRET,
            "host": "localhost",
            "port": port,
            "ca_file": str(certs.ca_pem),
            "timeout": 10,
            "reply_timeout": 10,
        } | more
        endpoint = Endpoint(settings.pop("host"), settings.pop("port"), security)
        return Postman(endpoint, settings.pop("username"), settings.pop("password"), **settings)

    yield make
    assert smtp.connections - before <= len(made)


def send(postman: Postman, raw: bytes = RAW, gate: Callable[[], None] = lambda: None) -> Delivery:
    """One message through it."""
    return postman.deliver(SENDER, WRITER, raw, last_gate=gate)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_message_arrives_once_and_unchanged(
    smtp: SmtpServer, postman: MakePostman, security: Security
) -> None:
    raw = RAW + b"..two dots\r\n.\r\n.one\r\nbare\nlf and \rcr, and no end"
    made = send(postman(security), raw)
    assert made == Delivery("accepted", "reply", 250, "2.0.0 Ok: queued")
    (got,) = smtp.accepted
    assert (got.login, got.tls, got.mail_from, got.recipients) == ("sam", True, SENDER, (WRITER,))
    assert got.raw == RAW + b"..two dots\r\n.\r\n.one\r\nbare\r\nlf and \r\ncr, and no end\r\n"


NOT_REPLIES: list[Action] = ["close", "reset", "hang", "garbage"]


@pytest.mark.parametrize("action", NOT_REPLIES)
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_break_before_the_message_is_surely_not_sent(
    smtp: SmtpServer, postman: MakePostman, stage: Stage, action: Action
) -> None:
    gate: list[str] = []
    smtp.faults.add(stage, action)
    made = send(postman(**patience(action)), gate=lambda: gate.append("asked"))
    assert (made.outcome, made.stage) == ("not_sent", stage)
    assert gate == []
    assert smtp.accepted == []


@pytest.mark.parametrize("action", ["close", "reset", "hang"])
def test_a_break_in_the_body_is_surely_not_sent(
    smtp: SmtpServer, postman: MakePostman, action: Action
) -> None:
    smtp.faults.add("body", action)
    made = send(postman(**patience(action)), RAW + (b"x" * 76 + b"\r\n") * 200_000)
    assert (made.outcome, made.stage) == ("not_sent", "body")
    assert smtp.accepted == []


@pytest.mark.parametrize("action", [*NOT_REPLIES, "accept-close", "accept-reset", "accept-hang"])
def test_silence_after_the_dot_is_doubt_and_never_a_second_copy(
    smtp: SmtpServer, postman: MakePostman, action: Action
) -> None:
    smtp.faults.add("eod", action)
    made = send(postman(**patience(action)))
    assert (made.outcome, made.stage) == ("uncertain", "reply")
    assert len(smtp.accepted) == action.startswith("accept-")


REPLIES = [
    (550, "5.1.1 No such user here", "refused"),
    (554, "5.7.1 Message rejected as spam", "refused"),
    (552, "5.3.4 Message size exceeds fixed limit", "refused"),
    (550, "5.7.60 Client does not have permissions to send as this sender", "refused"),
    (451, "4.7.1 Greylisted, try again later", "later"),
    (421, "4.3.2 Service shutting down", "later"),
    (454, "4.7.0 Not now", "later"),
    (550, "5.4.5 Daily user sending limit exceeded.", "later"),
    (550, "5.7.1 Daily message quota exceeded", "later"),
    (554, "5.2.122 The recipient has exceeded their limit", "later"),
]


@pytest.mark.parametrize(("code", "text", "outcome"), REPLIES)
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "eod"])
def test_a_reply_is_believed(
    smtp: SmtpServer, postman: MakePostman, stage: Stage, code: int, text: str, outcome: str
) -> None:
    smtp.faults.add(stage, code=code, text=text)
    made = send(postman())
    where = "reply" if stage == "eod" else stage
    assert made == Delivery(outcome, where, code, text)  # type: ignore[arg-type]
    assert smtp.accepted == []


def test_a_slow_server_is_waited_for_after_the_dot(smtp: SmtpServer, postman: MakePostman) -> None:
    smtp.faults.add("eod", "slow", delay=0.8)
    assert send(postman(timeout=0.5, reply_timeout=10)).outcome == "accepted"


def test_the_last_gate_stands_between_354_and_the_first_byte(
    smtp: SmtpServer, postman: MakePostman
) -> None:
    def gate() -> None:
        assert smtp.commands[-1].startswith("DATA")
        raise Withheld("the writer answered a minute ago")

    made = send(postman(), gate=gate)
    assert made == Delivery("not_sent", "gate", 0, "the writer answered a minute ago")
    smtp.wait_idle()
    assert smtp.accepted == []
    assert "QUIT" not in smtp.commands


def test_a_failing_gate_sends_nothing_and_is_passed_on(
    smtp: SmtpServer, postman: MakePostman
) -> None:
    def gate() -> None:
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        send(postman(), gate=gate)
    smtp.wait_idle()
    assert smtp.accepted == []


@pytest.mark.parametrize("code", [535, 534, 500, 550])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_refused_password_is_tried_once_and_never_shown(
    smtp: SmtpServer, postman: MakePostman, code: int, mechanism: str
) -> None:
    smtp.options.mechanisms = (mechanism,)
    smtp.faults.add("auth", code=code, text="5.7.8 no")
    with pytest.raises(LoginRefused) as refused:
        send(postman(password="hunter2", login_hint="Make an app password."))
    assert f"refused the password of sam: {code} 5.7.8 no" in str(refused.value)
    assert str(refused.value).endswith("Make an app password.")
    assert "hunter2" not in repr(refused.value) + repr(postman(password="hunter2"))
    assert [c for c in smtp.commands if c.startswith("AUTH")] == [f"AUTH {mechanism}"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_any_password_works_with_either_mechanism(
    smtp: SmtpServer, postman: MakePostman, mechanism: str
) -> None:
    smtp.options.mechanisms = (mechanism,)
    smtp.check_password, old = (lambda u, p: (u, p) == ("sám", "pässwörd ✓")), smtp.check_password
    try:
        postman(username="sám", password="pässwörd ✓").check_login()
        with pytest.raises(LoginRefused):
            postman(username="sám").check_login()
    finally:
        smtp.check_password = old


def test_a_user_name_without_a_domain_is_sent_as_it_is(
    smtp: SmtpServer, postman: MakePostman
) -> None:
    """yagmail would put @gmail.com behind it."""
    assert send(postman(username="sam")).outcome == "accepted"
    assert smtp.accepted[0].login == "sam"


@pytest.mark.parametrize("code", [421, 432, 454])
def test_a_login_that_fails_for_now_is_unreachable(
    smtp: SmtpServer, postman: MakePostman, code: int
) -> None:
    smtp.faults.add("auth", code=code)
    with pytest.raises(MailUnreachable, match=str(code)):
        send(postman())


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("kind", "words"),
    [("expired", "expired"), ("wrong-host", "mismatch"), ("untrusted", "unable to get|self")],
)
def test_a_wrong_certificate_stops_before_the_password(
    smtp: SmtpServer, postman: MakePostman, security: Security, kind: CertKind, words: str
) -> None:
    smtp.options.certificate = kind
    with pytest.raises(MailMisconfigured, match=words):
        send(postman(security))
    assert not any(c.startswith("AUTH") for c in smtp.commands)


def test_the_providers_own_certificate_is_checked_without_a_ca_file(postman: MakePostman) -> None:
    with pytest.raises(MailMisconfigured, match="can't be trusted"):
        send(postman(ca_file=""))


def test_stripped_starttls_stops_before_the_password(
    smtp: SmtpServer, postman: MakePostman
) -> None:
    smtp.options.starttls = False
    smtp.options.auth_in_clear = True
    with pytest.raises(MailMisconfigured, match="doesn't offer STARTTLS"):
        send(postman("starttls"))
    assert not any(c.startswith("AUTH") for c in smtp.commands)


def test_starttls_refused_is_no_reason_to_go_on_in_the_clear(
    smtp: SmtpServer, postman: MakePostman
) -> None:
    smtp.options.auth_in_clear = True
    smtp.faults.add("starttls", code=454, text="4.7.0 TLS not available")
    with pytest.raises((MailUnreachable, MailMisconfigured)):
        send(postman("starttls"))
    assert not any(c.startswith("AUTH") for c in smtp.commands)


def test_tls_on_a_starttls_port_is_explained(smtp: SmtpServer, postman: MakePostman) -> None:
    with pytest.raises(MailMisconfigured, match="doesn't speak TLS from the start"):
        send(postman("tls", port=smtp.port))


def test_no_security_only_on_this_machine(smtp: SmtpServer, postman: MakePostman) -> None:
    smtp.options.auth_in_clear = True
    assert send(postman("none")).outcome == "accepted"
    with pytest.raises(MailMisconfigured, match="this machine only"):
        send(postman("none", host="smtp.example.edu"))


@pytest.mark.parametrize("stage", ["connect", "ehlo", "auth"])
@pytest.mark.parametrize("action", ["close", "reset", "hang", "garbage"])
def test_trouble_up_to_the_login_names_the_server(
    smtp: SmtpServer, postman: MakePostman, stage: Stage, action: Action
) -> None:
    smtp.faults.add(stage, action)
    with pytest.raises(MailUnreachable, match=f"localhost:{smtp.tls_port}"):
        send(postman(**patience(action)))


def test_a_closed_port_names_the_server(postman: MakePostman) -> None:
    port = free_port()
    with pytest.raises(MailUnreachable, match=f"localhost:{port} refused the connection"):
        send(postman(port=port))


def test_a_dead_line_is_not_sent_before_the_dot_and_doubt_after(
    smtp: SmtpServer, postman: MakePostman
) -> None:
    """The link stays open and passes nothing: only the timeout tells."""
    with Proxy(smtp.tls_port) as proxy:
        made = send(postman(port=proxy.port, **HASTE), gate=proxy.blackhole)
    assert (made.outcome, made.stage) == ("uncertain", "reply")
    with Proxy(smtp.tls_port) as proxy:
        big = RAW + (b"x" * 76 + b"\r\n") * 200_000
        made = send(postman(port=proxy.port, **HASTE), big, gate=proxy.blackhole)
    assert (made.outcome, made.stage) == ("not_sent", "body")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.c>\r\nRCPT TO:<evil@x",
        "a@b.c> SIZE=1",
        "a b@c.d",
        "<a@b.c>",
        "a@b\n",
        "nobody",
        "ä@b.c",
    ],
)
def test_an_address_can_add_no_command(
    smtp: SmtpServer, postman: MakePostman, address: str
) -> None:
    before = smtp.connections
    for pair in ((address, WRITER), (SENDER, address)):
        with pytest.raises(MailMisconfigured, match="can't be used as a mail address"):
            postman().deliver(*pair, RAW, last_gate=lambda: None)
    assert smtp.connections == before


def test_a_message_too_big_is_refused_before_it_is_sent(
    smtp: SmtpServer, postman: MakePostman
) -> None:
    smtp.options.size_limit = 1000
    made = send(postman(), RAW + b"x" * 2000)
    assert (made.outcome, made.stage, made.code) == ("refused", "mail", 552)


def test_yagmail_finds_no_file_in_the_text(
    smtp: SmtpServer, postman: MakePostman, tmp_path: Path
) -> None:
    """Its own send attaches a file whose path is the text."""
    (tmp_path / "diary.txt").write_text("private")
    raw = RAW.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + str(tmp_path / "diary.txt").encode()
    assert send(postman(), raw).outcome == "accepted"
    assert b"private" not in smtp.accepted[0].raw


def test_a_rewritten_message_id_is_reported(smtp: SmtpServer, postman: MakePostman) -> None:
    smtp.options.queued_text = "2.0.0 OK <AM9P1@outlook.test> [Hostname=X]"
    assert "<AM9P1@outlook.test>" in send(postman()).text
