"""The invariants, checked from outside against the ledger (README.md lists them).

`letter` is called for every message to a writer that the post office accepts, `own` for every one
to the applicant, `states` after every pass; what is asked at the end stands in at_end.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from lordaemon.season.calendar import Calendar, holiday_test, local_day
from tests.simulation.ledger import Ledger, Left
from tests.simulation.world import INBOX, SENT, Accepted, World

TOKEN = re.compile(rb"<(lor\.[\w-]+\.([a-z_]+)\.\d+\.[a-z2-9]{12})(\.ref)?@")
SLACK = timedelta(minutes=12)
"""Clocks may differ by this much before the program has to notice."""
DAY = timedelta(days=1)
NEXT: Mapping[str, frozenset[str]] = {
    "planned": frozenset({"claimed", "superseded", "sent"}),
    "claimed": frozenset({"planned", "transmitting", "sent", "superseded", "refused"}),
    "transmitting": frozenset({"planned", "sent", "refused", "uncertain"}),
    "uncertain": frozenset({"sent", "not_sent", "bounced"}),
    "sent": frozenset({"bounced"}),
}


def token_of(mail: Accepted) -> tuple[str, str]:
    """Token and kind of a message of the program, by its headers; empty for any other."""
    head = mail.raw.split(b"\r\n\r\n", 1)[0]
    own = [m for m in TOKEN.finditer(head) if m[3] or b"\nMessage-ID: " + m[0] in head]
    found = own[-1] if own else None
    return (found[1].decode(), found[2].decode()) if found else ("", "")


class Checks:
    """All checks over one season's ledger."""

    def __init__(self, ledger: Ledger, world: World, began: datetime) -> None:
        self.ledger, self.world, self.world_began = ledger, world, began
        self.states_seen: dict[str, str] = {}

    # -- a message to a writer -------------------------------------------------------------

    def letter(self, mail: Accepted) -> Left | None:
        """A message that is not to the applicant was accepted; None if it is nobody's."""
        ledger, now = self.ledger, mail.at
        token, kind = token_of(mail)
        person = ledger.of(mail.recipient)
        wanted = {w.email.lower() for w in ledger.plan.writers}
        if person is None or mail.recipient.lower() not in wanted:
            ledger.broken("I8", now, f"{kind} to {mail.recipient}, who is not in the plan")
            return None
        self.person, self.kind, self.now, self.mail = person, kind, now, mail
        if person.sent(kind):
            first = person.sent(kind)[0]
            self._broken("I1", f"left a second time, first on {first.at:%Y-%m-%d %H:%M}")
        self._hours()
        self._freshness()
        self._gap()
        self._limits()
        self._shown()
        self._thread()
        {"request": self._request, "packet": self._packet, "reminder": self._reminder,
         "follow_up": self._follow_up}[kind]()  # fmt: skip
        left = Left(now, kind, token, mail)
        person.left.append(left)
        return left

    def _broken(self, invariant: str, what: str) -> None:
        self.ledger.broken(invariant, self.now, f"{self.kind} to {self.person.key}: {what}")

    def _hours(self) -> None:
        plan = self.ledger.plan
        opens, closes = plan.policy.send_hours
        calendar = Calendar(plan.zone, opens, closes, holiday_test(plan.policy.holidays))
        if not any(calendar.inside(self.now + by) for by in (-SLACK, SLACK, timedelta(0))):
            self._broken("I4", f"outside the send hours, at {self.now.astimezone(plan.zone)}")
        day = local_day(self.now, plan.zone)
        if self.kind in ("reminder", "follow_up") and not calendar.working_day(day):
            self._broken("S4", f"on {day:%A}, {day}")
        hour = [m for p in self.ledger.people for m in p.left
                if self.now - timedelta(hours=1) + SLACK < m.at <= self.now]  # fmt: skip
        if len(hour) >= plan.policy.burst:
            self._broken("S8", f"more than {plan.policy.burst} messages within an hour")

    def _freshness(self) -> None:
        for folder in (INBOX, SENT):
            read = self.ledger.reads.get(folder)
            if read is None or self.now - read > timedelta(minutes=15):
                self._broken("S9", f"{folder} was last read at {read}")

    def _gap(self) -> None:
        before = [m.at for m in self.person.left if m.bounced_at is None] + self.person.hand
        last = max((at for at in before if at <= self.now), default=None)
        gap = timedelta(days=self.ledger.plan.policy.min_gap_days) - SLACK
        if self.kind != "packet" and last is not None and self.now - last < gap:
            self._broken("S7", f"only {self.now - last} after the message before")

    def _limits(self) -> None:
        plan, p, now = self.ledger.plan, self.person, self.now
        writer = next(w for w in plan.writers if w.email.lower() == self.mail.recipient.lower())
        self.due = plan.due(writer)
        day = local_day(now - SLACK, plan.zone)
        if day > plan.season.deadline or (day > self.due and self.kind != "packet"):
            self._broken("S13", f"after the due date {self.due} or the deadline")
        if self.kind == "request" and day > self.due - timedelta(days=10) and not self._said("go"):
            self._broken("S2", f"less than 10 days before {self.due}")
        if p.faulty:
            self._broken("S12", "although the plan has an open fault for them")
        if p.paused(now):
            self._broken("S13", "although they are paused")
        if p.closed(now):
            self._broken("S13", f"although the applicant said: {p.closed(now)}")
        since = self._told_since()
        claims = [c for c in p.came if c.label == "uploaded" and c.known and since <= c.at <= now]
        if claims and not p.words(now, kept=False):
            self._broken("I2", "although they had said that the letter is in")
        stopped = p.stopped(now, since)
        if stopped:
            invariant = "I3" if self.kind == "packet" else "I2"
            self._broken(invariant, f"although nobody settled: {stopped}")

    def _told_since(self) -> datetime:
        """From when on mail counts (S13, S10). A database always remembers what it read; a new or
        second one knows a writer's mail outside our threads only by the mailbox, and before our
        first message nothing there tells a season at work from a correspondence of old, which no
        rule takes for an answer. The gap is short: the first evening has its digest (D1). Where
        the plan says when they were asked, mail counts from then on, whatever was lost."""
        lost = self.ledger.database_lost or self.ledger.two
        if not lost or self.person.table.get("asked"):
            return self.world_began
        return self.world.accepted[0].at

    def _no_room_for_notice(self) -> bool:
        """What must go before the deadline waits less. So does what has a day's notice that would
        outlast the 48 hours over a weekend: then S4's weekday comes first (S3 before S11)."""
        plan = self.ledger.plan
        day = local_day(self.now, plan.zone)
        weekend = (day + DAY).weekday() >= 5 and plan.policy.notice_hours >= 24
        return weekend or day > plan.season.deadline - 3 * DAY

    def _said(self, verb: str) -> bool:
        return any(w.verb == verb for w in self.person.words(self.now, kept=False))

    def _shown(self) -> None:
        plan = self.ledger.plan
        each = plan.policy.approve == "each"
        if self.kind not in ("request", "packet") and not each:
            return
        body = self.mail.words
        subject = str(self.mail.parsed["Subject"])
        shown = [
            at
            for at, text, to in self.ledger.notices
            if body in text and f"Subject: {subject}" in text and to == self.mail.recipient
        ]
        if not shown:
            self._broken("I11", "these words were never shown to the applicant")
            return
        lead = timedelta(hours=plan.policy.notice_hours) - SLACK
        agreed = [c.at for c in self.person.came if c.label == "yes"]
        early = (
            self.kind == "packet"
            and not self._no_room_for_notice()
            and agreed
            and self.now - agreed[0] < timedelta(hours=16)
        )
        if early and not self.person.said and self.now - min(shown) < lead:
            self._broken("S11", f"only {self.now - min(shown)} after the notice")
        if each:
            words = self.person.words(self.now, kept=False)
            if not any(w.verb == "go" and w.at >= min(shown) for w in words):
                self._broken("S11", "approve = each, and nobody said go")

    def _thread(self) -> None:
        asked = self.person.sent("request")
        if self.kind == "request" or not asked:
            return
        root = str(asked[-1].mail.head["Message-ID"])
        named = str(self.mail.head["References"]) + str(self.mail.head["In-Reply-To"])
        lost = any(w.lost for w in self.person.said) or self.ledger.troubles or self.world.renames
        if root not in named and not lost:
            self._broken("S14", "not in the thread of the request")

    # -- the four kinds --------------------------------------------------------------------

    def _request(self) -> None:
        p = self.person
        if p.table.get("asked") and not p.left:
            self._broken("S15", "although the plan says that they were asked")
        early = [at for at in p.hand if at <= self.now]
        if early and not any(w.verb in ("go", "not-sent") for w in p.words(self.now, kept=False)):
            self._broken("S15", "although the applicant had written to them by hand")
        ask_on = p.table.get("ask_on")
        today = local_day(self.now + SLACK, self.ledger.plan.zone)
        if isinstance(ask_on, date) and today < ask_on and not p.table.get("backup_for"):
            self._broken("S2", f"before {ask_on}")
        since = self._told_since()
        came = [c for c in p.came if c.human and c.known and since <= c.at <= self.now]
        if came and not p.left and not p.words(self.now, kept=False):
            self._broken("S13", "although they had written already")

    def _packet(self) -> None:
        if not self.person.agreed(self.now):
            self._broken("I3", "nobody ever said yes")

    def _reminder(self) -> None:
        p, plan = self.person, self.ledger.plan
        asked = [m.at for m in p.sent("request")]
        asked += (
            [datetime.combine(p.table["asked"], time(0), plan.zone)] if "asked" in p.table else []
        )
        if not asked:
            self._broken("S5", "there was no request")
            return
        wait = timedelta(days=plan.policy.remind_after_days)
        if any("minutes wrong" in t.what for t in self.ledger.troubles):
            wait -= timedelta(minutes=30)  # by so much the Date of a copy in Sent may be wrong
        if self.now - max(asked) < wait - SLACK:
            self._broken("S5", f"only {self.now - max(asked)} after the request")
        heard = [c for c in p.came if c.human and max(asked) <= c.at <= self.now]
        if heard:
            self._broken("I2", f"although they wrote ({heard[0].label}, {heard[0].at})")
        if any(max(asked) < at <= self.now for at in p.hand):
            self._broken("H8", "although the applicant had reminded them by hand")
        if self._said("skip reminder") and not self._said("go") and not self._lost():
            self._broken("S13", "although the applicant said: skip reminder")
        self._away()

    def _follow_up(self) -> None:
        p, plan = self.person, self.ledger.plan
        if not p.agreed(self.now):
            self._broken("S6", "they never agreed")
        earliest = self.due - timedelta(days=plan.policy.follow_up_before_days)
        if local_day(self.now + SLACK, plan.zone) < earliest:
            self._broken("S6", f"before {earliest}")
        self._away()

    def _lost(self) -> bool:
        return any(w.lost for w in self.person.said)

    def _away(self) -> None:
        notes = [c for c in self.person.came if c.label == "away" and c.at <= self.now]
        if not notes:
            return
        last = notes[-1]
        until = last.until if last.until and last.until >= last.at else last.at + 14 * DAY
        floor = until + 2 * DAY if last.until and last.until >= last.at else until
        if self.now < floor - DAY:
            self._broken("H4", f"they are away until {until:%Y-%m-%d}")

    # -- mail to the applicant, and the state of things ------------------------------------

    def own(self, mail: Accepted) -> str:
        """A digest or notice was accepted; its kind."""
        _, kind = token_of(mail)
        ledger, plan, text = self.ledger, self.ledger.plan, mail.words
        if kind == "notice":
            to = re.search(r"To: [^<]*<([^>]*)>", text)
            ledger.notices.append((mail.at, text, to[1] if to else ""))
        if kind != "digest":
            return kind
        stamp = parsedate_to_datetime(str(mail.head["Date"]))
        day = str(local_day(stamp, plan.zone))
        # since the database was lost or put back (docs/limits.md)
        unread = not {SENT, INBOX} <= ledger.reads.keys()
        if any(day == d for _, d in ledger.digests) and not ledger.two and not unread:
            ledger.broken("I5", mail.at, f"a second digest for {day}")
        if ledger.digests and plan.digest.quiet_days:
            before = ledger.digests[-1][0]
            if mail.at - before > timedelta(hours=30) and ledger.calm(before, mail.at):
                ledger.broken("I7", mail.at, f"no digest between {before:%Y-%m-%d %H:%M} and now")
        ledger.digests.append((mail.at, day))
        for writer in plan.writers:
            person = ledger.of(writer.email)
            if person and not person.closed(mail.at) and writer.surname not in text:
                ledger.broken("I7", mail.at, f"the digest does not mention {writer.id}")
        return kind

    def states(self, rows: Mapping[str, str], *, new_database: bool) -> None:
        """I10: only legal steps since the last look."""
        if not new_database:
            for token, before in self.states_seen.items():
                after = rows.get(token)
                if after is None:
                    self.ledger.broken("I10", self.world.clock.now, f"{token} has vanished")
                elif after != before and after not in _reachable(before):
                    self.ledger.broken("I10", self.world.clock.now, f"{before} to {after}")
        self.states_seen = dict(rows)


def _reachable(state: str) -> set[str]:
    found: set[str] = set()
    todo = [state]
    while todo:
        for after in NEXT.get(todo.pop(), frozenset()):
            if after not in found:
                found.add(after)
                todo.append(after)
    return found
