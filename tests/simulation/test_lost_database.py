"""A database that is deleted, old or doubled: what was sent is learned from the mailbox alone."""

from __future__ import annotations

from datetime import time, timedelta
from email.message import EmailMessage

import pytest

from lordaemon.demo.bounce import no_such_user
from lordaemon.engine import Engine
from lordaemon.orders import resolve
from lordaemon.store.database import Database
from tests.simulation.disasters import copy_into
from tests.simulation.season import OWNER
from tests.simulation.story import DAY, SMITH, Story
from tests.simulation.student import HIGHLIGHTS
from tests.simulation.world import INBOX, Accepted

CLINIC = "jane@clinic.example"


def bounced_and_sent_again(story: Story) -> None:
    """The request came back, the address was corrected, the second attempt arrived."""
    story.passes()
    raw = story.world.to(SMITH)[0].raw
    story.world.put(INBOX, no_such_user(raw, OWNER, SMITH, story.world.clock.now, 1))
    story.table["email"] = CLINIC
    story.engine.plan = story.plan()
    story.passes(0.1, 1, 24)
    assert len(story.world.to(CLINIC)) == 1


@pytest.mark.parametrize("saved", [True, False])
def test_a_second_attempt_is_known_again_where_the_first_came_back(
    story: Story, saved: bool
) -> None:
    story.world.saves_sent = saved
    bounced_and_sent_again(story)
    second = story.engine.history().of("smith").attempts[-1]
    story.world.clock.now += DAY
    story.start(Database("sqlite://"))
    story.passes(0.2, 24, 24)
    known = {a.id: a.state for a in story.engine.history().of("smith").attempts}
    assert known[second.id] == "sent"
    assert len(story.world.to(SMITH)) == len(story.world.to(CLINIC)) == 1


def test_what_a_writer_wrote_before_the_request_outlives_the_database(story: Story) -> None:
    story.table["ask_on"] = (story.world.clock.now + 9 * DAY).date()
    story.start()
    story.passes(0.2)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = SMITH, OWNER, "Hi", "<1@w>"
    mail.set_content("I am leaving the hospital, please ask somebody else.")
    story.world.clock.now += DAY
    story.world.put(INBOX, mail.as_bytes())
    story.world.clock.now += DAY
    story.start(Database("sqlite://"))
    story.passes(0.2, *[24] * 12)
    assert story.engine.history().of("smith").heard
    assert not story.world.to(SMITH)


def announce_in_vain(story: Story) -> None:
    """The note lies in the mailbox, but the post office is gone; then the plan changes."""

    def close(mail: object) -> None:
        story.world.smtp_up = False

    story.world.on_accept = close
    story.passes()
    assert len(story.world.folders["lordaemon"]) == 1
    story.table["highlights"] = (*HIGHLIGHTS[:2], "Wrote six notes a day")
    story.world.on_accept, story.world.smtp_up = lambda _mail: None, True


def test_a_draft_announced_in_vain_does_not_hide_the_one_that_left(story: Story) -> None:
    announce_in_vain(story)
    story.engine.plan = story.plan()
    story.passes(0.2, 1)
    assert len(story.world.to(SMITH)) == 1
    story.start(Database("sqlite://"))
    story.passes(0.2, 24)
    assert "sent" in [a.state for a in story.engine.history().of("smith").attempts]
    assert not story.engine.snapshot().history.holds


@pytest.mark.parametrize("calls", range(8, 40))
def test_two_programs_at_different_attempts_send_one_copy(story: Story, calls: int) -> None:
    """One of them has announced in vain before the other was installed; its folder of notes is
    gone, so that nothing but the race itself tells them of each other."""
    announce_in_vain(story)
    story.world.folders["lordaemon"].clear()
    story.engine.plan = story.plan()
    other = Engine(story.plan(), Database("sqlite://"), story.world, story.world.clock)
    story.world.clock.now += DAY / 24
    story.world.meanwhile, story.world.meanwhile_in = other.run_pass, calls  # type: ignore[assignment]
    story.passes(0.2)
    other.run_pass()
    story.passes(24)
    assert len(story.world.to(SMITH)) <= 1


def test_an_attempt_in_doubt_gives_way_to_the_later_one_that_left(story: Story) -> None:
    """In doubt in the backup; since then the applicant said `not-sent`, and a second one left."""
    story.world.saves_sent = True

    def silent_for_the_writer(mail: Accepted) -> None:
        story.world.faults.lost_before_taken = float(mail.recipient == OWNER)

    story.world.on_accept = silent_for_the_writer
    story.passes()
    story.world.on_accept, story.world.faults.lost_before_taken = lambda _mail: None, 0.0
    backup = Database("sqlite://")
    copy_into(backup, story.database)
    (first,) = story.engine.history().of("smith").attempts
    assert first.state == "uncertain"
    with story.database.begin() as session:
        assert resolve(session, first.id, sent=False)
    story.passes(1)
    second = story.engine.history().of("smith").attempts[-1]
    assert len(story.world.to(SMITH)) == 1
    story.start(backup)
    story.passes(1, 24)
    known = {a.id: a.state for a in story.engine.history().of("smith").attempts}
    assert (known[first.id], known[second.id]) == ("not_sent", "sent")
    assert len(story.world.to(SMITH)) == 1


def test_an_answer_outside_the_thread_to_a_request_in_doubt_outlives_the_database(
    story: Story,
) -> None:
    """All that is left of the request is the note that it was about to leave."""
    story.digest = {"at": time(23, 50)}
    story.start()

    def silent_for_the_writer(mail: Accepted) -> None:
        story.world.faults.lost_answer = float(mail.recipient == OWNER)

    story.world.on_accept = silent_for_the_writer
    story.passes()
    story.world.on_accept, story.world.faults.lost_answer = lambda _mail: None, 0.0
    assert len(story.world.to(SMITH)) == 1
    story.world.clock.now += timedelta(minutes=20)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SMITH, OWNER, "Re: Letter of recommendation"
    mail["Message-ID"] = "<1@w>"
    mail.set_content("Hm.")
    story.world.put(INBOX, mail.as_bytes())
    story.world.clock.now += DAY
    story.start(Database("sqlite://"))
    story.passes(0.2)
    assert story.engine.history().of("smith").heard


def test_the_copy_in_sent_tells_when_it_left_not_the_note_of_a_try_in_vain(story: Story) -> None:
    """Else the days of silence count from the try, and the reminder comes too early (S5)."""
    story.world.saves_sent = True

    def close(mail: object) -> None:
        story.world.smtp_up = False

    story.world.on_accept = close
    story.passes()
    story.world.on_accept, story.world.smtp_up = lambda _mail: None, True
    story.passes(24)
    (left,) = story.world.to(SMITH)
    story.world.clock.now += DAY
    story.start(Database("sqlite://"))
    story.passes(0.2)
    (known,) = story.engine.history().of("smith").attempts
    assert known.at == left.at
