"""Exactly one digest a local day, whatever happens (D1); its first lines (D3); the end (D6)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from lordaemon import daily
from lordaemon.errors import MailUnreachable
from tests.applicant.conftest import Start
from tests.applicant.season import Season, table


def dates(season: Season) -> Counter[str]:
    """How many digests left on each local date."""
    zone = season.engine.plan.zone
    return Counter(str(m.at.astimezone(zone).date()) for m in season.mine("digest"))


def test_one_a_day_through_many_looks_and_restarts(start: Start) -> None:
    season = start(at="2027-03-15 06:00")
    for _ in range(13):
        season.look(hours=4)
        season.restart()
    assert dates(season) == {"2027-03-15": 1, "2027-03-16": 1, "2027-03-17": 1}


@pytest.mark.parametrize(
    ("eve", "hours"), [("2027-11-06 05:00", 25), ("2027-03-13 05:00", 23)], ids=["25", "23"]
)
def test_the_long_day_and_the_short_day(start: Start, eve: str, hours: int) -> None:
    """1:30 comes twice on the long day, and never comes at 2:30 on the short one."""
    for at in ("01:30", "02:30"):
        season = start(at=eve, digest=f'at = "{at}"', season="letters = 1",
                       tables=(table("smith", "Jane Smith", "due = 2028-03-01"),),
                       deadline="2028-03-20")  # fmt: skip
        for _ in range(66):
            season.look(hours=1)
        assert set(dates(season).values()) == {1}
        assert len(dates(season)) == 3
    day = season.at(f"{eve[:8]}{int(eve[8:10]) + 2:02} 00:00")
    assert day - season.at(f"{eve[:8]}{int(eve[8:10]) + 1:02} 00:00") == timedelta(hours=hours)


def test_late_the_same_day_and_what_was_missed_is_told(season: Season) -> None:
    season.until("2027-03-19 22:40")
    assert "this digest covers 5 days" in season.digest_text
    season.until("2027-03-20 07:05")
    assert dates(season) == {"2027-03-15": 1, "2027-03-19": 1, "2027-03-20": 1}


def test_a_digest_in_doubt_is_not_sent_twice(start: Start) -> None:
    season = start(at="2027-03-15 06:00")
    season.world.faults.lost_answer = 1.0
    season.until("2027-03-15 07:05")
    season.world.faults.lost_answer = 0.0
    season.world.folders["INBOX"].clear()
    season.world.folders["Sent"].clear()
    for _ in range(4):
        season.restart()
        season.look(hours=1)
    assert dates(season) == {"2027-03-15": 1}


def test_a_digest_sent_by_hand_takes_the_days_place(start: Start) -> None:
    season = start(at="2027-03-15 05:00")
    assert daily.send(season.engine)
    assert not daily.send(season.engine)
    season.until("2027-03-15 07:05")
    season.until("2027-03-15 12:00")
    assert dates(season) == {"2027-03-15": 1}


def test_a_pass_over_midnight_belongs_to_one_day(start: Start) -> None:
    season = start(at="2027-03-15 23:59:59")
    seen = season.engine.snapshot()
    season.clock.now += timedelta(seconds=2)
    daily.send(season.engine, seen)
    season.until("2027-03-16 07:05")
    assert len(season.mine("digest")) == 2


def test_quiet_days_are_left_out_but_no_week_is_silent(start: Start) -> None:
    one = (table("smith", "Jane Smith", "ask_on = 2027-06-01\ndue = 2027-09-15"),)
    season = start(at="2027-03-15 06:00", digest="quiet_days = false", tables=one,
                   season="letters = 1")  # fmt: skip
    for _ in range(22):
        season.until(f"{season.local.date() + timedelta(days=1)} 07:05")
    days = sorted(dates(season))
    assert len(days) <= 5
    gaps = [season.at(b) - season.at(a) for a, b in pairwise(days)]
    assert max(gaps) <= timedelta(days=7)


# -- the first lines ---------------------------------------------------------------------------


def first_line(season: Season) -> str:
    return season.digest_text.split("agreed")[0]


def test_a_mailbox_that_is_down_is_the_first_line(season: Season) -> None:
    season.world.faults.imap_down = 1.0
    season.until("2027-03-16 07:05")
    assert "The mailbox could not be read" in first_line(season)
    assert str(season.digest.parsed["Subject"]).startswith("Letters: mailbox failing")
    season.world.faults.imap_down = 0.0
    season.until("2027-03-17 07:05")
    assert "mailbox" not in first_line(season).lower()


def test_a_broken_plan_is_the_first_line(season: Season) -> None:
    season.engine.tell_plan_problem("config.toml:4: timezone is unknown")
    season.until("2027-03-16 07:05")
    assert "The plan file has a fault" in first_line(season)
    assert "config.toml:4" in first_line(season)


@pytest.mark.parametrize("fault", ["smtp_down", "temporary"])
def test_a_day_without_sending_is_told_by_other_means(season: Season, fault: str) -> None:
    setattr(season.world.faults, fault, 1.0)
    for _ in range(4):
        report = season.look(hours=8)
        if report.began >= season.at("2027-03-16 07:00"):
            assert any(p.exit_code == 75 for p in report.problems)
    assert dates(season) == {"2027-03-15": 1}
    setattr(season.world.faults, fault, 0.0)
    season.look(hours=4)
    assert dates(season) == {"2027-03-15": 1, "2027-03-16": 1}
    assert not season.look(minutes=1).problems


def test_a_refused_password_stops_everything_and_says_so(season: Season) -> None:
    season.world.password_ok = False
    report = season.until("2027-03-16 07:05")
    assert [p.exit_code for p in report.problems] == [1]
    assert not report.digest


def test_a_digest_that_is_refused_for_good_is_not_tried_at_every_look(season: Season) -> None:
    season.world.faults.refused = 1.0
    for _ in range(5):
        season.until("2027-03-16 07:05")
        with pytest.raises(MailUnreachable, match="could not be sent"):
            daily.send(season.engine)
    assert len(season.rows("digest", "refused")) == 1


# -- words -------------------------------------------------------------------------------------


def test_what_waits_too_long_is_said_once(start: Start) -> None:
    season = start(policy='approve = "each"')
    season.look()
    season.until("2027-03-18 07:05")
    alarms = season.digest_text.split("agreed")[0]
    assert alarms.count("Late:") == 3
    assert alarms.count("Dr. Smith") == 1 or alarms.count("Smith") == 1


def test_more_who_agree_than_wanted(start: Start) -> None:
    season = start(season="letters = 2")
    season.look()
    season.answer(season.digest, "all yes")
    season.until("2027-03-16 07:05")
    assert str(season.digest.parsed["Subject"]).startswith("Letters: 3 agreed, 2 wanted")


# -- the end -----------------------------------------------------------------------------------


def test_the_last_digest_then_a_week_of_reminders_then_nothing(season: Season) -> None:
    season.answer(season.digest, "lee assigned\ngomez withdrawn\nsmith yes")
    season.until("2027-09-22 07:05")
    before = len(season.mine("digest"))
    for _ in range(12):
        season.until(f"{season.local.date() + timedelta(days=1)} 07:05")
    after = season.mine("digest")[before:]
    assert [m.at.date().day for m in after] == list(range(23, 30))
    texts = [m.raw.decode() for m in after]
    assert ["THE LETTERS" in text for text in texts] == [True, *[False] * 6]
    assert all("Season over" in str(m.parsed["Subject"]) for m in after)
    assert season.engine.snapshot().table.over
    assert season.engine.next_instant() is None or season.mine("digest")[-1] is after[-1]


def test_when_all_letters_are_in_one_last_digest_is_enough(season: Season) -> None:
    season.answer(season.digest, "all assigned")
    season.until("2027-09-22 07:05")
    before = len(season.mine("digest"))
    for _ in range(4):
        season.until(f"{season.local.date() + timedelta(days=1)} 07:05")
    assert len(season.mine("digest")) == before + 1
