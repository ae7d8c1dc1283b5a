"""Foreign bytes become bounded, clean values, or Unreadable, and nothing else, in bounded time."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lordaemon.reading.address import parse_addresses
from lordaemon.reading.message import Message, Unreadable, parse
from lordaemon.reading.mime import TEXT_LIMIT, VALUE_LIMIT
from tests.reading.mails import mail, multipart, raw

QUICK = 2.0
"""Seconds; a parser that runs away needs minutes."""


def test_what_a_plain_answer_holds() -> None:
    message = mail(
        "Happy to.\n", message_id="<a@x>", in_reply_to="<lor.1@x>", references="<0@x>\n <lor.1@x>"
    )
    assert (message.from_name, message.from_address) == ("Jane Lee", "jane.lee@hospital.example")
    assert message.subject == "Re: Letter of recommendation"
    assert (message.message_id, message.in_reply_to) == ("a@x", ("lor.1@x",))
    assert message.references == ("0@x", "lor.1@x")
    assert message.date == datetime(2026, 7, 14, 9, tzinfo=UTC)
    assert (message.text, message.html) == ("Happy to.\n", None)
    assert message.to == ("sam.rivera@example.edu",)


@pytest.mark.parametrize(
    ("value", "name", "address", "count"),
    [
        ("dean@trusted.org <x@evil.test>", "dean@trusted.org", "x@evil.test", 1),
        ('"Lee, Jane" <j@x.org>', "Lee, Jane", "j@x.org", 1),
        ("Lee, Jane <j@x.org>", "Lee Jane", "j@x.org", 1),
        ("=?utf-8?q?Lee=2C_Jane_=3Ca=40trusted=2Eorg=3E?= <j@x.org>",
         "Lee, Jane a@trusted.org", "j@x.org", 1),
        ("j@x.org (Jane Lee)", "Jane Lee", "j@x.org", 1),
        ("a@x.org, b@y.org", "", "a@x.org", 2),
        ("=?utf-8?b?w4Q=?= =?utf-8?b?w4Q=?= <J@X.ORG>", "ÄÄ", "j@x.org", 1),
        ("nobody at all", "nobody at all", "", 1),
    ],
)  # fmt: skip
def test_the_address_is_what_stands_in_brackets(
    value: str, name: str, address: str, count: int
) -> None:
    message = mail(**{"from": value})
    assert (message.from_name, message.from_address) == (name, address)
    assert message.from_count == count


def test_two_from_headers_are_counted() -> None:
    doubled = b"From: a@x.org\nFrom: a@x.org\n" + raw()
    assert parse(doubled).from_count == 3


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: " + b"=?utf-8?b?QUFBQUFB?= " * 45_000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?b?QUFBQUFB?=\n " * 45_000 + b"\n\nx",
        b"From: " + b"(" * 500_000 + b"\n\nx",
        b"Message-ID: <[\nDate: Tue, 99 Foo 0000 99:99 +9999\n\nx",
        b"A: b\n" * 200_000,
        b"A: " + b"b" * 5_000_000 + b"\n\nx",
        b"From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000,
        b"From: a@b\nContent-Type: text/html\n\n" + b"<div>" * 400_000,
        b"From: a@b\nContent-Transfer-Encoding: base64\n\n" + b"QUFB" * 10**6,
        b"Content-Type: " + b'text/plain; a="' * 1000 + b"\n\nx",
    ],
)  # fmt: skip
def test_nothing_is_too_big(data: bytes) -> None:
    started = time.perf_counter()
    message = parse(data)
    assert time.perf_counter() - started < QUICK
    assert len(message.text) <= TEXT_LIMIT
    assert all(len(v) <= VALUE_LIMIT for values in message.headers.values() for v in values)


def test_deep_nesting_ends_and_is_told() -> None:
    inner = b"deep words"
    for level in range(400):
        edge = b"b%d" % level
        inner = b"Content-Type: multipart/mixed; boundary=%b\n\n--%b\n%b\n--%b--\n" % (
            edge, edge, inner, edge,
        )  # fmt: skip
    message = parse(b"From: a@b\n" + inner)
    assert message.body_truncated
    assert message.text == ""


def test_nul_bytes_bad_charsets_and_broken_base64() -> None:
    assert parse(b"From: a@b\nContent-Type: text/plain; charset=zip\n\nh\x00i\xff").text == "hiÿ"
    utf7 = parse(b"From: a@b\nContent-Type: text/plain; charset=utf-7\n\n+2D0-hi").text
    assert utf7.encode("utf-8").endswith(b"hi")
    broken = parse(b"From: a@b\nContent-Transfer-Encoding: base64\n\naGVsbG8*=gd29ybGQ")
    assert broken.text == "hello world"


def test_a_header_can_not_start_another() -> None:
    message = parse(b"From: a@b\nSubject: =?utf-8?q?hi=0D=0ABcc=3A_x=40y=E2=80=AEz?=\n\nx")
    assert message.subject == "hi Bcc: x@y z"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"only words\nand more", b"\x00" * 100])
def test_without_headers_it_is_no_message(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(data)
    assert caught.value.reason


def test_parts_files_and_returned_ids() -> None:
    message = parse(
        multipart(
            "mixed",
            "Content-Type: text/plain\n\nfirst",
            "Content-Type: text/html\n\n<p>first</p>",
            'Content-Type: application/pdf; name="a.pdf"\n\nQUFB',
            "Content-Disposition: attachment; filename*0*=utf-8''r%C3%A9; filename*1=sum.doc\n\nx",
            "Content-Type: message/rfc822\n\nMessage-ID: <lor.9@x>\nReferences: <1@x> <2@x>\n\nus",
        )
    )
    assert (message.text, message.html) == ("first", "<p>first</p>")
    assert [file.name for file in message.attachments] == ["a.pdf", "résum.doc"]
    assert message.quoted_ids == ("lor.9@x", "2@x", "1@x")
    assert "us" in message.returned_text


def test_only_the_topmost_authentication_result_counts() -> None:
    forged = b"Authentication-Results: mx; dmarc=fail\nAuthentication-Results: mx; dmarc=pass\n"
    assert parse(forged + raw()).auth_results == "mx; dmarc=fail"


def _only_strings(message: Message) -> bool:
    values = [v for values in message.headers.values() for v in values]
    values += [message.text, message.html or "", message.subject, message.from_name]
    return all(type(v) is str and v.encode("utf-8") is not None for v in values)


def _survives(data: bytes) -> bool:
    try:
        return _only_strings(parse(data))
    except Unreadable as why:
        return bool(why.reason)


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=3000))
def test_any_bytes_are_a_message_or_unreadable(data: bytes) -> None:
    assert _survives(data)


_REAL = multipart(
    "report; report-type=delivery-status",
    "Content-Transfer-Encoding: quoted-printable\n\nh=C3=A9",
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed",
    "Content-Type: message/rfc822\n\nMessage-ID: <lor.1@x>\n\nhello",
    subject="=?utf-8?b?w4RiYw==?= =?iso-8859-1?q?=E4?=",
)


@settings(max_examples=150, deadline=2000)
@given(st.lists(st.tuples(st.integers(0, len(_REAL) - 1), st.binary(max_size=6)), max_size=12))
def test_a_damaged_mail_is_a_message_or_unreadable(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(_REAL)
    for place, new in changes:
        data[place : place + len(new)] = new
    assert _survives(bytes(data))


@given(st.text(max_size=300))
def test_addresses_of_any_text(value: str) -> None:
    for found in parse_addresses(value):
        assert "<" not in found.address
        assert " " not in found.address
