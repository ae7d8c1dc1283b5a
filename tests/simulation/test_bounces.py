"""Which of several messages a delivery report is about."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from lordaemon.demo.bounce import no_such_user
from lordaemon.store.database import Database
from tests.simulation.people import WORDS
from tests.simulation.season import OWNER
from tests.simulation.story import DAY, SMITH, Story
from tests.simulation.world import INBOX


def states(story: Story) -> dict[str, str]:
    """The state of the newest attempt of each kind."""
    return {a.kind: a.state for a in story.engine.history().of("smith").attempts}


@pytest.mark.parametrize("renames", [False, True])
def test_a_packet_that_came_back_is_not_the_request(story: Story, renames: bool) -> None:
    story.world.renames = renames
    story.passes()
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = SMITH, OWNER, "Re: letter"
    answer["In-Reply-To"] = story.world.to(SMITH)[0].parsed["Message-ID"]
    answer["Message-ID"] = "<1@writer>"
    answer.set_content(WORDS["yes"])
    story.world.put(INBOX, answer.as_bytes())
    story.passes(1)
    packet = story.world.to(SMITH)[1]
    story.world.put(INBOX, no_such_user(packet.raw, OWNER, SMITH, story.world.clock.now, 2))
    story.passes(1)
    assert states(story) == {"request": "sent", "packet": "bounced"}


@pytest.mark.parametrize("renames", [False, True])
@pytest.mark.parametrize("saved", [False, True])
def test_a_bounce_is_known_again_after_the_database_was_lost(
    story: Story, renames: bool, saved: bool
) -> None:
    story.world.renames, story.world.saves_sent = renames, saved
    story.passes()
    request = story.world.to(SMITH)[0]
    story.world.put(INBOX, no_such_user(request.raw, OWNER, SMITH, story.world.clock.now, 1))
    story.passes(1)
    assert states(story) == {"request": "bounced"}
    story.world.clock.now += DAY
    story.start(Database("sqlite://"))
    story.passes(0.2, *[24] * 20)
    assert states(story) == {"request": "bounced"}
    assert len(story.world.to(SMITH)) == 1
