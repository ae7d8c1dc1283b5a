"""What both wires share: who logs in, encryption that is always checked, and words for faults.

Certificates are verified against the system's trust anchors and the plan's extra one, host name
included. Without encryption we speak to loopback only.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import dataclass, field

from lordaemon.errors import LordaemonError, MailMisconfigured, MailUnreachable
from lordaemon.mail.providers import Endpoint


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in where. `bearer`: the password is an OAuth access token (SASL XOAUTH2)."""

    endpoint: Endpoint
    username: str
    password: str = field(repr=False)
    bearer: bool = False
    hint: str = ""
    """What kind of password this provider wants; said after a refusal."""


def tls_context(endpoint: Endpoint, ca_file: str) -> ssl.SSLContext | None:
    """A verifying context, or None for `security = "none"` on loopback.

    `ca_file` adds a trust anchor (PEM). Raises MailMisconfigured for an unreadable one, and for
    no security beyond this machine.
    """
    if endpoint.security == "none":
        if not is_loopback(endpoint.host):
            raise MailMisconfigured(
                f'security = "none" is for a server on this machine only, and {endpoint.host} is '
                f'not: your password would be readable on the way. Write security = "tls" or '
                f'"starttls".'
            )
        return None
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise MailMisconfigured(
                f"The certificate file {ca_file} (ca_file) can't be used: {error}. It must be a "
                f"PEM file you can read."
            ) from error
    return context


def is_loopback(host: str) -> bool:
    """Whether the name can only mean this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def keep_alive(sock: socket.socket) -> None:
    """No waiting to fill packets, and a dead link is noticed in about two minutes."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def trouble(kind: str, endpoint: Endpoint, error: BaseException) -> LordaemonError:
    """The error for a person when connecting to `endpoint` failed. `kind`: "SMTP" or "IMAP"."""
    server = f"The {kind} server {endpoint}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailMisconfigured(
            f"{server} showed a certificate that can't be trusted: {error.verify_message}. Check "
            f"host in [mail.{kind.lower()}]; for a server with a certificate of its own, name that "
            f"certificate's issuer in ca_file."
        )
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return MailMisconfigured(
            f'{server} doesn\'t speak TLS from the start, as security = "{endpoint.security}" '
            f"says. Check port and security in [mail.{kind.lower()}]; ports 587 and 143 want "
            f'"starttls".'
        )
    if isinstance(error, UnicodeError):
        return MailMisconfigured(f"{server} has no possible name: check host in the plan.")
    if isinstance(error, socket.gaierror):
        return MailUnreachable(
            f"{server} isn't known by that name just now ({error.strerror}). Check the network, "
            f"then host in [mail.{kind.lower()}]."
        )
    if isinstance(error, TimeoutError):
        return MailUnreachable(f"{server} didn't answer in time. It will be tried again.")
    if isinstance(error, ConnectionRefusedError):
        return MailUnreachable(
            f"{server} refused the connection. It may be down; if it stays so, check host and port "
            f"in [mail.{kind.lower()}]."
        )
    return MailUnreachable(f"{server} hung up: {_words(error)}. It will be tried again.")


def _words(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).rstrip(".")
