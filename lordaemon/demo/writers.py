"""The played writers: they get mail, think for a while, and answer as people do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from lordaemon.clock import Clock
from lordaemon.demo.cast import Answer, Role
from lordaemon.demo.mailkind import Seen
from lordaemon.demo.mailprogram import MailProgram
from lordaemon.demo.replies import Original, reply
from lordaemon.demo.schedule import Schedule


class Writers:
    """All writers of a cast. Each answers a mail of a kind once, in the way the cast says."""

    def __init__(
        self,
        cast: Iterable[Role],
        zone: ZoneInfo,
        clock: Clock,
        schedule: Schedule,
        program: MailProgram,
    ) -> None:
        self._roles = {role.address: role for role in cast}
        self._zone, self._clock = zone, clock
        self._schedule, self._program = schedule, program
        self._claims: set[str] = set()

    def hear(self, seen: Seen) -> None:
        """A mail went through; if a writer got it, plan what they do about it."""
        role = self._roles.get(seen.passage.recipient)
        if role is None or not seen.passage.delivered:
            return
        for answer in role.answers.get(seen.kind, ()):
            when = self._moment(answer, seen.passage.at)
            self._schedule.plan(when, partial(self._answer, role, answer, seen))

    def claimed(self, message_id: str) -> bool:
        """Whether this is a mail in which a writer says that the letter is uploaded."""
        return message_id in self._claims

    def _moment(self, answer: Answer, got_at: datetime) -> datetime:
        """`days` later at the writer's own hour; never before the mail was there."""
        if answer.at is None:
            return got_at + timedelta(minutes=answer.minutes)
        day = got_at.astimezone(self._zone).date() + timedelta(days=answer.days)
        moment = datetime.combine(day, answer.at, self._zone)
        return moment if moment > got_at else moment + timedelta(days=1)

    def _answer(self, role: Role, answer: Answer, seen: Seen) -> None:
        original = Original.of(seen.passage.data)
        message_id = self._program.new_id(role.person)
        now = self._clock().astimezone(self._zone)
        data = reply(answer.program, original, role.person, answer.text, now, message_id)
        if answer.claims_upload:
            self._claims.add(message_id)
        self._program.send(role.person, seen.passage.sender, data, gist_of(answer.text))


def gist_of(text: str) -> str:
    """The paragraph that says something: the one after the greeting, if there is a greeting."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    if len(paragraphs) > 1 and len(paragraphs[0]) < 20 and paragraphs[0].endswith(","):
        return paragraphs[1]
    return paragraphs[0]
