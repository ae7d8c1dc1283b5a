"""The invariants that can only be checked when a season is over: I6 and I12."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from lordaemon.season.calendar import local_day
from tests.simulation.ledger import Ledger, Left, Person
from tests.simulation.world import World

DAY = timedelta(days=1)


class AtEnd:
    """The last checks over one season's ledger."""

    def __init__(self, ledger: Ledger, world: World, began: datetime) -> None:
        self.ledger, self.world, self.began = ledger, world, began

    def check(self, rows: Mapping[str, str]) -> None:
        """I6: a row for every message; I12: what was promised in time was sent in time."""
        for person in self.ledger.people:
            for left in person.left:
                state = rows.get(left.token)
                fine = {"sent", "uncertain", "bounced", "transmitting"}
                if self._known_by_a_later_one(person, left):
                    fine |= {"not_sent", "superseded"}
                if state not in fine:
                    self.ledger.broken("I6", left.at, f"{left.token} left, its row is {state}")
            self._punctual_packet(person)
            self._punctual_request(person)

    def _known_by_a_later_one(self, person: Person, left: Left) -> bool:
        """S1: an attempt that bounced does not count. A new or second database may know of it from
        its note alone; that it came to nothing then shows in the later attempt, which no database
        makes before. Nobody is written to twice for it: the later one holds the place, and where
        there is none, the bounced one must stand as what it was."""
        if left.bounced_at is None or not (self.ledger.database_lost or self.ledger.two):
            return False
        return any(m.kind == left.kind and m.at > left.bounced_at for m in person.left)

    def _punctual_packet(self, person: Person) -> None:
        yes = next((c for c in person.came if c.human and c.known), None)
        if yes is None or yes.label != "yes":
            return
        limit = yes.at + timedelta(hours=48)
        asked = person.sent("request")
        if not asked or asked[0].at > yes.at:
            return  # S13: who writes before the request has left is for the applicant to judge
        if not self._quiet(person, yes.at, limit):
            return
        if not any(m.kind == "packet" and m.at <= limit for m in person.left):
            self.ledger.broken("I12", limit, f"no packet to {person.key}, yes at {yes.at}")

    def _punctual_request(self, person: Person) -> None:
        plan, table = self.ledger.plan, person.table
        if table.get("backup_for") or "ask_on" not in table:
            return
        day: date = table["ask_on"]
        if day.weekday() >= 5:
            day += timedelta(days=7 - day.weekday())
        due = datetime.combine(day, plan.policy.send_hours[0], plan.zone)
        limit = due + timedelta(hours=48)
        begin = self.began
        writer = next(w for w in plan.writers if w.id == table["id"])
        if local_day(limit, plan.zone) > plan.due(writer) - timedelta(days=10):
            return  # S2: too late to ask, the applicant is told
        if due < begin + DAY or not self._quiet(person, begin, limit):
            return
        first = min((m.at for m in person.left), default=limit)
        if any(c.human and c.at <= min(first, limit) for c in person.came):
            return  # S13: they wrote while the request was waiting
        if not any(m.kind == "request" and m.at <= limit for m in person.left):
            self.ledger.broken("I12", limit, f"no request to {person.key}, due {due}")

    def _quiet(self, person: Person, begin: datetime, limit: datetime) -> bool:
        """Everything ordinary from the beginning to the limit, and no word needed."""
        plan = self.ledger.plan
        if plan.policy.approve == "each" or limit > self.world.clock.now:
            return False
        late = local_day(limit, plan.zone) >= plan.season.deadline - timedelta(days=20)
        odd = person.odd_at is not None and person.odd_at <= limit
        return not late and not odd and self.ledger.calm(begin, limit)
