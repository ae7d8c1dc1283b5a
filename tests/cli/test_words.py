"""What the applicant says, by command and in the plan: the latest word wins."""

from __future__ import annotations

import pytest

from lordaemon.orders import VERBS
from tests.cli.desk import Desk
from tests.whole.student import writer


def confirmed(desk: Desk) -> str:
    found: str = desk.run("status", "--json").data["writers"][0]["confirmed"]
    return found


@pytest.mark.parametrize("verb", [v for v in VERBS if v != "undo"])
def test_every_verb_is_taken_and_taken_back(desk: Desk, verb: str) -> None:
    desk.write()
    said = desk.run("mark", "smith", *verb.split(), "--note", "by phone", "--on", "2026-01-02")
    assert said.code == 0, said.err
    assert "smith" in said.out
    assert desk.run("mark", "smith", "undo").code == 0
    row = desk.run("status", "--json").data["writers"][0]
    assert (row["confirmed"], row["stage"], row["paused"]) == ("not asked", "planned", False)


@pytest.mark.parametrize(
    "words", [("jane", "smith", "yes"), ("Dr. Smith", "yes"), ("jane", "YES"), ("smith: yes",)]
)
def test_a_writer_is_named_by_any_part(desk: Desk, words: tuple[str, ...]) -> None:
    desk.write(writer("Jane Smith"), writer("Ann Lee"))
    if len(words) > 1:
        assert desk.run("mark", *words).code == 0
        assert confirmed(desk) == "yes"
    else:
        assert desk.run("mark", *words).code == 2


def test_slips_are_met_with_a_suggestion(desk: Desk) -> None:
    desk.write(writer("Jane Smith"), writer("Jane Lee"))
    assert 'Did you mean "yes"?' in desk.run("mark", "smith", "yse").err
    assert 'Did you mean "smith"?' in desk.run("mark", "smoth", "yes").err
    assert "smith or lee" in desk.run("mark", "jane", "yes").err
    assert desk.run("mark", "smith", "not", "uploaded").code == 0


def test_all_and_the_short_forms(desk: Desk) -> None:
    desk.write(writer("Jane Smith"), writer("Ann Lee"))
    for words, paused in ((("pause",), [True, True]), (("resume", "lee"), [True, False]),
                          (("mark", "all", "resume"), [False, False])):  # fmt: skip
        assert desk.run(*words).code == 0
        rows = desk.run("status", "--json").data["writers"]
        assert [row["paused"] for row in rows] == paused
    assert desk.run("stop", "smith").code == desk.run("go", "smith").code == 0


def test_the_latest_change_wins_and_a_deleted_key_takes_its_word_back(desk: Desk) -> None:
    yes = writer("Jane Smith", answer="yes", asked_in_person="raw:2026-01-05")
    desk.write()
    assert confirmed(desk) == "not asked"
    desk.write(yes)
    assert confirmed(desk) == "yes"
    desk.run("mark", "smith", "no")
    assert confirmed(desk) == "no"
    desk.write()
    assert confirmed(desk) == "no"
    desk.write(yes)
    assert confirmed(desk) == "yes"
    desk.write()
    assert confirmed(desk) == "no"


def test_paused_false_in_the_plan_is_a_word_too(desk: Desk) -> None:
    desk.write(writer("Jane Smith", paused=False))
    desk.run("pause", "smith")
    assert desk.run("status", "--json").data["writers"][0]["paused"]
    for paused in (True, False):
        desk.write(writer("Jane Smith", paused=paused))
        assert desk.run("status", "--json").data["writers"][0]["paused"] is paused


def test_the_note_is_in_the_story(desk: Desk) -> None:
    desk.write()
    desk.run("mark", "smith", "yes", "--note", "said so after rounds", "--on", "2026-01-02")
    story = desk.run("show", "smith", "--json").data["story"]
    assert any("said so after rounds" in event["what"] for event in story)


def test_a_stopped_request_is_told_in_status_and_story(desk: Desk) -> None:
    desk.write()
    assert desk.run("stop", "smith").code == 0
    told = desk.run("status").out
    assert "nothing next for smith (S11: the request was stopped by you)" in told
    story = desk.run("show", "smith").out
    assert "Next: nothing by itself" in story
    assert "you said: stop (request)" in story


def test_a_name_is_no_formula_in_a_spreadsheet(desk: Desk) -> None:
    desk.write(writer("Jane Smith", title="=1+1"), writer("Ann Lee", title=" @SUM"))
    out = desk.run("status", "--csv", "-").out
    assert "'=1+1 Jane Smith" in out
    assert "'@SUM Ann Lee" in out


def test_asked_in_person_and_answered_has_its_day_in_the_table(desk: Desk) -> None:
    desk.write(
        writer("Jane Smith", asked_in_person="raw:2026-11-16", answer="yes"),
        writer("Ann Lee", asked_in_person="raw:2026-11-16"),
    )
    smith, lee = desk.run("status", "--json").data["writers"]
    assert (smith["asked"], smith["confirmed"]) == ("2026-11-16", "yes")
    assert (lee["asked"], lee["confirmed"]) == (None, "not asked")
