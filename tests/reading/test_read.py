"""The whole reading of one message: the order, what is believed, and what is only flagged."""

from __future__ import annotations

from datetime import date

import pytest

from lordaemon.reading.message import Message, parse
from lordaemon.reading.read import read, subject_answer
from lordaemon.reading.verdict import Verdict
from tests.reading.mails import REQUEST, mail, multipart


def _read(message: Message) -> Verdict:
    return read(message, [REQUEST], "asked", "Jane Lee")


def test_a_bounce_before_anything_else() -> None:
    verdict = _read(
        mail(
            "could not be delivered:\n<a@b.example>: 550 5.1.1 user unknown",
            subject="Undelivered Mail Returned to Sender",
            auto_submitted="auto-replied",
            **{"from": "MAILER-DAEMON@x.example"},
        )
    )
    assert (verdict.label, verdict.confident) == ("bounce", True)
    assert verdict.bounce is not None
    assert verdict.evidence == (verdict.bounce.diagnostic,)


def test_an_automatic_reply_with_its_day() -> None:
    verdict = _read(mail("Back on August 3.", subject="Automatic reply: Letter"))
    assert (verdict.label, verdict.return_on) == ("auto_reply", date(2026, 8, 3))
    assert verdict.evidence == ("Back on August 3.",)


def test_a_portals_notice_is_an_upload_a_machine_tells() -> None:
    text = "A letter of recommendation from Dr. J. Lee has been received."
    verdict = _read(mail(text, auto_submitted="auto-generated", subject="Status change"))
    assert (verdict.label, verdict.confident) == ("uploaded", True)
    assert {"machine", "portal"} <= verdict.flags
    assert verdict.evidence[0] in text


def test_nothing_of_its_own_is_unclear() -> None:
    quote = "\n".join(f"> {line}" for line in REQUEST.split("\n"))
    verdict = _read(mail(quote))
    assert (verdict.label, verdict.confident) == ("unclear", False)


@pytest.mark.parametrize(
    ("name", "body", "flagged"),
    [
        ("Rivera_LOR.pdf", "Here you go.", True),
        ("Letter of Recommendation - Rivera.docx", "", True),
        ("scan0001.pdf", "Please find attached my letter for you.", True),
        ("Letter_Request_Form.pdf", "I filled in the form.", False),
        ("color.pdf", "The picture.", False),
        ("letter.png", "My letterhead.", False),
        ("scan0001.pdf", "Fill this in.", False),
    ],
)
def test_a_letter_attached_is_flagged_and_never_opened(name: str, body: str, flagged: bool) -> None:
    message = parse(
        multipart(
            "mixed",
            f"Content-Type: text/plain\n\n{body or 'Hello.'}",
            f'Content-Type: application/octet-stream; name="{name}"\n\nSECRET WORDS',
        )
    )
    verdict = _read(message)
    assert ("letter_attached" in verdict.flags) is flagged
    assert "SECRET" not in "".join(verdict.evidence)


def test_mail_to_many_is_flagged() -> None:
    lecture = mail("Thursday's lecture is moved.", subject="Lecture", list_id="<ms4.example>")
    assert "bulk" in _read(lecture).flags


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Re: Letter of recommendation", ""),
        ("RE: [EXT] Re: Letter of recommendation", ""),
        ("Yes! Re: Letter of recommendation", "Yes!"),
        ("Re: Letter of recommendation - yes, happy to", "yes, happy to"),
        ("Re: Would you write for me? YES", "YES"),
        ("AW: Letter (gladly)", "gladly"),
        ("Your letter is in", "Your letter is in"),
        ("", ""),
    ],
)
def test_an_answer_in_the_subject(subject: str, answer: str) -> None:
    assert subject_answer(subject) == answer


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_a_confident_verdict_can_be_shown_in_the_message(kind: str) -> None:
    words = "Yes, I would be delighted to write a strong letter for you. Please send me your CV."
    body = words if kind == "text/plain" else f"<p>{words.replace('strong', '<b>strong</b>')}</p>"
    verdict = _read(mail(body, kind))
    assert verdict.label == "yes"
    assert verdict.evidence
    assert all(span in words for span in verdict.evidence)


def test_a_message_too_long_to_be_read_whole_is_never_acted_on() -> None:
    verdict = _read(mail("Yes, I would be delighted to write for you.\n" + "More words.\n" * 8000))
    assert not verdict.confident
