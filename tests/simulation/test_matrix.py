"""The matrix: killed at every call and every transaction of a sending pass, under every outcome of
the delivery, with and without a copy in Sent, and with what becomes of the database afterwards.

Counted over all of it: copies that were sent twice, and messages that were lost without a word. The
same is done to the real program, on real servers, at fewer points (tests/whole/test_kill.py)."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from typing import Literal

import pytest
from sqlalchemy import event

from lordaemon.engine import Engine
from lordaemon.errors import LordaemonError
from lordaemon.store.database import Database
from tests.simulation.disasters import copy_into
from tests.simulation.season import OWNER
from tests.simulation.story import DAY, SMITH, Story
from tests.simulation.world import Accepted, Crash

Outcome = Literal["accepted", "refused", "temporary", "lost_answer", "lost_before_taken"]
OUTCOMES: tuple[Outcome, ...] = (
    "accepted", "refused", "temporary", "lost_answer", "lost_before_taken",
)  # fmt: skip
EVERY = int(os.environ.get("MATRIX_EVERY", "12"))
"""Every so manieth point is tried; all of them with MATRIX_EVERY=1 (`make matrix`)."""
POINTS = range(60)
"""Calls to servers and transactions; a pass that sends a request makes fewer."""


def watched(story: Story) -> Database:
    """A database whose every transaction is a point at which the machine may stop."""
    database = Database("sqlite://")
    event.listen(database.engine, "begin", lambda _connection: story.world.step())
    return database


def quiet(story: Story) -> Story:
    """A fresh one without a digest by day: notice and request are the matter here."""
    fresh = Story(story.folder)
    fresh.digest = {"at": time(23, 50)}
    return fresh


def copied(database: Database, story: Story) -> Database:
    """The database as it is now, for another day or another machine."""
    new = watched(story)
    copy_into(new, database)
    return new


def only_for_writers(story: Story, outcome: Outcome) -> Callable[[Accepted], None]:
    """The notice goes out as it should; what follows it meets the fault."""

    def arm(mail: Accepted) -> None:
        if outcome != "accepted":
            setattr(story.world.faults, outcome, float(mail.recipient == OWNER))

    return arm


def healthy(story: Story) -> None:
    """No more faults."""
    story.world.on_accept, story.world.crash_in = lambda _mail: None, None
    story.world.meanwhile_in = None
    for name in vars(story.world.faults):
        setattr(story.world.faults, name, 0.0)


def judged(story: Story, engine: Engine, what: str) -> None:
    """Never twice, never lost: one copy at most, and without one the applicant knows why."""
    copies = len(story.world.to(SMITH))
    assert copies <= 1, f"{what}: sent {copies} times"
    row = engine.snapshot().table.rows[0]
    told = row.needs_you or engine.snapshot().history.holds
    assert copies or told, f"{what}: lost without a word"


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_killed_anywhere_and_started_again(story: Story, outcome: Outcome, saved: bool) -> None:
    """60 points x 5 outcomes x Sent saved or not: 600 scenarios."""
    for point in POINTS[::EVERY]:
        fresh = quiet(story)
        fresh.world.saves_sent = saved
        fresh.start(watched(fresh))
        fresh.world.on_accept = only_for_writers(fresh, outcome)
        fresh.world.crash_in = point
        with suppress(Crash):
            fresh.passes()
        healthy(fresh)
        fresh.start()
        fresh.passes(1, 5)
        judged(fresh, fresh.engine, f"killed at {point}, {outcome}, saved={saved}")


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize("fate", ["deleted", "last week's", "copied"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_killed_anywhere_and_the_database_is_another(
    story: Story, outcome: Outcome, fate: str, saved: bool
) -> None:
    """Every third point x 5 outcomes x 3 fates x Sent saved or not: 600 scenarios."""
    for point in POINTS[1 :: 3 * EVERY]:
        fresh = quiet(story)
        fresh.world.saves_sent = saved
        fresh.table["ask_on"] = (fresh.world.clock.now + 8 * DAY).date()
        fresh.start(watched(fresh))
        fresh.passes()
        old = copied(fresh.database, fresh)
        fresh.world.clock.now += 8 * DAY
        fresh.world.on_accept = only_for_writers(fresh, outcome)
        fresh.world.crash_in = point
        with suppress(Crash):
            fresh.passes()
        healthy(fresh)
        second = copied(fresh.database, fresh) if fate == "copied" else None
        if fate != "copied":
            fresh.start(watched(fresh) if fate == "deleted" else old)
        else:
            fresh.start()
        other = second and Engine(fresh.plan(), second, fresh.world, fresh.world.clock)
        for hours in (1, 5):
            fresh.passes(hours)
            if other:
                other.run_pass()
        judged(fresh, fresh.engine, f"killed at {point}, {outcome}, {fate}, saved={saved}")


@pytest.mark.parametrize("shared", [True, False], ids=["one database", "two databases"])
def test_two_programs_at_every_point_send_one_copy(story: Story, shared: bool) -> None:
    """Without the lock, which would refuse the second one on the same database: the other's whole
    pass falls between any two calls to the servers. 40 points x Sent saved or not x one database
    or two: 160 scenarios."""
    for saved in (True, False):
        for point in range(0, 40, EVERY // 2 or 1):
            fresh = quiet(story)
            fresh.world.saves_sent = saved
            database = fresh.database if shared else Database("sqlite://")
            fresh.start()
            other = Engine(fresh.plan(), database, fresh.world, fresh.world.clock)

            def pass_of_the_other(other: Engine = other) -> None:
                with suppress(LordaemonError):
                    other.run_pass()

            fresh.world.meanwhile, fresh.world.meanwhile_in = pass_of_the_other, point
            fresh.passes(0.2)
            fresh.world.meanwhile_in = None
            other.run_pass()
            fresh.world.clock.now += timedelta(hours=5)
            fresh.passes()
            judged(fresh, fresh.engine, f"{point}, saved={saved}")
