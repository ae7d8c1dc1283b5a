"""Who is who (S1): a writer of the plan is matched to the person known from earlier plans.

A person is every id, address and name they have had. Where a changed plan could mean one person or
two, the answer is a doubt in words: nothing is sent until the applicant settles it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lordaemon.plan.model import Plan, Writer
from lordaemon.store.season_rows import season_rows
from lordaemon.store.tables import SETTLED_UNSENT, AliasRow, PersonRow

ID, ADDRESS, NAME = "id", "address", "name"


@dataclass(frozen=True, slots=True)
class Identity:
    """The person behind a writer of the plan, or why that is in doubt."""

    person: str
    first_seen_at: datetime
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on record."""

    id: int
    key: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    row: Person
    aliases: frozenset[tuple[str, str]]
    written_to: bool

    def has(self, what: str, value: str) -> bool:
        return (what, value) in self.aliases

    @property
    def shown(self) -> str:
        return next((value for what, value in sorted(self.aliases) if what == NAME), self.row.key)


def plain_name(name: str) -> str:
    """A name without case, accents, dots, or degrees after a comma."""
    folded = unicodedata.normalize("NFKD", name.split(",", maxsplit=1)[0]).casefold()
    return " ".join(
        "".join(c for c in folded if not unicodedata.combining(c)).replace(".", " ").split()
    )


def resolve(session: Session, plan: Plan, now: datetime) -> dict[str, Identity]:
    """Every writer's person. New people and new aliases are recorded, unless in doubt."""
    season = plan.season.name
    known = _load(session, season)
    shared = Counter(a.lower() for w in plan.writers for a in {x.lower() for x in w.also})
    found: dict[str, Identity] = {}
    taken: dict[int, str] = {}
    for writer in plan.writers:
        match, doubt = _match(writer, known, plan, shared)
        if match is not None and match.row.id in taken:
            doubt = f'"{writer.id}" and "{taken[match.row.id]}" look like one person'
        row = _new_person(session, season, writer, now) if match is None else match.row
        if not doubt:
            _remember(session, row, writer, shared, match.aliases if match else frozenset())
        taken.setdefault(row.id, writer.id)
        found[writer.id] = Identity(row.key, row.first_seen_at, _explain(writer, doubt))
    return found


def settle_doubt(
    session: Session, plan: Plan, writer: Writer, *, same: bool, now: datetime
) -> None:
    """The applicant's word on a doubt: `understood` means the same person, `go` a new one."""
    season = plan.season.name
    known = _load(session, season)
    shared: Counter[str] = Counter()
    match, _ = _match(writer, known, plan, shared)
    if same and match is not None:
        _remember(session, match.row, writer, shared, match.aliases)
        return
    for alias in session.scalars(select(AliasRow).where(AliasRow.what == ID)):
        if alias.value == writer.id and alias.person_id in known:
            session.delete(alias)
    row = _new_person(session, season, writer, now)
    _remember(session, row, writer, shared, frozenset())


def _explain(writer: Writer, doubt: str) -> str:
    if not doubt:
        return ""
    return (
        f"{doubt}. Is it the same person? Answer: {writer.id} understood (the same), "
        f"or: go {writer.id} (somebody new, who is to be asked)"
    )


def _match(
    writer: Writer, known: Mapping[int, _Known], plan: Plan, shared: Counter[str]
) -> tuple[_Known | None, str]:
    """The person a writer is, and what makes that doubtful."""
    addresses = [a for a in writer.addresses if shared[a] < 2]
    name = plain_name(writer.name)
    by_id = [k for k in known.values() if k.has(ID, writer.id)]
    by_address = [k for k in known.values() if any(k.has(ADDRESS, a) for a in addresses)]
    by_name = [k for k in known.values() if k.has(NAME, name)]
    if by_address:
        if len(by_address) > 1:
            names = " and ".join(k.shown for k in by_address)
            return by_address[0], f"the addresses of {writer.name} belonged to {names}"
        match = by_address[0]
        others = [k for k in by_id if k is not match and k.written_to]
        if others and not match.has(NAME, name):
            return match, f'"{writer.id}" was {others[0].shown}, the address was {match.shown}\'s'
        if not match.has(NAME, name) and not match.has(ID, writer.id) and match.written_to:
            return match, f"{writer.email} was {match.shown}'s address"
        return match, ""
    if by_id:
        match = by_id[0]
        if match.has(NAME, name) or not match.written_to:
            return match, ""
        if _related(name, match):
            return match, ""
        return match, f'"{writer.id}" was {match.shown}, and is now {writer.name}'
    return _by_name_only(writer, by_name, plan)


def _by_name_only(writer: Writer, by_name: list[_Known], plan: Plan) -> tuple[_Known | None, str]:
    """Same name, but neither id nor address known: the same person who moved, or a namesake."""
    for candidate in by_name:
        elsewhere = any(
            candidate.has(ID, w.id) or candidate.has(ADDRESS, w.email.lower())
            for w in plan.writers if w.id != writer.id
        )  # fmt: skip
        if elsewhere:
            return candidate, f"there are two entries named {writer.name}"
        return candidate, ""
    return None, ""


def _related(name: str, known: _Known) -> bool:
    """A corrected spelling or a changed surname keeps part of the name."""
    words = set(name.split())
    return any(what == NAME and words & set(value.split()) for what, value in known.aliases)


def _load(session: Session, season: str) -> dict[int, _Known]:
    rows = season_rows(session, season)
    written = {r.person for r in rows.attempts if r.state not in (*SETTLED_UNSENT, "planned")}
    written |= {r.person for r in rows.hand}
    aliases: dict[int, set[tuple[str, str]]] = {p.id: set() for p in rows.people}
    for alias in rows.aliases:
        aliases[alias.person_id].add((alias.what, alias.value))
    return {
        p.id: _Known(Person(p.id, p.key, p.first_seen_at), frozenset(aliases[p.id]),
                     p.key in written)
        for p in rows.people
    }  # fmt: skip


def _new_person(session: Session, season: str, writer: Writer, now: datetime) -> Person:
    taken = set(session.scalars(select(PersonRow.key).where(PersonRow.season == season)))
    key, number = writer.id, 1
    while key in taken:
        number += 1
        key = f"{writer.id}-{number}"
    row = PersonRow(season=season, key=key, first_seen_at=now)
    session.add(row)
    session.flush()
    return Person(row.id, row.key, row.first_seen_at)


def _remember(
    session: Session, row: Person, writer: Writer, shared: Counter[str],
    have: frozenset[tuple[str, str]],
) -> None:  # fmt: skip
    wanted = {(ID, writer.id), (NAME, plain_name(writer.name))}
    wanted |= {(ADDRESS, a) for a in writer.addresses if shared[a] < 2}
    for what, value in sorted(wanted - have):
        session.add(AliasRow(person_id=row.id, what=what, value=value))
