"""The advice of rules.md: each piece where it applies, and silence where it doesn't."""

from __future__ import annotations

from datetime import date

import pytest

from lordaemon.plan.advice import advice, letters_by_type
from lordaemon.plan.finding import Finding
from lordaemon.plan.model import Plan
from lordaemon.plan.wording import praise
from tests.plan.samples import HEAD, HIGHLIGHTS, plan, writer

TODAY = date(2027, 3, 1)
MAIL = """
[packet]
cv = "cv.pdf"
interest = "Because of the questions."
[mail]
provider = "gmail"
password = { keyring = true }
"""
OTHERS = (
    "Carried the pager on three weekends",
    "Taught the new students how to read a blood gas",
    "Kept the list straight through a night of codes",
)
MORE = (
    "Wrote the data dictionary of the group",
    "Found the double-counted admissions",
    "Presented the poster twice",
)


def four(*, kinds: tuple[str, ...] = ("clinical", "champion", "research", "character"),
         season: str = "") -> Plan:  # fmt: skip
    """Four writers of these types, each with scenes of their own."""
    names, scenes = ("Abel", "Bern", "Cole", "Dorn"), (HIGHLIGHTS, OTHERS, MORE, ())
    writers = [
        writer(name.lower(), f"Ada {name}", kind, texts)
        for name, kind, texts in zip(names, kinds, scenes, strict=False)
    ]
    return plan(*writers, head=HEAD + season, more=MAIL)


def told(loaded: Plan, today: date = TODAY) -> list[str]:
    return [finding.message for finding in advice(loaded, today)]


def one(loaded: Plan, part: str, today: date = TODAY) -> Finding:
    """The only finding whose message has `part` in it, complete in every field."""
    (finding,) = [found for found in advice(loaded, today) if part in found.message]
    assert finding.rule in ("Advice", "S2")
    assert finding.why.endswith(".")
    assert finding.example
    return finding


def none(loaded: Plan, part: str, today: date = TODAY) -> bool:
    return not any(part in message for message in told(loaded, today))


def test_a_balanced_plan_needs_no_advice() -> None:
    assert told(four()) == []


def test_the_weightiest_comes_first() -> None:
    levels = [finding.level for finding in advice(plan(writer(highlights=("Calm",) * 3)), TODAY)]
    assert levels == sorted(levels, key=["error", "warning", "hint"].index)
    assert set(levels) == {"error", "warning", "hint"}


class TestMix:
    def test_counts_by_type(self) -> None:
        loaded = plan(
            writer("a"), writer("b", more='backup_for = ["a"]\n'),
            writer("c", kind="research", more='answer = "no"\n'), writer("d", kind="sloe"),
        )  # fmt: skip
        counts = letters_by_type(loaded)
        assert counts == {"clinical": 1, "research": 0, "champion": 0, "character": 0, "sloe": 1}

    def test_too_few_writers(self) -> None:
        assert one(plan(), "4 letters are wanted, 1 is asked for").line == 8

    @pytest.mark.parametrize(("letters", "advised"), [(2, True), (3, False), (4, False), (5, True)])
    def test_three_or_four_letters(self, letters: int, advised: bool) -> None:
        loaded = four(season=f"letters = {letters}\n")
        assert none(loaded, "3 or 4 are usual") is not advised

    def test_no_clinical_letter(self) -> None:
        loaded = four(kinds=("research", "research", "character", "character"))
        assert one(loaded, "no clinical letter").level == "warning"

    def test_one_clinical_voice(self) -> None:
        one(four(kinds=("clinical", "research", "research", "research")), "one clinical voice")

    def test_no_research(self) -> None:
        assert one(four(kinds=("clinical",) * 4), "no research or academic letter").level == "hint"

    @pytest.mark.parametrize(
        ("scenario", "good", "bad"),
        [
            ("strong-step2", ("clinical", "champion"), ("clinical", "character")),
            ("strong-research", ("research", "clinical"), ("clinical", "champion")),
            ("no-rank", ("clinical", "character"), ("clinical", "champion")),
            ("switching-specialty", ("champion", "clinical"), ("clinical", "clinical")),
            ("borderline", ("clinical", "clinical"), ("clinical", "champion")),
        ],
    )
    def test_scenario(self, scenario: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
        season = f'scenario = "{scenario}"\n'
        assert none(four(kinds=good, season=season), f"scenario {scenario}")
        assert one(four(kinds=bad, season=season), f"scenario {scenario}").level == "warning"

    def test_a_switch_needs_a_voice_from_before(self) -> None:
        season = 'scenario = "switching-specialty"\n'
        one(four(kinds=("champion", "champion"), season=season), "a supervisor from before")

    def test_emergency_medicine(self) -> None:
        head = HEAD.replace("Internal Medicine", "Emergency Medicine")
        loaded = plan(head=head)
        one(loaded, "no SLOE is planned")
        one(loaded, "uses ResidencyCAS")
        head += 'service = "ResidencyCAS"\n'
        better = plan(writer(), writer("em", "Program Office", "sloe"), head=head)
        assert none(better, "SLOE is planned")
        assert none(better, "uses ResidencyCAS")

    @pytest.mark.parametrize(
        ("together", "title", "part"),
        [
            ('what = "x", weeks = 1', "Dr.", "worked with you for 1 week"),
            ('what = "x", start = 2027-01-04, end = 2027-01-08', "Dr.", "for 0.7 weeks"),
            ('what = "x", weeks = 1', "Chair", "a big name with 1 week of contact"),
            ('what = "x", weeks = 0', "Dean", "a big name with 0 weeks of contact"),
        ],
    )
    def test_little_contact(self, together: str, title: str, part: str) -> None:
        one(plan(writer(together=together, more=f'title = "{title}"\n')), part)

    def test_enough_contact(self) -> None:
        assert none(plan(writer(together='what = "x", weeks = 2')), "worked with you for")
        assert none(plan(writer(together='what = "x"')), "worked with you for")

    def test_details_of_another_type(self) -> None:
        one(plan(writer(more='project = "x y z"\n')), "project is not used")
        one(plan(writer(kind="research", more="patients = 8\n")), "patients is not used")
        assert none(plan(writer(more="patients = 8\n")), "is not used")


class TestDates:
    """Due date 15 September, deadline 22 September 2027."""

    def asking(self, ask_on: str, end: str = "", more: str = "") -> Plan:
        together = 'what = "Wards", weeks = 4' + (f", end = {end}" if end else "")
        ask = f"ask_on = {ask_on}\n" if ask_on else ""
        return plan(writer(together=together, more=ask + more))

    @pytest.mark.parametrize(
        ("ask_on", "part"),
        [
            ("2027-03-12", "11 days after the end"),
            ("2027-03-15", ""),
            ("2027-03-29", ""),
            ("2027-03-30", "4 weeks after the end"),
            ("2027-02-22", "before the work together ends"),
        ],
    )
    def test_two_to_four_weeks_after_the_end(self, ask_on: str, part: str) -> None:
        loaded = self.asking(ask_on, end="2027-03-01")
        if part:
            one(loaded, part, today=date(2027, 2, 1))
        else:
            assert none(loaded, "after the end") and none(loaded, "before the work")  # noqa: PT018

    def test_a_weekend(self) -> None:
        finding = one(self.asking("2027-03-20"), "is a Saturday")
        assert finding.level == "hint"
        assert finding.example == "ask_on = 2027-03-22"

    @pytest.mark.parametrize(
        ("ask_on", "part"),
        [
            ("2027-07-26", ""),
            ("2027-07-29", "within 8 weeks of the deadline"),
            ("2027-08-12", "less than 6 weeks before the deadline"),
        ],
    )
    def test_six_to_eight_weeks_before_the_deadline(self, ask_on: str, part: str) -> None:
        loaded = self.asking(ask_on)
        if part:
            one(loaded, part)
        else:
            assert none(loaded, "the deadline")

    def test_request_reminder_and_follow_up(self) -> None:
        # follow-up 29 August; 17 + 7 days earlier is 5 August
        assert none(self.asking("2027-08-05"), "can't all fit")
        assert one(self.asking("2027-08-06"), "can't all fit").example == "ask by 2027-08-05"

    def test_ten_days_before_the_due_date(self) -> None:
        assert none(self.asking("2027-09-03"), "the request would be due")
        assert one(self.asking("2027-09-06"), "the request would be due").rule == "S2"

    def test_without_a_date_the_end_counts(self) -> None:
        assert none(self.asking("", end="2027-07-22"), "can't all fit")
        one(self.asking("", end="2027-07-23"), "can't all fit")

    def test_in_the_middle_of_the_season_today_counts(self) -> None:
        one(self.asking("2027-03-15"), "too late to ask by mail", today=date(2027, 9, 10))

    @pytest.mark.parametrize(
        "more",
        [
            "asked = 2027-02-01",
            "packet_sent = 2027-02-01",
            "uploaded = 2027-02-01",
            'answer = "yes"',
        ],
    )  # fmt: skip
    def test_who_was_asked_is_left_alone(self, more: str) -> None:
        assert none(self.asking("2027-09-12", more=more), "request")

    @pytest.mark.parametrize("key", ["asked", "packet_sent", "asked_in_person", "uploaded"])
    def test_what_has_happened_lies_not_ahead(self, key: str) -> None:
        one(plan(writer(more=f"{key} = 2027-03-02\n")), f"{key} = 2027-03-02 is still to come")
        assert none(plan(writer(more=f"{key} = 2027-03-01\n")), "still to come")

    def test_a_season_that_is_over(self) -> None:
        one(plan(), "the deadline 2027-09-22 is past", today=date(2027, 9, 23))
        assert none(plan(), "is past", today=date(2027, 9, 22))


class TestWording:
    @pytest.mark.parametrize(
        "text",
        [
            "Hard-working", "Always calm and prepared", "A real team player", "Strong work ethic",
            "Reliable, punctual, and kind to nurses", "dedicated to her patients",
            "Strong communication skills",
        ],
    )  # fmt: skip
    def test_praise_is_no_scene(self, text: str) -> None:
        assert praise(text)
        finding = one(plan(writer(highlights=(*HIGHLIGHTS, text))), "praises")
        assert finding.line == 18

    @pytest.mark.parametrize(
        "text",
        [
            "Led two family meetings", "Stayed calm and ran the list during three codes",
            "Built a thorough handoff tool", "Pre-rounded on all my patients",
            "Carried four patients as a sub-intern", "Fellow students' go-to person for ECGs",
        ],
    )  # fmt: skip
    def test_a_scene_may_have_an_adjective(self, text: str) -> None:
        assert praise(text) is None

    def test_the_same_scene_for_two(self) -> None:
        near = HIGHLIGHTS[0].lower().replace("every patient", "every patients") + "."
        loaded = plan(writer(), writer("lee", "Dan Lee", highlights=(near, *OTHERS[:2])))
        finding = one(loaded, 'highlights[1] is also told to writer[1] "smith"')
        assert finding.where == 'writer[2] "lee"'

    def test_themes(self) -> None:
        season = 'themes = ["growth through feedback", "calm with sick patients"]\n'
        assert none(plan(head=HEAD + season), "none of the season's themes")
        loaded = plan(writer(highlights=(OTHERS[0], OTHERS[1], MORE[1])), head=HEAD + season)
        assert one(loaded, "none of the season's themes is touched").level == "hint"

    @pytest.mark.parametrize(
        ("note", "part"),
        [
            ("I am sorry to bother you.", "apology"),
            ("Despite my low score I hope you can help.", "apology"),
            ("I need it as soon as possible!", "presses"),
            ("I would be happy to write a draft of the letter for you.", "offers to write"),
            ("My Step 2 score is 262.", "names a Step score"),
        ],
    )
    def test_tone(self, note: str, part: str) -> None:
        assert one(plan(writer(more=f'note = "{note}"\n')), part).level == "warning"

    @pytest.mark.parametrize(
        "note",
        ["Your way of listening has stayed with me.", "I would be grateful for your letter.",
         "I passed Step 1 in June.", "I'd be glad to meet if it helps."],
    )  # fmt: skip
    def test_a_warm_note_passes(self, note: str) -> None:
        assert not any(
            "note" in message for message in told(plan(writer(more=f'note = "{note}"\n')))
        )

    def test_an_acknowledged_text_that_is_gone(self) -> None:
        one(plan(writer(more='acknowledged = ["gone"]\n')), "matches no text")
        same = plan(writer(more=f'acknowledged = ["{HIGHLIGHTS[0]}"]\n'))
        assert none(same, "matches no text")


class TestSetUp:
    def test_a_mailbox_without_servers(self) -> None:
        loaded = plan()
        assert one(loaded, "mail.imap.host is missing").level == "error"
        assert one(loaded, "mail.smtp.host is missing").level == "error"
        assert one(loaded, "no way to log in").level == "error"
        assert not [f for f in advice(plan(more=MAIL), TODAY) if f.level == "error"]

    def test_a_packet_without_files(self) -> None:
        assert one(plan(), "no CV is named").level == "warning"
        assert one(plan(), "neither a personal statement nor interest").level == "hint"

    def test_an_address_two_people_share(self) -> None:
        also = 'also = ["office@hospital.example"]\n'
        loaded = plan(writer(more=also), writer("lee", "Dan Lee", more=also))
        assert one(loaded, "office@hospital.example is also").where == 'writer[2] "lee"'
