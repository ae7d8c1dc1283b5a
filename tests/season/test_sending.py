"""The rules of sending, S1 to S15, as tables of plain values. All times are Chicago's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lordaemon.season.brake import in_order
from lordaemon.season.history import HandMail, History, WriterHistory
from lordaemon.season.policy import decide
from tests.season.build import (
    START,
    at,
    days,
    hand,
    heard,
    local,
    one,
    plan,
    planned,
    sent,
    story,
    word,
    writer,
)

ASKED = sent("request", "2027-03-15 09:00")
YES = heard("yes", "2027-03-16 10:00")
PACKET = sent("packet", "2027-03-17 09:00")


def slot(decision_at: datetime | None) -> str:
    """Weekday, day and hour; the writer's own minutes after opening are left out."""
    return local(decision_at)[:-3]


# -- S1 ----------------------------------------------------------------------------------


def test_s01_a_doubt_about_the_person_holds_everything() -> None:
    facts = story(doubt='"smith" was Jane Smith, and is now Joan Park')
    decision = one(plan(), facts, "2027-03-15 12:00")
    assert (decision.action, decision.rule) == ("ask", "S1")
    facts = replace(facts, words=(word("go", "2027-03-02 09:00", "request"),))
    assert one(plan(), facts, "2027-03-15 12:00").action == "ask"


@pytest.mark.parametrize("state", ["refused", "bounced"])
def test_s01_what_never_arrived_does_not_count(state: Any) -> None:
    failed = replace(ASKED, state=state, to="old@hospital.example")
    decision = one(plan(), story(failed), "2027-03-20 12:00")
    assert (decision.kind, decision.action) == ("request", "notice")


def test_s01_a_message_in_doubt_is_asked_about_and_not_repeated() -> None:
    doubtful = replace(ASKED, state="uncertain", at=None)
    assert one(plan(), story(doubtful), "2027-03-16 12:00").action == "ask"
    agreed = one(plan(), story(doubtful, word("yes", "2027-03-16 13:00")), "2027-03-17 13:00")
    assert agreed.kind == "packet"
    assert [ask.rule for ask in agreed.asks] == ["S1"]


# -- S2 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask_on", "ended", "leaves"),
    [
        (date(2027, 3, 15), None, "Mon 2027-03-15 08"),
        (date(2027, 3, 20), None, "Mon 2027-03-22 08"),  # Saturday
        (date(2027, 3, 21), None, "Mon 2027-03-22 08"),  # Sunday
        (date(2027, 5, 31), None, "Tue 2027-06-01 08"),  # Memorial Day
        (date(2027, 5, 29), None, "Tue 2027-06-01 08"),  # the weekend before it
        (date(2027, 2, 1), None, "Mon 2027-03-01 13"),  # past: at once, after the notice
        (None, date(2027, 3, 12), "Fri 2027-03-26 08"),
        (None, date(2027, 2, 1), "Mon 2027-03-01 13"),
        (None, None, "Mon 2027-03-01 13"),
    ],
)
def test_s02_when_the_request_leaves(ask_on: date | None, ended: date | None, leaves: str) -> None:
    the_plan = plan(writer(ask_on=ask_on, worked_together={"what": "Wards", "end": ended}))
    assert slot(one(the_plan, story(), START).at) == leaves


@pytest.mark.parametrize(
    ("now", "action"),
    [("2027-06-21 08:00", "wait"), ("2027-06-21 16:00", "send"), ("2027-06-22 09:00", "ask")],
)
def test_s02_no_request_later_than_ten_days_before_the_due_date(now: str, action: str) -> None:
    the_plan = plan(writer(ask_on=date(2027, 6, 21), due=date(2027, 7, 1)))
    assert one(the_plan, story(planned("request", "2027-06-20 09:00")), now).action == action


def test_s02_when_the_last_possible_day_is_over_nothing_is_shown_in_vain() -> None:
    the_plan = plan(writer(due=date(2027, 7, 1)))
    evening = story(first_seen_at=at("2027-06-21 18:00"))
    assert one(the_plan, evening, "2027-06-21 18:00").action == "ask"


def test_s02_on_the_last_possible_day_the_notice_is_cut_short() -> None:
    the_plan = plan(writer(due=date(2027, 7, 1)))
    late = story(planned("request", "2027-06-21 15:00"), first_seen_at=at("2027-06-21 15:00"))
    assert slot(one(the_plan, late, "2027-06-21 15:01").at) == "Mon 2027-06-21 17"


@pytest.mark.parametrize(
    ("said", "now", "action"),
    [("2027-06-20 10:00", "2027-06-23 09:00", "ask"),
     ("2027-06-23 08:00", "2027-06-23 09:00", "send"),
     ("2027-06-23 08:00", "2027-07-02 09:00", "ask")],
)  # fmt: skip
def test_s02_only_a_go_said_knowing_that_it_is_late_lets_it_go(
    said: str, now: str, action: str
) -> None:
    the_plan = plan(writer(ask_on=date(2027, 6, 21), due=date(2027, 7, 1)))
    facts = story(planned("request", "2027-06-20 09:00"), word("go", said, "request"))
    assert one(the_plan, facts, now).action == action


# -- S3, S4 ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yes", "leaves"),
    [
        ("2027-03-16 10:00", "Tue 2027-03-16 14"),  # after four hours of notice
        ("2027-03-16 20:00", "Wed 2027-03-17 09"),  # two hours of it the evening before
        ("2027-03-16 23:30", "Wed 2027-03-17 11"),
        ("2027-03-19 12:00", "Fri 2027-03-19 16"),
        ("2027-03-19 16:00", "Sat 2027-03-20 08"),  # nothing but the weekend within 48 hours
        ("2027-03-20 12:00", "Mon 2027-03-22 08"),
        ("2027-03-20 07:00", "Sat 2027-03-20 11"),  # Monday's hours open too late
        ("2027-05-28 18:00", "Sat 2027-05-29 08"),  # Memorial Day weekend
        ("2027-05-29 18:00", "Sun 2027-05-30 08"),
        ("2027-05-30 18:00", "Tue 2027-06-01 08"),
    ],
)
def test_s03_s04_the_packet_leaves_within_48_hours(yes: str, leaves: str) -> None:
    decision = one(plan(), story(ASKED, heard("yes", yes)), yes)
    assert slot(decision.at) == leaves
    assert decision.at is not None
    assert decision.at < at(yes) + days(2)


def test_s03_a_yes_by_mark_counts_from_when_it_was_recorded() -> None:
    unclear = heard("unclear", "2027-03-16 10:00")
    facts = story(ASKED, unclear, word("yes", "2027-03-23 09:00"))
    assert one(plan(), facts, "2027-03-23 09:00").due == at("2027-03-23 09:00")
    taken_back = story(ASKED, YES, heard("no", "2027-03-16 11:00"), word("yes", "2027-03-23 09:00"))
    assert one(plan(), taken_back, "2027-03-23 09:00").due == at("2027-03-23 09:00")


@pytest.mark.parametrize(
    ("yes", "kind"),
    [
        ("2027-09-20 10:00", "packet"),
        ("2027-09-22 16:00", "packet"),
        ("2027-09-22 23:59", "packet"),
    ],
)
def test_s03_packets_go_after_the_due_date_until_the_deadline(yes: str, kind: str) -> None:
    decision = one(plan(), story(sent("request", "2027-08-20 09:00"), heard("yes", yes)), yes)
    assert decision.kind == kind
    over = one(plan(), story(ASKED, heard("yes", yes)), "2027-09-23 00:00")
    assert (over.action, over.rule) == ("closed", "D6")


def test_s03_on_the_deadline_the_notice_is_cut_short() -> None:
    facts = story(sent("request", "2027-08-20 09:00"), heard("yes", "2027-09-22 15:00"))
    assert slot(one(plan(), facts, "2027-09-22 15:00").at) == "Wed 2027-09-22 17"


@pytest.mark.parametrize(
    ("zone", "day", "offset"),
    [
        ("America/Chicago", date(2027, 3, 15), timedelta(hours=-5)),
        ("America/Chicago", date(2027, 11, 8), timedelta(hours=-6)),
        ("Asia/Kolkata", date(2027, 3, 15), timedelta(hours=5.5)),
        ("Australia/Lord_Howe", date(2027, 4, 5), timedelta(hours=10.5)),
        ("Australia/Lord_Howe", date(2027, 10, 4), timedelta(hours=11)),
        ("America/St_Johns", date(2027, 3, 15), timedelta(hours=-2.5)),
        ("Pacific/Apia", date(2027, 3, 15), timedelta(hours=13)),
    ],
)
def test_s04_send_hours_are_the_applicants_wall_time(
    zone: str, day: date, offset: timedelta
) -> None:
    the_plan = plan(writer(ask_on=day), zone=zone, deadline=date(2028, 3, 1), holidays="none")
    decision = one(the_plan, story(), START)
    assert decision.at is not None
    there = decision.at.astimezone(ZoneInfo(zone))
    assert (there.date(), there.utcoffset()) == (day, offset)
    assert timedelta(hours=8, minutes=30) <= there - there.replace(hour=0, minute=0, second=0)


def test_s04_a_reminder_waits_for_a_working_day() -> None:
    asked = sent("request", "2027-05-12 09:00")  # + 17 days: the Saturday before Memorial Day
    assert slot(one(plan(), story(asked), "2027-05-20 09:00").at) == "Tue 2027-06-01 08"


def test_s04_writers_have_minutes_of_their_own() -> None:
    the_plan = plan(*[writer(f"w{n}", ask_on=date(2027, 3, 15)) for n in range(8)])
    people = {w.id: WriterHistory(w.id, first_seen_at=START) for w in the_plan.writers}
    found = decide(the_plan, History(people, started_at=START), START)
    slots = {d.at for d in found if d.at}
    assert len(slots) == 8
    assert all(at("2027-03-15 08:30") <= s < at("2027-03-15 08:55") for s in slots)


# -- S5, S6, S7 --------------------------------------------------------------------------


def test_s05_the_reminder_counts_from_when_the_request_left() -> None:
    late = sent("request", "2027-03-18 16:00")
    decision = one(plan(remind_after_days=14), story(late), "2027-03-20 09:00")
    assert (decision.kind, local(decision.at)) == ("reminder", "Thu 2027-04-01 16:00")


@pytest.mark.parametrize("label", ["yes_conditional", "no", "unclear", "unrelated", "question"])
@pytest.mark.parametrize("confident", [True, False])
def test_s05_any_human_message_ends_reminding(label: str, confident: bool) -> None:
    facts = story(ASKED, heard(label, "2027-03-20 09:00", confident=confident))
    assert one(plan(), facts, "2027-04-05 09:00").kind == "none"


def test_s05_a_claim_that_was_wrong_was_a_message_all_the_same() -> None:
    claimed = heard("uploaded", "2027-03-20 09:00")
    facts = story(ASKED, claimed, word("not-uploaded", "2027-03-21 09:00"))
    assert one(plan(), facts, "2027-04-05 09:00").kind == "none"


def test_s05_machines_and_mail_to_many_do_not_answer() -> None:
    facts = story(
        ASKED,
        heard("auto_reply", "2027-03-15 09:01", return_on=date(2027, 3, 17)),
        heard("unrelated", "2027-03-17 09:00", flags=frozenset({"bulk"}), in_thread=False),
    )
    assert one(plan(), facts, "2027-04-05 09:00").action == "send"


def test_s05_what_came_before_the_request_is_no_answer_to_it() -> None:
    before = heard("unclear", "2027-03-10 09:00")
    facts = story(before, word("go", "2027-03-11 09:00", "request"), ASKED)
    assert one(plan(), facts, "2027-04-05 09:00").kind == "reminder"


@pytest.mark.parametrize(
    ("yes", "packet", "leaves"),
    [
        ("2027-03-16 10:00", "2027-03-17 09:00", "Mon 2027-08-30 08"),  # the 29th is a Sunday
        ("2027-09-01 10:00", "2027-09-02 09:00", "Thu 2027-09-09 09"),
        ("2027-08-27 10:00", "2027-08-28 09:00", "Tue 2027-09-07 08"),  # gap, then Labor Day
    ],
)
def test_s06_when_the_follow_up_leaves(yes: str, packet: str, leaves: str) -> None:
    facts = story(ASKED, heard("yes", yes), sent("packet", packet))
    decision = one(plan(), facts, at(packet) + timedelta(hours=1))
    assert (decision.kind, slot(decision.at)) == ("follow_up", leaves)


@pytest.mark.parametrize(
    "last",
    [heard("uploaded", "2027-08-20 09:00"), word("claimed", "2027-08-20 09:00"),
     word("uploaded", "2027-08-20 09:00"), word("skip follow-up", "2027-08-20 09:00"),
     heard("no", "2027-08-20 09:00"), heard("unclear", "2027-08-20 09:00"),
     word("pause", "2027-08-20 09:00")],
)  # fmt: skip
def test_s06_no_follow_up_after(last: Any) -> None:
    facts = story(ASKED, YES, PACKET, last)
    assert one(plan(), facts, "2027-08-30 12:00").kind == "none"


def test_s06_too_late_a_yes_leaves_no_room() -> None:
    facts = story(ASKED, heard("yes", "2027-09-10 10:00"), sent("packet", "2027-09-11 09:00"))
    decision = one(plan(), facts, "2027-09-12 09:00")
    assert (decision.kind, decision.rule) == ("none", "S7")


@pytest.mark.parametrize(
    ("now", "due", "action", "rule"),
    [
        ("2027-04-10 09:00", date(2027, 4, 22), "wait", "S5"),  # Saturday: Monday, 10 days left
        ("2027-04-12 09:00", date(2027, 4, 22), "send", "S5"),  # slept eleven days, 10 days left
        ("2027-04-13 09:00", date(2027, 4, 22), "wait", "S7"),  # one too many
        ("2027-04-13 09:00", date(2027, 4, 23), "send", "S5"),  # a later due date brings it back
        ("2027-04-01 09:00", date(2027, 4, 5), "send", "S5"),  # on its own day it needs no room
        ("2027-04-02 09:00", date(2027, 4, 5), "wait", "S7"),
        ("2027-04-01 09:00", date(2027, 4, 1), "send", "S5"),  # S13: the due date itself is left
        ("2027-04-01 09:00", date(2027, 3, 31), "wait", "S7"),  # S13: after it, nothing
    ],
)
def test_s07_a_pushed_reminder_needs_ten_days(now: str, due: date, action: str, rule: str) -> None:
    decision = one(plan(writer(due=due)), story(ASKED), now)
    assert (decision.action, decision.rule) == (action, rule)


@pytest.mark.parametrize(
    ("now", "action"),
    [("2027-09-10 16:00", "send"), ("2027-09-11 09:00", "wait"), ("2027-09-13 09:00", "wait")],
)
def test_s07_a_pushed_follow_up_needs_three_days(now: str, action: str) -> None:
    decision = one(plan(), story(ASKED, YES, PACKET), now)
    assert decision.action == action
    assert decision.kind == ("follow_up" if action == "send" else "none")


def test_s07_a_dropped_follow_up_comes_back_with_a_later_due_date() -> None:
    facts = story(ASKED, YES, PACKET)
    assert "would be left" in one(plan(), facts, "2027-09-14 09:00").why
    later = plan(writer(due=date(2027, 9, 20)))
    assert one(later, facts, "2027-09-14 09:00").action == "send"


def test_s07_hand_mail_starts_a_gap_too() -> None:
    facts = story(ASKED, YES, PACKET, hand("2027-08-10 09:00"))
    assert slot(one(plan(), facts, "2027-08-11 09:00").at) == "Mon 2027-08-30 08"
    facts = story(hand("2027-03-12 09:00"), word("not-sent", "2027-03-13 09:00"))
    assert (
        slot(one(plan(), facts, "2027-03-13 10:00").at) == "Fri 2027-03-19 10"
    )  # summer time began


def test_s07_a_message_that_may_have_left_starts_a_gap() -> None:
    doubtful = replace(sent("reminder", "2027-08-27 09:00"), state="uncertain", at=None)
    facts = story(ASKED, doubtful, word("yes", "2027-08-27 12:00"),
                  word("stop", "2027-08-27 12:01", "packet"))  # fmt: skip
    assert slot(one(plan(), facts, "2027-08-28 09:00").at) == "Fri 2027-09-03 09"


# -- S8 ----------------------------------------------------------------------------------


def test_s08_after_a_long_sleep_the_longest_due_goes_first_and_three_an_hour() -> None:
    ids = ["a", "b", "c", "d", "e"]
    the_plan = plan(*[writer(i) for i in ids])
    people = {
        i: WriterHistory(
            i, (sent("request", at("2027-03-10 09:00") - days(n)),), first_seen_at=START
        )
        for n, i in enumerate(ids)
    }
    now = at("2027-04-05 10:00")
    found = decide(the_plan, History(people), now)
    assert [d.writer for d in in_order(found)] == ["e", "d", "c"]
    held = [d for d in found if d.rule == "S8"]
    assert [(d.writer, d.action, d.at) for d in held] == [
        ("a", "wait", now + timedelta(hours=1)),
        ("b", "wait", now + timedelta(hours=1)),
    ]


def test_s08_a_quick_yes_gets_the_packet_the_same_day() -> None:
    """The limit of one message a day is for what piled up; a packet may come inside a gap (S7)."""
    facts = story(sent("request", "2027-03-16 09:00"), heard("yes", "2027-03-16 09:30"))
    assert slot(one(plan(), facts, "2027-03-16 09:30").at) == "Tue 2027-03-16 13"


def test_s09_while_all_is_on_hold_nothing_leaves_and_it_says_why() -> None:
    history = History({"smith": story(ASKED)}, holds=("the database is older than the mailbox",))
    [decision] = decide(plan(), history, at("2027-04-05 10:00"))
    assert (decision.action, decision.why) == ("wait", "the database is older than the mailbox")


# -- S10 ---------------------------------------------------------------------------------


def test_s10_understood_ends_reminding_but_not_the_follow_up() -> None:
    handled = story(
        ASKED,
        heard("question", "2027-03-20 09:00"),
        word("understood", "2027-03-21 09:00"),
    )
    assert one(plan(), handled, "2027-04-05 09:00").rule == "S10"
    agreed = story(ASKED, YES, PACKET, heard("question", "2027-04-20 09:00"),
                   word("understood", "2027-04-21 09:00"))  # fmt: skip
    assert one(plan(), agreed, "2027-04-22 09:00").kind == "follow_up"


def test_s10_understood_before_the_request_keeps_it_back() -> None:
    facts = story(heard("unclear", "2027-03-10 09:00"), word("understood", "2027-03-11 09:00"))
    assert one(plan(), facts, "2027-03-16 09:00").rule == "S10"
    facts = replace(facts, words=(*facts.words, word("go", "2027-03-12 09:00", "request")))
    assert one(plan(), facts, "2027-03-12 09:00").kind == "request"


# -- S11 ---------------------------------------------------------------------------------


def test_s11_a_date_known_ahead_is_shown_the_day_before() -> None:
    the_plan = plan()
    ahead = one(the_plan, story(), START)
    assert slot(ahead.notice_at) == "Sun 2027-03-14 08"
    assert one(the_plan, story(), "2027-03-14 09:00").action == "notice"
    assert (
        one(the_plan, story(planned("request", "2027-03-14 09:00")), "2027-03-14 15:00").action
        == "wait"
    )
    assert (
        one(the_plan, story(planned("request", "2027-03-14 09:00")), "2027-03-15 09:00").action
        == "send"
    )


@pytest.mark.parametrize(
    ("shown", "now", "leaves"),
    [
        (
            "2027-03-18 08:40",
            "2027-03-18 08:41",
            "Thu 2027-03-18 09",
        ),  # 80 minutes are left of 48 hours
        ("2027-03-17 20:00", "2027-03-17 20:01", "Thu 2027-03-18 09"),
        ("2027-03-18 11:00", "2027-03-18 11:01", "Thu 2027-03-18 15"),  # broken: the notice in full
    ],
)
def test_s11_a_late_notice_never_breaks_the_48_hours(shown: str, now: str, leaves: str) -> None:
    facts = story(ASKED, YES, planned("packet", shown))
    assert slot(one(plan(), facts, now).at) == leaves


def test_s11_a_short_limit_shortens_the_notice() -> None:
    the_plan = plan(notice_hours=24, materials_within_hours=24)
    facts = story(ASKED, heard("yes", "2027-03-16 10:00"), planned("packet", "2027-03-16 10:00"))
    assert slot(one(the_plan, facts, "2027-03-16 10:01").at) == "Wed 2027-03-17 08"


def test_s11_a_shortened_notice_keeps_to_working_days() -> None:
    the_plan = plan(notice_hours=24)
    friday = "2027-03-19 08:31"  # 24 hours of notice end on Saturday evening; Sunday is too late
    facts = story(ASKED, heard("yes", friday), planned("packet", friday))
    assert slot(one(the_plan, facts, friday).at) == "Fri 2027-03-19 17"


def test_s11_go_ends_the_waiting_and_stop_the_message() -> None:
    draft = planned("packet", "2027-03-16 10:00")
    go = story(ASKED, YES, draft, word("go", "2027-03-16 10:30", "packet"))
    assert one(plan(), go, "2027-03-16 10:31").action == "send"
    stop = story(ASKED, YES, word("stop", "2027-03-16 10:30", "packet"))
    assert one(plan(), stop, "2027-03-16 16:00").kind != "packet"
    early = story(planned("request", "2027-03-14 09:00"), word("go", "2027-03-14 10:00", "request"))
    assert slot(one(plan(), early, "2027-03-14 10:01").at) == "Mon 2027-03-15 08"


@pytest.mark.parametrize(
    ("facts", "kind", "now"),
    [
        ((), "request", "2027-03-15 12:00"),
        ((ASKED, YES), "packet", "2027-03-17 12:00"),
        ((ASKED,), "reminder", "2027-04-05 12:00"),
        ((ASKED, YES, PACKET), "follow_up", "2027-08-30 12:00"),
    ],
)
def test_s11_each_waits_for_the_word_for_all_four_kinds(facts: Any, kind: Any, now: str) -> None:
    the_plan = plan(approve="each")
    assert one(the_plan, story(*facts), now).action == "notice"
    draft = planned(kind, "2027-03-14 09:00")
    asked = one(the_plan, story(*facts, draft), now)
    assert (asked.action, asked.kind, asked.rule) == ("ask", kind, "S11")
    old_go = word("go", "2027-03-13 09:00", kind)  # said to an earlier draft
    assert one(the_plan, story(*facts, draft, old_go), now).action == "ask"
    for released in (
        story(*facts, draft, word("go", at(now), kind)),
        story(*facts, replace(draft, approved=True)),
    ):
        assert one(the_plan, released, now).action == "send"


def test_s11_each_says_late_when_48_hours_pass() -> None:
    facts = story(ASKED, YES, planned("packet", "2027-03-16 10:00"))
    the_plan = plan(approve="each")
    assert "late" not in one(the_plan, facts, "2027-03-18 09:59").asks[0].why
    assert "late" in one(the_plan, facts, "2027-03-18 10:00").asks[0].why


# -- S12 to S15 --------------------------------------------------------------------------


def test_s12_a_fault_in_the_plan_blocks_and_asks() -> None:
    decision = one(plan(), story(fault="cv.pdf is missing"), "2027-03-15 12:00")
    assert (decision.action, decision.rule, decision.why) == ("ask", "S12", "cv.pdf is missing")


@pytest.mark.parametrize(
    "verb", ["withdrawn", "uploaded", "assigned", "no", "silent", "claimed", "pause"]
)
@pytest.mark.parametrize(
    ("facts", "now"),
    [((), "2027-03-15 12:00"), ((ASKED,), "2027-04-05 12:00"),
     ((ASKED, YES), "2027-03-17 12:00"), ((ASKED, YES, PACKET), "2027-08-30 12:00")],
)  # fmt: skip
def test_s13_after_these_words_nothing_is_sent(verb: str, facts: Any, now: str) -> None:
    decision = one(plan(), story(*facts, word(verb, at(now))), now)
    assert decision.action in ("wait", "closed")
    assert decision.kind == "none"


def test_s13_mail_from_them_before_the_request_cancels_it_and_asks() -> None:
    early = heard("yes", "2027-03-12 09:00", in_thread=False)
    decision = one(plan(), story(early), "2027-03-15 12:00")
    assert (decision.action, decision.rule) == ("ask", "S13")


def test_s15_the_plans_own_dates_count_as_sent_by_hand() -> None:
    told = hand("2027-03-10 08:30", counts_as="request")
    decision = one(plan(), story(told), "2027-03-11 09:00")
    assert (decision.kind, slot(decision.at)) == ("reminder", "Mon 2027-03-29 08")
    packet = hand("2027-03-12 08:30", counts_as="packet")
    decision = one(plan(), story(told, word("yes", "2027-03-11 09:00"), packet), "2027-03-13 09:00")
    assert decision.kind == "follow_up"


def test_s15_earlier_mail_holds_the_request_and_asks() -> None:
    found = HandMail(at("2027-02-03 09:00"), subject="Letter", before_first_sync=True)
    decision = one(plan(), story(found), "2027-03-15 12:00")
    assert (decision.action, decision.rule) == ("ask", "S15")
    assert '3 February ("Letter")' in decision.why
    settled = story(found, word("sent", "2027-03-15 12:00"))
    assert one(plan(), settled, "2027-03-15 12:00").standing.asked_at == found.at
    not_it = story(found, word("not-sent", "2027-03-15 12:00"))
    assert one(plan(), not_it, "2027-03-15 12:00").kind == "request"
    told = hand("2027-03-10 08:30", counts_as="request")
    assert one(plan(), story(found, told), "2027-03-15 12:00").kind == "reminder"
