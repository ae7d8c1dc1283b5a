"""The last gates, asked directly. The policy would hold back most of these messages as well, so
that a gate that were gone could go unnoticed for long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from lordaemon.orders import resolve
from lordaemon.outbox import Outbox
from lordaemon.store import notes, outbox_rows
from lordaemon.store.tables import OutboxRow
from lordaemon.wire import Delivery, Outcome
from tests.simulation.season import OWNER
from tests.simulation.story import DAY, SMITH, Story
from tests.simulation.test_promises import Door, a_row, no_gate
from tests.simulation.world import INBOX, SENT, Accepted


def waits(story: Story, **values: Any) -> None:
    """A request `lor.1` lies in the outbox, with these values."""
    row = a_row("lor.1")
    row.planned_at = story.world.clock()
    for name, value in values.items():
        setattr(row, name, value)
    with story.database.begin() as session:
        outbox_rows.add(session, row)


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
    waits(story, state=state)
    door = Door(lambda last_gate: last_gate())
    outbox = Outbox(story.plan(), story.database, door, story.world.clock)
    assert outbox.send("lor.1", no_gate, None) == state
    assert not door.taken


def test_what_was_put_off_waits(story: Story) -> None:
    """After a refusal for now the server is left alone for a while."""
    waits(story, not_before=story.world.clock() + DAY)
    door = Door(lambda last_gate: last_gate())
    outbox = Outbox(story.plan(), story.database, door, story.world.clock)
    assert outbox.send("lor.1", no_gate, None) == "planned"
    assert not door.taken
    story.world.clock.now += DAY
    assert outbox.send("lor.1", no_gate, None) == "sent"


# -- what proves more than a word (S1) -----------------------------------------------------------


def in_doubt(story: Story) -> OutboxRow:
    """The request left, the server's answer was lost, and the applicant says: it did not leave."""

    def after_the_notice(mail: Accepted) -> None:
        story.world.faults.lost_answer = float(mail.recipient == OWNER)

    story.world.on_accept = after_the_notice
    story.engine.run_pass()
    story.world.on_accept, story.world.faults.lost_answer = lambda _mail: None, 0.0
    with story.database.begin() as session:
        (row,) = outbox_rows.in_state(session, "2028", "uncertain")
        session.expunge(row)
        assert resolve(session, row.token, sent=False)
    return row


def test_a_copy_in_sent_proves_more_than_not_sent(story: Story) -> None:
    """It came late, after the applicant's word and before a second request had left."""
    row = in_doubt(story)
    story.world.put(SENT, story.world.to(SMITH)[0].raw)
    story.passes(1, 24)
    assert len(story.world.to(SMITH)) == 1
    with story.database.begin() as session:
        assert outbox_rows.state(session, row.token) == "sent"


@pytest.mark.parametrize("second", ["none", "planned", "sent"])
def test_the_server_s_answer_proves_more_than_not_sent(story: Story, second: str) -> None:
    """Another program, without the lock, took a message that is leaving for lost, and settled that
    it had not left; then the server says 250. What has not left again is given up."""
    waits(story)

    def meanwhile(last_gate: Callable[[], None]) -> None:
        last_gate()
        with story.database.begin() as session:
            outbox_rows.after_restart(session, "2028")
            assert resolve(session, "lor.1", sent=False)
            if second != "none":
                again = a_row("lor.2")
                again.planned_at, again.state = story.world.clock(), second
                assert outbox_rows.add(session, again)

    outbox = Outbox(story.plan(), story.database, Door(meanwhile), story.world.clock)
    state = outbox.send("lor.1", no_gate, None)
    with story.database.begin() as session:
        states = (state, outbox_rows.state(session, "lor.2"))
    assert states == {
        "none": ("sent", None), "planned": ("sent", "superseded"), "sent": ("not_sent", "sent")
    }[second]  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("refused", "not_sent"), ("later", "not_sent"), ("uncertain", "uncertain")],
)
def test_a_sure_no_of_the_server_settles_another_program_s_doubt(
    story: Story, outcome: Outcome, state: str
) -> None:
    """Taken for a stopped program's while it was leaving; then the server says that it won't."""
    waits(story)

    def meanwhile(last_gate: Callable[[], None]) -> None:
        last_gate()
        with story.database.begin() as session:
            outbox_rows.after_restart(session, "2028")

    door = Door(meanwhile, answer=Delivery(outcome, "reply", 550, "no such user"))
    outbox = Outbox(story.plan(), story.database, door, story.world.clock)
    assert outbox.send("lor.1", no_gate, None) == state


@pytest.mark.parametrize(("dmarc", "state"), [("fail", "uncertain"), ("pass", "sent")])
def test_only_a_genuine_answer_proves_that_the_request_arrived(
    story: Story, dmarc: str, state: str
) -> None:
    """H10: else a forged one would take the question "did it leave?" from the applicant."""

    def after_the_notice(mail: Accepted) -> None:
        story.world.faults.lost_answer = float(mail.recipient == OWNER)

    story.world.on_accept = after_the_notice
    story.engine.run_pass()
    story.world.on_accept, story.world.faults.lost_answer = lambda _mail: None, 0.0
    answer = EmailMessage()
    answer["Authentication-Results"] = f"mx.example.edu; dmarc={dmarc} header.from=hospital.example"
    answer["From"], answer["To"], answer["Subject"] = SMITH, OWNER, "Re: letter"
    answer["In-Reply-To"] = str(story.world.to(SMITH)[0].parsed["Message-ID"])
    answer["Message-ID"] = "<1@writer>"
    answer.set_content("Who is this?")
    story.world.put(INBOX, answer.as_bytes())
    story.passes(0.2)
    with story.database.begin() as session:
        (request,) = (
            row for row in outbox_rows.in_state(session, "2028", "uncertain", "sent")
            if row.kind == "request"
        )  # fmt: skip
        assert request.state == state
