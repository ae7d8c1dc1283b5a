"""What the applicant reads: notice, script and outline."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lordaemon.letters.compose import compose
from lordaemon.letters.notice import compose_notice
from lordaemon.letters.script import outline, script
from tests.letters.sample import HIGHLIGHTS, THREAD, TODAY, TYPES, smith

LEAVES = datetime(2027, 3, 16, 14, 5, tzinfo=UTC)
VERBS = ("yes", "no", "go", "stop", "pause", "uploaded", "undo", "pause smith", "smith pause")


def test_the_notice_shows_the_exact_letter(tmp_path: Path) -> None:
    (tmp_path / "cv.pdf").write_bytes(b"x" * 20_000)
    plan, writer = smith(
        tmp_path, {"packet": {"cv": "cv.pdf"}, "digest": {"to": "me@home.example"}}
    )
    draft = compose(plan, writer, "packet", today=TODAY, thread=THREAD)
    notice = compose_notice(plan, writer, "packet", draft, LEAVES, "k3x9", waits_for_word=False)
    assert notice.to == "me@home.example"
    assert draft.text.strip() in notice.text
    for words in (
        "To: Dr. Jane Smith <jane.smith@hospital.example>", f"Subject: {draft.subject}",
        "- cv.pdf, 20 KB", "Tuesday, March 16, 2027, 9:05 AM CDT", "unless you stop it",
        "with stop", "pause smith", "Order code: k3x9",
    ):  # fmt: skip
        assert words in notice.text
    assert "Summary-for-letter-writers-Sam-Rivera.docx, " in notice.text
    assert notice.thread is None
    assert not notice.attachments
    assert "packet to Dr. Smith" in notice.subject


def test_a_notice_that_waits_says_that_nothing_goes_by_itself() -> None:
    plan, writer = smith()
    draft = compose(plan, writer, "reminder", today=TODAY)
    notice = compose_notice(plan, writer, "reminder", draft, LEAVES, "k3x9", waits_for_word=True)
    assert "waits for your word. Without it, nothing goes." in notice.text
    assert "with go" in notice.text
    assert "Attached: nothing" in notice.text


@pytest.mark.parametrize("waits", [True, False])
def test_no_line_of_a_quoted_notice_is_an_order(waits: bool) -> None:
    plan, writer = smith()
    draft = compose(plan, writer, "request", today=TODAY)
    notice = compose_notice(plan, writer, "request", draft, LEAVES, "k3x9", waits_for_word=waits)
    for line in notice.text.lower().splitlines():
        assert line.strip(" .>") not in VERBS


@pytest.mark.parametrize("kind", TYPES)
def test_the_script_has_the_ask_and_an_answer_to_each_answer(kind: str) -> None:
    plan, writer = smith(type=kind)
    text = script(plan, writer, today=TODAY)
    for words in ("strong", "If not, that is fine", "IF THE ANSWER IS YES", "MAYBE",
                  "IF THE ANSWER IS NO", "asked_in_person", "September 15",
                  *HIGHLIGHTS):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("kind", TYPES)
def test_the_outline_gives_facts_and_leaves_the_judgment(kind: str) -> None:
    plan, writer = smith(
        tables={"season": {"themes": ["calm with sick patients"]}}, type=kind, patients=1,
        memorable="the long night", presented="noon talk", project="Registry",
        contributed=["built"],
    )  # fmt: skip
    text = outline(plan, writer, today=TODAY)
    for words in (*HIGHLIGHTS, "the long night", "noon talk", "Registry", "built",
                  "calm with sick patients", "For you to add", "6. Your conclusion"):  # fmt: skip
        assert words in text
    for praise in ("excellent", "outstanding", "pleasure to recommend", "without reservation"):
        assert praise not in text.lower()
