"""The rules of hearing, H1 to H13, and the applicant's words, as tables. Times are Chicago's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lordaemon.plan.model import Plan
from lordaemon.season.decision import Decision
from lordaemon.season.history import History, Label, WriterHistory
from lordaemon.season.policy import decide
from tests.season.build import (
    START,
    at,
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
NO = heard("no", "2027-03-16 10:00")
PACKET = sent("packet", "2027-03-17 09:00")
REMINDER = sent("reminder", "2027-04-01 09:00")


# -- H1 to H3 ----------------------------------------------------------------------------


def test_h01_a_yes_makes_the_packet_due_with_its_evidence() -> None:
    decision = one(plan(), story(ASKED, replace(YES, evidence="Happy to.")), "2027-03-16 11:00")
    assert (decision.stage, decision.kind, decision.due) == ("agreed", "packet", YES.at)
    assert decision.standing.yes_evidence == "Happy to."


def test_h01_the_48_hours_count_from_the_first_yes() -> None:
    """S3: "Yes" and, a day later, "yes, as I said" do not put the packet off."""
    again = heard("yes", "2027-03-17 10:00", evidence="Yes, as I said.")
    decision = one(plan(), story(ASKED, YES, again), "2027-03-17 11:00")
    assert (decision.kind, decision.due) == ("packet", YES.at)


def test_h01_an_answer_in_the_very_second_of_the_request_is_one() -> None:
    left = replace(ASKED, at=at("2027-03-15 09:00") + timedelta(microseconds=400_000))
    answer = heard("yes", "2027-03-15 09:00")  # the server tells whole seconds
    assert one(plan(), story(left, answer), "2027-03-15 11:00").kind == "packet"


@pytest.mark.parametrize("who", [{}, {"ended": "word"}])
def test_h01_a_yes_from_a_silent_writer_opens_the_row_again(who: dict[str, str]) -> None:
    words = (word("silent", "2027-04-20 09:00"),) if who else ()
    silent = story(ASKED, REMINDER, *words)
    assert one(plan(), silent, "2027-04-22 09:00").stage == "silent"
    back = story(ASKED, REMINDER, *words, heard("yes", "2027-04-22 09:00"))
    assert one(plan(), back, "2027-04-22 09:01").kind == "packet"


@pytest.mark.parametrize(
    ("label", "confident", "rule"),
    [
        ("yes_conditional", True, "H2"),
        ("yes", False, "S10"),
        ("no", False, "H3"),
        ("delegated", True, "H7"),
        ("deferred", True, "H7"),
        ("question", True, "H7"),
        ("unclear", True, "S10"),
        ("unrelated", True, "S10"),
        ("uploaded", False, "H6"),
    ],
)
@pytest.mark.parametrize("agreed", [True, False])
def test_h02_h07_s10_what_is_not_plain_freezes_and_asks(
    label: Label, confident: bool, rule: str, agreed: bool
) -> None:
    before = (ASKED, YES) if agreed else (ASKED,)
    facts = story(*before, heard(label, "2027-03-16 11:00", confident=confident))
    decision = one(plan(), facts, "2027-03-17 12:00")
    assert (decision.action, decision.rule, decision.kind) == ("ask", rule, "none")


def test_s10_a_later_yes_does_not_lift_a_freeze() -> None:
    facts = story(ASKED, heard("yes_conditional", "2027-03-16 10:00"),
                  heard("yes", "2027-03-17 10:00"))  # fmt: skip
    decision = one(plan(), facts, "2027-03-18 09:00")
    assert (decision.action, decision.rule) == ("ask", "H2")
    assert "reads like a yes" in decision.why
    agreed = replace(facts, words=(word("yes", "2027-03-18 09:00"),))
    assert one(plan(), agreed, "2027-03-18 09:00").kind == "packet"


def test_h03_a_no_after_a_yes_stops_everything() -> None:
    facts = story(
        ASKED, YES, planned("packet", "2027-03-16 10:00"), heard("no", "2027-03-16 12:00")
    )
    decision = one(plan(), facts, "2027-03-16 15:00")
    assert (decision.action, decision.stage) == ("closed", "declined")


@pytest.mark.parametrize(
    ("seen", "stage"),
    [("2027-03-16 10:05", "agreed"), ("2027-03-16 15:00", "declined")],
)
def test_h03_a_no_read_after_mark_yes_wins_over_it(seen: str, stage: str) -> None:
    no = heard("no", "2027-03-16 10:00", seen=seen)
    facts = story(ASKED, no, word("yes", "2027-03-16 12:00"))
    assert one(plan(), facts, "2027-03-16 15:01").stage == stage


@pytest.mark.parametrize(("label", "rule"), [("yes", "H3"), ("yes_conditional", "H3"),
                                             ("unclear", "H3"), ("uploaded", "H6")])  # fmt: skip
def test_h03_what_may_take_a_no_back_is_asked_about(label: Label, rule: str) -> None:
    facts = story(ASKED, NO, heard(label, "2027-03-18 10:00"))
    decision = one(plan(), facts, "2027-03-18 11:00")
    assert (decision.action, decision.rule, decision.stage) == ("ask", rule, "declined")
    still = replace(facts, words=(word("understood", "2027-03-18 12:00"),))
    assert one(plan(), still, "2027-03-18 12:01").action == "closed"
    changed = replace(facts, words=(word("yes", "2027-03-18 12:00"),))
    assert one(plan(), changed, "2027-03-18 12:01").kind == "packet"


def test_h03_a_thank_you_after_the_letter_is_in_asks_nothing() -> None:
    facts = story(ASKED, YES, PACKET, word("uploaded", "2027-05-01 09:00"))
    thanked = replace(facts, heard=(*facts.heard, heard("unclear", "2027-05-02 09:00")))
    assert one(plan(), thanked, "2027-05-03 09:00").action == "closed"
    withdrawn = replace(facts, heard=(*facts.heard, heard("no", "2027-05-02 09:00")))
    decision = one(plan(), withdrawn, "2027-05-03 09:00")
    assert (decision.action, decision.stage) == ("ask", "uploaded")


# -- H4 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back", "until"),
    [
        (date(2027, 4, 9), "Tue 2027-04-13 08:30"),  # Friday: two working days later
        (date(2027, 5, 28), "Wed 2027-06-02 08:30"),  # over Memorial Day
        (None, "Thu 2027-04-08 07:00"),  # none, or an ambiguous one: a fortnight
        (date(2027, 3, 20), "Thu 2027-04-08 07:00"),  # already past
        (date(2027, 3, 25), "Mon 2027-03-29 08:30"),  # the day it came is not past
        (date.max, "Tue 2028-09-26 08:30"),  # nonsense is bounded
    ],
)
def test_h04_an_automatic_reply_holds_the_reminder(back: date | None, until: str) -> None:
    auto = heard("auto_reply", "2027-03-25 07:00", return_on=back)
    decision = one(plan(), story(ASKED, auto), "2027-03-25 08:00")
    assert local(decision.away_until) == until


def test_h04_a_later_one_replaces_an_earlier_one_and_the_packet_does_not_wait() -> None:
    long = heard("auto_reply", "2027-03-25 07:00", return_on=date(2027, 6, 1))
    short = heard("auto_reply", "2027-03-26 07:00", return_on=date(2027, 4, 5))
    for order in ((long, short), (short, long)):
        decision = one(plan(), story(ASKED, *order), "2027-03-30 08:00")
        assert local(decision.at)[:10] == "Wed 2027-0"
        assert decision.away_until == at("2027-04-07 08:30")
    agreed = one(plan(), story(ASKED, YES, long), "2027-03-25 08:00")
    assert agreed.kind == "packet"


def test_h04_a_hold_can_push_the_reminder_out_of_the_season() -> None:
    away = heard("auto_reply", "2027-03-25 07:00", return_on=date(2027, 9, 6))
    decision = one(plan(), story(ASKED, away), "2027-04-05 08:00")
    assert (decision.kind, decision.rule) == ("close", "S7")


def test_h04_left_the_institution_needs_the_applicant() -> None:
    gone = heard("auto_reply", "2027-03-25 07:00", flags=frozenset({"left_institution"}))
    assert one(plan(), story(ASKED, gone), "2027-03-25 08:00").rule == "H4"


# -- H5 ----------------------------------------------------------------------------------


def bounced(kind: Any, when: str, to: str = "smith@hospital.example") -> Any:
    return replace(sent(kind, when, to), state="bounced", problem="550 no such user")


@pytest.mark.parametrize(
    ("before", "kind"),
    [((), "request"), ((ASKED, YES), "packet"), ((ASKED,), "reminder"),
     ((ASKED, YES, PACKET), "follow_up")],
)  # fmt: skip
def test_h05_a_bounce_asks_and_a_corrected_address_opens_that_kind_again(
    before: Any, kind: Any
) -> None:
    when = "2027-08-30 09:00" if kind == "follow_up" else "2027-04-06 09:00"
    later = at(when) + timedelta(hours=2)
    report = heard("bounce", at(when) + timedelta(minutes=1), bounce_permanent=True,
                   bounced_kind=kind)  # fmt: skip
    facts = story(*before, bounced(kind, when), report)
    decision = one(plan(), facts, later)
    assert (decision.action, decision.rule) == ("ask", "H5")
    assert decision.asks[0].evidence == "550 no such user"
    assert decision.stage == ("undeliverable" if len(before) < 2 else decision.stage)
    corrected = one(plan(writer(email="new@hospital.example")), facts, later)
    assert corrected.kind == kind
    assert corrected.action == ("notice" if kind in ("request", "packet") else "send")


def test_h05_after_a_correction_the_clocks_run_from_the_new_sending() -> None:
    the_plan = plan(writer(email="new@hospital.example"))
    again = sent("request", "2027-03-22 09:00", "new@hospital.example")
    decision = one(
        the_plan, story(bounced("request", "2027-03-15 09:00"), again), "2027-03-23 09:00"
    )
    assert (decision.kind, local(decision.at)[:10]) == ("reminder", "Thu 2027-0")
    assert decision.due == at("2027-04-08 09:00")
    draft = replace(planned("request", "2027-03-20 12:00"), to="new@hospital.example")
    waiting = one(
        the_plan, story(bounced("request", "2027-03-15 09:00"), draft), "2027-03-20 13:00"
    )
    assert local(waiting.at)[:14] == "Mon 2027-03-22"


def test_h05_an_address_changed_without_a_bounce_sends_nothing_again() -> None:
    decision = one(plan(writer(email="new@hospital.example")), story(ASKED), "2027-03-16 09:00")
    assert decision.kind == "reminder"


def test_h05_only_a_go_said_after_the_bounce_tries_the_same_address_again() -> None:
    early = story(word("go", "2027-03-14 09:00", "request"), bounced("request", "2027-03-15 09:00"))
    assert one(plan(), early, "2027-03-16 09:00").action == "ask"
    later = story(bounced("request", "2027-03-15 09:00"), word("go", "2027-03-16 09:00", "request"))
    assert one(plan(), later, "2027-03-16 09:00").kind == "request"


def test_h05_a_delay_changes_nothing_and_a_nameless_failure_asks() -> None:
    delay = heard("bounce", "2027-03-15 10:00", bounced_kind="request")
    assert one(plan(), story(ASKED, delay), "2027-03-16 09:00").kind == "reminder"
    nameless = heard("bounce", "2027-03-15 10:00", bounce_permanent=True)
    assert one(plan(), story(ASKED, nameless), "2027-03-16 09:00").rule == "H5"


# -- H6 ----------------------------------------------------------------------------------


def test_h06_a_claim_stops_the_follow_up_and_is_no_upload() -> None:
    facts = story(ASKED, YES, PACKET, heard("uploaded", "2027-06-01 09:00"))
    decision = one(plan(), facts, "2027-08-30 12:00")
    assert (decision.stage, decision.kind, decision.rule) == ("claimed", "none", "H6")
    wrong = replace(facts, words=(word("not-uploaded", "2027-06-02 09:00"),))
    assert one(plan(), wrong, "2027-08-30 12:00").kind == "follow_up"


def test_h06_a_portals_notice_is_a_claim_too() -> None:
    notice = heard("uploaded", "2027-06-01 09:00", flags=frozenset({"machine"}), from_writer=False)
    assert one(plan(), story(ASKED, YES, PACKET, notice), "2027-06-01 10:00").stage == "claimed"
    forged = replace(notice, authentic=False)
    assert one(plan(), story(ASKED, YES, PACKET, forged), "2027-06-01 10:00").stage != "claimed"


# -- H8 ----------------------------------------------------------------------------------


def test_h08_hand_mail_after_the_request_is_the_reminder() -> None:
    decision = one(plan(), story(ASKED, hand("2027-03-25 09:00")), "2027-03-26 09:00")
    assert (decision.stage, decision.kind) == ("reminded", "close")
    assert decision.at == at("2027-04-08 09:00")


@pytest.mark.parametrize(
    ("when", "kind"), [("2027-08-15 12:00", "follow_up"), ("2027-08-16 00:01", "none")]
)
def test_h08_hand_mail_within_30_days_of_the_due_date_is_the_follow_up(
    when: str, kind: str
) -> None:
    facts = story(ASKED, YES, PACKET, hand(when))
    assert one(plan(), facts, "2027-08-20 09:00").kind == kind


@pytest.mark.parametrize(
    ("verb", "kind"), [("sent", "follow_up"), ("not-sent", "packet"), ("understood", "follow_up"),
                       ("go", "packet")]
)  # fmt: skip
def test_h08_files_by_hand_after_a_yes_may_be_the_packet(verb: str, kind: str) -> None:
    files = hand("2027-03-16 12:00", attachments=True)
    held = one(plan(), story(ASKED, YES, files), "2027-03-16 13:00")
    assert (held.action, held.rule) == ("ask", "H8")
    said = story(ASKED, YES, files, word(verb, "2027-03-16 14:00", "packet"))
    assert one(plan(), said, "2027-03-16 15:00").kind == kind


# -- H9 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "silent_on"),
    [
        ((ASKED, REMINDER), "2027-04-15 09:00"),
        ((ASKED, hand("2027-03-25 09:00")), "2027-04-08 09:00"),
        ((ASKED, REMINDER, hand("2027-04-10 09:00")), "2027-04-24 09:00"),
        ((ASKED, word("skip reminder", "2027-03-20 09:00")), "2027-04-15 09:00"),
    ],
)
def test_h09_silent_a_fortnight_after_the_last_word(facts: Any, silent_on: str) -> None:
    before = one(plan(), story(*facts), at(silent_on) - timedelta(seconds=1))
    assert (before.kind, before.at) == ("close", at(silent_on))
    assert one(plan(), story(*facts), silent_on).stage == "silent"


def test_h09_a_dropped_reminder_starts_the_same_clock() -> None:
    the_plan = plan(writer(due=date(2027, 4, 5)), give_up_after_days=14)
    dropped = one(the_plan, story(ASKED), "2027-04-02 09:00")
    assert (dropped.kind, dropped.rule) == ("close", "S7")
    assert dropped.at is not None
    assert one(the_plan, story(ASKED), dropped.at).stage == "silent"
    assert local(dropped.at)[:14] == "Thu 2027-04-15"


def people(the_plan: Plan, now: str, **stories: WriterHistory) -> dict[str, Decision]:
    known = {
        w.id: stories.get(w.id, WriterHistory(w.id, first_seen_at=START)) for w in the_plan.writers
    }
    return {d.writer: d for d in decide(the_plan, History(known, started_at=START), at(now))}


LEE = writer("lee", backup_for=("smith",))
GOMEZ = writer("gomez", backup_for=("smith", "park"))
NEVER = writer("never", backup_for=("lee",))


def active(found: dict[str, Decision]) -> list[str]:
    return [name for name, d in found.items() if d.kind == "request" and d.rule == "H9"]


def test_h09_the_first_backup_becomes_due_after_a_notice() -> None:
    the_plan = plan(writer(), LEE, GOMEZ)
    assert active(people(the_plan, "2027-03-16 09:00", smith=story(ASKED))) == []
    found = people(the_plan, "2027-03-16 10:30", smith=story(ASKED, NO))
    assert active(found) == ["lee"]
    assert (found["lee"].action, found["lee"].due) == ("notice", NO.at)


def test_h09_one_backup_fills_one_place_only() -> None:
    the_plan = plan(writer(), writer("park"), GOMEZ)
    found = people(the_plan, "2027-03-16 10:30", smith=story(ASKED, NO), park=story(ASKED, NO))
    assert active(found) == ["gomez"]


def test_h09_two_places_two_backups() -> None:
    second = writer("hall", backup_for=("smith", "park"))
    the_plan = plan(writer(), writer("park"), GOMEZ, second)
    found = people(the_plan, "2027-03-16 10:30", smith=story(ASKED, NO), park=story(ASKED, NO))
    assert active(found) == ["gomez", "hall"]


def test_h09_a_lost_backup_passes_the_place_on_once() -> None:
    the_plan = plan(writer(), LEE, NEVER, GOMEZ)
    lee = story(sent("request", "2027-03-18 09:00", "lee@hospital.example"),
                heard("no", "2027-03-19 09:00"))  # fmt: skip
    found = people(the_plan, "2027-03-19 10:00", smith=story(ASKED, NO), lee=lee)
    assert active(found) == ["never"]
    assert found["never"].due == at("2027-03-19 09:00")


def test_h09_a_reserve_who_was_never_needed_leaves_no_gap() -> None:
    the_plan = plan(writer(), LEE, NEVER)
    lee = story(word("no", "2027-03-10 09:00"))
    assert active(people(the_plan, "2027-03-19 10:00", smith=story(ASKED), lee=lee)) == []
    both = people(the_plan, "2027-03-19 10:00", smith=story(ASKED, NO), lee=lee)
    assert active(both) == ["never"]


def test_h09_a_backup_already_asked_goes_on_when_the_first_comes_back() -> None:
    the_plan = plan(writer(), LEE)
    lee = story(sent("request", "2027-03-18 09:00", "lee@hospital.example"))
    smith = story(ASKED, NO, word("yes", "2027-03-19 09:00"))
    assert people(the_plan, "2027-03-19 10:00", smith=smith, lee=lee)["lee"].kind == "reminder"
    unasked = people(the_plan, "2027-03-19 10:00", smith=smith)
    assert unasked["lee"].why == "in reserve for smith"


def test_h09_withdrawn_backups_take_no_place() -> None:
    the_plan = plan(writer(), LEE, GOMEZ)
    lee = story(word("withdrawn", "2027-03-10 09:00"))
    found = people(the_plan, "2027-03-19 10:00", smith=story(ASKED, NO), lee=lee)
    assert active(found) == ["gomez"]


@pytest.mark.parametrize(
    ("now", "backup"), [("2027-03-18 08:59", []), ("2027-03-18 09:30", ["lee"])]
)
def test_h09_undeliverable_for_three_days(now: str, backup: list[str]) -> None:
    report = heard("bounce", "2027-03-15 09:30", bounce_permanent=True, bounced_kind="request")
    dead = story(bounced("request", "2027-03-15 09:00"), report)
    assert active(people(plan(writer(), LEE), now, smith=dead)) == backup
    corrected = plan(writer(email="new@hospital.example"), LEE)
    assert active(people(corrected, now, smith=dead)) == []


def test_h09_no_backup_while_it_is_open_whether_the_no_was_taken_back() -> None:
    smith = story(ASKED, NO, heard("yes_conditional", "2027-03-17 09:00"))
    assert active(people(plan(writer(), LEE), "2027-03-18 09:00", smith=smith)) == []


# -- H10, H13, words ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "rule"),
    [({"authentic": False}, "H10"), ({"from_writer": False}, "H7"),
     ({"from_writer": False, "in_thread": False}, "H13")],
)  # fmt: skip
@pytest.mark.parametrize("label", ["yes", "uploaded", "no"])
def test_h10_h13_nobody_elses_word_moves_anything(label: Label, changes: Any, rule: str) -> None:
    facts = story(ASKED, heard(label, "2027-03-16 10:00", **changes))
    decision = one(plan(), facts, "2027-03-16 11:00")
    assert (decision.action, decision.rule, decision.stage) == ("ask", rule, "requested")


@pytest.mark.parametrize(
    ("verbs", "stage"),
    [
        (("no", "yes"), "agreed"),
        (("yes", "no"), "declined"),
        (("withdrawn", "yes"), "agreed"),
        (("uploaded", "yes"), "uploaded"),
        (("uploaded", "not-uploaded"), "requested"),
        (("assigned", "uploaded"), "assigned"),
        (("uploaded", "assigned"), "assigned"),
        (("yes", "silent"), "silent"),
        (("silent", "yes"), "agreed"),
        (("claimed", "uploaded"), "uploaded"),
        (("no", "claimed"), "claimed"),
        (("yes", "pause", "resume"), "agreed"),
    ],
)
def test_the_latest_word_wins(verbs: tuple[str, ...], stage: str) -> None:
    words = [word(v, at("2027-03-16 10:00") + timedelta(hours=n)) for n, v in enumerate(verbs)]
    assert one(plan(), story(ASKED, *words), "2027-03-17 09:00").stage == stage


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ((YES,), "S13"),
        ((ASKED, YES, PACKET, heard("unclear", "2027-03-20 10:00")), "S10"),
        ((ASKED, YES, PACKET, word("uploaded", "2027-03-19 10:00"),
          heard("no", "2027-03-20 10:00")), "H3"),
    ],
)  # fmt: skip
def test_s10_not_uploaded_is_no_answer_to_what_the_writer_meant(
    events: tuple[Any, ...], rule: str
) -> None:
    facts = story(*events, word("not-uploaded", "2027-03-21 09:00"))
    decision = one(plan(), facts, "2027-03-22 09:00")
    assert (decision.action, decision.rule) == ("ask", rule)


def test_h06_not_uploaded_answers_whether_the_letter_is_in() -> None:
    doubtful = heard("uploaded", "2027-03-20 10:00", confident=False)
    facts = story(ASKED, YES, PACKET, doubtful)
    assert one(plan(), facts, "2027-03-21 09:00").rule == "H6"
    settled = story(ASKED, YES, PACKET, doubtful, word("not-uploaded", "2027-03-21 09:00"))
    assert one(plan(), settled, "2027-03-22 09:00").action != "ask"


def test_a_paused_row_goes_on_where_it_was() -> None:
    facts = story(ASKED, YES, word("pause", "2027-03-16 11:00"), word("resume", "2027-03-27 11:00"))
    decision = one(plan(), facts, "2027-03-27 11:00")  # a Saturday: Monday is early enough
    assert (decision.action, decision.due) == ("notice", at("2027-03-27 11:00"))
    assert local(decision.at)[:14] == "Mon 2027-03-29"


def test_d06_after_the_deadline_the_season_is_over() -> None:
    for facts in (story(), story(ASKED), story(ASKED, YES), story(ASKED, YES, PACKET)):
        decision = one(plan(), facts, "2027-09-23 00:00")
        assert (decision.action, decision.rule, decision.changes_at) == ("closed", "D6", None)


@pytest.mark.parametrize("label", ["yes", "uploaded", "unclear", "delegated"])
def test_h11_an_attached_letter_freezes_the_writer(label: Label) -> None:
    flagged = heard(label, "2027-03-20 10:00", flags=frozenset({"letter_attached"}))
    decision = one(plan(), story(sent("request", "2027-03-15 09:00"), flagged), "2027-03-21 09:00")
    (ask,) = decision.asks
    assert (decision.action, ask.rule) == ("ask", "H11")
    assert "don't open it" in ask.why


def test_h11_a_no_with_a_letter_attached_is_still_a_no() -> None:
    said = heard("no", "2027-03-20 10:00", flags=frozenset({"letter_attached"}))
    decision = one(plan(), story(sent("request", "2027-03-15 09:00"), said), "2027-03-21 09:00")
    assert decision.stage == "declined"
