"""The promises that several gates keep at once, each asked for directly: what must not happen
happens to nobody, whichever of the gates would have noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy.orm import Session

from lordaemon.mailorders import give
from lordaemon.orders import lift_hold, parse_line
from lordaemon.outbox import Outbox
from lordaemon.store import outbox_rows
from lordaemon.store.database import Database
from lordaemon.store.tables import OutboxRow
from lordaemon.wire import Delivery, WithheldError
from tests.simulation.disasters import copy_into
from tests.simulation.people import WORDS
from tests.simulation.season import OWNER
from tests.simulation.story import DAY, SMITH, Story
from tests.simulation.world import INBOX, Accepted


def writes(story: Story, label: str, number: int = 1) -> None:
    """The writer answers the request."""
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = SMITH, OWNER, "Re: letter"
    answer["In-Reply-To"] = str(story.world.to(SMITH)[0].parsed["Message-ID"])
    answer["Message-ID"] = f"<{number}@writer>"
    answer.set_content(WORDS[label])
    story.world.put(INBOX, answer.as_bytes())


def says(story: Story, line: str) -> None:
    """The applicant's word, by `mark`."""
    with story.database.begin() as session:
        for order in parse_line(line, story.plan()):
            give(session, story.plan(), order, story.world.clock)


# -- what leaves is what was shown (S11, I11) ---------------------------------------------------


def test_what_leaves_is_the_draft_that_lay_there_when_the_notice_left(story: Story) -> None:
    """Byte for byte, but for the Date line, which nobody can know before."""
    frozen: dict[str, bytes] = {}

    def keep(mail: Accepted) -> None:
        if mail.recipient == OWNER:
            with story.database.begin() as session:
                for row in outbox_rows.in_state(session, "2028", "planned"):
                    frozen[row.message_id] = row.raw

    story.world.on_accept = keep
    story.passes()
    writes(story, "yes")
    story.passes(1)
    letters = story.world.to(SMITH)
    assert len(letters) == 2
    for mail in letters:
        assert mail.raw.partition(b"\r\n")[2] == frozen[str(mail.head["Message-ID"])]


# -- one message, one place (S1) ----------------------------------------------------------------


def a_row(token: str) -> OutboxRow:
    """A request that may leave."""
    return OutboxRow(
        token=token, season="2028", identity="smith:request", person="smith", writer="smith",
        kind="request", number=1, state="planned", recipient=SMITH, subject="Letter",
        message_id=f"<{token}@example.edu>", raw=b"Subject: Letter\r\n\r\nDear Dr. Smith\r\n",
        fingerprint="f", text="Dear Dr. Smith", planned_at=None, noticed_at=None, claimed_at=None,
        sent_at=None, not_before=None, witness_uid=None,
    )  # fmt: skip


def test_a_place_is_taken_once_until_its_message_came_back(story: Story) -> None:
    now = story.world.clock()
    with story.database.begin() as session:
        first, second = a_row("lor.1"), a_row("lor.2")
        first.planned_at = second.planned_at = now
        assert outbox_rows.add(session, first)
        assert not outbox_rows.add(session, second)
        for old, new in (("planned", "claimed"), ("claimed", "transmitting"),
                         ("transmitting", "sent"), ("sent", "bounced")):  # fmt: skip
            assert outbox_rows.move(session, "lor.1", old, new)
        again = a_row("lor.2")
        again.planned_at = now
        assert outbox_rows.add(session, again)


@dataclass
class Door:
    """A post office that does something between its 354 and the last gate, then takes the mail."""

    between: Callable[[Callable[[], None]], None]
    taken: list[str] = field(default_factory=list)
    answer: Delivery = field(default_factory=lambda: Delivery("accepted", "reply", 250, "ok"))

    def deliver(
        self, sender: str, recipient: str, raw: bytes, *, last_gate: Callable[[], None]
    ) -> Delivery:
        """wire.Postman."""
        self.between(last_gate)
        self.taken.append(recipient)
        return self.answer


def no_gate(_session: Session, _row: OutboxRow) -> None:
    """Nothing but the state of the row may hold it here."""


def test_two_programs_at_the_last_gate_of_one_message_send_one_copy(story: Story) -> None:
    """A program was started on a database that another one, without the lock, is sending from: it
    takes the claim back, claims anew, and both stand after their 354. Only the first goes on."""
    plan, database, clock = story.plan(), story.database, story.world.clock
    row = a_row("lor.1")
    row.planned_at = clock()
    with database.begin() as session:
        outbox_rows.add(session, row)

    def the_other_starts(gate_of_the_first: Callable[[], None]) -> None:
        def the_first_goes_on(last_gate: Callable[[], None]) -> None:
            gate_of_the_first()
            last_gate()

        with database.begin() as session:
            outbox_rows.after_restart(session, "2028")
        second_door = Door(the_first_goes_on)
        with pytest.raises(WithheldError, match="took this message over"):
            Outbox(plan, database, second_door, clock).send("lor.1", no_gate, None)
        assert not second_door.taken

    first_door = Door(the_other_starts)
    Outbox(plan, database, first_door, clock).send("lor.1", no_gate, None)
    assert first_door.taken == [SMITH]
    with database.begin() as session:
        assert outbox_rows.state(session, "lor.1") == "sent"


def test_who_claims_second_sends_nothing(story: Story) -> None:
    """The other's whole sending falls into the first one's own, before its last gate."""
    plan, database, clock = story.plan(), story.database, story.world.clock
    row = a_row("lor.1")
    row.planned_at = clock()
    with database.begin() as session:
        outbox_rows.add(session, row)
    other_door = Door(lambda last_gate: last_gate())

    def the_other_sends(last_gate: Callable[[], None]) -> None:
        with database.begin() as session:
            outbox_rows.after_restart(session, "2028")
        assert Outbox(plan, database, other_door, clock).send("lor.1", no_gate, None) == "sent"
        last_gate()

    door = Door(the_other_sends)
    with pytest.raises(WithheldError, match="took this message over"):
        Outbox(plan, database, door, clock).send("lor.1", no_gate, None)
    assert (other_door.taken, door.taken) == ([SMITH], [])


# -- an old database is asked about (S1) --------------------------------------------------------


def copy_of(database: Database) -> Database:
    """The backup."""
    new = Database("sqlite://")
    copy_into(new, database)
    return new


def test_what_was_said_after_the_backup_is_not_overridden_by_it(story: Story) -> None:
    """The applicant paused the writer by hand; a backup from before comes back. It can't know of
    the pause, so nothing at all is sent from it until the applicant answers."""
    story.world.saves_sent = True
    story.table["ask_on"] = (story.world.clock.now + 2 * DAY).date()
    story.start()
    story.passes()
    backup = copy_of(story.database)
    story.passes(48, 24)
    assert len(story.world.to(SMITH)) == 1
    says(story, "smith pause")
    story.start(backup)
    story.passes(*[24] * 20)
    assert len(story.world.to(SMITH)) == 1
    assert "go all" in story.world.to(OWNER)[-1].words
    with story.database.begin() as session:
        assert lift_hold(session)  # go all
    story.passes(*[24] * 7)
    assert len(story.world.to(SMITH)) == 2


# -- look before you speak (S9); a no is a no (S13) ---------------------------------------------


@pytest.mark.parametrize("label", ["unclear", "question", "yes_conditional"])
def test_an_answer_that_lies_in_the_inbox_is_read_before_the_reminder(
    story: Story, label: str
) -> None:
    """The machine slept for three weeks; the answer came while it did."""
    story.passes()
    story.world.clock.now += 10 * DAY
    writes(story, label)
    story.world.clock.now += 10 * DAY
    story.passes(0.1, *[24] * 7)
    assert len(story.world.to(SMITH)) == 1


@pytest.mark.parametrize("hours", [0.0, 24.0, 24 * 60.0])
def test_a_no_after_a_yes_ends_it(story: Story, hours: float) -> None:
    """At once, before the packet; or after it, before the follow-up."""
    story.passes()
    writes(story, "yes")
    if hours:
        story.passes(1)
    before = len(story.world.to(SMITH))
    story.world.clock.now += timedelta(hours=hours)
    writes(story, "no", 2)
    story.passes(*[24 * 3] * 60)
    assert len(story.world.to(SMITH)) == before
    assert story.engine.snapshot().table.rows[0].stage == "declined"
