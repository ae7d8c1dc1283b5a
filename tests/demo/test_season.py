"""The whole played season, once: the daemon's own engine against the embedded mail server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from lordaemon.demo.show import show_season


@dataclass(frozen=True)
class Evening:
    """What was seen on the terminal, and what is left in the folder."""

    code: int
    text: str
    folder: Path

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "mails").iterdir())

    def mails(self, sender: str, recipient: str, kind: str) -> list[str]:
        wanted = f"-{sender}-to-{recipient}-{kind}.eml"
        return [name[4:14] for name in self.names if name.endswith(wanted)]

    def row(self, writer: str) -> list[str]:
        line = next(row for row in self.text.splitlines() if row.startswith(f"| {writer} "))
        return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    folder = tmp_path_factory.mktemp("demo")
    out = StringIO()
    code = show_season(folder, Console(file=out, _environ={}))
    return Evening(code, out.getvalue(), folder)


def test_nothing_went_twice(evening: Evening) -> None:
    assert evening.code == 0
    assert "Never twice:" in evening.text
    assert "TWICE" not in evening.text


@pytest.mark.parametrize(
    ("writer", "confirmed", "uploaded"),
    [
        ("Dr. Smith", "yes", "assigned"),
        ("Dr. Lee", "yes", "assigned"),
        ("Dr. Gomez", "no", "n/a"),
        ("Dr. Patel", "yes", "assigned"),
        ("Dr. Okafor", "yes", "assigned"),
        ("Dr. Weber", "silent", "n/a"),
        ("Dr. Chen", "yes", "assigned"),
        ("Dr. Novak", "yes", "assigned"),
        ("Dr. Bauer", "yes", "assigned"),
    ],
)
def test_everybody_ends_where_they_should(
    evening: Evening, writer: str, confirmed: str, uploaded: str
) -> None:
    row = evening.row(writer)
    assert re.fullmatch(r"\d\d (Jun|Jul) 2027", row[2])
    assert row[3:] == [confirmed, "15 Sep 2027", uploaded]


@pytest.mark.parametrize("writer", ["smith", "lee", "patel", "okafor", "chen", "novak", "bauer"])
def test_who_agreed_got_one_request_and_one_packet(evening: Evening, writer: str) -> None:
    requests = evening.mails("lordaemon", writer, "request")
    assert len(requests) == (2 if writer == "novak" else 1)  # the first one to Novak bounced
    assert len(evening.mails("lordaemon", writer, "packet")) == 1


def test_only_the_two_who_did_not_answer_were_reminded(evening: Evening) -> None:
    reminded = [name for name in evening.names if name.endswith("-reminder.eml")]
    assert [name.split("-to-")[1] for name in reminded] == [
        "lee-reminder.eml",
        "weber-reminder.eml",
    ]


def test_only_the_one_who_had_not_uploaded_was_followed_up(evening: Evening) -> None:
    followed = [name for name in evening.names if name.endswith("-follow-up.eml")]
    assert [name[4:] for name in followed] == ["2027-08-30-lordaemon-to-chen-follow-up.eml"]


def test_the_backup_was_asked_after_the_no(evening: Evening) -> None:
    (declined,) = evening.mails("gomez", "sam", "answer")
    (asked,) = evening.mails("lordaemon", "patel", "request")
    assert declined < asked


def test_what_happened_is_told_in_plain_words(evening: Evening) -> None:
    for line in (
        r"Mon 21 Jun \d\d:\d\d  lordaemon → Dr\. Smith     request: ",
        r"Mon 21 Jun 12:41  Dr\. Smith → Sam           answer: “Yes, I would be happy",
        r"Dr\. Smith is understood as a yes",
        r"Dr\. Gomez is understood as a no",
        r"Dr\. Okafor is away; no reminder before",
        r"post office → Sam  +the address does not exist",
        r"Sam corrects the address in the plan",
        r"Dr\. Weber never answered",
        r"Sam → Dr\. Bauer +by hand: Sam asks once more",
        r"Sam → lordaemon +order: “smith uploaded”",
        r"lordaemon is stopped and started again",
    ):
        assert re.search(line, evening.text), line


def test_the_folder_is_told_and_full(evening: Evening) -> None:
    assert evening.text.rstrip().endswith(str(evening.folder))
    digests = sorted(path.name for path in (evening.folder / "digests").iterdir())
    assert digests[0] == "2027-06-18.html"
    assert len(digests) == len(evening.mails("lordaemon", "sam", "digest"))
    page = (evening.folder / "digests" / digests[-1]).read_text()
    assert page.lstrip().lower().startswith("<!doctype html")
    assert "Dr. Smith" in page or "Jane Smith" in page


def test_the_password_is_nowhere_but_in_its_file(evening: Evening) -> None:
    secret = (evening.folder / "mailbox-password.txt").read_text().strip().encode()
    files = [path for path in evening.folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if secret in path.read_bytes()] == ["mailbox-password.txt"]
