"""The embedded mail server, spoken to by real mail programs over real sockets."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from lordaemon.demo.clock import SimulatedClock
from lordaemon.demo.postoffice import FOLDERS, PostOffice
from tests.demo.conftest import PASSWORDS, STUDENT, WRITER, Visit


def letter(subject: str = "A letter", to: str = WRITER, text: str = "Grüße\n") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = STUDENT, to, subject
    message["Message-ID"] = f"<{subject.replace(' ', '-')}@school.example>"
    message.set_content(text)
    return message


def test_what_is_sent_arrives_with_the_seasons_time(
    office: PostOffice, smtp: smtplib.SMTP, imap: Visit, clock: SimulatedClock
) -> None:
    smtp.send_message(letter())
    box = imap(WRITER)
    box.select_folder("INBOX")
    (uid,) = box.search("ALL")
    found = box.fetch([uid], ["INTERNALDATE", "BODY.PEEK[]", "FLAGS"])[uid]
    assert found[b"INTERNALDATE"] == clock()
    assert b"\\Seen" not in found[b"FLAGS"]
    body = message_from_bytes(found[b"BODY[]"], policy=policy.default)
    assert body.get_content().rstrip() == "Grüße"
    (passage,) = office.journal
    assert (passage.at, passage.sender, passage.recipient) == (clock(), STUDENT, WRITER)
    assert found[b"BODY[]"].endswith(passage.data)


def test_stored_without_a_date_gets_the_clock_and_with_one_keeps_it(
    imap: Visit, clock: SimulatedClock
) -> None:
    box = imap(STUDENT)
    own = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    box.append("Sent", letter("own").as_bytes(), msg_time=own)
    clock.jump_to(clock() + timedelta(days=3))
    box.append("Sent", letter("now").as_bytes())
    box.create_folder("lordaemon")
    box.append("lordaemon", letter("new folder").as_bytes())
    box.select_folder("Sent")
    dates = [
        row[b"INTERNALDATE"] for _, row in sorted(box.fetch([101, 102], "INTERNALDATE").items())
    ]
    assert dates == [own, clock()]
    box.select_folder("lordaemon")
    assert box.fetch(box.search("ALL"), "INTERNALDATE")[101][b"INTERNALDATE"] == clock()


def test_new_uids_ascend_and_are_searched_from_a_cursor(imap: Visit) -> None:
    box = imap(STUDENT)
    for number in range(5):
        box.append("INBOX", letter(f"n {number}").as_bytes())
    box.select_folder("INBOX", readonly=True)
    uids = box.search("ALL")
    assert uids == sorted(set(uids))
    assert box.search(f"UID {uids[2] + 1}:*") == uids[3:]


def test_every_account_has_its_folders_and_sees_only_its_own(
    smtp: smtplib.SMTP, imap: Visit
) -> None:
    smtp.send_message(letter())
    student, writer = imap(STUDENT), imap(WRITER)
    assert {name for _, _, name in student.list_folders()} == {"INBOX", *FOLDERS}
    assert student.select_folder("INBOX")[b"EXISTS"] == 0
    assert writer.select_folder("INBOX")[b"EXISTS"] == 1


def test_idle_wakes_up_for_a_delivery(smtp: smtplib.SMTP, imap: Visit) -> None:
    box = imap(WRITER)
    for number in range(5):
        box.select_folder("INBOX")
        box.idle()
        sender = threading.Thread(target=smtp.send_message, args=(letter(f"idle {number}"),))
        sender.start()
        heard = box.idle_check(timeout=10)
        sender.join()
        heard += box.idle_done()[1]
        assert any(line[1] == b"EXISTS" and line[0] == number + 1 for line in heard), heard


def test_parts_are_fetched_one_by_one_and_in_slices(smtp: smtplib.SMTP, imap: Visit) -> None:
    message = letter(text="The first part.\n")
    message.add_attachment(bytes(200_000), maintype="application", subtype="pdf", filename="cv.pdf")
    smtp.send_message(message)
    box = imap(WRITER)
    box.select_folder("INBOX")
    (uid,) = box.search("ALL")
    structure = box.fetch([uid], "BODYSTRUCTURE")[uid][b"BODYSTRUCTURE"]
    assert structure.is_multipart
    assert [part[:2] for part in structure[0]] == [(b"text", b"plain"), (b"application", b"pdf")]
    slices = box.fetch([uid], ["BODY.PEEK[1]<0.65536>", "BODY.PEEK[2]<0.65536>"])[uid]
    assert slices[b"BODY[1]<0>"].rstrip() == b"The first part."
    assert len(slices[b"BODY[2]<0>"]) == 65536
    assert b"\\Seen" not in box.fetch([uid], "FLAGS")[uid][b"FLAGS"]


def test_ten_megabytes_pass_unharmed(smtp: smtplib.SMTP, imap: Visit) -> None:
    lines = b"".join(b"%07d %s\r\n" % (number, b"x" * 900) for number in range(11_500))
    raw = letter("big").as_bytes().replace(b"\n", b"\r\n").replace(b"base64", b"8bit") + lines
    assert len(raw) > 10_000_000
    smtp.sendmail(STUDENT, [WRITER], raw)
    box = imap(WRITER)
    box.select_folder("INBOX")
    (uid,) = box.search("ALL")
    found = box.fetch([uid], ["BODY.PEEK[]", "RFC822.SIZE"])[uid]
    assert found[b"BODY[]"].endswith(raw)
    assert found[b"RFC822.SIZE"] == len(found[b"BODY[]"])


def test_both_accounts_at_once_from_many_threads(office: PostOffice, imap: Visit) -> None:
    def send(number: int) -> None:
        sender, to = (STUDENT, WRITER) if number % 2 else (WRITER, STUDENT)
        with smtplib.SMTP("127.0.0.1", office.smtp_port, timeout=20) as session:
            session.login(sender, PASSWORDS[sender])
            session.sendmail(sender, [to], letter(f"m {number}", to).as_bytes())

    with ThreadPoolExecutor(8) as people:
        list(people.map(send, range(40)))
    for user in (STUDENT, WRITER):
        box = imap(user)
        assert box.select_folder("INBOX")[b"EXISTS"] == 20
        found = box.fetch(box.search("ALL"), "BODY.PEEK[HEADER.FIELDS (SUBJECT)]")
        assert len({row[b"BODY[HEADER.FIELDS (SUBJECT)]"] for row in found.values()}) == 20
    assert [p.number for p in office.journal] == list(range(1, 41))


def test_an_unknown_address_bounces_in_the_standards_words(
    office: PostOffice, smtp: smtplib.SMTP, imap: Visit
) -> None:
    smtp.send_message(letter("lost", "nobody@hospital.example"))
    box = imap(STUDENT)
    box.select_folder("INBOX")
    (uid,) = box.search("ALL")
    report: Any = message_from_bytes(box.fetch([uid], "BODY.PEEK[]")[uid][b"BODY[]"])
    assert report.get_content_type() == "multipart/report"
    assert report["Return-Path"] == "<>"
    _explanation, status, returned = report.get_payload()
    per_message, per_recipient = status.get_payload()
    assert per_message["Reporting-MTA"]
    assert per_recipient["Final-Recipient"] == "rfc822; nobody@hospital.example"
    assert (per_recipient["Action"], per_recipient["Status"]) == ("failed", "5.1.1")
    assert "<lost@school.example>" in returned.get_payload()
    assert [(p.sender, p.delivered) for p in office.journal] == [(STUDENT, False), ("", True)]


def test_a_bounce_never_bounces(office: PostOffice) -> None:
    office.deliver("", "nobody@hospital.example", b"Subject: report\r\n\r\n")
    assert len(office.journal) == 1


def test_the_wrong_word_opens_neither_door(office: PostOffice) -> None:
    with smtplib.SMTP("127.0.0.1", office.smtp_port, timeout=20) as session:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            session.login(STUDENT, "guess")
        with pytest.raises(smtplib.SMTPSenderRefused, match="log in first"):
            session.sendmail(STUDENT, [WRITER], b"Subject: x\r\n\r\n")
    box = IMAPClient("127.0.0.1", office.imap_port, ssl=False, timeout=20)
    with pytest.raises(LoginError):
        box.login(STUDENT, "guess")
    box.shutdown()


def test_nobody_sends_under_another_address(smtp: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused, match="may not send as"):
        smtp.sendmail(WRITER, [STUDENT], b"Subject: x\r\n\r\n")


def test_the_provider_says_whether_the_author_is_who_logged_in(
    smtp: smtplib.SMTP, imap: Visit
) -> None:
    smtp.send_message(letter("honest"))
    forged = letter("forged")
    forged.replace_header("From", f"Jane Smith <{WRITER}>")
    smtp.sendmail(STUDENT, [WRITER], forged.as_bytes())
    box = imap(WRITER)
    box.select_folder("INBOX")
    found = box.fetch(box.search("ALL"), "BODY.PEEK[HEADER]")
    said = [
        message_from_bytes(row[b"BODY[HEADER]"])["Authentication-Results"]
        for _, row in sorted(found.items())
    ]
    assert [("dmarc=pass" in line, "dmarc=fail" in line) for line in said] == [
        (True, False),
        (False, True),
    ]


def test_a_provider_that_keeps_sent_mail(clock: SimulatedClock) -> None:
    with (
        PostOffice(PASSWORDS, clock, save_sent=True) as office,
        smtplib.SMTP("127.0.0.1", office.smtp_port, timeout=20) as session,
    ):
        session.login(STUDENT, PASSWORDS[STUDENT])
        session.send_message(letter("kept"))
        with IMAPClient("127.0.0.1", office.imap_port, ssl=False, timeout=20) as box:
            box.login(STUDENT, PASSWORDS[STUDENT])
            assert box.select_folder("Sent")[b"EXISTS"] == 1


def test_two_offices_at_once_and_both_close(clock: SimulatedClock) -> None:
    with PostOffice(PASSWORDS, clock) as one, PostOffice(PASSWORDS, clock) as two:
        assert len({one.imap_port, one.smtp_port, two.imap_port, two.smtp_port}) == 4
        one.deliver("x@x.example", STUDENT, b"Subject: x\r\n\r\n")
        assert not two.journal
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", one.smtp_port, timeout=5)
    assert not [t for t in threading.enumerate() if t.name == "post office"]


def test_closing_hangs_up_on_those_who_still_talk(clock: SimulatedClock) -> None:
    office = PostOffice(PASSWORDS, clock).start()
    session = smtplib.SMTP("127.0.0.1", office.smtp_port, timeout=10)
    session.login(STUDENT, PASSWORDS[STUDENT])
    box = IMAPClient("127.0.0.1", office.imap_port, ssl=False, timeout=10)
    box.login(STUDENT, PASSWORDS[STUDENT])
    box.select_folder("INBOX")
    box.idle()
    office.close()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        session.sendmail(STUDENT, [WRITER], b"Subject: x\r\n\r\n")
    with pytest.raises(IMAPClient.AbortError):
        box.idle_done()
    session.close()
    box.shutdown()


def test_missing_packages_are_told_with_the_way_out() -> None:
    """In a fresh interpreter in which pymap can't be imported."""
    program = (
        "import sys; sys.modules['pymap'] = None\n"
        "from lordaemon.clock import system_clock\n"
        "from lordaemon.demo.postoffice import PostOffice\n"
        "from lordaemon.errors import LordaemonError\n"
        "try: PostOffice({}, system_clock).start()\n"
        "except LordaemonError as problem: print(problem)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert "pip install 'lordaemon[demo]'" in told.stdout
