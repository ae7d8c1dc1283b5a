"""The played student: does the few things that are left to a student.

Nudges one writer by hand, mends the address that bounced, and tells lordaemon by answering the
digest which letters are there and, at the end, that they are assigned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from lordaemon.clock import Clock
from lordaemon.demo.cast import STUDENT, Role
from lordaemon.demo.mailkind import Seen
from lordaemon.demo.mailprogram import MailProgram
from lordaemon.demo.plan import correct_address
from lordaemon.demo.replies import Original, new_mail, reply
from lordaemon.demo.schedule import Schedule

NUDGES_AT = time(10, 15)
MENDS_AT = time(19, 30)
LOOKS_IN_PORTAL_AT = time(18, 40)
ASSIGNS_ON = date(2027, 9, 16)

NUDGE = """\
Dear {called},

I wrote to you on {asked:%B %-d} about a letter of recommendation and know how full your weeks are.
Would you be willing to write one? Either answer is fine, and it would help me plan.

Thank you,
Sam Rivera
"""


class Student:
    """Sam. `remark(text)` is called when Sam does something that no mail shows."""

    def __init__(
        self,
        cast: Iterable[Role],
        plan: Path,
        zone: ZoneInfo,
        clock: Clock,
        schedule: Schedule,
        program: MailProgram,
        remark: Callable[[str], None],
    ) -> None:
        self._cast = tuple(cast)
        self._plan, self._zone, self._clock = plan, zone, clock
        self._schedule, self._program, self._remark = schedule, program, remark
        self._newest_digest: Seen | None = None
        self._in_portal: list[Role] = []
        schedule.plan(self._local(ASSIGNS_ON, LOOKS_IN_PORTAL_AT), self._say_assigned)

    def hear(self, seen: Seen, *, claims_upload: bool = False) -> None:
        """A mail went through; plan what Sam does about it."""
        at = seen.passage.at
        match seen.kind:
            case "digest":
                self._newest_digest = seen
            case "request":
                for role in self._cast:
                    if role.nudged_after and role.address == seen.passage.recipient:
                        when = self._later(at, role.nudged_after, NUDGES_AT)
                        self._schedule.plan(when, partial(self._nudge, role, at))
            case "bounce":
                for role in self._cast:
                    if role.misspelt and role.misspelt.encode() in seen.passage.data:
                        when = self._later(at, 0, MENDS_AT)
                        self._schedule.plan(when, partial(self._mend, role))
            case "answer" if claims_upload:
                role = next(r for r in self._cast if r.address == seen.passage.sender)
                when = self._later(at, 1, LOOKS_IN_PORTAL_AT)
                self._schedule.plan(when, partial(self._say_uploaded, role))

    def _nudge(self, role: Role, asked_at: datetime) -> None:
        asked = asked_at.astimezone(self._zone)
        text = NUDGE.format(called=role.called, asked=asked)
        message_id = self._program.new_id(STUDENT)
        now = self._clock().astimezone(self._zone)
        data = new_mail(STUDENT, role.person, "A letter of recommendation", text, now, message_id)
        self._program.send(STUDENT, role.address, data, "Sam asks once more", keep_copy=True)

    def _mend(self, role: Role) -> None:
        correct_address(self._plan, role)
        self._remark(f"Sam corrects the address in the plan: {role.address}")

    def _say_uploaded(self, role: Role) -> None:
        self._in_portal.append(role)
        self._order(f"{role.id} uploaded")

    def _say_assigned(self) -> None:
        self._order(*(f"{role.id} assigned" for role in self._in_portal))

    def _order(self, *lines: str) -> None:
        """Answer the newest digest, a line an order (D4)."""
        if self._newest_digest is None or not lines:
            return
        original = Original.of(self._newest_digest.passage.data)
        message_id = self._program.new_id(STUDENT)
        now = self._clock().astimezone(self._zone)
        data = reply("gmail", original, STUDENT, "\n".join(lines), now, message_id)
        self._program.send(STUDENT, STUDENT.address, data, ", ".join(lines), keep_copy=True)

    def _later(self, since: datetime, days: int, at: time) -> datetime:
        day = since.astimezone(self._zone).date() + timedelta(days=days)
        return self._local(day, at)

    def _local(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self._zone)
