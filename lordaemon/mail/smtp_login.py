"""Logs in to an SMTP server, once, and tells a refused password from a server in trouble.

Written out instead of `smtplib.login`, which tries a refused password again with the next
mechanism (accounts get locked, D3) and can't encode a password beyond ASCII.
"""

from __future__ import annotations

import base64
import smtplib
from typing import Any

from lordaemon.errors import LoginRefused, MailMisconfigured, MailUnreachable
from lordaemon.mail.secure import Login
from lordaemon.mail.smtp_replies import one_line


def log_in(smtp: Any, login: Login) -> None:
    """Authenticate on this `smtplib` connection with the first mechanism both know.

    Raises LoginRefused, MailMisconfigured (no way to log in here), MailUnreachable (not now),
    and what `smtplib` raises when the connection breaks.
    """
    code, reply = smtp.ehlo()
    if code != 250:
        raise smtplib.SMTPHeloError(code, reply)
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if login.bearer:
        words = f"user={login.username}\1auth=Bearer {login.password}\1\1"
        code, reply = _auth(smtp, "XOAUTH2", words)
        if code == 334:  # the refusal's details; an empty line asks for the verdict
            code, reply = smtp.docmd("")
    elif "PLAIN" in offered:
        code, reply = _auth(smtp, "PLAIN", f"\0{login.username}\0{login.password}")
    elif "LOGIN" in offered:
        code, reply = _auth(smtp, "LOGIN", login.username)
        if code == 334:
            code, reply = smtp.docmd(_encoded(login.password))
    else:
        raise MailMisconfigured(
            f"The SMTP server {login.endpoint} offers no login with a password here (it offers: "
            f"{' '.join(offered) or 'none'}). Check port and security in [mail.smtp]."
        )
    _judge(code, f"{code} {one_line(reply)}", login)


def _judge(code: int, said: str, login: Login) -> None:
    if code == 235:
        return
    if code in {523, 530, 538}:  # encryption or a stronger mechanism needed (RFC 4954 section 6)
        raise MailMisconfigured(
            f"The SMTP server {login.endpoint} wants another way to log in: {said}. Check "
            f"security in [mail.smtp]."
        )
    if 500 <= code < 600:
        raise LoginRefused(
            f"The SMTP server {login.endpoint} refused the password of {login.username}: {said}. "
            f"It is not tried again until you change it. {login.hint}".rstrip()
        )
    raise MailUnreachable(
        f"The SMTP server {login.endpoint} can't check the password just now: {said}. It will be "
        f"tried again."
    )


def _auth(smtp: Any, mechanism: str, words: str) -> tuple[int, bytes]:
    reply: tuple[int, bytes] = smtp.docmd("AUTH", f"{mechanism} {_encoded(words)}")
    return reply


def _encoded(words: str) -> str:
    return base64.b64encode(words.encode()).decode("ascii")
