"""Random seasons, played with `decide` as the only sender: the rules must hold on what came out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lordaemon.plan.model import Plan
from lordaemon.season.calendar import Calendar, holiday_test, local_day
from lordaemon.season.decision import Decision
from lordaemon.season.history import Attempt, HandMail, Heard, History, Label, Word, WriterHistory
from lordaemon.season.policy import decide, next_instant
from tests.season import build
from tests.season.world import Departure, Happening, World, kind_of, play

ZONES = ["America/Chicago", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns",
         "Pacific/Apia", "America/Havana", "Europe/London"]  # fmt: skip
END = datetime(2027, 8, 20, tzinfo=build.START.tzinfo)
LABELS: list[Label] = [
    "yes", "yes", "yes", "no", "auto_reply", "auto_reply", "bounce", "unclear", "uploaded",
    "question", "yes_conditional", "unrelated",
]  # fmt: skip
REACTIONS: list[Label] = [
    "yes",
    "yes",
    "yes",
    "yes",
    "yes",
    "auto_reply",
    "no",
    "uploaded",
    "bounce",
]
VERBS = ["yes", "no", "uploaded", "not-uploaded", "assigned", "claimed", "silent", "withdrawn",
         "understood", "pause", "resume", "skip reminder", "skip follow-up", "go", "stop", "sent",
         "not-sent"]  # fmt: skip
moments = st.integers(0, 170 * 24 * 60).map(lambda m: build.START + timedelta(minutes=m))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Small plans with near and far dates, in odd zones, with a backup or two."""
    writers = []
    for number, name in enumerate(["smith", "lee", "gomez"][: draw(st.integers(1, 3))]):
        changes: dict[str, Any] = {}
        if draw(st.booleans()):
            changes["ask_on"] = date(2027, 2, 20) + timedelta(days=draw(st.integers(0, 90)))
        if draw(st.booleans()):
            asked = changes.get("ask_on", date(2027, 3, 1))
            changes["due"] = asked + timedelta(days=draw(st.integers(8, 70)))
        if number and draw(st.booleans()):
            changes["backup_for"] = ("smith",)
        writers.append(build.writer(name, **changes))
    opens = draw(st.sampled_from(["08:30", "00:00", "02:15", "14:00"]))
    closes = draw(st.sampled_from(["17:30", "23:59", "16:00"]))
    return build.plan(
        *writers,
        zone=draw(st.sampled_from(ZONES)),
        deadline=date(2027, 8, 17) - timedelta(days=draw(st.integers(0, 130))),
        notice_hours=draw(st.sampled_from([0, 4, 24])),
        materials_within_hours=draw(st.sampled_from([24, 48])),
        send_hours=[opens, closes],
        burst=draw(st.sampled_from([1, 3])),
        approve=draw(st.sampled_from(["auto", "auto", "each"])),
        remind_after_days=draw(st.sampled_from([14, 17, 21])),
        min_gap_days=draw(st.sampled_from([7, 7, 30])),
    )


@st.composite
def facts(draw: st.DrawFn, at: datetime) -> Heard | Word | HandMail:
    """Anything a writer or the applicant may say at this instant."""
    what = draw(st.integers(0, 9))
    if what < 6:
        label = draw(st.sampled_from(LABELS))
        away = st.none() | st.integers(-10, 40).map(lambda d: at.date() + timedelta(days=d))
        return Heard(
            f"{label}{at}", at, label, confident=draw(st.integers(0, 9)) > 0,
            in_thread=True, from_writer=draw(st.integers(0, 9)) > 0,
            authentic=draw(st.integers(0, 9)) > 0, return_on=draw(away),
            bounce_permanent=draw(st.booleans()),
        )  # fmt: skip
    if what < 9:
        kind = draw(st.sampled_from(["request", "packet", "reminder", "follow_up", ""]))
        return Word(at, draw(st.sampled_from(VERBS)), note=kind)
    return HandMail(at, "<h@x.example>", "Letter?", attachments=draw(st.booleans()))


@st.composite
def happenings(draw: st.DrawFn, the_plan: Plan) -> list[Happening]:
    """A handful of things that befall the season."""
    found = []
    for _ in range(draw(st.integers(0, 6))):
        at = draw(moments)
        who = draw(st.sampled_from([w.id for w in the_plan.writers]))
        found.append(Happening(at, who, draw(facts(at))))
    return found


@st.composite
def seasons(draw: st.DrawFn, *, sleeps: bool) -> tuple[Plan, World, list[Happening]]:
    """A whole season, played to its end."""
    the_plan = draw(plans())
    befalls = draw(happenings(the_plan))
    if draw(st.integers(0, 3)) == 0:
        moved = the_plan.model_dump(by_alias=True)
        for row in moved["writer"]:
            row["due"] = date(2027, 8, 10) - timedelta(days=draw(st.integers(0, 150)))
        befalls.append(Happening(draw(moments), plan=Plan.model_validate(moved)))
    naps = draw(st.lists(st.sampled_from([0.0, 0.0, 0.01, 3.0, 30.0, 200.0]), max_size=40))
    answers = st.tuples(st.sampled_from(REACTIONS), st.sampled_from([0.5, 5.0, 40.0, 500.0]))
    world = World(
        the_plan,
        build.START,
        {w.id: WriterHistory(w.id, first_seen_at=build.START) for w in the_plan.writers},
    )
    return (
        the_plan,
        play(world, befalls, END, naps if sleeps else (), draw(st.lists(answers, max_size=6))),
        befalls,
    )


def calendar_of(the_plan: Plan) -> Calendar:
    hours = the_plan.policy.send_hours
    return Calendar(the_plan.zone, hours[0], hours[1], holiday_test(the_plan.policy.holidays))


def heard_before(world: World, gone: Departure) -> list[Heard]:
    return [h for h in world.facts[gone.writer].heard if h.at <= gone.at]


def check(the_plan: Plan, world: World) -> None:
    """Every rule that can be read off the messages that left."""
    once = Counter(
        (writer, a.kind)
        for writer, story in world.facts.items()
        for a in story.attempts
        if a.state == "sent"
    )
    assert all(count == 1 for count in once.values()), "S1"
    for gone in world.departures:
        calendar, zone = calendar_of(gone.plan), gone.plan.zone
        clock = gone.at.astimezone(zone).time()
        hours = gone.plan.policy.send_hours
        assert hours[0] <= clock < hours[1], "S4: inside send hours"
        writer = gone.plan.writer(gone.writer)
        assert writer is not None
        day, due = local_day(gone.at, zone), gone.plan.due(writer)
        assert day <= gone.plan.season.deadline, "S13: nothing after the deadline"
        if gone.kind in ("reminder", "follow_up"):
            assert calendar.working_day(day), "S4: nudges on working days"
        if gone.kind != "packet":
            assert day <= due, "S13: only packets after the due date"
        _check_words(world, gone)
        _check_heard(world, gone)
        _check_gap(world, gone)
        _check_away(world, gone)
    _check_flood(the_plan, world)


def _check_words(world: World, gone: Departure) -> None:
    words = [w for w in world.facts[gone.writer].words if w.at <= gone.at]
    pauses = [w.verb for w in words if w.verb in ("pause", "resume")]
    assert pauses[-1:] != ["pause"], "S13: paused"
    last = {w.verb: w.at for w in words}
    for end in ("withdrawn", "uploaded", "assigned", "no", "silent", "claimed"):
        undoing = [at for verb, at in last.items() if verb in ("yes", "not-uploaded", "claimed")]
        undoing += [h.at for h in heard_before(world, gone) if h.label in ("yes", "uploaded")]
        if end in last and not any(at >= last[end] for at in undoing):
            raise AssertionError(f"S13: after {end}")
    if gone.plan.policy.approve == "each":
        assert any(w.verb == "go" and w.note == gone.kind for w in words), "S11: each"


def _check_heard(world: World, gone: Departure) -> None:
    heard, words = heard_before(world, gone), world.facts[gone.writer].words
    human = [h for h in heard if h.human]
    asked = [a.at for a in world.facts[gone.writer].attempts if a.kind == "request" and a.at]
    if gone.kind == "reminder":
        due = timedelta(days=gone.plan.policy.remind_after_days)
        hands = [m.at for m in world.facts[gone.writer].hand]
        assert any(gone.at - at >= due for at in [*asked, *hands]), "S5: not too early"
        if not hands:
            assert not [h for h in human if h.at >= max(asked)], "S5: no human message"
    noes = [h for h in human if h.label == "no" and h.confident and h.authentic and h.from_writer]
    for no in noes:
        lifted = [w for w in words if no.at <= w.at <= gone.at and w.verb != "pause"]
        assert lifted, "H3: nothing after a no"
    sure = [h for h in heard if h.confident and h.authentic and h.from_writer]
    for claim in [h for h in sure if h.label == "uploaded"]:
        lifted = [w for w in words if claim.at <= w.at <= gone.at]
        early = gone.kind == "request" or not [a for a in asked if a <= claim.at]
        assert lifted or early, "H6: nothing after a claim"
    if gone.kind in ("packet", "follow_up"):
        plain = [h for h in human if h.label == "yes" and h.confident and h.authentic]
        assert plain or any(w.verb == "yes" for w in words), "H1: only after a yes"


def _check_gap(world: World, gone: Departure) -> None:
    story = world.facts[gone.writer]
    earlier = [a.at for a in story.attempts if a.state == "sent" and a.at and a.at < gone.at]
    earlier += [m.at for m in story.hand if m.at < gone.at]
    gap = timedelta(days=gone.plan.policy.min_gap_days)
    if gone.kind != "packet" and earlier:
        assert gone.at - max(earlier) >= gap, "S7: the gap"


def _check_away(world: World, gone: Departure) -> None:
    replies = [h for h in heard_before(world, gone) if h.label == "auto_reply"]
    if not replies or gone.kind not in ("reminder", "follow_up"):
        return
    calendar, zone, last = calendar_of(gone.plan), gone.plan.zone, replies[-1]
    if last.return_on is None or last.return_on < local_day(last.at, zone):
        assert gone.at - last.at >= timedelta(days=14), "H4: a fortnight"
    else:
        back = calendar.working_days_after(last.return_on, 2)
        assert local_day(gone.at, zone) >= back, "H4: two working days after the return"


def _check_flood(the_plan: Plan, world: World) -> None:
    times = sorted(gone.at for gone in world.departures)
    burst = the_plan.policy.burst
    for first, last in zip(times, times[burst:], strict=False):
        assert last - first >= timedelta(hours=1), "S8: burst"


playing = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow,
                                                            HealthCheck.data_too_large]
)  # fmt: skip


@playing
@given(seasons(sleeps=True))
def test_no_season_breaks_a_rule_even_with_a_sleeping_machine(
    season: tuple[Plan, World, list[Happening]],
) -> None:
    the_plan, world, _ = season
    check(the_plan, world)


@playing
@given(seasons(sleeps=False))
def test_s02_s03_while_awake_nothing_is_later_than_its_limit(
    season: tuple[Plan, World, list[Happening]],
) -> None:
    the_plan, world, _ = season
    check(the_plan, world)
    for gone in world.departures:
        decision = gone.decision
        if gone.kind in ("request", "packet") and the_plan.policy.approve == "auto":
            assert decision.latest is not None
            crowded = the_plan.policy.burst == 1 and len(the_plan.writers) > 1
            assert gone.at < decision.latest or crowded


def said(decision: Decision) -> tuple[object, ...]:
    """What may not change between now and the alarm."""
    asks = tuple((ask.rule, ask.since) for ask in decision.asks)
    return decision.action, decision.kind, decision.rule, decision.stage, asks


@playing
@given(seasons(sleeps=True), st.data())
def test_nothing_changes_before_the_next_instant(
    season: tuple[Plan, World, list[Happening]], data: st.DataObject
) -> None:
    the_plan, world, _ = season
    eventful = [gone.at for gone in world.departures]
    now = data.draw(st.sampled_from(eventful) | moments if eventful else moments)
    history = history_at(world, now)
    alarm = next_instant(the_plan, history, now) or END + timedelta(days=300)
    between = now + (alarm - now) * data.draw(st.floats(0, 0.999999))
    assert alarm > now
    before, after = (decide(the_plan, history, t) for t in (now, min(between, alarm)))
    assert [said(d) for d in before] == [said(d) for d in after]


def history_at(world: World, now: datetime) -> History:
    """What was known just before an instant of a season that was played to its end."""
    return History({
        writer: WriterHistory(
            story.person,
            tuple(_as_it_stood(a, now) for a in story.attempts if a.planned_at < now),
            tuple(m for m in story.hand if m.at < now),
            tuple(h for h in story.heard if h.at < now),
            tuple(w for w in story.words if w.at < now),
            first_seen_at=story.first_seen_at,
        )
        for writer, story in world.facts.items()
    })  # fmt: skip


def _as_it_stood(attempt: Attempt, now: datetime) -> Attempt:
    waiting = attempt.at is None or attempt.at >= now
    return replace(attempt, state="planned", at=None) if waiting else attempt


@playing
@given(plans(), st.data())
def test_the_alarm_is_set_for_what_waits_unsent(the_plan: Plan, data: st.DataObject) -> None:
    """The server is down: what may leave doesn't, through evenings, weekends and limits."""
    asked = build.sent("request", data.draw(moments), "lee@hospital.example")
    agreed = build.heard("yes", data.draw(moments))
    facts = data.draw(st.sampled_from([(), (asked,), (asked, agreed)]))
    story = build.story(*facts, first_seen_at=build.START)
    history = History({w.id: story for w in the_plan.writers}, started_at=build.START)
    now = max([build.START, *(fact.at or build.START for fact in facts)])
    for _ in range(30):
        alarm = next_instant(the_plan, history, now)
        if alarm is None:
            break
        between = now + (alarm - now) * data.draw(st.floats(0, 0.999999))
        before, after = (decide(the_plan, history, t) for t in (now, min(between, alarm)))
        assert [said(d) for d in before] == [said(d) for d in after]
        now = alarm
        if data.draw(st.booleans()):
            history = noticed(history, before, now)


def noticed(history: History, decisions: tuple[Decision, ...], now: datetime) -> History:
    """The same facts, and the notices that were due are made."""
    writers = dict(history.writers)
    for decision in decisions:
        if decision.action == "notice":
            draft = replace(build.planned("request", None), kind=kind_of(decision), planned_at=now,
                            noticed_at=now)  # fmt: skip
            facts = writers[decision.writer]
            writers[decision.writer] = replace(facts, attempts=(*facts.attempts, draft))
    return replace(history, writers=writers)


@playing
@given(seasons(sleeps=True), moments)
def test_the_same_facts_always_give_the_same_decisions(
    season: tuple[Plan, World, list[Happening]], now: datetime
) -> None:
    the_plan, world, _ = season
    assert decide(the_plan, world.history, now) == decide(the_plan, world.history, now)
