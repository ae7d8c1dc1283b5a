"""Mailbox against a real Dovecot: everything new is heard once, and nothing is changed by it."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from lordaemon.errors import MailMisconfigured, MailUnreachable
from lordaemon.mail.fetched import LIMIT
from lordaemon.mail.imap import Mailbox
from lordaemon.wire import Cursor
from tests.conftest import User
from tests.mail.conftest import MakeMailbox
from tests.servers.dovecot import Dovecot
from tests.servers.dsn import DSN_STYLES, dsn
from tests.servers.proxy import Proxy
from tests.servers.robots import MALFORMED, malformed, nested
from tests.servers.writers import CLIENTS, Person, fresh, reply

SAM, SMITH = Person("sam@lab.test", "Sam"), Person("smith@x.example", "Jane Smith")
OURS = fresh(SMITH.header, "A letter", "Would you?\nThanks.", SAM)
MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def note(number: int) -> bytes:
    """A small message with a number."""
    return b"Message-ID: <%d@x.example>\r\nSubject: %d\r\n\r\nHello.\r\n" % (number, number)


def subjects(connection: Mailbox, cursor: Cursor | None, since: date | None = None) -> list[str]:
    """The subjects of what is new."""
    batch = connection.new_messages("INBOX", cursor, since)
    return [parsed(m.raw_message())["Subject"] for m in batch.messages]


def parsed(raw: bytes) -> EmailMessage:
    """As a reader would take it."""
    return message_from_bytes(raw, policy=policy.default)


def test_each_message_is_new_once(dovecot: Dovecot, user: User, mailbox: MakeMailbox) -> None:
    with mailbox() as connection:
        empty = connection.new_messages("INBOX", None, None)
        assert (list(empty.messages), empty.rescanned, empty.cursor.uid) == ([], True, 0)
        for number in (1, 2):
            dovecot.deliver(user.address, note(number))
        batch = connection.new_messages("INBOX", empty.cursor, None)
        assert ([m.uid for m in batch.messages], batch.rescanned) == ([1, 2], False)
        assert subjects(connection, batch.cursor) == []  # "3:*" names message 2
        dovecot.deliver(user.address, note(3))
        assert subjects(connection, batch.cursor) == ["3"]


def test_hearing_changes_nothing(dovecot: Dovecot, user: User, mailbox: MakeMailbox) -> None:
    for client in CLIENTS[:4]:
        dovecot.deliver(user.address, reply(OURS, "Yes.", client))
    with mailbox() as connection:
        assert all(m.problem is None for m in connection.new_messages("INBOX", None, None).messages)
        connection.headers_since("INBOX", None)
        connection.server_time("INBOX", 1)
    after = dovecot.messages(user.address)
    assert [set(m.flags) - {"\\Recent"} for m in after] == [set()] * 4
    assert all("\\Recent" in m.flags for m in after), "EXAMINE must not take \\Recent away"


def test_a_changed_uidvalidity_is_noticed(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    for number, day in ((1, -40), (2, -1), (3, 0)):
        dovecot.deliver_at(user.address, note(number), MARCH + timedelta(days=day))
    with mailbox() as connection:
        cursor = connection.new_messages("INBOX", None, None).cursor
        assert cursor.uid == 3
    dovecot.change_uidvalidity(user.address)
    with mailbox() as connection:
        batch = connection.new_messages("INBOX", cursor, date(2026, 2, 28))
        assert batch.rescanned
        assert batch.cursor.uidvalidity != cursor.uidvalidity
        assert sorted(parsed(m.raw_message())["Subject"] for m in batch.messages) == ["2", "3"]
        assert subjects(connection, batch.cursor) == []


def test_numbers_that_went_back_are_a_rescan_too(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    """A mailbox restored from an old backup keeps its UIDVALIDITY."""
    dovecot.deliver(user.address, note(1))
    with mailbox() as connection:
        cursor = connection.new_messages("INBOX", None, None).cursor
        ahead = Cursor(cursor.uidvalidity, 500)
        assert connection.new_messages("INBOX", ahead, None).rescanned
        assert subjects(connection, ahead) == ["1"]


def test_internaldate_is_the_servers_in_utc(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    dovecot.deliver_at(user.address, note(1), MARCH)
    with mailbox() as connection:
        (message,) = connection.new_messages("INBOX", None, None).messages
        assert (message.internaldate, message.internaldate.tzinfo) == (MARCH, UTC)
        assert connection.server_time("INBOX", 1) == MARCH
        assert connection.server_time("INBOX", 99) is None


@pytest.mark.parametrize("client", CLIENTS)
def test_what_is_fetched_reads_like_the_original(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox, client: str
) -> None:
    pdf = (("lettér “1”.pdf", "application/pdf", b"%PDF" * 1000),)
    raw = reply(OURS, "Yes — gern, ça va!", client, attachments=pdf)  # type: ignore[arg-type]
    dovecot.deliver(user.address, raw)
    with mailbox() as connection:
        (message,) = connection.new_messages("INBOX", None, None).messages
    original, again = parsed(raw), parsed(message.raw_message())
    assert message.problem is None
    for name in ("From", "Subject", "Message-ID", "References", "Date"):
        assert again[name] == original[name]
    for kind in ("plain", "html"):
        before, after = original.get_body((kind,)), again.get_body((kind,))
        assert (before is None) == (after is None)
        if before is not None and after is not None:
            assert after.get_content().split() == before.get_content().split()
    (info,) = message.attachments
    assert (info.name, info.content_type) == ("lettér “1”.pdf", "application/pdf")
    (file,) = again.iter_attachments()
    assert (file.get_filename(), file.get_payload(decode=True)) == ("lettér “1”.pdf", b"")


@pytest.mark.parametrize("style", DSN_STYLES)
def test_a_delivery_report_keeps_what_names_our_message(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox, style: str
) -> None:
    dovecot.deliver(user.address, dsn(OURS, SMITH.address, style=style))  # type: ignore[arg-type]
    with mailbox() as connection:
        (message,) = connection.new_messages("INBOX", None, None).messages
    raw = message.raw_message()
    assert b"5.1.1" in raw
    assert (parsed(OURS)["Message-ID"].encode() in raw) == (style != "no-original")
    if style in {"postfix", "gmail", "exchange", "no-original"}:
        again = parsed(raw)
        assert again.get_content_type() == "multipart/report"
        assert again.get_param("report-type") == "delivery-status"
        assert "message/delivery-status" in [part.get_content_type() for part in again.walk()]


def test_broken_mail_hides_no_other(dovecot: Dovecot, user: User, mailbox: MakeMailbox) -> None:
    broken = [malformed(OURS, kind) for kind in MALFORMED] + [nested(OURS, 400)]
    for raw in broken:
        dovecot.deliver_at(user.address, raw, MARCH)
    dovecot.deliver_at(user.address, note(7), MARCH)
    with mailbox() as connection:
        messages = list(connection.new_messages("INBOX", None, None).messages)
    assert len(messages) == len(broken) + 1
    assert all(len(m.header) <= LIMIT for m in messages)
    assert all(m.header.startswith(b"X-Junk-0") for m in messages if len(m.header) == LIMIT)
    assert b"Subject: 7" in b"".join(m.raw_message() for m in messages)


def test_an_answer_longer_than_the_library_reads_costs_that_message_only(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    """20,000 parts make a structure of more than a million bytes in one line."""
    part = b"--x\r\nContent-Type: text/plain; name=" + b"n" * 60 + b"\r\n\r\nhi\r\n"
    many = b"Message-ID: <many@x>\r\nSubject: many\r\nContent-Type: multipart/mixed; boundary=x\r\n"
    dovecot.deliver_at(user.address, note(1), MARCH)
    dovecot.deliver_at(user.address, many + b"\r\n" + part * 20_000 + b"--x--\r\n", MARCH)
    dovecot.deliver_at(user.address, note(2), MARCH)
    with mailbox() as connection:
        messages = list(connection.new_messages("INBOX", None, None).messages)
    by_subject = {parsed(m.header)["Subject"]: m for m in messages}
    assert set(by_subject) == {"1", "2", "many"}
    assert by_subject["1"].problem is by_subject["2"].problem is None
    assert "structure" in (by_subject["many"].problem or "")


def test_a_huge_message_costs_little(dovecot: Dovecot, user: User, mailbox: MakeMailbox) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Message-ID"] = "Huge", SMITH.header, "<huge@x.example>"
    mail.set_content("Yes!\n" + "long line of text, over and over\n" * 40_000, cte="base64")
    mail.add_attachment(b"ZIP!", maintype="application", subtype="zip", filename="a.zip")
    raw = mail.as_bytes().replace(b"WklQIQ==", (b"QUJD" * 19 + b"\n") * 640_000)
    assert len(raw) > 49_000_000
    dovecot.deliver_at(user.address, raw, MARCH)
    del mail, raw
    with mailbox() as connection:
        tracemalloc.start()
        (message,) = connection.new_messages("INBOX", None, None).messages
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 3_000_000
    (text,) = message.text_parts
    assert text.truncated
    body = parsed(message.raw_message()).get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Yes!\nlong line")
    assert [(a.name, a.size > 36_000_000) for a in message.attachments] == [("a.zip", True)]


def test_headers_since_compares_here(dovecot: Dovecot, user: User, mailbox: MakeMailbox) -> None:
    old, new = MARCH - timedelta(days=30), MARCH
    folded = (
        b"Message-ID:\r\n <lor.2028.request.1.abc@lab.test>\r\nReferences: <a@b>\r\n\t<c@d>\r\n"
        b'To: "Smith, Jane" <Jane.Smith@X.example>,\r\n other@y.example\r\nCc: <cc@z.example>\r\n'
        b"From: Sam <sam@lab.test>\r\nSubject: hi\r\n\r\nbody\r\n"
    )
    dovecot.deliver_at(user.address, note(1), old, "Sent", "S")
    dovecot.deliver_at(user.address, folded, new, "Sent", "S")
    dovecot.deliver_at(user.address, malformed(OURS, "huge-headers"), new, "Sent", "S")
    with mailbox() as connection:
        found = connection.headers_since("Sent", date(2026, 3, 1))
        assert len(connection.headers_since("Sent", None)) == 3
    ours = next(h for h in found if h.message_id == "<lor.2028.request.1.abc@lab.test>")
    assert len(found) == 2
    assert ours.internaldate == new
    assert ours.references == ("<a@b>", "<c@d>")
    assert ours.sender == ("sam@lab.test",)
    assert ours.recipients == ("jane.smith@x.example", "other@y.example", "cc@z.example")


def test_our_own_folder_and_copies(dovecot: Dovecot, user: User, mailbox: MakeMailbox) -> None:
    with mailbox() as connection:
        assert connection.ensure_folder("lordaemon") == "lordaemon"
        assert connection.ensure_folder("lordaemon") == "lordaemon"
        first = connection.append("lordaemon", note(1))
        second = connection.append("lordaemon", note(2))
        copy = connection.append("Sent", OURS, MARCH, ("\\Seen",))
        assert (first, second, copy) == (1, 2, 1)
        notes = connection.read_all("lordaemon")
        assert [parsed(m.raw_message())["Subject"] for m in notes] == ["1", "2"]
        assert connection.server_time("Sent", 1) == MARCH
    (stored,) = dovecot.messages(user.address, "Sent")
    assert (stored.raw, "\\Seen" in stored.flags) == (OURS, True)


def test_a_copy_is_found_without_uidplus(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    with Proxy(dovecot.imap_port) as proxy:
        proxy.rewrite(b"[APPENDUID", b"[XPPENDUID")
        with mailbox("none", port=proxy.port) as connection:
            connection.append("Sent", note(1))
            assert connection.append("Sent", note(2)) == 2


def test_a_namespace_prefix_is_respected(certs: object, mailbox: MakeMailbox) -> None:
    prefix = "namespace inbox {\n  prefix = INBOX.\n  separator = .\n}\n"
    with Dovecot(extra=prefix) as other:
        other.add_user("sam@lab.test")
        ca = str(other.certs.ca_pem)
        with mailbox(port=other.imaps_port, username="sam@lab.test", ca_file=ca) as connection:
            assert connection.ensure_folder("lordaemon") == "INBOX.lordaemon"
            assert connection.append("INBOX.lordaemon", note(1)) == 1
            found = connection.find_folders(("Archive",), "sent")
            assert (found.listen, found.sent) == (("INBOX.Archive",), "INBOX.Sent")
            assert connection.find_folders().listen == ("INBOX", "INBOX.Archive", "INBOX.Junk")


@pytest.mark.parametrize(
    "name",
    ["Grüße & Küsse", 'quo"ted', "back\\slash", "with space", "日本語", "a&b", "Ümläut/Kind"],
)
def test_any_folder_name(dovecot: Dovecot, user: User, mailbox: MakeMailbox, name: str) -> None:
    with mailbox() as connection:
        full = connection.ensure_folder(name)
        connection.append(full, note(1))
        assert connection.find_folders((name,)).listen == (full,)
        assert [m.folder for m in connection.new_messages(full, None, None).messages] == [full]


def test_a_folder_that_is_not_there(mailbox: MakeMailbox) -> None:
    with mailbox() as connection:
        with pytest.raises(MailMisconfigured, match=r"no folder 'Archiv' .*'Archive'"):
            connection.find_folders(("Archiv",))
        with pytest.raises(MailMisconfigured, match="would not read 'Nowhere'"):
            connection.new_messages("Nowhere", None, None)
        assert connection.find_folders().sent == "Sent"


def test_two_folders_may_be_read_in_turns(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    for number in range(30):
        dovecot.deliver_at(user.address, note(number), MARCH)
    with mailbox("none") as connection:
        seen = 0
        for message in connection.new_messages("INBOX", None, None).messages:
            connection.append("Sent", note(100))
            connection.headers_since("Sent", None)
            seen += message.problem is None and message.folder == "INBOX"
    assert seen == 30


def test_a_message_deleted_meanwhile_is_no_problem(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    for number in range(60):
        dovecot.deliver_at(user.address, note(number), MARCH)
    with mailbox() as connection:
        messages = connection.new_messages("INBOX", None, None).messages
        first = next(messages)
        with dovecot.imap(user.address) as other:
            other.select()
            other.store("40:60", "+FLAGS", "\\Deleted")
            other.expunge()
        rest = list(messages)
    assert [m.problem for m in (first, *rest)] == [None] * 39


def test_a_dead_connection_is_told_in_time_and_by_name(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox
) -> None:
    dovecot.deliver(user.address, note(1))
    with Proxy(dovecot.imaps_port) as proxy:
        with mailbox(port=proxy.port, timeout=1) as connection:
            proxy.blackhole()
            with pytest.raises(MailUnreachable, match=f"localhost:{proxy.port} didn't answer"):
                connection.new_messages("INBOX", None, None)
            proxy.resume()
        with mailbox(port=proxy.port) as connection:
            proxy.drop()
            with pytest.raises(MailUnreachable, match="hung up"):
                connection.headers_since("INBOX", None)
            with pytest.raises(MailUnreachable):
                connection.append("Sent", note(2))


@pytest.mark.parametrize("after", [60, 400, 2000, 8000])
def test_a_connection_cut_anywhere_raises_and_loses_nothing(
    dovecot: Dovecot, user: User, mailbox: MakeMailbox, after: int
) -> None:
    for number in range(30):
        dovecot.deliver_at(user.address, note(number), MARCH)
    with Proxy(dovecot.imap_port) as proxy, mailbox("none", port=proxy.port) as connection:
        proxy.cut_after(after)
        with pytest.raises(MailUnreachable):
            list(connection.new_messages("INBOX", None, None).messages)
    with mailbox() as connection:
        assert len(list(connection.new_messages("INBOX", None, None).messages)) == 30
