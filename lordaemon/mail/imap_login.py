"""Logs in to an IMAP server, once, and tells a refused password from a server in trouble."""

from __future__ import annotations

import imaplib
import re
import ssl
from typing import Any

from lordaemon.errors import LoginRefused, MailMisconfigured, MailUnreachable
from lordaemon.mail.providers import Endpoint
from lordaemon.mail.secure import Login

_FOR_NOW = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|THROTTLED)\b|too many|try again|temporar|"
    r"not (currently )?available|rate limit|\* BYE",
    re.IGNORECASE,
)
"""Response codes of RFC 5530, and the words of servers that know none."""


def start_tls(client: Any, context: ssl.SSLContext | None, endpoint: Endpoint) -> None:
    """Encrypt, or raise MailMisconfigured: never on in the clear."""
    if not client.has_capability("STARTTLS"):
        raise MailMisconfigured(
            f"The IMAP server {endpoint} doesn't offer STARTTLS, so the password would travel in "
            f"the clear; it was not sent. Either somebody on this network removes the encryption, "
            f'or [mail.imap] wants port = 993 and security = "tls".'
        )
    client.starttls(context)


def log_in(client: Any, login: Login) -> None:
    """Log in by SASL PLAIN where it is offered (any password), else by LOGIN (ASCII only)."""
    if client._imap.state != "NONAUTH":
        raise MailMisconfigured(
            f"The IMAP server {login.endpoint} says it knows us before we have said who we are; "
            f"that isn't your mailbox. Check host and port in [mail.imap]."
        )
    plain = client.has_capability("AUTH=PLAIN")
    if not plain and not login.bearer and not (login.username + login.password).isascii():
        raise MailMisconfigured(
            f"The IMAP server {login.endpoint} can't take a user name or password with characters "
            f"beyond ASCII. Change the password to plain letters, digits and signs."
        )
    try:
        if login.bearer:
            client.oauth2_login(login.username, login.password)
        elif plain:
            client.plain_login(login.username, login.password)
        else:
            client.login(login.username, login.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if isinstance(error.__context__, imaplib.IMAP4.abort):  # imapclient calls that refused, too
            raise error.__context__ from None
        said = words_of(error)
    else:
        return
    # Raised out here, so that the error carries no trace of the call with the password.
    if for_now(said):
        raise MailUnreachable(
            f"The IMAP server {login.endpoint} can't check the password just now: {said}. It will "
            f"be tried again."
        )
    if "[PRIVACYREQUIRED]" in said.upper():
        raise MailMisconfigured(
            f"The IMAP server {login.endpoint} wants an encrypted connection first: {said}. Write "
            f'security = "tls" or "starttls" in [mail.imap].'
        )
    raise LoginRefused(
        f"The IMAP server {login.endpoint} refused the password of {login.username}: {said}. It "
        f"is not tried again until you change it. {login.hint}".rstrip()
    )


def for_now(said: str) -> bool:
    """Whether a refusal is only for now."""
    return _FOR_NOW.search(said) is not None


def words_of(error: Exception) -> str:
    """What the server said, as one line of plain text, not too long to be shown."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    found = re.fullmatch(r"""b(['"])(.*)\1""", text, re.DOTALL)
    return " ".join((found.group(2) if found else text).split())[:300].rstrip(".")
