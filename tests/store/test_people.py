"""Who is who (S1): one person through every edit of the plan; doubt where it could be two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from lordaemon.plan.model import Plan
from lordaemon.store import people
from lordaemon.store.database import Database
from lordaemon.store.tables import OutboxRow

NOW = datetime(2027, 3, 15, 14, 3, tzinfo=UTC)
SMITH = {"id": "smith", "name": "Jane Smith", "email": "jane@hospital.example"}


def plan(*writers: Mapping[str, object]) -> Plan:
    """A plan with these writers; the rest is the same in every test."""
    common = {
        "type": "clinical",
        "worked_together": {"what": "Wards"},
        "highlights": ["a", "b", "c"],
    }
    return Plan.model_validate(
        {
            "applicant": {"name": "Sam", "email": "sam@example.edu", "timezone": "America/Chicago",
                          "school": "State"},
            "season": {"specialty": "Internal Medicine", "deadline": "2027-09-22"},
            "writer": [{**common, **writer} for writer in writers],
        }
    )  # fmt: skip


@pytest.fixture
def session() -> Iterator[Session]:
    """One transaction on an empty database."""
    with Database("sqlite://").begin() as opened:
        yield opened


def write_to(session: Session, person: str) -> None:
    """A request that left."""
    session.add(
        OutboxRow(token=f"t-{person}", season="2028", identity=f"{person}:request", person=person,
                  writer=person, kind="request", number=1, state="sent", recipient="x", subject="s",
                  message_id="<m>", raw=b"", fingerprint="", planned_at=NOW, noticed_at=NOW,
                  claimed_at=NOW, sent_at=NOW, not_before=None, witness_uid=None)
    )  # fmt: skip
    session.flush()


@pytest.mark.parametrize(
    "edited",
    [
        {**SMITH, "id": "jane"},
        {**SMITH, "name": "Jane Q. Smith"},
        {**SMITH, "email": "jsmith@elsewhere.example"},
        {**SMITH, "id": "js", "email": "jsmith@elsewhere.example"},
        {**SMITH, "id": "js", "name": "Jane Smith-Lee"},
        {**SMITH, "email": "JANE@hospital.example"},
    ],
)
def test_the_person_stays_the_person(session: Session, edited: dict[str, object]) -> None:
    first = people.resolve(session, plan(SMITH), NOW)["smith"]
    write_to(session, first.person)
    (second,) = people.resolve(session, plan(edited), NOW).values()
    assert second.person == first.person
    assert second.first_seen_at == first.first_seen_at


def test_a_chain_of_edits_is_still_one_person(session: Session) -> None:
    first = people.resolve(session, plan(SMITH), NOW)["smith"]
    write_to(session, first.person)
    moved = {**SMITH, "email": "new@x.example"}
    people.resolve(session, plan(moved), NOW)
    renamed = {**moved, "id": "js", "name": "Jane Miller"}
    (last,) = people.resolve(session, plan(renamed), NOW).values()
    assert last.person == first.person


def test_an_id_given_to_somebody_else_is_a_doubt(session: Session) -> None:
    write_to(session, people.resolve(session, plan(SMITH), NOW)["smith"].person)
    other = {"id": "smith", "name": "Tom Brown", "email": "tom@b.example"}
    found = people.resolve(session, plan(other), NOW)["smith"]
    assert "Is it the same person?" in found.doubt
    assert people.resolve(session, plan(other), NOW)["smith"].doubt  # asking doesn't settle it


def test_the_applicants_word_settles_it(session: Session) -> None:
    old = people.resolve(session, plan(SMITH), NOW)["smith"]
    write_to(session, old.person)
    other = plan({"id": "smith", "name": "Tom Brown", "email": "tom@b.example"})
    people.settle_doubt(session, other, other.writers[0], same=False, now=NOW)
    found = people.resolve(session, other, NOW)["smith"]
    assert not found.doubt
    assert found.person != old.person


def test_or_settles_it_the_other_way(session: Session) -> None:
    old = people.resolve(session, plan(SMITH), NOW)["smith"]
    write_to(session, old.person)
    other = plan({"id": "smith", "name": "Tom Brown", "email": "tom@b.example"})
    people.settle_doubt(session, other, other.writers[0], same=True, now=NOW)
    found = people.resolve(session, other, NOW)["smith"]
    assert not found.doubt
    assert found.person == old.person


def test_two_entries_that_look_like_one_person(session: Session) -> None:
    write_to(session, people.resolve(session, plan(SMITH), NOW)["smith"].person)
    twin = {"id": "smith2", "name": "Jane Smith", "email": "other@x.example"}
    found = people.resolve(session, plan(SMITH, twin), NOW)
    assert not found["smith"].doubt
    assert found["smith2"].doubt


def test_an_entry_that_was_never_written_to_may_become_anybody(session: Session) -> None:
    people.resolve(session, plan(SMITH), NOW)
    other = {"id": "smith", "name": "Tom Brown", "email": "tom@b.example"}
    assert not people.resolve(session, plan(other), NOW)["smith"].doubt


def test_an_address_in_two_also_lists_joins_nobody(session: Session) -> None:
    office = "office@hospital.example"
    lee = {"id": "lee", "name": "Ann Lee", "email": "lee@x.example", "also": [office]}
    found = people.resolve(session, plan({**SMITH, "also": [office]}, lee), NOW)
    assert found["smith"].person != found["lee"].person
    assert not found["lee"].doubt
