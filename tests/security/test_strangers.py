"""Nobody but the writer moves anything forward, and nothing they send acts in what we write."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from lordaemon.errors import PlanUnusable
from tests.applicant.season import WRITERS, Season, html_of, mail, table
from tests.servers import writers
from tests.servers.robots import SpoofKind, spoof

MONDAY = datetime(2027, 3, 15, 14, tzinfo=UTC)
YES = "Yes, I would be happy to write a strong letter for you."
NO = "I am sorry, but I cannot write a letter for you this year."


@pytest.fixture
def asked(tmp_path: Path) -> Season:
    """Three writers have been asked on Monday."""
    season = Season(tmp_path, MONDAY)
    season.look()
    season.until("2027-03-15 14:30")
    season.until("2027-03-15 15:45")
    assert [len(season.to(w)) for w in ("smith", "lee", "gomez")] == [1, 1, 1]
    return season


def week(season: Season) -> None:
    """Three days in which a packet would leave."""
    for day in (16, 17, 18):
        season.until(f"2027-03-{day} 10:00")
        season.until(f"2027-03-{day} 15:30")


@pytest.mark.parametrize("kind", get_args(SpoofKind))
@pytest.mark.parametrize("said", [YES, NO], ids=["yes", "no"])
def test_a_spoofed_answer_sends_nothing_and_ends_nothing(
    asked: Season, kind: SpoofKind, said: str
) -> None:
    asked.arrive(spoof(asked.to("smith")[0].raw, kind, body=said, date=asked.clock.now))
    week(asked)
    assert len(asked.to("smith")) == 1
    if (kind, said) == ("reply-to", NO):  # it is their own word: only the way back is odd
        assert asked.row("smith").confirmed == "no"
    else:
        assert asked.row("smith").confirmed == "needs you"
        assert asked.row("smith").stage == "requested"
    assert {m.recipient for m in asked.world.accepted} <= {
        asked.engine.plan.digest_to, *(w.email for w in asked.engine.plan.writers)
    }  # fmt: skip


def test_a_stranger_in_the_thread_says_no_yes_for_somebody_else(asked: Season) -> None:
    maria = writers.Person("maria@hospital.example", "Maria Lopez")
    asked.replies("smith", YES, sender=maria)
    week(asked)
    assert len(asked.to("smith")) == 1
    assert asked.row("smith").confirmed == "needs you"


def test_the_true_writer_is_heard_all_the_same(asked: Season) -> None:
    passed = "Authentication-Results: mx.example.edu; dmarc=pass header.from=hospital.example\r\n"
    asked.replies("smith", YES, trace=passed)
    week(asked)
    assert len(asked.to("smith")) == 2


IDS = (
    "<x@evil.test>\r\n Bcc: mallory@evil.test", "<x y@evil.test>", "<" + "x" * 400 + "@evil.test>",
    "<=?utf-8?q?x=0D=0ABcc=3A_m=40evil=2Etest?=@evil.test>", "<x@evil.test> <y@evil.test>",
    "<\u202ex@evil.test>", "<[", "",
)  # fmt: skip


@pytest.mark.parametrize("message_id", IDS)
def test_the_message_id_of_an_answer_adds_no_header(asked: Season, message_id: str) -> None:
    raw = writers.reply(asked.to("smith")[0].raw, YES, date=asked.clock.now, message_id="<m-id@x>")
    asked.arrive(raw.replace(b"<m-id@x>", message_id.encode(), 1))
    week(asked)
    for sent in asked.to("smith"):
        names = [name.lower() for name in sent.parsed]
        assert len(names) == len(set(names))
        assert "bcc" not in names
        assert b"evil.test>\r\n Bcc" not in sent.raw
        for name in sent.parsed["References"].split() if "References" in sent.parsed else ():
            assert name.startswith("<")
            assert len(name) < 260
        assert sent.recipient == "smith@hospital.example"


EVIL = (
    "</td></table><script>alert(1)</script><img src=x onerror=alert(1)> "
    '<a href="javascript:alert(1)">tap</a> <style>*{display:none}</style> {{ 7*7 }} {% raw %} '
    "\x1b[2J\x1b]0;owned\x07 \u202elee no"
)


def test_hostile_words_are_only_words_in_the_digest(asked: Season) -> None:
    evil = writers.Person("smith@hospital.example", '"><script>alert(2)</script>')
    asked.replies("smith", f"I wonder about {EVIL}", sender=evil)
    asked.arrive(mail(f"A letter of recommendation {EVIL}", trace="", From="x@evil.test",
                      Subject="letter of recommendation \x1b[31m<b>now</b>"))  # fmt: skip
    asked.until("2027-03-16 07:05")
    page = html_of(asked.digest.raw).lower()
    for bad in ("<script", "<img", "onerror=alert", 'href="javascript', "\x1b", "\u202e"):
        assert bad not in page.replace("&lt;img src=x onerror=alert", "")
    assert "{{ 7*7 }}" in page or "49" not in page
    assert b"\x1b" not in asked.digest.raw


def test_hostile_names_in_the_plan_make_no_header_and_no_markup(tmp_path: Path) -> None:
    name = "Jane <script>alert(1)</script> {{ 7*7 }}"
    season = Season(tmp_path, MONDAY, (table("smith", name),))
    season.look()
    season.until("2027-03-15 15:30")
    for sent in season.world.accepted:
        assert "<script" not in html_of(sent.raw)
        assert len([n for n in sent.parsed if n.lower() in ("to", "from", "subject")]) == 3
        assert "49" not in str(sent.parsed["Subject"])


@pytest.mark.parametrize("broken", ["Jane\\r\\nBcc: m@evil.test", "Jane\\nSmith", "J\\u0000S"])
def test_a_line_break_in_a_name_is_refused_or_made_harmless(tmp_path: Path, broken: str) -> None:
    with suppress(PlanUnusable):
        season = Season(tmp_path, MONDAY, (table("smith", broken),))
        season.look()
        season.until("2027-03-15 15:30")
        assert all("bcc" not in [n.lower() for n in m.parsed] for m in season.world.accepted)


# -- files ---------------------------------------------------------------------------------------


def test_a_file_changed_after_the_notice_is_shown_again_and_waits_again(tmp_path: Path) -> None:
    season = Season(tmp_path, MONDAY)
    season.look()
    assert len(season.mine("notice")) == 3
    (tmp_path / "cv.pdf").write_bytes(b"%PDF-1.4\nanother\n%%EOF\n")
    season.until("2027-03-15 12:50")
    assert season.to("smith") == []
    assert len(season.mine("notice")) == 6
    season.until("2027-03-15 17:20")
    season.until("2027-03-16 15:30")
    (sent,) = season.to("smith")
    files = [part.get_content() for part in sent.parsed.iter_attachments()]
    assert b"%PDF-1.4\nanother\n%%EOF\n" in files


@pytest.mark.parametrize("way", ["link", "dots", "absolute"])
def test_a_file_outside_the_folder_is_never_sent(tmp_path: Path, way: str) -> None:
    home, outside = tmp_path / "home", tmp_path / "secret.pdf"
    home.mkdir()
    outside.write_bytes(b"%PDF-1.4\nprivate\n%%EOF\n")
    if way == "link":
        (home / "form.pdf").symlink_to(outside)
    named = {"link": "form.pdf", "dots": "../secret.pdf", "absolute": str(outside)}[way]
    tables = (table("smith", "Jane Smith", f'attach = ["{named}"]'), *WRITERS[1:])
    season = Season(home, MONDAY, tables)
    season.look()
    season.until("2027-03-15 15:30")
    season.until("2027-03-16 15:30")
    assert season.to("smith") == []
    assert "only files beside the plan are sent" in str(season.row("smith").needs_you)
    assert all(b"private" not in m.raw for m in season.world.accepted)
    assert len(season.to("lee")) == 1


def test_a_letter_that_comes_attached_is_neither_opened_nor_kept(asked: Season) -> None:
    asked.replies("smith", "Here is my letter for you.",
                  attachments=(("Letter of recommendation Rivera.pdf", "application/pdf",
                                b"%PDF-1.4 the best student of the year"),))  # fmt: skip
    week(asked)
    assert len(asked.to("smith")) == 1
    assert "don't open it" in str(asked.row("smith").needs_you)
    assert all(b"best student of the year" not in m.raw for m in asked.world.accepted)
