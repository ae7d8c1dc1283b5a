"""Who may be believed (H10)."""

from __future__ import annotations

import pytest

from lordaemon.reading.message import parse
from lordaemon.reading.sender import KnownWriter, authentic, passed, why_not_authentic
from tests.reading.mails import mail, raw

LEE = KnownWriter("lee", "Jane Lee", ("jane.lee@hospital.example", "jlee@gmail.example"))


def test_the_writer_from_a_known_address_is_authentic() -> None:
    assert authentic(mail("x"), [LEE])
    assert authentic(mail("x", **{"from": "JLEE@Gmail.example"}), [LEE])
    assert authentic(mail("x", **{"from": "Maria Lopez <maria@hospital.example>"}), [LEE])


@pytest.mark.parametrize(
    "sender",
    [
        '"jane.lee@hospital.example" <x@evil.test>',
        "Jane Lee <jane.lee1970@evil.test>",
        '"Lee, Jane MD" <x@evil.test>',
        "Jané Lee <x@evil.test>",
        "J <jane.lee@hospita1.example>",
        "J <jane.lee@hospitl.example>",
        "J <jane.lee@hosiptal.example>",
        "a@hospital.example, jane.lee@hospital.example",
    ],
)
def test_look_alikes_are_not(sender: str) -> None:
    assert why_not_authentic(mail("x", **{"from": sender}), [LEE])


def test_two_from_headers_are_not() -> None:
    assert not authentic(parse(b"From: jane.lee@hospital.example\n" + raw()), [LEE])


@pytest.mark.parametrize(
    ("results", "fine", "proven"),
    [
        ("mx.example.edu; dmarc=pass header.from=hospital.example", True, True),
        ("mx.example.edu; spf=pass; dkim=pass; dmarc=fail (p=none)", False, False),
        (
            "spf=pass smtp.mailfrom=hospital.example; dkim=none; dmarc=fail action=none",
            False,
            False,
        ),
        ("mx; dkim=pass header.d=hospital.example; spf=none", True, True),
        ("mx; dkim=pass header.i=@mail.hospital.example", True, True),
        ("mx; dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=x@evil.test", True, False),
        ("mx; dmarc=none; dkim=pass header.d=evil.test", True, False),
        ('mx; reason="dmarc=pass"; dmarc=fail', False, False),
        ("mx (dmarc=pass); spf=fail", True, False),
        ("", True, False),
    ],
)
def test_authentication_results(results: str, fine: bool, proven: bool) -> None:
    message = mail("x", authentication_results=results)
    assert (authentic(message, [LEE]), passed(message)) == (fine, proven)


def test_a_forged_result_below_the_servers_own_is_not_read() -> None:
    own = b"Authentication-Results: mx; dmarc=fail\n"
    assert not authentic(parse(own + raw(authentication_results="mx; dmarc=pass")), [LEE])
