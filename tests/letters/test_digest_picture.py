"""The season picture: one lane a writer, in the order in which things happened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lordaemon.letters.digest_view import DigestView
from lordaemon.letters.season_picture import COLUMNS, Picture, draw
from tests.letters.digest_views import SCENES, STAFF, at, facts, heard, plan_of, sent, view_of


def drawn(view: DigestView) -> Picture:
    """The picture of a view."""
    states = dict.fromkeys((row.writer.id for row in view.table.rows), "")
    return draw(view.plan, view.table, view.now, states)


def marks(picture: Picture, lane: int) -> str:
    """One lane's letters, blanks as they are."""
    return "".join(cell.mark or " " for cell in picture.lanes[lane].cells)


def test_a_lane_from_the_request_to_the_due_date() -> None:
    picture = drawn(SCENES["near_due"]())
    assert marks(picture, 0).replace("=", "").strip() == "AYPUD"
    assert picture.lanes[1].words == (
        "Prof. Gomez: asked 15 Mar, yes 18 Mar, packet sent 19 Mar, followed up 30 Aug and "
        "due 15 Sep."
    )
    assert [meaning for _, _, meaning in picture.legend][:3] == ["asked", "yes", "packet"]


@pytest.mark.parametrize("name", SCENES)
def test_every_lane_has_one_today_and_fits_the_axis(name: str) -> None:
    picture = drawn(SCENES[name]())
    assert sum(span for _, span in picture.months) == COLUMNS
    for lane in picture.lanes:
        assert len(lane.cells) == COLUMNS
        assert [i for i, cell in enumerate(lane.cells) if cell.today] == [picture.today]


def test_what_happened_stands_left_of_today_and_what_is_planned_not_before_it() -> None:
    picture = drawn(SCENES["busy"]())
    for number in range(len(picture.lanes)):
        lane = marks(picture, number)
        assert all(lane.index(m) <= picture.today for m in "AYPR" if m in lane)
        assert all(lane.index(m) >= picture.today for m in "arpf" if m in lane)


def test_a_lost_writer_has_no_due_date_any_more() -> None:
    lane = marks(drawn(SCENES["shortfall"]()), 1)
    assert lane.replace("·", "").strip() == "AN"
    assert "D" in marks(drawn(SCENES["shortfall"]()), 0)


@given(
    st.lists(st.integers(0, 190), min_size=3, max_size=3).map(sorted),
    st.integers(0, 200),
    st.integers(-30, 200),
)
def test_nothing_is_lost_from_a_lane(days: list[int], later: int, due: int) -> None:
    start = at(3, 1)
    asked, said, packed = (start + timedelta(days=d) for d in days)
    now = packed + timedelta(days=later, minutes=5)
    plan = plan_of(
        STAFF[0] | {"due": date(2027, 3, 1) + timedelta(days=due)},
        season={"deadline": date(2027, 9, 22)},
    )
    known = facts(
        "smith",
        attempts=(sent("request", asked), sent("packet", packed + timedelta(minutes=2))),
        heard=(heard("yes", said + timedelta(minutes=1), "Yes."),),
    )
    lane = marks(drawn(view_of(plan, now, known)), 0)
    assert [m for m in lane if m in "AYP"] == ["A", "Y", "P"]
    assert "D" in lane
