"""Where the servers of a plan are."""

from __future__ import annotations

from typing import Any

import pytest

from lordaemon.errors import MailMisconfigured
from lordaemon.mail.providers import PRESETS, Endpoint, endpoints, guess
from lordaemon.plan.model import Mail


def mail(**values: Any) -> Mail:
    """A plan's [mail]."""
    return Mail.model_validate(values)


@pytest.mark.parametrize(
    ("security", "imap", "smtp"), [("tls", 993, 465), ("starttls", 143, 587), ("none", 143, 587)]
)
def test_the_port_follows_the_security(security: str, imap: int, smtp: int) -> None:
    server = {"host": "mail.example.edu", "security": security}
    found = endpoints(mail(imap=server, smtp=server))
    assert (found.imap.port, found.smtp.port) == (imap, smtp)
    assert found.saves_sent is None


def test_what_the_plan_says_wins_over_the_preset() -> None:
    found = endpoints(mail(provider="outlook", smtp={"host": "smtp.example.edu"}))
    assert found.imap == Endpoint("outlook.office365.com", 993, "tls")
    assert found.smtp == Endpoint("smtp.example.edu", 465, "tls")
    found = endpoints(mail(provider="gmail", smtp={"security": "starttls"}))
    assert found.smtp == Endpoint("smtp.gmail.com", 587, "starttls")
    assert endpoints(mail(provider="gmail", imap={"port": 1993})).imap.port == 1993


@pytest.mark.parametrize("provider", sorted(PRESETS))
def test_every_preset_is_whole_and_encrypted(provider: str) -> None:
    found = endpoints(mail(provider=provider))
    assert (found.imap.security, found.imap.port) == ("tls", 993)
    assert (found.smtp.security, found.smtp.port) in {("tls", 465), ("starttls", 587)}
    assert "http" not in found.login_hint


def test_a_server_without_a_host_says_what_to_write() -> None:
    with pytest.raises(MailMisconfigured, match=r'\[mail.smtp\] host = "smtp.example.edu"'):
        endpoints(mail(imap={"host": "imap.example.edu"}))


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("sam@gmail.com", "gmail"),
        ("Sam@Hotmail.com ", "outlook"),
        ("sam@me.com", "icloud"),
        ("sam@med.example.edu", "custom"),
        ("sam@notgmail.com", "custom"),
        ("", "custom"),
    ],
)
def test_a_provider_is_guessed_from_the_domain_only(address: str, provider: str) -> None:
    assert guess(address) == provider
