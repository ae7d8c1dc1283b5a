"""A database that is deleted, old or doubled: what was sent is learned from the mailbox alone."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from lordaemon.demo.bounce import no_such_user
from lordaemon.engine import Engine
from lordaemon.store.database import Database
from tests.simulation.season import OWNER
from tests.simulation.story import DAY, SMITH, Story
from tests.simulation.student import HIGHLIGHTS
from tests.simulation.world import INBOX

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
