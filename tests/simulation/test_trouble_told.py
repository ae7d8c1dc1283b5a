"""What is told, and what is not, when a message does not leave: note, digest and exit code."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lordaemon.store import notes
from lordaemon.store.database import Database
from tests.simulation.season import OWNER
from tests.simulation.story import SMITH, Story
from tests.simulation.world import Accepted

REBUILT = "history was rebuilt"


def trouble(story: Story) -> str:
    """What the next digest would warn of."""
    with story.database.begin() as session:
        return notes.text(session, notes.SEND_PROBLEM)


def test_a_refusal_for_now_is_a_problem_of_the_pass_and_the_next_writer_is_served(
    story: Story,
) -> None:
    def refuse(mail: Accepted) -> None:
        story.world.faults.temporary = float(mail.recipient == OWNER)

    story.world.on_accept = refuse
    report = story.engine.run_pass()
    assert "would not take the request to Dr. Smith for now" in str(report.problems[0])
    assert {p.exit_code for p in report.problems} == {75}
    story.world.faults.temporary = 0.0
    story.world.clock.now += timedelta(minutes=1)
    again = story.engine.run_pass()  # in the pause nothing is tried
    assert not [p for p in again.problems if SMITH in str(p) or "Dr. Smith" in str(p)]
    assert not story.world.to(SMITH)
    story.passes(0.1)
    assert len(story.world.to(SMITH)) == 1


@pytest.mark.parametrize("calls", range(9, 17))
def test_the_evening_is_no_trouble(story: Story, calls: int) -> None:
    """The send hours end while the message is on its way to the last gate."""
    story.table["ask_on"] = None

    def evening() -> None:
        story.world.clock.now += timedelta(hours=9)

    story.world.meanwhile, story.world.meanwhile_in = evening, calls
    story.engine.run_pass()
    assert "send hours" not in trouble(story)


def test_the_first_digest_after_a_rebuilt_history_says_so_and_the_next_does_not(
    story: Story,
) -> None:
    story.passes(0.2)
    story.start(Database("sqlite://"))
    story.passes(24, 24)
    told = [REBUILT in m.words for m in story.world.to(OWNER) if b".digest." in m.raw]
    assert told == [False, True, False]


def test_a_message_in_doubt_counts_among_those_of_the_hour(story: Story) -> None:
    """S8: it may have left."""
    lee = {"id": "lee", "name": "Min Lee", "email": "lee@hospital.example"}
    story.more, story.burst = [{**story.table, **lee}], 1
    story.engine.plan = story.plan()

    def lose(mail: Accepted) -> None:
        story.world.faults.lost_answer = float(mail.recipient == OWNER)

    story.world.on_accept = lose
    story.engine.run_pass()
    story.world.on_accept, story.world.faults.lost_answer = lambda _mail: None, 0.0
    story.passes(0.3)
    assert len(story.world.to(SMITH)) + len(story.world.to("lee@hospital.example")) == 1
    story.passes(1)
    assert len(story.world.to(SMITH)) + len(story.world.to("lee@hospital.example")) == 2
