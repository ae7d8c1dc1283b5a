"""The five requests: what each must say, and that no two of them are the same letter."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from lordaemon.letters.compose import compose
from lordaemon.letters.draft import Draft
from tests.letters.sample import HIGHLIGHTS, THREAD, TODAY, TYPES, smith

RICH: dict[str, Any] = {
    "patients": 8,
    "memorable": "The night Mr. B’s family came from three states",
    "presented": "Hyponatremia at noon conference",
    "project": "Sepsis outcomes registry",
    "contributed": ["Built the database", "Ran the regression"],
    "note": "You told me in June to come back with a plan; this is it.",
    "upload": "Letter ID 4F2K-991.",
}


def request(kind: str, tables: dict[str, dict[str, Any]] | None = None, **changed: Any) -> Draft:
    plan, writer = smith(tables=tables, type=kind, **changed)
    return compose(plan, writer, "request", today=TODAY)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9’']+", text.lower())
    return set(zip(*(words[start:] for start in range(5)), strict=False))


@pytest.mark.parametrize("extra", [{}, RICH], ids=["plain", "rich"])
@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(TYPES, 2)))
def test_two_types_are_two_letters(one: str, other: str, extra: dict[str, Any]) -> None:
    """With the same facts of the same writer; measured against the shorter of the two."""
    tables = {"season": {"step2": "solid", "scenario": "no-rank"}}
    first, second = (shingles(request(kind, tables, **extra).text) for kind in (one, other))
    assert len(first & second) / min(len(first), len(second)) < 0.33


@pytest.mark.parametrize("kind", TYPES)
def test_every_request_has_what_a_writer_needs(kind: str) -> None:
    draft = request(kind, **RICH)
    text = draft.text
    assert re.search(r"\bstrong\b", text)
    assert "Step 1" in text
    assert "Step 2" not in text
    assert "Medicine wards (four weeks, February 1–28, 2027)" in text
    assert "State University School of Medicine" in text
    assert "2028" in text
    assert "Wednesday, September 15, 2027" in text
    assert "AAMC Letter of Recommendation Portal" in text
    assert "with the Letter ID on the Letter Request Form I will send you" in text
    assert "Letter ID 4F2K-991." in text
    assert "You told me in June" in text
    for line in HIGHLIGHTS:
        assert f"- {line}\n" in text
    assert draft.to == "jane.smith@hospital.example"
    assert draft.to_name == "Dr. Jane Smith"
    assert "Sam Rivera" in draft.subject
    assert text.startswith("Dear Dr. Smith,\n\n")
    assert text.endswith("+1 555 0100\n")


@pytest.mark.parametrize("kind", TYPES)
def test_no_request_apologises_begs_or_boasts(kind: str) -> None:
    text = request(kind, {"season": {"step2": "solid"}}, **RICH).text.lower()
    for word in ("sorry", "apolog", "unfortunately", "beg ", "desperate", "truly", "deeply",
                 "hard-working", "passionate", "i hope this email finds", "automat"):  # fmt: skip
        assert word not in text


BEHAVIOURS = {
    "clinical": ("worked on the wards", "ownership of my patients", "clinical reasoning",
                 "overnight"),
    "research": ("cognitive rigor", "reading", "negative results", "drafts and revisions"),
    "champion": ("readiness for the specialty", "work with me as a resident"),
    "character": ("change over time", "reliability", "feedback"),
    "sloe": ("Standardized Letter of Evaluation", "Timeline:", "Form:", "Contact:"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_asks_for_its_own_behaviours(kind: str) -> None:
    text = request(kind).text
    for words in BEHAVIOURS[kind]:
        assert words in text
    for other in set(TYPES) - {kind}:
        assert not all(words in text for words in BEHAVIOURS[other])


@pytest.mark.parametrize("kind", TYPES)
def test_step_2_is_named_only_when_it_is_solid(kind: str) -> None:
    assert "Step 2" in request(kind, {"season": {"step2": "solid"}}).text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("clinical", ["eight patients", "The night Mr. B’s", "Hyponatremia"]),
        ("champion", ["eight patients", "The night Mr. B’s", "Hyponatremia"]),
        ("character", ["eight patients", "The night Mr. B’s", "Hyponatremia"]),
        ("sloe", ["eight patients", "The night Mr. B’s", "Hyponatremia"]),
        ("research", ["Sepsis outcomes registry", "- Built the database\n", "Hyponatremia"]),
    ],
)
def test_the_details_of_a_type_are_told(kind: str, said: list[str]) -> None:
    text = request(kind, **RICH).text
    for words in said:
        assert words in text


@pytest.mark.parametrize("kind", TYPES)
def test_a_plan_without_details_leaves_no_gap(kind: str) -> None:
    draft = request(
        kind,
        {"applicant": {"class_year": None, "phone": ""}, "packet": {"attach_to_request": False}},
        worked_together={"what": "Medicine wards"},
        highlights=[],
    )
    assert "None" not in draft.text
    assert "  " not in draft.text
    assert "\n\n\n" not in draft.text
    assert "()" not in draft.text
    assert not re.search(r" [.,;:]", draft.text)
    assert not draft.attachments
    assert "attached" not in draft.text.lower()


@pytest.mark.parametrize("kind", TYPES)
def test_after_an_ask_in_person_it_is_the_ask_in_writing(kind: str) -> None:
    assert "s we discussed" in request(kind, asked_in_person="2027-03-01").text
    assert "March 1" in request(kind, asked_in_person="2027-03-01").text
    assert "discussed" not in request(kind).text


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("ERAS", "AAMC Letter of Recommendation Portal"),
        ("ResidencyCAS", "by the link it e-mails to you as evaluator"),
        ("SF Match", "Central Application Service"),
        ("other", "the application service"),
    ],
)
@pytest.mark.parametrize("kind", TYPES)
def test_the_upload_is_told_for_the_plans_service(kind: str, service: str, words: str) -> None:
    text = request(kind, {"season": {"service": service}}).text
    assert words in text
    assert ("AAMC" in text) == (service == "ERAS")


def test_an_office_without_a_title_is_greeted_by_its_name() -> None:
    draft = request("sloe", title="", name="Emergency Medicine Residency Office")
    assert draft.text.startswith("Dear Emergency Medicine Residency Office,")
    assert draft.to_name == "Emergency Medicine Residency Office"


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Anna van der Berg", "Dear Dr. van der Berg,"),
        ("Luis Ortega Jr.", "Dear Dr. Ortega,"),
        ("Jane Smith, MD, PhD", "Dear Dr. Smith,"),
        ("Jane Smith MD", "Dear Dr. Smith,"),
        ("Linda Do", "Dear Dr. Do,"),
    ],
)
def test_the_greeting_knows_names(name: str, greeting: str) -> None:
    assert request("clinical", name=name).text.startswith(greeting)


def test_in_a_thread_the_subject_is_an_answer() -> None:
    plan, writer = smith()
    draft = compose(plan, writer, "packet", today=TODAY, thread=THREAD)
    assert draft.subject == "Re: A letter"
    assert draft.thread == THREAD


def test_values_are_never_rendered_again() -> None:
    text = request("clinical", highlights=["{{ signature }}", "{% raw %}", "<b>bold</b>"]).text
    assert "- {{ signature }}\n- {% raw %}\n- <b>bold</b>\n" in text
