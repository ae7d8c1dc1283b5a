"""Drafts as bytes: what is read back is what was meant, and nothing can be smuggled in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lordaemon.errors import LordaemonError
from lordaemon.letters.compose import compose
from lordaemon.letters.draft import Attachment, Draft, Thread
from lordaemon.letters.mime import stamp, to_bytes
from tests.letters.sample import THREAD, TODAY, smith

PLAIN = Draft("jane@hospital.example", "Dr. Jane Smith", "A letter", "Dear\n\nBye\n", "<p>Dear</p>")
ID = "<lor.2028.request.1.abc@example.edu>"


def made(draft: Draft, name: str = "Sam Rivera", headers: dict[str, str] | None = None) -> bytes:
    return to_bytes(
        draft, sender_name=name, sender="sam@example.edu", message_id=ID,
        references_token="lor.2028.request.1.abc.ref", headers=headers,
    )  # fmt: skip


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def changed(draft: Draft, **fields: object) -> Draft:
    values = {name: getattr(draft, name) for name in Draft.__slots__}
    return Draft(**{**values, **fields})


# Characters of words in any script; control characters are refused, which has its own test.
letters = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
one_line = st.text(letters, min_size=1, max_size=200).map(lambda t: " ".join(t.split()))


@settings(deadline=None)  # other work on the machine is no fault
@given(name=one_line, sender_name=one_line, subject=one_line)
@example(name='Smith, "Jane" (Dr.) <x@evil.example>', sender_name="Ødegård, Sam", subject="é" * 90)
@example(name="=?utf-8?q?x?=", sender_name="a\\b", subject="=?utf-8?b?SGk=?= there")
@example(name="x" * 200, sender_name=";" * 200, subject="y" * 200)
@example(name="dean@trusted.example", sender_name=" ", subject="Bcc: a@b.example")
def test_what_is_read_back_is_what_was_written(name: str, sender_name: str, subject: str) -> None:
    raw = made(changed(PLAIN, to_name=name, subject=subject), sender_name)
    message = parsed(raw)
    assert len(message.get_all("To") or []) == len(message.get_all("From") or []) == 1
    (to,), (sender,) = message["To"].addresses, message["From"].addresses
    assert isinstance(to, Address)
    assert (to.addr_spec, sender.addr_spec) == ("jane@hospital.example", "sam@example.edu")
    for found, wanted in ((to, name), (sender, sender_name)):
        if len(wanted.encode()) > 45:  # two encoded words: the parser leaves a space between them
            assert found.display_name.replace(" ", "") == wanted.replace(" ", "")
        else:
            assert found.display_name == wanted.strip()
    assert str(message["Subject"]) == subject
    assert set(message.keys()) == {
        "From", "To", "Subject", "Message-ID", "References", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert not message.defects
    assert max(map(len, raw.split(b"\r\n"))) <= 998


whole = st.characters(exclude_categories=["Cs"])
any_text = st.text(whole, max_size=300)


@settings(deadline=None)
@given(text=any_text, html=any_text)
@example(text="From here\n.\n..\n" + "long " * 400, html="=" * 200)
@example(text="tab\t \ntrailing  \n", html="\r\n\r\n")
def test_every_text_travels_as_it_is_in_seven_bits(text: str, html: str) -> None:
    raw = made(changed(PLAIN, text=text, html=html))
    raw.decode("ascii")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    for kind, wanted in (("plain", text), ("html", html)):
        expected = wanted.replace("\r\n", "\n").replace("\r", "\n")
        assert body(parsed(raw), kind).rstrip("\n") == expected.rstrip("\n")


@settings(deadline=None)
@given(name=one_line, data=st.binary(max_size=300))
@example(name="Lebenslauf Ü" * 15 + ".pdf", data=b"\r\n.\r\n")
@example(name='a";b=\\c.pdf', data=b"")
def test_files_arrive_with_name_and_bytes(name: str, data: bytes) -> None:
    raw = made(changed(PLAIN, attachments=(Attachment(name, "application/pdf", data),)))
    (file,) = parsed(raw).iter_attachments()
    assert file.get_filename() == name
    assert file.get_content() == data
    assert body(parsed(raw), "plain") == "Dear\n\nBye\n"


@pytest.mark.parametrize(
    "bad", ["a\nBcc: x@y.example", "a\rb", "a\0", "a\x7f", "a\u2028b", "\ud800"]
)
@pytest.mark.parametrize("field", ["to_name", "subject"])
def test_line_breaks_and_controls_are_refused(field: str, bad: str) -> None:
    with pytest.raises(LordaemonError):
        made(changed(PLAIN, **{field: bad}))
    with pytest.raises(LordaemonError):
        made(PLAIN, bad)
    with pytest.raises(LordaemonError):
        made(PLAIN, headers={"X-Note": bad})


@pytest.mark.parametrize(
    "address",
    ["", "jane", "jane@", "@x.example", "a b@x.example", "a@x.example\r\nBcc: b@x.example",
     "a@x.example,b@x.example", "<a@x.example>", "a@b@x.example", ".a@x.example", "a..b@x.example",
     "jané@x.example", "a@x.example\n"],
)  # fmt: skip
def test_only_one_plain_address_is_written_to(address: str) -> None:
    with pytest.raises(LordaemonError, match="mail address"):
        made(changed(PLAIN, to=address))


@pytest.mark.parametrize("name", ["To", "bcc", "Date", "Subject", "Content-Type", "X Y", "X:", ""])
def test_extra_headers_cannot_take_the_place_of_ours(name: str) -> None:
    with pytest.raises(LordaemonError):
        made(PLAIN, headers={name: "x"})


def test_an_extra_header_is_carried_and_nothing_else_is_added() -> None:
    message = parsed(made(PLAIN, headers={"Auto-Submitted": "auto-generated"}))
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsed(made(PLAIN))["Auto-Submitted"] is None
    assert parsed(made(PLAIN))["Date"] is None


def test_a_reply_names_its_thread_and_our_token() -> None:
    thread = Thread("Re: A letter", "<b@x.example>", ("<a@example.edu>", "<b@x.example>"))
    message = parsed(made(changed(PLAIN, thread=thread)))
    assert message["In-Reply-To"] == "<b@x.example>"
    assert message["References"].split() == [
        "<a@example.edu>", "<b@x.example>", "<lor.2028.request.1.abc.ref@example.edu>",
    ]  # fmt: skip
    assert message["Message-ID"] == ID
    whole = to_bytes(
        PLAIN, sender_name="S", sender="s@example.edu", message_id=ID[1:-1],
        references_token="<t@other.example>",
    )  # fmt: skip
    assert parsed(whole)["References"] == "<t@other.example>"
    assert parsed(whole)["Message-ID"] == ID


def test_malformed_ids_of_others_are_left_out_and_long_threads_shortened() -> None:
    bad = ("<[", "no brackets", "<a b@x>", "<x@y>\r\nBcc: z@y.example", "<" + "x" * 900 + "@y>")
    many = tuple(f"<n{i}@x.example>" for i in range(60))
    message = parsed(made(changed(PLAIN, thread=Thread("s", bad[3], (*bad, *many)))))
    ids = message["References"].split()
    assert message["In-Reply-To"] is None
    assert message["Bcc"] is None
    assert ids[0] == "<n0@x.example>"
    assert ids[-2] == "<n59@x.example>"
    assert len(ids) == 21


def test_our_own_malformed_id_is_an_error() -> None:
    with pytest.raises(LordaemonError, match="Message-ID"):
        to_bytes(PLAIN, sender_name="S", sender="s@example.edu", message_id="a b@c")


def test_the_date_comes_first_when_it_leaves() -> None:
    when = datetime(2027, 3, 16, 14, 5, tzinfo=UTC)
    raw = stamp(made(PLAIN), when, ZoneInfo("America/Chicago"))
    assert raw.startswith(b"Date: Tue, 16 Mar 2027 09:05:00 -0500\r\nFrom: ")
    assert parsed(raw)["Date"].datetime == when
    assert raw.endswith(made(PLAIN))


def test_the_same_draft_makes_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "cv.pdf").write_bytes(bytes(range(256)) * 40)
    plan, writer = smith(tmp_path, {"packet": {"cv": "cv.pdf"}})
    draft = compose(plan, writer, "packet", today=TODAY, thread=THREAD)
    raw = made(draft)
    assert raw == made(draft)
    message = parsed(raw)
    assert message.get_content_type() == "multipart/mixed"
    first, *files = message.iter_parts()
    assert first.get_content_type() == "multipart/alternative"
    assert [f.get_filename() for f in files] == [a.name for a in draft.attachments]
    assert body(message, "plain") == draft.text
    assert body(message, "html") == draft.html
    boundaries = re.findall(rb'boundary="([^"]+)"', raw)
    assert len(set(boundaries)) == 2
    assert made(changed(draft, text=draft.text + "x")) != raw
