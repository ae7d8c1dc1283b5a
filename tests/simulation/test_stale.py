"""A slow mail server: what was read of the mailbox grows old while a message waits to leave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.simulation.story import SMITH, Story


@pytest.mark.parametrize("calls", range(12))
def test_nothing_leaves_on_what_was_read_long_ago(story: Story, calls: int) -> None:
    """S9, at the last gate as well: twenty minutes pass at one of the calls to the servers."""
    read = story.world.clock.now

    def note(_folder: str) -> None:
        nonlocal read
        read = story.world.clock.now

    def slow() -> None:
        story.world.clock.now += timedelta(minutes=20)

    story.world.on_read = note
    story.world.meanwhile, story.world.meanwhile_in = slow, calls
    story.engine.run_pass()
    for mail in story.world.to(SMITH):
        assert mail.at - read < timedelta(minutes=15)
    story.world.meanwhile_in = None
    story.passes(0.2)
    assert len(story.world.to(SMITH)) == 1
