"""Which folders are chosen from a server's list."""

from __future__ import annotations

import pytest

from lordaemon.errors import MailMisconfigured
from lordaemon.mail.folders import Folders, Listed, choose


def listed(*names: str, delimiter: str = "/", **flags: str) -> list[Listed]:
    """Folders without flags, and some with (spaces in names as underscores)."""
    plain = [Listed(name, frozenset(), delimiter) for name in names]
    return plain + [
        Listed(name.replace("_", " "), frozenset({flag}), delimiter) for name, flag in flags.items()
    ]


def test_all_mail_stands_for_everything_but_junk() -> None:
    gmail = [
        Listed("INBOX", frozenset(), "/"),
        Listed("[Gmail]", frozenset({"\\noselect"}), "/"),
        Listed("[Gmail]/Alle Nachrichten", frozenset({"\\all"}), "/"),
        Listed("[Gmail]/Gesendet", frozenset({"\\sent"}), "/"),
        Listed("[Gmail]/Spam", frozenset({"\\junk"}), "/"),
    ]
    expected = Folders(("[Gmail]/Alle Nachrichten", "[Gmail]/Spam"), "[Gmail]/Gesendet")
    assert choose(gmail, (), "") == expected


def test_special_use_wins_over_a_name() -> None:
    folders = listed("INBOX", "Sent", Postausgang="\\sent", Alt="\\archive")
    assert choose(folders, (), "") == Folders(("INBOX", "Alt"), "Postausgang")


@pytest.mark.parametrize(
    "name",
    ["Sent Items", "Gesendete Elemente", "Éléments envoyés", "e\u0301le\u0301ments envoye\u0301s",
     "Отправленные", "送信済みアイテム", "SENT", "[Gmail]/Sent Mail"],
)  # fmt: skip
def test_sent_is_known_by_name_in_many_languages(name: str) -> None:
    assert choose(listed("INBOX", name, "Drafts"), (), "").sent == name


def test_a_folder_inside_another_is_no_sent() -> None:
    assert choose(listed("INBOX", "Projects/Sent", "Sent to print"), (), "").sent is None


def test_prefix_and_separator_need_not_be_written() -> None:
    folders = listed("INBOX", "INBOX.Work.Letters", "INBOX.Sent", delimiter=".")
    found = choose(folders, ("Work/Letters", "inbox", "INBOX.Work.Letters"), "sent", "INBOX.")
    assert found == Folders(("INBOX.Work.Letters", "INBOX"), "INBOX.Sent")
    assert choose(folders, (), "", "INBOX.").sent == "INBOX.Sent"


def test_a_folder_that_cannot_be_opened_is_not_taken() -> None:
    with pytest.raises(MailMisconfigured, match="'Box'"):
        choose([Listed("Box", frozenset({"\\noselect"}), "/")], ("Box",), "")
