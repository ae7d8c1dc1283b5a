"""When each kind of message becomes due and when it may leave (S2-S7, S11, H4).

Answers "when", never "whether": the ladder that chooses is `policy`. All instants aware UTC,
all dates the applicant's local days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lordaemon.plan.model import Plan, Writer
from lordaemon.season.calendar import Calendar, holiday_test, local_day, to_utc, writer_offset
from lordaemon.season.history import Heard
from lordaemon.season.standing import Standing

ONE_DAY = timedelta(days=1)
ASK_AFTER_ROTATION = timedelta(days=14)
LEAVES_WITHIN = timedelta(hours=48)
LAST_ASK_BEFORE_DUE = 10
ROOM_FOR_REMINDER = 10
ROOM_FOR_FOLLOW_UP = 3
FOLLOW_UP_AFTER_LATE_PACKET = timedelta(days=7)
AWAY_WITHOUT_DATE = timedelta(days=14)
WORKING_DAYS_AFTER_RETURN = 2
NOTICE_OPENS, NOTICE_CLOSES = time(7), time(22)


@dataclass(frozen=True, slots=True)
class Slot:
    """When a step became due, when it may leave, and the last instant its rule allows.
    `notice_at`: when the applicant is to be shown it, if they are."""

    due: datetime
    at: datetime
    latest: datetime | None = None
    notice_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder or follow-up: its slot, or why there is none any more (S7, S13)."""

    slot: Slot
    dropped: str = ""
    dropped_at: datetime | None = None


class Timing:
    """The clock arithmetic of one writer under one plan."""

    def __init__(self, plan: Plan, writer: Writer, person: str) -> None:
        policy = plan.policy
        self.plan, self.writer, self.zone = plan, writer, plan.zone
        self.calendar = Calendar(
            plan.zone, policy.send_hours[0], policy.send_hours[1], holiday_test(policy.holidays)
        )
        self.offset = writer_offset(plan.season.name, person)
        self.due_date = plan.due(writer)

    # -- requests and packets ------------------------------------------------------------

    def request_due(self, first_seen: datetime, activated_at: datetime | None) -> datetime:
        """S2; for a backup (H9): the moment its predecessor was lost."""
        if activated_at is not None:
            return max(first_seen, activated_at)
        day = self.writer.ask_on
        if day is not None:
            day += ONE_DAY * max(0, 7 - day.weekday() if day.weekday() >= 5 else 0)
        elif self.writer.worked_together.end is not None:
            day = self.writer.worked_together.end + ASK_AFTER_ROTATION
        return max(first_seen, self.calendar.start_of(day)) if day else first_seen

    def last_ask(self) -> datetime:
        """S2: the first instant that is later than 10 days before the writer's due date."""
        return self.end_of(self.due_date - ONE_DAY * LAST_ASK_BEFORE_DUE)

    def days_left(self, instant: datetime) -> int:
        """Whole local days from an instant to the writer's due date."""
        return (self.due_date - local_day(instant, self.zone)).days

    def noticed_slot(
        self,
        due: datetime,
        latest: datetime,
        now: datetime,
        *,
        noticed_at: datetime | None = None,
        seen_at: datetime | None = None,
    ) -> Slot:
        """The slot of a request or packet (S4) after its notice (S11).

        Known ahead, the notice leaves a day before the slot, else at once. `seen_at`: the
        applicant said `go`. Waiting for the applicant's eyes never breaks `latest`; once
        that is broken anyway (the machine slept), the notice gets its full time.
        """
        calendar, offset = self.calendar, self.offset
        notice_at = min(due, self._day_before(calendar.slot_within(due, latest, offset) or due))
        shown = noticed_at or max(notice_at, now)
        seen = seen_at or self.after_notice(shown)
        earliest = max(due, seen, now)
        at = calendar.slot_within(earliest, latest, offset) or earliest
        if at >= latest:
            at = self._without_full_notice(max(due, shown), latest, now) or at
        return Slot(due, at, latest, notice_at)

    def _without_full_notice(
        self, shown: datetime, latest: datetime, now: datetime
    ) -> datetime | None:
        """The last day's slot that keeps `latest`, or now if that is past; None: it is broken."""
        chance = self.calendar.last_chance(shown, latest, self.offset)
        if chance is not None and chance < now:
            chance = self.calendar.slot_within(now, latest, self.offset)
        return chance if chance is not None and chance < latest else None

    def _day_before(self, slot: datetime) -> datetime:
        local = slot.astimezone(self.zone)
        return to_utc(local.date() - ONE_DAY, local.time(), self.zone)

    def after_notice(self, noticed_at: datetime) -> datetime:
        """`notice_hours` later, counting only 07:00 to 22:00 local time (S11)."""
        left = timedelta(hours=self.plan.policy.notice_hours)
        if not left:
            return noticed_at
        day = local_day(noticed_at, self.zone)
        while True:
            start = max(noticed_at, to_utc(day, NOTICE_OPENS, self.zone))
            closes = to_utc(day, NOTICE_CLOSES, self.zone)
            if start + left <= closes:
                return start + left
            left -= max(timedelta(0), closes - start)
            day += ONE_DAY

    # -- reminders and follow-ups --------------------------------------------------------

    def reminder(self, standing: Standing, asked_at: datetime, now: datetime) -> Nudge:
        """S5, S7: `remind_after_days` after the request actually left."""
        due = asked_at + timedelta(days=self.plan.policy.remind_after_days)
        return self._nudge(due, standing, now, ROOM_FOR_REMINDER)

    def follow_up(self, standing: Standing, packet_at: datetime, now: datetime) -> Nudge:
        """S6, S7: `follow_up_before_days` before the due date, or a week after a late packet."""
        day = self.due_date - timedelta(days=self.plan.policy.follow_up_before_days)
        agreed_at = standing.agreed_at or packet_at
        if local_day(agreed_at, self.zone) > day:
            late = max(packet_at, agreed_at) + FOLLOW_UP_AFTER_LATE_PACKET
            return self._nudge(late, standing, now, ROOM_FOR_FOLLOW_UP, late=True)
        return self._nudge(self.calendar.start_of(day), standing, now, ROOM_FOR_FOLLOW_UP)

    def _nudge(
        self, due: datetime, standing: Standing, now: datetime, room: int, *, late: bool = False
    ) -> Nudge:
        natural = self._working_slot(due)
        ready = due
        if standing.last_said_at is not None:
            ready = max(ready, standing.last_said_at + self.gap)
        held_until = self.away_until(standing.away)
        if held_until is not None:
            ready = max(ready, held_until)
        at = self._working_slot(max(ready, now))
        slot = Slot(due, at, notice_at=self._day_before(at))
        last_day = self.due_date - ONE_DAY * room
        pushed = late or local_day(at, self.zone) > local_day(natural, self.zone)
        left = self.days_left(at)
        if left < 0 or (pushed and left < room):
            gone = max(natural, self.calendar.start_of(last_day))
            why = (
                f"the due date {self.due_date:%-d %B} would have passed"
                if left < 0
                else f"only {left} days would be left to the due date {self.due_date:%-d %B}"
            )
            return Nudge(slot, why, gone)
        return Nudge(slot)

    @property
    def gap(self) -> timedelta:
        """S7: the least time between two messages to one writer."""
        return timedelta(days=self.plan.policy.min_gap_days)

    def _working_slot(self, after: datetime) -> datetime:
        return self.calendar.next_open(after, self.offset, working=True) or after

    def away_until(self, away: Heard | None) -> datetime | None:
        """H4: two working days after the return date; a fortnight where none can be relied on."""
        if away is None:
            return None
        if away.return_on is None or away.return_on < local_day(away.at, self.zone):
            return away.at + AWAY_WITHOUT_DATE
        furthest = self.plan.season.deadline + timedelta(days=366)
        back = self.calendar.working_days_after(
            min(away.return_on, furthest), WORKING_DAYS_AFTER_RETURN
        )
        return self.calendar.start_of(back)

    # -- days ----------------------------------------------------------------------------

    def end_of(self, day: date) -> datetime:
        """The first instant after a local day."""
        return to_utc(day + ONE_DAY, time(0), self.zone)

    def next_close(self, now: datetime) -> datetime:
        """The next end of send hours: what may go now may not go after it."""
        today = local_day(now, self.zone)
        closes = self.calendar.window(today)[1]
        return closes if closes > now else self.calendar.window(today + ONE_DAY)[1]
