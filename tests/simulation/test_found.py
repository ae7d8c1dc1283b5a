"""What the simulation found, each as the smallest story that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from lordaemon.engine import Engine
from lordaemon.errors import LordaemonError
from lordaemon.mailorders import give
from lordaemon.orders import parse_line
from lordaemon.store.database import Database
from tests.simulation.people import WORDS
from tests.simulation.season import OWNER
from tests.simulation.story import DAY, SMITH, Story
from tests.simulation.world import SENT, Accepted, Crash


def test_a_notice_that_never_came_is_shown_before_the_request_goes(story: Story) -> None:
    story.world.faults.lost_before_taken = 1.0
    story.passes()
    assert not story.world.accepted
    story.world.faults.lost_before_taken = 0.0
    story.passes(0.2)
    assert story.to_owner("notice") == 1
    assert len(story.world.to(SMITH)) == 1


def test_a_notice_whose_answer_was_lost_is_found_in_the_mailbox(story: Story) -> None:
    story.world.faults.lost_answer = 1.0
    story.passes()
    story.world.faults.lost_answer = 0.0
    story.passes(0.2, 0.2)
    assert story.to_owner("notice") == 1
    assert len(story.world.to(SMITH)) == 1


def test_a_stop_between_the_notice_and_its_record_loses_no_request(story: Story) -> None:
    for calls in range(40, 120):
        story.world.crash_in = calls
        try:
            story.passes()
        except Crash:
            story.start()
        story.world.crash_in = None
    story.passes(1, 24)
    assert len(story.world.to(SMITH)) <= 1
    story.passes(1)
    states = [a.state for a in story.engine.history().of("smith").attempts]
    assert story.world.to(SMITH) or "uncertain" in states


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize("also", [True, False])
def test_a_changed_address_and_a_lost_database_make_no_second_request(
    story: Story, saved: bool, also: bool
) -> None:
    story.world.saves_sent = saved
    story.passes(0.2)
    assert len(story.world.to(SMITH)) == 1
    story.table["email"] = "jane@clinic.example"
    if also:
        story.table["also"] = (SMITH,)
    story.world.clock.now += DAY
    story.start(Database("sqlite://"))
    story.passes(0.2, 24)
    assert not story.world.to("jane@clinic.example")


@pytest.mark.parametrize("changed", ["id", "name"])
def test_a_changed_id_or_name_as_well_makes_no_second_request(story: Story, changed: str) -> None:
    story.passes(0.2)
    story.table["email"] = "jane@clinic.example"
    story.table[changed] = {"id": "jane", "name": "Jane M. Smith"}[changed]
    story.world.clock.now += DAY
    story.start(Database("sqlite://"))
    story.passes(0.2, 24)
    assert not story.world.to("jane@clinic.example")


def test_killed_after_the_dot_it_asks_and_sends_no_second(story: Story) -> None:
    def kill(mail: Accepted) -> None:
        if mail.recipient == SMITH and len(story.world.to(SMITH)) == 1:
            raise Crash

    story.world.on_accept = kill
    with pytest.raises(Crash):
        story.passes()
    story.start()
    story.passes(1, 4, 24)
    assert len(story.world.to(SMITH)) == 1
    assert [a.state for a in story.engine.history().of("smith").attempts] == ["uncertain"]


def test_an_answer_lost_after_the_dot_is_asked_about_and_not_repeated(story: Story) -> None:
    def lose(mail: Accepted) -> None:
        story.world.faults.lost_answer = float(mail.recipient == OWNER)

    story.world.on_accept = lose
    story.passes(1, 4, 24)
    assert len(story.world.to(SMITH)) == 1
    assert [a.state for a in story.engine.history().of("smith").attempts] == ["uncertain"]


def test_the_packet_is_an_answer_in_the_thread(story: Story) -> None:
    story.passes()
    (request,) = story.world.to(SMITH)
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = SMITH, OWNER, "Re: letter"
    answer["In-Reply-To"], answer["Message-ID"] = request.parsed["Message-ID"], "<1@writer>"
    answer.set_content(WORDS["yes"])
    story.world.put("INBOX", answer.as_bytes())
    story.passes(1)
    _, packet = story.world.to(SMITH)
    assert str(request.parsed["Message-ID"]) in str(packet.parsed["References"])
    assert packet.parsed["In-Reply-To"] == "<1@writer>"


def test_go_all_settles_no_doubt_about_who_somebody_is(story: Story) -> None:
    story.passes(0.2)
    story.table.update(name="Joan Park", email="park@clinic.example")
    story.engine.plan = story.plan()
    story.passes(24)
    assert story.engine.history().of("smith").doubt
    with story.database.begin() as session:
        for order in parse_line("go all", story.plan()):
            give(session, story.plan(), order, story.world.clock)
    story.passes(1, 24)
    assert not story.world.to("park@clinic.example")


def test_no_second_digest_where_the_provider_changes_ids_and_the_database_is_lost(
    story: Story,
) -> None:
    story.world.renames = True
    story.passes(0.2)
    story.start(Database("sqlite://"))
    story.passes(0.2)
    digests = [m for m in story.world.to(OWNER) if b"digest" in m.raw and b".ref@" in m.raw]
    assert len([m for m in digests if b"lor.2028.digest" in m.raw]) == 1


@contextmanager
def full_disk(database: Database, after: int) -> Iterator[None]:
    """The disk is full from the transaction `after` on, for three transactions."""
    count = 0

    def begin(_connection: object) -> None:
        nonlocal count
        count += 1
        if after < count <= after + 3:
            raise OperationalError("BEGIN", {}, Exception("database or disk is full"))

    event.listen(database.engine, "begin", begin)
    yield
    event.remove(database.engine, "begin", begin)


@pytest.mark.parametrize("after", range(0, 60, 2))
def test_a_full_disk_at_any_moment_leaves_nothing_stuck(story: Story, after: int) -> None:
    with full_disk(story.database, after):
        try:
            story.passes()
        except LordaemonError:
            assert len(story.world.to(SMITH)) <= 1
    story.passes(0.5, 1)
    story.passes(1)
    states = [a.state for a in story.engine.history().of("smith").attempts]
    assert states in (["sent"], ["uncertain"])
    assert len(story.world.to(SMITH)) <= 1
    assert story.world.to(SMITH) or SENT


@pytest.mark.parametrize("calls", range(0, 16, 3))
def test_a_word_given_while_a_message_is_about_to_leave_holds_it(story: Story, calls: int) -> None:
    said = []

    def pause() -> None:
        if not story.world.leaving and not story.world.to(SMITH):
            with story.database.begin() as session:
                for order in parse_line("smith pause", story.plan()):
                    give(session, story.plan(), order, story.world.clock)
            said.append(True)

    story.world.meanwhile, story.world.meanwhile_in = pause, calls
    story.passes(0.2)
    assert not (said and story.world.to(SMITH))


def test_a_word_between_the_claim_and_the_last_gate_holds_the_message(story: Story) -> None:
    held = 0
    for calls in range(2, 30):
        story.start(Database("sqlite://"))
        story.world.folders = {"INBOX": [], SENT: []}
        story.world.accepted.clear()
        said: list[bool] = []

        def pause(said: list[bool] = said) -> None:
            if not story.world.leaving and not story.world.to(SMITH):
                with story.database.begin() as session:
                    for order in parse_line("smith pause", story.plan()):
                        give(session, story.plan(), order, story.world.clock)
                said.append(True)

        story.world.meanwhile, story.world.meanwhile_in = pause, calls
        story.passes()
        held += bool(said)
        assert not (said and story.world.to(SMITH))
        story.world.meanwhile_in = None
    assert held > 5


@pytest.mark.parametrize("minutes", [-30, 30, -60 * 24 * 2])
def test_a_machine_whose_clock_is_wrong_writes_to_nobody(story: Story, minutes: int) -> None:
    story.world.clock.wrong = timedelta(minutes=minutes)
    story.passes(0.2, 1)
    assert not story.world.to(SMITH)


@pytest.mark.parametrize("calls", range(0, 24, 2))
def test_two_programs_that_share_only_the_mailbox_send_one_copy(story: Story, calls: int) -> None:
    other = Engine(story.plan(), Database("sqlite://"), story.world, story.world.clock)
    story.world.meanwhile, story.world.meanwhile_in = other.run_pass, calls  # type: ignore[assignment]
    story.passes(0.2)
    other.run_pass()
    story.passes(24)
    assert len(story.world.to(SMITH)) <= 1
    copies = {m.raw.split(b"lor.2028.request")[1][:20] for m in story.world.to(SMITH)}
    assert len(copies) <= 1


def test_one_digest_a_day_and_the_bytes_that_were_shown(story: Story) -> None:
    story.passes(0.2, 1)
    story.start()
    story.passes(0.2)
    assert story.to_owner("digest") == 1
    body = story.world.to(SMITH)[0].parsed.get_body(("plain",))
    notices = [m.parsed.get_body(("plain",)) for m in story.world.to(OWNER) if b"notice" in m.raw]
    assert body is not None
    shown = [" ".join(n.get_content().split()) for n in notices if n is not None]
    assert any(" ".join(body.get_content().split()) in text for text in shown)
