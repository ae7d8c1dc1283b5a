"""Hands one ready message to the provider, in one attempt, and says exactly what became of it.

yagmail opens and secures the connection; from there the conversation is led command by command
over its `smtplib` object, because only that tells "surely not sent" from "perhaps sent". yagmail's
own `send` is never used: after a lost reply it logs in again and sends again. Nothing is retried
here and nothing is decided; the outbox does that (design: at most once, with evidence).

The heart is `Postman.deliver`: the final dot is the point of no return. A failure before it means
the server cannot have taken the message (RFC 5321 section 4.1.1.4); after it, only a reply tells.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lordaemon.errors import MailMisconfigured, MailUnreachable
from lordaemon.mail.providers import Endpoint
from lordaemon.mail.secure import Login, keep_alive, tls_context, trouble
from lordaemon.mail.smtp_login import log_in
from lordaemon.mail.smtp_replies import Outcome, judge, one_line

REPLY_SECONDS = 600.0
"""How long the reply to the final dot may take (RFC 5321 section 4.5.3.2.6)."""
CHUNK = 64 * 1024
"""Bytes a send: each has the timeout to itself, so that a slow line is not a dead one."""

_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
"""Printable ASCII without space, < and >: nothing that could end or add a command."""


class Withheld(Exception):
    """Raised by `last_gate`: the message must not go after all. `str()` says why."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one attempt.

    `stage` is where the conversation stood: mail, rcpt, data, gate, body, dot, reply. `code` and
    `text` are the server's last reply, 0 and our own words if there was none.
    """

    outcome: Outcome
    stage: str
    code: int
    text: str


class Postman:
    """Delivers messages over one account. Each call has a connection of its own."""

    def __init__(
        self,
        endpoint: Endpoint,
        username: str,
        password: str,
        *,
        ca_file: str = "",
        timeout: float = 30,
        reply_timeout: float = REPLY_SECONDS,
        bearer: bool = False,
        login_hint: str = "",
    ) -> None:
        """`bearer`: the password is an OAuth access token (SASL XOAUTH2). Times in seconds."""
        self._endpoint = endpoint
        self._login = Login(endpoint, username, password, bearer, login_hint)
        self._ca_file = ca_file
        self._timeout = timeout
        self._reply_timeout = reply_timeout

    def __repr__(self) -> str:
        return f"Postman({self._login})"

    def deliver(
        self, sender: str, recipient: str, raw: bytes, *, last_gate: Callable[[], None]
    ) -> Delivery:
        """One attempt at one message to one recipient; `raw` is the whole message (RFC 5322).

        `last_gate` is called when the server has said 354 and nothing of the message has left:
        it checks everything once more and commits; Withheld from it drops the connection, any
        other exception does too and is passed on. Raises LoginRefused, MailUnreachable and
        MailMisconfigured for everything up to the login: then nothing was sent.
        """
        for address in (sender, recipient):
            _check_address(address)
        payload = _wire_form(raw)
        with self._session() as smtp:
            attempt = _Attempt(smtp, self._reply_timeout)
            ready = attempt.announce(sender, recipient, payload)
            if ready is not None:
                return ready
            try:
                last_gate()
            except Withheld as why:
                return Delivery("not_sent", "gate", 0, str(why))
            return attempt.transmit(payload)

    def check_login(self) -> None:
        """Connect, secure, log in, and leave. Raises as `deliver` does."""
        with self._session() as smtp, contextlib.suppress(OSError):
            smtp.quit()

    @contextlib.contextmanager
    def _session(self) -> Iterator[Any]:
        """A logged-in `smtplib` connection, closed afterwards without a word.

        Without a word, because a QUIT inside DATA would become part of the message, and one on a
        dead link would wait for its timeout.
        """
        with self._faults_told():
            yag = self._client()
            try:
                yag.login()  # connects and secures; the login itself is ours, below
                smtp = yag.smtp
                keep_alive(smtp.sock)
                log_in(smtp, self._login)
            except BaseException:
                _abandon(yag)
                raise
        try:
            yield smtp
        finally:
            _abandon(yag)

    def _client(self) -> Any:
        """yagmail, told to leave alone what it does in ways of its own.

        The login is left out because yagmail puts "@gmail.com" behind a bare user name and asks
        on the terminal where a password is missing.
        """
        import yagmail

        context = tls_context(self._endpoint, self._ca_file)
        implicit = self._endpoint.security == "tls"
        starttls = {"context": context} if self._endpoint.security == "starttls" else False
        more = {"context": context} if implicit else {}
        yag = yagmail.SMTP(
            self._login.username,
            host=self._endpoint.host,
            port=self._endpoint.port,
            smtp_ssl=implicit,
            smtp_starttls=starttls,
            smtp_skip_login=True,
            soft_email_validation=False,
            timeout=self._timeout,
            local_hostname="[127.0.0.1]",  # else smtplib asks the network for this machine's name
            **more,
        )
        yag.set_logging(None)
        return yag

    @contextlib.contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Turn what goes wrong up to the login into the error a person gets."""
        try:
            yield
        except smtplib.SMTPNotSupportedError as error:
            raise MailMisconfigured(
                f"The SMTP server {self._endpoint} doesn't offer STARTTLS, so the password would "
                f"travel in the clear; nothing was sent. Either somebody on this network removes "
                f'the encryption, or [mail.smtp] wants port = 465 and security = "tls".'
            ) from error
        except smtplib.SMTPResponseException as error:
            raise MailUnreachable(
                f"The SMTP server {self._endpoint} doesn't take mail just now: {error.smtp_code} "
                f"{one_line(error.smtp_error)}. It will be tried again."
            ) from error
        except smtplib.SMTPServerDisconnected as error:
            raise trouble("SMTP", self._endpoint, error.__context__ or error) from error
        except (OSError, UnicodeError) as error:
            raise trouble("SMTP", self._endpoint, error) from error


class _Attempt:
    """The conversation about one message, after the login. Keeps the stage it has reached."""

    def __init__(self, smtp: Any, reply_timeout: float) -> None:
        self._smtp = smtp
        self._reply_timeout = reply_timeout

    def announce(self, sender: str, recipient: str, payload: bytes) -> Delivery | None:
        """MAIL, RCPT, DATA. None: the server waits for the message."""
        steps = (
            ("mail", f"MAIL FROM:<{sender}>{self._options(payload)}", range(200, 300)),
            ("rcpt", f"RCPT TO:<{recipient}>", range(200, 300)),
            ("data", "DATA", (354,)),
        )
        for stage, command, good in steps:
            try:
                code, reply = self._smtp.docmd(command)
            except OSError as error:
                return _torn("not_sent", stage, error)
            if code not in good:
                text = one_line(reply)
                return Delivery(judge(code, text, after_dot=False), stage, code, text)
        return None

    def transmit(self, payload: bytes) -> Delivery:
        """The body, then the final dot in a piece of its own, then the reply."""
        smtp = self._smtp
        try:
            for start in range(0, len(payload), CHUNK):
                smtp.sock.sendall(payload[start : start + CHUNK])
        except OSError as error:
            return _torn("not_sent", "body", error)
        try:
            smtp.sock.settimeout(self._reply_timeout)
            smtp.sock.sendall(b".\r\n")
        except OSError as error:
            return _torn("uncertain", "dot", error)
        try:
            code, reply = smtp.getreply()
        except OSError as error:
            return _torn("uncertain", "reply", error)
        text = one_line(reply)
        outcome = judge(code, text, after_dot=True)
        if outcome != "uncertain":
            with contextlib.suppress(OSError):
                smtp.send(b"QUIT\r\n")  # a courtesy; its answer is not waited for
        return Delivery(outcome, "reply", code, text)

    def _options(self, payload: bytes) -> str:
        """SIZE (RFC 1870) lets the server refuse a big message now; 8BITMIME is RFC 6152."""
        options = f" SIZE={len(payload)}" if self._smtp.has_extn("size") else ""
        if payload.isascii():
            return options
        if not self._smtp.has_extn("8bitmime"):
            raise MailMisconfigured("The SMTP server takes 7-bit mail only; nothing was sent.")
        return options + " BODY=8BITMIME"


def _check_address(address: str) -> None:
    if not _ADDRESS.fullmatch(address):
        raise MailMisconfigured(
            f"{address!r} can't be used as a mail address; write it plainly, e.g. "
            f"jane.smith@hospital.example"
        )


def _wire_form(raw: bytes) -> bytes:
    """CRLF line ends, a dot doubled where it starts a line, a line end last (RFC 5321 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _torn(outcome: Outcome, stage: str, error: OSError) -> Delivery:
    return Delivery(
        outcome, stage, 0, f"the connection broke: {one_line(str(error)) or 'no reply'}"
    )


def _abandon(yag: Any) -> None:
    """Close the socket and keep yagmail's destructor from saying QUIT on it."""
    yag.is_closed = True
    if yag.smtp is not None:
        yag.smtp.close()
