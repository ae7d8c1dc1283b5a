"""Bounce, machine or person: every header, wording and language that tells them apart."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from lordaemon.reading.away import return_date
from lordaemon.reading.bounce import bounce
from lordaemon.reading.machine import automatic, portal_sentence, to_many
from lordaemon.reading.message import Message, parse
from lordaemon.reading.reply import own_text
from tests.reading.mails import mail, multipart

TUESDAY = datetime(2026, 7, 14, 9)


def _dsn(action: str, status: str, diagnostic: str, subject: str = "Undeliverable") -> Message:
    return parse(
        multipart(
            "report",
            "Content-Type: text/plain\n\nYour message could not be delivered.",
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.edu\n\n"
            f"Final-Recipient: rfc822; Lee@Hospital.example\nAction: {action}\nStatus: {status}\n"
            f"Diagnostic-Code: smtp; {diagnostic}",
            "Content-Type: text/rfc822-headers\n\nMessage-ID: <lor.7@example.edu>\nSubject: x",
            content_type='multipart/report; report-type=delivery-status; boundary="edge"',
            subject=subject,
            **{"from": "MAILER-DAEMON@example.edu"},
        )
    )


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "kind"),
    [
        ("failed", "5.1.1", "550 5.1.1 user unknown", "not_found"),
        ("failed", "5.0.0", "550 no such user here", "not_found"),
        ("failed", "5.7.1", "550 5.7.1 blocked by policy", "refused"),
        ("failed", "5.2.2", "552 mailbox full", "refused"),
        ("delayed", "4.4.1", "421 connection timed out", "delayed"),
        ("failed", "5.0.0", "554 something", "unknown"),
    ],
)
def test_reports_of_four_kinds(action: str, status: str, diagnostic: str, kind: str) -> None:
    found = bounce(_dsn(action, status, diagnostic))
    assert found is not None
    assert (found.kind, found.permanent) == (kind, kind != "delayed")
    assert found.recipients == ("lee@hospital.example",)
    assert found.quoted_ids == ("lor.7@example.edu",)
    assert found.diagnostic == diagnostic


def test_a_report_of_success_is_none() -> None:
    assert bounce(_dsn("delivered", "2.0.0", "250 ok", "Delivery report")) is None


DAEMON = "Mail Delivery Subsystem <mailer-daemon@mx.example.edu>"


@pytest.mark.parametrize(
    ("subject", "body", "kind"),
    [
        ("failure notice", ("I wasn't able to deliver your message.\n<a@b.example>:\n550 no such "
         "mailbox here"), "not_found"),
        ("Delivery Status Notification (Delay)", ("There was a temporary problem delivering to "
         "a@b.example. The server will retry for 46 more hours."), "delayed"),
        ("Warning: could not send message for past 4 hours", ("** THIS IS A WARNING MESSAGE ONLY **"
         "\n451 4.4.1 read error from a@b.example"), "delayed"),
        ("Unzustellbar: Letter", ("Ihre Nachricht konnte nicht zugestellt werden: a@b.example. "
         "550 5.1.1 User unknown"), "not_found"),
        ("Undelivered Mail Returned to Sender", ("could not be delivered to <a@b.example>: 554 "
         "message rejected as spam"), "refused"),
    ],
)  # fmt: skip
def test_servers_without_a_report(subject: str, body: str, kind: str) -> None:
    found = bounce(mail(f"{body}\n\nMessage-ID: <lor.1@x>", subject=subject, **{"from": DAEMON}))
    assert found is not None
    assert found.kind == kind
    assert found.recipients == ("a@b.example",)
    assert found.quoted_ids == ("lor.1@x",)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Re: Undeliverable: letter", "That address failed, user unknown. Use this one instead."),
        (
            "Re: Letter",
            "My mailbox is full and mail to lee@x.example was returned. Happy to write.",
        ),
        ("delivery", "The delivery of the books failed, they were returned."),
    ],
)
def test_people_writing_about_bounces(subject: str, body: str) -> None:
    assert bounce(mail(body, subject=subject)) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("auto_submitted", "auto-replied"),
        ("auto_submitted", "auto-generated; owner=x"),
        ("x_autoreply", "yes"),
        ("x_autorespond", "office"),
        ("x_autoresponse", "1"),
        ("x_autoreply_from", "jane"),
        ("x_fc_machinegenerated", "true"),
        ("x_apple_action", "VACATION RESPONSE"),
        ("precedence", "auto_reply"),
        ("x_post_messageclass", "9; Autoresponder"),
    ],
)
def test_headers_that_make_a_message_automatic(name: str, value: str) -> None:
    message = mail("I am out of the office.", **{name: value})
    found = automatic(message, "I am out of the office.")
    assert found is not None
    assert found.what == "reply"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("auto_submitted", "no"),
        ("x_auto_response_suppress", "All"),
        ("precedence", "bulk"),
        ("list_id", "<students.example.edu>"),
        ("list_unsubscribe", "<mailto:x@y>"),
        ("x_ms_exchange_inbox_rules_loop", "jane@x"),
        ("return_path", "<>"),
    ],
)
def test_headers_that_do_not(name: str, value: str) -> None:
    message = mail("Happy to write it.", in_reply_to="<1@x>", **{name: value})
    assert automatic(message, "Happy to write it.") is None


def test_exchange_rules_need_both_headers() -> None:
    message = mail("x", x_ms_exchange_inbox_rules_loop="j", x_auto_response_suppress="All")
    assert automatic(message, "x") is not None


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Letter", "Auto: Letter", "[Auto-Reply] Letter", "Out of Office: Letter",
        "OOO Re: Letter", "Abwesenheitsnotiz: Letter", "Automatische Antwort: Letter",
        "Réponse automatique : Letter", "Respuesta automática: Letter", "Autosvar: Letter",
        "Resposta automática: Letter", "Risposta automatica: Letter", "Automatisch antwoord: L",
        "Automatiskt svar: L", "Odpowiedź automatyczna: L", "Автоответ: L", "自动回复: L",
        "自動返信: L", "부재중 자동응답: L", "Otomatik yanıt: L", "رد تلقائي: L",
        "Automatická odpověď: L",
    ],
)  # fmt: skip
def test_subjects_of_mail_programs(subject: str) -> None:
    assert automatic(mail("Away.", subject=subject), "Away.") is not None
    person = mail("Yes, happy to write for you.", subject=f"Re: {subject}")
    assert automatic(person, person.text) is None


def test_a_person_may_answer_under_an_automatic_subject() -> None:
    said = "I'd be glad to write your letter. Send me your CV."
    assert automatic(mail(said, subject="Automatic reply: Letter"), said) is None


@pytest.mark.parametrize(
    "text",
    [
        (
            "Thank you for your email. I am out of the office until August 4 without any email. "
            "If your message is urgent, please contact my assistant, who will be able to help."
        ),
        (
            "I am travelling until 19 August and shall answer in order of arrival thereafter. My "
            "secretary can be reached on the usual number."
        ),
        "I'm away this month. This is an automated response, urgent matters to the clinic.",
    ],
)
def test_a_third_has_no_header_at_all(text: str) -> None:
    assert automatic(mail(text), text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "I'm on sabbatical until January and I'm not taking on any writing while I'm away.",
        "oh hon im retired now!! they took my email so im no use to you. good luck",
        "Sam, I'm on vacation through the 9th, will look when I'm back",
        "I'm in. Not checking email much on nights so text me when it's due",
        "Hi Sam, I'm on service through the 28th. I'll respond to this properly after that.",
        "I'm out of office with the family till Monday. But yes, I'll write you a letter.",
        "Of course. If my auto-responder tells you otherwise, it is lying.",
        "Dr. Lee is traveling in Asia so I'm answering her mail. I'll bring it up on the 3rd.",
    ],
)
def test_people_who_are_away(text: str) -> None:
    assert automatic(mail(text), text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Lee is no longer with Mercy Health.",
        "As of June 30 I have left the university and this account is no longer monitored.",
        "I have retired.",
    ],
)
def test_left_for_good_is_flagged(text: str) -> None:
    found = automatic(mail(text, subject="Automatic reply: Letter"), text)
    assert found is not None
    assert "left_institution" in found.flags


def test_tickets_receipts_and_notices_are_machines() -> None:
    text = "Your request has been received and assigned ticket #48213. Do not reply to this email."
    ticket = automatic(mail(text, subject="[Ticket #48213] Letter"), text)
    assert ticket is not None
    assert ticket.flags == {"machine"}
    receipt = parse(
        multipart(
            "report",
            "Content-Type: text/plain\n\nYour message was read.",
            "Content-Type: message/disposition-notification\n\nDisposition: manual; displayed",
            content_type='multipart/report; report-type=disposition-notification; boundary="edge"',
            subject="Read: Letter",
        )
    )
    found = automatic(receipt, "Your message was read.")
    assert found is not None
    assert found.what == "receipt"
    assert found.flags == {"machine"}
    badge = mail("Your badge expires in 7 days.", auto_submitted="auto-generated", subject="Badge")
    notice = automatic(badge, badge.text)
    assert notice is not None
    assert notice.what == "notice"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A letter of recommendation from Dr. J. Lee has been received and is processed.", True),
        ("Previous status: Awaiting\nNew status: Received by portal", True),
        ("Dr. Lee has completed your letter request.", True),
        ("Letter status: NOT YET SUBMITTED", False),
        ("You will be notified when your letter has been received.", False),
        ("Your recommender has opened the request e-mail.", False),
    ],
)
def test_portals_say_received_or_not(text: str, says: bool) -> None:
    assert bool(portal_sentence(text)) is says
    found = automatic(mail(text, auto_submitted="auto-generated", subject="Status"), text)
    assert found is not None
    assert (found.what == "portal") is says


def test_mail_to_many() -> None:
    lecture = mail("Thursday's lecture is moved.", subject="Lecture", list_id="<ms4.example.edu>")
    assert to_many(lecture, lecture.text)
    crowd = ", ".join(f"s{i}@example.edu" for i in range(12))
    assert to_many(mail("Lunch?", subject="Lunch", to=crowd), "Lunch?")
    assert not to_many(mail("Happy to write your letter.", list_id="<x.y>"), "your letter")
    assert not to_many(mail("Lunch?", subject="Lunch"), "Lunch?")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Away from July 10 through July 24. I will respond on Monday, July 27.", "2026-07-27"),
        ("I will return on September 2, 2026.", "2026-09-02"),
        ("I'm away on vacation until 8/3.", "2026-08-03"),
        ("Out until Tuesday, August 4th with no access to email.", "2026-08-04"),
        ("Out starting 07/13/2026 and will not return until 07/20/2026.", "2026-07-20"),
        ("Ich bin bis einschließlich 14.08.2026 nicht im Büro.", "2026-08-14"),
        ("Ich bin bis 22.08. nicht im Hause.", "2026-08-22"),
        ("Estoy fuera y regresaré el lunes 3 de agosto.", "2026-08-03"),
        ("Je suis absente du bureau jusqu'au 17 août inclus.", "2026-08-17"),
        ("Sarò assente fino a venerdì 28 agosto compreso.", "2026-08-28"),
        ("Estou de férias e retorno no dia 25/08.", "2026-08-25"),
        ("Ik ben afwezig t/m zondag 9 augustus.", "2026-08-09"),
        ("przebywam na urlopie do 31.08.2026 r.", "2026-08-31"),
        ("Я в отпуске до 3 августа.", "2026-08-03"),
        ("1 - 19 Ağustos tarihleri arasında yıllık izindeyim.", "2026-08-19"),
        ("8月18日（火）以降となります。", "2026-08-18"),
        ("8월 11일부터 8월 22일(토)까지 부재중입니다.", "2026-08-22"),
        ("أنا في إجازة حتى ٢٤ أغسطس ٢٠٢٦", "2026-08-24"),
        ("On leave through the end of October.", "2026-10-31"),
        ("Away Aug 28-31 and back in clinic on Sept 1.", "2026-09-01"),
        ("I am away Dec 24 - Jan 2.", "2027-01-02"),
        ("Out 12-19 July and back on the 20th.", "2026-07-20"),
        ("I will return Thursday.", "2026-07-16"),
        ("Out from Friday 08/29 and returning Wednesday 09/02.", "2026-09-02"),
        ("Back on 2026-08-05.", "2026-08-05"),
        ("I'm away until 08/09.", None),
        ("Back in two weeks.", None),
        ("I'm on leave for the next two weeks.", None),
        ("I will reply within two business days.", None),
        ("For urgent matters call 555-0134 or page 0422.", None),
        ("I retired on June 30, 2026. Please contact Dr. Patel.", None),
        ("I am out of the office until July 1.", None),
        ("I expect to return in November.", None),
        ("Thank you for your message of July 20. I am away.", None),
        ("I am away, the deadline is August 3.", None),
        ("Back on Tuesday.", None),
        ("See you in 2026, back soon.", None),
    ],
)
def test_the_day_of_return(text: str, day: str | None) -> None:
    assert return_date(text, TUESDAY) == (date.fromisoformat(day) if day else None)


def test_an_ambiguous_day_spoils_an_earlier_certain_one() -> None:
    assert return_date("Away from July 16 until 08/09.", TUESDAY) is None


def test_the_own_text_is_what_tells() -> None:
    quoted = "Gladly.\n\n> I am out of the office until Monday. This is an automated response."
    message = mail(quoted)
    assert automatic(message, own_text(message.text, None).text) is None
