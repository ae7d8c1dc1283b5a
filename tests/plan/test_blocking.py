"""S12: what holds a writer's mail, and what looks like it and doesn't."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lordaemon.plan.advice import blocking
from lordaemon.plan.finding import Finding
from lordaemon.plan.model import Plan
from tests.plan.samples import HEAD, HIGHLIGHTS, plan, writer

TWO = HIGHLIGHTS[:2]
MIB = 1024 * 1024


def faults(loaded: Plan, writer_id: str = "smith") -> list[Finding]:
    return blocking(loaded).get(writer_id, [])


def with_highlight(text: str, **season: str) -> list[Finding]:
    """What is found when a sound plan gets one more highlight."""
    head = HEAD.replace("Internal Medicine", season.get("specialty", "Internal Medicine"))
    return faults(plan(writer(highlights=(*HIGHLIGHTS, text)), head=head))


def test_a_sound_plan_has_none() -> None:
    assert blocking(plan()) == {}


def test_a_finding_says_where_why_and_how_better() -> None:
    (fault,) = with_highlight("TODO")
    assert fault.level == "error"
    assert fault.rule == "S12"
    assert fault.where == 'writer[1] "smith"'
    assert fault.line == 18
    assert fault.message == 'highlights[4] still has "TODO" in it'
    assert fault.why == "Dr. Smith would read it just like that."
    assert fault.example
    assert str(fault) == 'writer[1] "smith": highlights[4] still has "TODO" in it'


@pytest.mark.parametrize(
    "text",
    [
        "…", "...", "… ", "Led … family meetings", "Presented on ...", "Stayed late and ...",
        "TODO", "TODO: add the case", "tbd", "Presented <topic> at noon", "Worked with [NAME]",
        "Worked with [your attending]", "[insert highlight]", "Led {{ number }} meetings",
        "Led ___ meetings", "Lorem ipsum dolor", "XXX", "xxx", "Met with <...>", "???", "-", "",
        "Wrote {project} alone", "[…]", "n/a",
    ],
)  # fmt: skip
def test_a_placeholder_holds(text: str) -> None:
    assert [fault.rule for fault in with_highlight(text)] == ["S12"]


@pytest.mark.parametrize(
    "text",
    [
        "Kept a patient's SpO2 >92% and pH <7.2 in view",
        "Gave <5 mg and watched for 2 hours",
        "Cut turnover time [p < 0.05] in a QI project",
        "Wrote the to-do list for the night team",
        "Waited… then called the rapid response team",
        "Sent the draft to <https://example.edu/poster>",
        "Asked “what else?” at every visit",
        "Presented data [1] at the regional meeting",
    ],
)
def test_what_only_looks_like_a_placeholder_passes(text: str) -> None:
    assert with_highlight(text) == []


def test_a_note_and_the_upload_words_are_looked_at_too() -> None:
    found = faults(plan(writer(more='note = "Thank you for [NAME]"\nupload = "Letter ID TBD"\n')))
    assert [fault.message for fault in found] == [
        'note still has "[NAME]" in it', 'upload still has "TBD" in it',
    ]  # fmt: skip
    assert [fault.line for fault in found] == [19, 20]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_highlights_hold(count: int) -> None:
    (fault,) = faults(plan(writer(highlights=HIGHLIGHTS[:count])))
    plural = "" if count == 1 else "s"
    assert fault.message == f"has {count} different highlight{plural}; 3 to 5 are needed"


def test_the_same_highlight_twice_is_one() -> None:
    (fault,) = faults(plan(writer(highlights=(*TWO, f"{TWO[0].upper()} "))))
    assert "has 2 different highlights" in fault.message


class TestOtherNames:
    def found(self, text: str, other: str = "Daniel Lee", own: str = "Jane Smith") -> bool:
        loaded = plan(
            writer(name=own, highlights=(*TWO, text)),
            writer("other", other, highlights=HIGHLIGHTS),
        )
        messages = [fault.message for fault in faults(loaded)]
        return any(message.startswith(f"highlights[3] names {other}") for message in messages)

    @pytest.mark.parametrize(
        "text",
        [
            "Dr. Lee praised my notes", "Worked with LEE on rounds", "Rounded with daniel lee",
            "Lee's team relied on my lists", "Sent my notes to other@hospital.example",
        ],
    )  # fmt: skip
    def test_another_writer_named_holds(self, text: str) -> None:
        assert self.found(text)

    @pytest.mark.parametrize("text", ["Went to Leeds", "Stayed alee of the storm", "Sleep study"])
    def test_a_name_inside_a_word_passes(self, text: str) -> None:
        assert not self.found(text)

    def test_accents_are_no_hiding_place(self) -> None:
        assert self.found("Dr. Gomez liked it", other="Ana Gómez")
        assert self.found("Dr. Gómez liked it", other="Ana Gomez")

    def test_an_everyday_word_needs_a_title(self) -> None:
        assert not self.found("Young patients trusted me", other="Amy Young")
        assert not self.found("Won a Grant for the clinic", other="Ulysses Grant")
        assert self.found("Dr. Young trusted me", other="Amy Young")
        assert self.found("Rounds with Amy Young", other="Amy Young")

    def test_two_of_the_same_surname(self) -> None:
        assert not self.found("Dr. Smith taught me", other="Robert Smith")
        assert self.found("Robert Smith taught me", other="Robert Smith")

    def test_the_note_counts_too(self) -> None:
        loaded = plan(
            writer(more='note = "As I said to Dr. Lee, thank you."\n'), writer("lee", "Dan Lee")
        )
        assert "note names Dan Lee" in faults(loaded)[0].message

    def test_a_shared_project_may_name_a_colleague(self) -> None:
        loaded = plan(
            writer(kind="research", more='presented = "Poster with Dr. Lee"\n'),
            writer("lee", "Dan Lee"),
        )
        assert faults(loaded) == []


class TestSpecialties:
    @pytest.mark.parametrize(
        "text",
        [
            "I am applying to General Surgery this fall", "My application to Pediatrics",
            "Would make an excellent surgeon; hopes to become a pediatrician",
            "Committed to a career in emergency medicine", "Strong interest in OB-GYN",
            "Your letter for my dermatology application", "Asked about psychiatry residency",
            "Wants to match into orthopedic surgery", "Fit for a family medicine program",
        ],
    )  # fmt: skip
    def test_another_specialty_holds(self, text: str) -> None:
        (fault,) = with_highlight(text)
        assert "speaks of" in fault.message
        assert "Internal Medicine" in fault.why

    @pytest.mark.parametrize(
        "text",
        [
            "Called the surgery consult early", "On pediatrics I rounded twice a day",
            "Presented at the emergency medicine conference",
            "Applied to the internal medicine sub-internship", "Strong interest in cardiology",
            "Committed to internal medicine after my surgery rotation",
            "Interested in the neurology consult service", "Applying for a career in medicine",
        ],
    )  # fmt: skip
    def test_a_department_is_no_specialty(self, text: str) -> None:
        assert with_highlight(text) == []

    @pytest.mark.parametrize(
        ("specialty", "text"),
        [
            ("General Surgery", "Wants to become a surgeon"),
            ("Plastic Surgery", "A career in surgery"),
            ("OB/GYN", "Applying to obstetrics and gynecology"),
            ("Internal Medicine-Pediatrics", "Applying to pediatrics and internal medicine"),
            ("Med-Peds", "A career in internal medicine"),
            ("EM", "Applying to emergency medicine"),
            ("Otolaryngology (ENT)", "A career in ENT"),
            ("Space Medicine", "Applying to surgery"),
            ("Child Neurology", "A career in child neurology"),
        ],
    )
    def test_the_seasons_own_specialty_has_many_names(self, specialty: str, text: str) -> None:
        assert with_highlight(text, specialty=specialty) == []

    def test_where_you_worked_may_be_any(self) -> None:
        assert faults(plan(writer(together='what = "Surgery residency clinic", weeks = 4'))) == []


class TestFiles:
    def plan(self, folder: Path, packet: str = "", attach: str = "") -> Plan:
        more = f"attach = {attach}\n" if attach else ""
        return plan(writer(more=more), more=f"\n[packet]\n{packet}\n", folder=folder)

    def test_a_missing_cv_holds_everybody(self, tmp_path: Path) -> None:
        loaded = plan(
            writer(), writer("lee", "Dan Lee"), more='\n[packet]\ncv = "cv.pdf"\n', folder=tmp_path
        )
        found = blocking(loaded)
        assert set(found) == {"smith", "lee"}
        assert found["lee"][0].message == (f'[packet] cv: there is no file "cv.pdf" in {tmp_path}')
        assert found["lee"][0].line == 31

    def test_a_missing_form_holds_its_writer(self, tmp_path: Path) -> None:
        loaded = plan(writer(more='attach = ["form.pdf"]\n'), writer("lee", "Dan Lee"),
                      folder=tmp_path)  # fmt: skip
        found = blocking(loaded)
        assert set(found) == {"smith"}
        assert 'attach[1]: there is no file "form.pdf"' in found["smith"][0].message

    def test_a_file_that_is_there_passes(self, tmp_path: Path) -> None:
        (tmp_path / "files").mkdir()
        (tmp_path / "files" / "cv.pdf").write_bytes(b"%PDF")
        assert faults(self.plan(tmp_path, 'cv = "files/cv.pdf"')) == []

    def test_a_file_outside_holds(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        home.mkdir()
        (tmp_path / "secret.pdf").write_bytes(b"%PDF")
        for name in ("../secret.pdf", str(tmp_path / "secret.pdf")):
            (fault,) = faults(self.plan(home, f'cv = "{name}"'))
            assert "lies outside" in fault.message
        (home / "link.pdf").symlink_to(tmp_path / "secret.pdf")
        (fault,) = faults(self.plan(home, 'cv = "link.pdf"'))
        assert "leads out of the plan's folder" in fault.message

    def test_a_link_inside_passes(self, tmp_path: Path) -> None:
        (tmp_path / "cv-2027.pdf").write_bytes(b"%PDF")
        (tmp_path / "cv.pdf").symlink_to("cv-2027.pdf")
        assert faults(self.plan(tmp_path, 'cv = "cv.pdf"')) == []

    @pytest.mark.parametrize("kind", ["folder", "loop", "fifo", "empty", "long", "below"])
    def test_what_is_no_file_holds(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "cv.pdf"
        name = {"long": "x" * 300, "below": "cv.pdf/x"}.get(kind, "cv.pdf")
        if kind == "folder":
            path.mkdir()
        elif kind == "loop":
            path.symlink_to("cv.pdf")
        elif kind == "fifo":
            os.mkfifo(path)
        else:
            path.touch()
        assert len(faults(self.plan(tmp_path, f'cv = "{name}"'))) == 1

    def test_ten_mebibytes_in_all(self, tmp_path: Path) -> None:
        for name, size in (("cv.pdf", 6 * MIB), ("ps.pdf", 3 * MIB), ("form.pdf", MIB)):
            with (tmp_path / name).open("wb") as file:
                file.truncate(size)
        packet = 'cv = "cv.pdf"\npersonal_statement = "ps.pdf"'
        assert faults(self.plan(tmp_path, packet, '["form.pdf"]')) == []
        with (tmp_path / "form.pdf").open("ab") as file:
            file.write(b"x")
        (fault,) = faults(self.plan(tmp_path, packet, '["form.pdf"]'))
        assert 'more than 10 MiB; the largest is "cv.pdf" with 6.0 MiB' in fault.message

    def test_a_template_has_to_be_there(self, tmp_path: Path) -> None:
        loaded = plan(writer(more='template = "mine.txt"\n'), folder=tmp_path)
        assert 'template: there is no file "mine.txt"' in faults(loaded)[0].message


def test_patient_identifiers_hold_until_acknowledged() -> None:
    text = "Calmed a 94-year-old before surgery"
    (fault,) = with_highlight(text)
    assert fault.message == 'highlights[4] has what looks like an age over 89: "94-year-old"'
    highlights = (*HIGHLIGHTS, text)
    assert faults(plan(writer(highlights=highlights, more=f'acknowledged = ["{text}"]\n'))) == []
    other = f'acknowledged = ["{text}."]\n'
    assert len(faults(plan(writer(highlights=highlights, more=other)))) == 1


def test_the_writer_is_no_patient() -> None:
    loaded = plan(writer(name="Ana Gomez", highlights=(*TWO, "Ms. Gomez let me lead rounds")))
    assert faults(loaded) == []


def test_the_contracts_sample_has_unfilled_highlights() -> None:
    from lordaemon.plan.load import load_plan

    loaded = load_plan(Path(__file__).with_name("contract.toml"))
    messages = [fault.message for fault in faults(loaded)]
    assert 'highlights[2] still has "…" in it' in messages
    assert 'highlights[3] still has "…" in it' in messages
