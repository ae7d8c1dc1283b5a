"""The last gates, asked directly. The policy would hold back most of these messages as well, so
that a gate that were gone could go unnoticed for long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lordaemon.outbox import Outbox
from lordaemon.store import notes, outbox_rows
from tests.simulation.story import DAY, SMITH, Story
from tests.simulation.test_promises import Door, a_row, no_gate
from tests.simulation.world import Accepted


@pytest.mark.parametrize("calls", range(16))
def test_nothing_leaves_after_hours_however_slow_the_server(story: Story, calls: int) -> None:
    """S4: the send hours end while the message is on its way, at one of the calls to the servers;
    it leaves the next morning."""
    hours: list[int] = []

    def leaves(mail: Accepted) -> None:
        if mail.recipient == SMITH:
            hours.append(mail.at.astimezone(story.plan().zone).hour)

    def evening() -> None:
        if not story.world.leaving:
            story.world.clock.now += timedelta(hours=10)

    story.world.on_accept = leaves
    story.world.meanwhile, story.world.meanwhile_in = evening, calls
    story.engine.run_pass()
    story.world.meanwhile_in = None
    story.passes(1, 12, 1)
    assert len(hours) == 1
    first, last = story.plan().policy.send_hours
    assert first.hour <= hours[0] < last.hour


def test_nothing_leaves_while_the_clock_stands_before_what_is_on_record(story: Story) -> None:
    """A clock set back by a day would let gaps and days of silence count twice."""
    with story.database.begin() as session:
        ahead = story.world.clock() + timedelta(hours=2)
        notes.write(session, notes.NEWEST, ahead.isoformat(), ahead)
    report = story.engine.run_pass()
    assert not story.world.to(SMITH)
    assert any("clock stands before" in why for why in report.withheld)
    story.passes(3)
    assert len(story.world.to(SMITH)) == 1


@pytest.mark.parametrize("state", ["sent", "uncertain", "refused", "superseded"])
def test_only_what_is_planned_is_tried(story: Story, state: str) -> None:
    """I1: asked to send what has left, may have left or shall not leave, the outbox says so."""
    row = a_row("lor.1")
    row.planned_at, row.state = story.world.clock(), state
    with story.database.begin() as session:
        outbox_rows.add(session, row)
    door = Door(lambda last_gate: last_gate())
    outbox = Outbox(story.plan(), story.database, door, story.world.clock)
    assert outbox.send("lor.1", no_gate, None) == state
    assert not door.taken


def test_what_was_put_off_waits(story: Story) -> None:
    """After a refusal for now the server is left alone for a while."""
    row = a_row("lor.1")
    row.planned_at, row.not_before = story.world.clock(), story.world.clock() + DAY
    with story.database.begin() as session:
        outbox_rows.add(session, row)
    door = Door(lambda last_gate: last_gate())
    outbox = Outbox(story.plan(), story.database, door, story.world.clock)
    assert outbox.send("lor.1", no_gate, None) == "planned"
    assert not door.taken
    story.world.clock.now += DAY
    assert outbox.send("lor.1", no_gate, None) == "sent"
