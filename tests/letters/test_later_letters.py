"""Packet, reminder and follow-up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lordaemon.letters.compose import answering, compose
from lordaemon.letters.draft import Thread
from lordaemon.letters.markup import to_html
from tests.letters.sample import HIGHLIGHTS, THREAD, TODAY, TYPES, smith

FORM = "letter-request-form.pdf"


def test_the_packet_has_everything_the_writer_needs(tmp_path: Path) -> None:
    for name in ("cv.pdf", "ps.pdf", "more.pdf", FORM):
        (tmp_path / name).write_bytes(name.encode())
    packet = {"cv": "cv.pdf", "personal_statement": "ps.pdf", "extra": ["more.pdf"]}
    plan, writer = smith(tmp_path, {"packet": packet}, attach=[FORM], upload="Letter ID 77.")
    draft = compose(plan, writer, "packet", today=TODAY, thread=THREAD)
    summary = "Summary-for-letter-writers-Sam-Rivera.docx"
    assert [a.name for a in draft.attachments] == [summary, "cv.pdf", "ps.pdf", "more.pdf", FORM]
    for words in (
        "Thank you", "Wednesday, September 15, 2027", f"- {FORM}\n", "- My CV (cv.pdf)\n",
        "- My personal statement (ps.pdf)\n", summary, "Letter Request Form", "Letter ID 77.",
    ):  # fmt: skip
        assert words in draft.text
    assert all(f"- {line}\n" in draft.text for line in HIGHLIGHTS)
    last_words = draft.text.split("\n\n")[-2]
    assert last_words.startswith("What else would make this easier for you?")


def test_after_a_yes_in_person_the_packet_starts_the_thread() -> None:
    plan, writer = smith(asked_in_person="2027-03-01", answer="yes")
    draft = compose(plan, writer, "packet", today=TODAY)
    assert draft.thread is None
    assert draft.subject == "Materials for my letter: Sam Rivera, Internal Medicine"
    assert "saying yes when we spoke" in draft.text
    assert "for my Internal Medicine application" in draft.text


def test_a_yes_told_by_word_counts_as_spoken_only_after_a_talk() -> None:
    plan, writer = smith(asked_in_person="2027-03-01")
    draft = compose(plan, writer, "packet", today=TODAY, said_yes_in_person=True)
    assert "when we spoke" in draft.text
    plan, writer = smith()
    draft = compose(plan, writer, "packet", today=TODAY, said_yes_in_person=True)
    assert "Thank you for agreeing" in draft.text


def test_a_packet_after_the_due_date_names_the_deadline() -> None:
    plan, writer = smith()
    on_the_day = compose(plan, writer, "packet", today=date(2027, 9, 15)).text
    after = compose(plan, writer, "packet", today=date(2027, 9, 16)).text
    assert "due by Wednesday, September 15" in on_the_day
    assert "due by" not in after
    assert "until Wednesday, September 22, 2027" in after


def test_the_reminder_is_short_stands_alone_and_offers_a_way_out() -> None:
    plan, writer = smith()
    draft = compose(plan, writer, "reminder", today=date(2027, 4, 1), thread=THREAD, asked_on=TODAY)
    assert len(draft.text.split()) < 130
    for words in ("On March 15", "Internal Medicine", "Medicine wards", "September 15", "A no is"):
        assert words in draft.text
    assert "remind" not in draft.text.lower()
    assert not draft.attachments
    without_day = compose(plan, writer, "reminder", today=date(2027, 4, 1), thread=THREAD)
    assert "Some time ago I asked" in without_day.text


def test_the_follow_up_thanks_tells_how_and_can_be_ignored(tmp_path: Path) -> None:
    (tmp_path / FORM).write_bytes(b"form")
    plan, writer = smith(tmp_path, attach=[FORM], upload="Letter ID 77.")
    draft = compose(plan, writer, "follow_up", today=date(2027, 8, 30), thread=THREAD)
    for words in ("Thank you again", "September 15", "Letter Request Form", "Letter ID 77.",
                  "already uploaded it, please ignore"):  # fmt: skip
        assert words in draft.text
    assert not draft.attachments
    late = compose(plan, writer, "follow_up", today=date(2027, 8, 30), thread=THREAD, late=[FORM])
    assert [a.name for a in late.attachments] == [FORM]
    assert f"I have attached {FORM}," in late.text


@pytest.mark.parametrize("kind", TYPES)
def test_an_office_is_asked_for_a_sloe_all_the_way(kind: str) -> None:
    plan, writer = smith(type=kind)
    for sent in ("packet", "reminder", "follow_up"):
        text = compose(plan, writer, sent, today=TODAY).text
        assert ("SLOE" in text) == (kind == "sloe")


@pytest.mark.parametrize(
    ("subject", "answer"),
    [("Hi", "Re: Hi"), ("Re: Hi", "Re: Hi"), ("RE: re:Hi\n you", "Re: Hi you"), ("", "Re: ")],
)
def test_one_re_is_enough(subject: str, answer: str) -> None:
    assert answering(subject) == answer


def test_a_thread_subject_keeps_to_one_line() -> None:
    plan, writer = smith()
    thread = Thread("Hello\r\nBcc: everybody@example.org", "<a@b.example>", ())
    draft = compose(plan, writer, "packet", today=TODAY, thread=thread)
    assert draft.subject == "Re: Hello Bcc: everybody@example.org"


def test_html_is_escaped_and_links_only_the_web() -> None:
    html = to_html("A <b>\n- see https://x.example/?a=1&b=2.\n- javascript:x", title="<t>")
    assert "A &lt;b&gt;" in html
    assert '<a href="https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a>.' in html
    assert html.count("href") == 1
    assert "<title>&lt;t&gt;</title>" in html
