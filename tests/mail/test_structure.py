"""Structures of strangers' messages: whatever is said, a value or Unreadable comes out."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lordaemon.mail.fetched import LIMIT, Fetched, bounded
from lordaemon.mail.smtp_replies import judge
from lordaemon.mail.structure import Node, Unreadable, read_structure, texts_of

ATOMS = st.none() | st.integers() | st.binary(max_size=12) | st.just(b"text") | st.just(b"message")
NESTED = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=11).map(tuple), max_leaves=40)


@given(NESTED)
def test_any_structure_is_read_or_refused(raw: Any) -> None:
    with suppress(Unreadable):
        top = read_structure(raw)
        parts = tuple(bounded(node, b"x: y\r\n") for node in texts_of(top))
        when = datetime(2027, 3, 1, tzinfo=UTC)
        whole = Fetched("INBOX", 1, when, 1, (), b"Subject: s\r\n\r\n", parts, structure=top)
        assert message_from_bytes(whole.raw_message())["Subject"] == "s"


def test_a_name_adds_no_header() -> None:
    dangerous = b'a"\r\nX-Evil: 1\r\n\r\nbody'
    raw = (b"text", b"plain", (b"charset", dangerous), None, None, dangerous, 3, 1, None, None)
    top = read_structure(raw)
    parts = (bounded(top, b"hi\r\n"),)
    when = datetime(2027, 3, 1, tzinfo=UTC)
    whole = Fetched("INBOX", 1, when, 1, (), b"Subject: s\r\n\r\n", parts, structure=top)
    again = message_from_bytes(whole.raw_message())
    assert sorted(key.lower() for key in again) == [
        "content-transfer-encoding", "content-type", "mime-version", "subject",
    ]  # fmt: skip
    assert again.get_payload() == "hi\r\n"


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ((b"filename", b"a.pdf"), "a.pdf"),
        ((b"filename", b"=?utf-8?B?bGV0dMOpci5wZGY=?="), "lettér.pdf"),
        ((b"filename*", b"utf-8''lett%C3%A9r.pdf"), "lettér.pdf"),
        ((b"filename*0*", b"utf-8''lett%C3", b"filename*1*", b"%A9r.pdf"), "lettér.pdf"),
        ((b"filename*1", b"r.pdf", b"filename*0", b"lette"), "letter.pdf"),
        ((b"filename*", b"x-none''a.pdf"), "a.pdf"),
        ((b"filename", b"x" * 9000), "x" * 200),
    ],
)
def test_file_names_in_every_writing(params: tuple[bytes, ...], name: str) -> None:
    disposition = (b"attachment", params)
    raw = (b"application", b"pdf", None, None, None, b"base64", 9, None, disposition)
    top = read_structure(raw)
    assert (top.filename, top.is_file, top.fetch) == (name, True, "")


def test_a_cut_part_can_still_be_decoded() -> None:
    node = Node("1", "text/plain", encoding="base64", size=LIMIT * 3)
    lines = b"QUJD" * 19 + b"\r\n"
    part = bounded(node, (lines * 1000)[:LIMIT])
    assert part.truncated
    whole = Fetched("INBOX", 1, datetime(2027, 3, 1, tzinfo=UTC), 1, structure=node)
    raw = Fetched("INBOX", 1, whole.internaldate, 1, text_parts=(part,), structure=node)
    text = message_from_bytes(raw.raw_message()).get_payload(decode=True)
    assert isinstance(text, bytes)
    assert len(text) > 47_000
    assert set(text) == set(b"ABC")


@pytest.mark.parametrize(
    ("code", "text", "after_dot", "outcome"),
    [
        (250, "ok", True, "accepted"),
        (250, "ok", False, "not_sent"),
        (354, "go on", True, "uncertain"),
        (-1, "", True, "uncertain"),
        (-1, "", False, "not_sent"),
        (451, "later", True, "later"),
        (550, "5.7.1 Message rejected due to content", True, "refused"),
        (550, "5.4.5 Daily sending quota exceeded", True, "later"),
        (552, "5.3.4 message too large, limit exceeded", True, "refused"),
    ],
)
def test_a_reply_means(code: int, text: str, after_dot: bool, outcome: str) -> None:
    assert judge(code, text, after_dot=after_dot) == outcome
