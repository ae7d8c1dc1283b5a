"""A slow mail server: what was read of the mailbox grows old while a message waits to leave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.simulation.story import SMITH, Story
from tests.simulation.world import INBOX, Accepted


@pytest.mark.parametrize("calls", range(16))
def test_nothing_leaves_on_what_was_read_long_ago(story: Story, calls: int) -> None:
    """S9, at the last gate as well: twenty minutes pass at one of the calls to the servers. What
    counts is when the sync had ended (the inbox is its last folder) at the moment of leaving; what
    was read since is no excuse."""
    read = story.world.clock.now
    ages: list[timedelta] = []

    def note(folder: str) -> None:
        nonlocal read
        read = story.world.clock.now if folder == INBOX else read

    def leaves(mail: Accepted) -> None:
        if mail.recipient == SMITH:
            ages.append(mail.at - read)

    def slow() -> None:
        if not story.world.leaving:
            story.world.clock.now += timedelta(minutes=20)

    story.world.on_read, story.world.on_accept = note, leaves
    story.world.meanwhile, story.world.meanwhile_in = slow, calls
    story.engine.run_pass()
    story.world.meanwhile_in = None
    story.passes(0.2)
    assert len(story.world.to(SMITH)) == 1
    assert ages[0] < timedelta(minutes=15)
