"""`decide` never raises, whatever the facts; and it is quick."""

from __future__ import annotations

import time
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lordaemon.season.decision import Decision
from lordaemon.season.forecast import forecast
from lordaemon.season.history import (
    KINDS,
    Attempt,
    AttemptState,
    HandMail,
    Heard,
    History,
    Label,
    Word,
    WriterHistory,
)
from lordaemon.season.ics import to_ics
from lordaemon.season.policy import decide, next_instant
from lordaemon.season.table import tabulate
from tests.season.build import START, at, heard, plan, sent, story, writer
from tests.season.test_properties import VERBS, plans

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
KIND = st.sampled_from(KINDS)
texts = st.text(max_size=8)
attempts = st.builds(
    Attempt, texts, KIND, st.sampled_from(get_args(AttemptState)), INSTANTS, st.none() | INSTANTS,
    to=st.sampled_from(["smith@hospital.example", "old@x.example"]),
    noticed_at=st.none() | INSTANTS, approved=st.booleans(),
)  # fmt: skip
heards = st.builds(
    Heard, texts, INSTANTS, st.sampled_from(get_args(Label)), confident=st.booleans(),
    flags=st.frozensets(st.sampled_from(["machine", "bulk", "left_institution"])),
    in_thread=st.booleans(), from_writer=st.booleans(), authentic=st.booleans(),
    return_on=st.none() | st.dates(), bounced_kind=st.none() | KIND,
    bounce_permanent=st.booleans(), seen_at=st.none() | INSTANTS,
)  # fmt: skip
words = st.builds(
    Word, INSTANTS, st.sampled_from([*VERBS, "nonsense"]), note=st.sampled_from([*KINDS, "", "x"])
)
hands = st.builds(HandMail, INSTANTS, attachments=st.booleans(), counts_as=st.none() | KIND)
stories = st.builds(
    WriterHistory, st.just("smith"), st.lists(attempts, max_size=5).map(tuple),
    st.lists(hands, max_size=3).map(tuple), st.lists(heards, max_size=4).map(tuple),
    st.lists(words, max_size=5).map(tuple), st.sampled_from(["", "", "", "who?"]),
    st.sampled_from(["", "", "", "cv.pdf is missing"]), st.none() | INSTANTS,
)  # fmt: skip
histories = st.builds(
    History,
    st.dictionaries(st.sampled_from(["smith", "lee", "gomez"]), stories),
    started_at=st.none() | INSTANTS,
)
wild = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@wild
@given(plans(), histories, INSTANTS)
def test_whatever_happened_there_is_a_decision_for_everybody(
    the_plan: Any, history: History, now: datetime
) -> None:
    found = decide(the_plan, history, now)
    assert [d.writer for d in found] == [w.id for w in the_plan.writers]
    for decision in found:
        _makes_sense(decision, now)
    tabulate(the_plan, history, found, now)
    alarm = next_instant(the_plan, history, now)
    assert alarm is None or alarm > now


def _makes_sense(decision: Decision, now: datetime) -> None:
    assert decision.why
    assert decision.rule
    assert (decision.action == "ask") <= bool(decision.asks)
    if decision.action == "send":
        assert decision.at is not None
        assert decision.at <= now
        assert decision.standing.frozen is None
        assert decision.standing.ended is None
    for name in (f.name for f in fields(decision)):
        value = getattr(decision, name)
        assert not isinstance(value, datetime) or value.tzinfo is not None


@settings(wild, max_examples=15)
@given(plans(), histories, INSTANTS, st.sampled_from(["silent", "yes"]))
def test_whatever_happened_the_season_can_be_foretold(
    the_plan: Any, history: History, now: datetime, assume: Any
) -> None:
    events = forecast(the_plan, history, now, assume)
    ends = datetime.combine(the_plan.season.deadline + timedelta(days=2), datetime.min.time(), UTC)
    assert all(now <= e.at <= ends or e.all_day for e in events)
    assert [e.at for e in events] == sorted(e.at for e in events)
    assert to_ics(events, the_plan).endswith("END:VCALENDAR\r\n")


def test_twelve_writers_are_decided_in_a_few_milliseconds() -> None:
    the_plan = plan(*[writer(f"w{n}", ask_on=date(2027, 3, 15)) for n in range(12)], letters=12)
    facts = story(
        sent("request", "2027-03-15 09:00"),
        heard("auto_reply", "2027-03-16 09:00"),
        heard("yes", "2027-03-17 09:00"),
        sent("packet", "2027-03-18 09:00"),
    )
    history = History({f"w{n}": facts for n in range(12)}, started_at=START)
    now = at("2027-06-01 09:00")
    decide(the_plan, history, now)
    began = time.process_time()
    for _ in range(20):
        decide(the_plan, history, now)
    assert (time.process_time() - began) / 20 < 0.05
