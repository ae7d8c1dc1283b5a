"""The season to come, and its calendar file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lordaemon.plan.model import Plan
from lordaemon.season.forecast import Event, forecast
from lordaemon.season.history import History, WriterHistory
from lordaemon.season.ics import to_ics
from lordaemon.season.policy import next_instant
from tests.season.build import START, at, hand, heard, local, plan, sent, story, word, writer

ASKED = sent("request", "2027-03-15 09:00")


def played(the_plan: Plan, assume: Any = "silent", **stories: WriterHistory) -> list[str]:
    """One line an event: day, writer, kind."""
    history = History(dict(stories), started_at=START)
    return [
        f"{local(e.at)[:14]} {e.writer} {e.kind}"
        for e in forecast(the_plan, history, START, assume)
    ]


def test_a_silent_season_day_by_day() -> None:
    the_plan = plan(writer(ask_on=date(2027, 3, 15)), writer("lee", backup_for=("smith",)))
    assert played(the_plan) == [
        "Sun 2027-03-14 smith notice",
        "Mon 2027-03-15 smith request",
        "Thu 2027-04-01 smith reminder",
        "Thu 2027-04-15 smith close",
        "Thu 2027-04-15 lee notice",
        "Thu 2027-04-15 lee request",
        "Mon 2027-05-03 lee reminder",
        "Mon 2027-05-17 lee close",
        "Wed 2027-09-22  deadline",
    ]


def test_a_season_of_yeses_day_by_day() -> None:
    assert played(plan(), "yes") == [
        "Sun 2027-03-14 smith notice",
        "Mon 2027-03-15 smith request",
        "Tue 2027-03-16 smith answer",
        "Tue 2027-03-16 smith notice",
        "Tue 2027-03-16 smith packet",
        "Mon 2027-08-30 smith follow_up",
        "Wed 2027-09-15 smith due",
        "Wed 2027-09-22  deadline",
    ]


def test_each_is_played_as_if_go_was_said_at_once() -> None:
    kinds = [line.split()[-1] for line in played(plan(approve="each"))]
    assert kinds == ["notice", "request", "notice", "reminder", "close", "deadline"]


def test_what_needs_the_applicant_stands_first_and_nothing_follows() -> None:
    waiting = story(ASKED, heard("question", "2027-03-16 09:00"))
    assert played(plan(), "yes", smith=waiting) == [
        "Mon 2027-03-01 smith ask",
        "Wed 2027-09-15 smith due",
        "Wed 2027-09-22  deadline",
    ]


def test_a_writer_already_asked_is_assumed_to_answer_tomorrow() -> None:
    asked = story(sent("request", "2027-02-26 09:00"))
    assert played(plan(), "yes", smith=asked)[0] == "Tue 2027-03-02 smith answer"


def test_a_draft_that_was_shown_is_not_shown_again() -> None:
    drafted = replace(ASKED, state="planned", at=None, noticed_at=START)
    lines = played(plan(), smith=story(drafted))
    assert lines[0] == "Mon 2027-03-15 smith request"


def test_the_forecast_leaves_the_facts_alone_and_is_the_same_twice() -> None:
    history = History({"smith": story(ASKED)}, started_at=START)
    first = forecast(plan(), history, START)
    assert history == History({"smith": story(ASKED)}, started_at=START)
    assert forecast(plan(), history, START) == first


def test_after_the_deadline_there_is_nothing_to_come() -> None:
    assert forecast(plan(), History(started_at=START), at("2027-09-23 00:00")) == ()


@pytest.mark.parametrize(
    ("facts", "now", "alarm"),
    [
        ((), "2027-03-01 09:00", "Sun 2027-03-14"),  # the notice
        ((ASKED,), "2027-03-20 09:00", "Thu 2027-04-01"),  # the reminder
        ((ASKED, hand("2027-03-25 09:00")), "2027-03-26 09:00", "Thu 2027-04-08"),  # silent
        ((ASKED, heard("auto_reply", "2027-03-25 09:00")), "2027-04-02 09:00", "Thu 2027-04-08"),
        ((ASKED, heard("unclear", "2027-03-25 09:00")), "2027-03-26 09:00", "Thu 2027-09-23"),
        ((ASKED, word("no", "2027-03-25 09:00")), "2027-03-26 09:00", "Thu 2027-09-23"),
    ],
)
def test_the_next_instant_is_the_next_step(facts: Any, now: str, alarm: str) -> None:
    found = next_instant(plan(), History({"smith": story(*facts)}, started_at=START), at(now))
    assert local(found)[:14] == alarm


def test_no_alarm_after_the_season() -> None:
    assert next_instant(plan(), History({"smith": story()}), at("2027-09-23 00:00")) is None


# -- the calendar file -------------------------------------------------------------------


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_ics_lines_are_folded_at_75_octets_and_end_in_crlf() -> None:
    long = Event(START, "smith", "ask", "S10", "Grüße, " * 40 + "日本語" * 30)
    text = to_ics([long], plan())
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert any(line.endswith("日本語 (S10)") for line in unfolded(text))


def test_ics_texts_are_escaped() -> None:
    rude = Event(START, "smith", "ask", "S10", "a; b, c\\d\r\nEND:VEVENT\x00\x07\u2028")
    lines = unfolded(to_ics([rude], plan()))
    assert "DESCRIPTION:a\\; b\\, c\\\\d\\nEND:VEVENT\u2028 (S10)" in lines
    assert lines.count("END:VEVENT") == 1


def test_ics_has_instants_in_utc_and_dates_as_whole_days() -> None:
    history = History({"smith": story(ASKED)}, started_at=START)
    lines = unfolded(to_ics(forecast(plan(), history, START), plan()))
    assert "DTSTART:20270401T140000Z" in lines
    assert "DTSTART;VALUE=DATE:20270922" in lines
    assert "DTEND;VALUE=DATE:20270923" in lines
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 3
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(set(uids)) == 3


def test_ics_an_entry_keeps_its_uid_when_its_date_moves() -> None:
    def uid(when: datetime) -> str:
        text = to_ics([Event(when, "smith", "reminder", "S5", "")], plan())
        return next(line for line in unfolded(text) if line.startswith("UID:"))

    assert uid(START) == uid(START + timedelta(days=3))


def test_ics_of_nothing_is_still_a_calendar() -> None:
    assert unfolded(to_ics([], plan()))[0] == "BEGIN:VCALENDAR"
    assert START.tzinfo is UTC
