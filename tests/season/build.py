"""Plans and facts in a line each, for tables of plain values. Monday 1 March 2027 is the start."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lordaemon.plan.model import Plan
from lordaemon.season.history import Attempt, HandMail, Heard, History, Kind, Word, WriterHistory
from lordaemon.season.policy import Decision, decide

CHICAGO = ZoneInfo("America/Chicago")
START = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
"""Monday 1 March 2027, 09:00 in Chicago."""


def at(text: str, zone: ZoneInfo = CHICAGO) -> datetime:
    """`at("2027-03-15 09:30")`: that local time as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def local(instant: datetime | None, zone: ZoneInfo = CHICAGO) -> str:
    """An instant as local wall time with its weekday: "Mon 2027-03-15 08:30"."""
    assert instant is not None
    return instant.astimezone(zone).strftime("%a %Y-%m-%d %H:%M")


def writer(writer_id: str = "smith", **changes: Any) -> dict[str, Any]:
    """One writer's table of the plan."""
    return {
        "id": writer_id,
        "name": f"Jane {writer_id.title()}",
        "email": f"{writer_id}@hospital.example",
        "type": "clinical",
        "worked_together": {"what": "Medicine wards", "end": date(2027, 2, 1)},
        "highlights": ("a", "b", "c"),
        **changes,
    }


def plan(*writers: dict[str, Any], zone: str = "America/Chicago", **changes: Any) -> Plan:
    """A plan with a deadline on 22 September 2027; keyword arguments are policy keys, but
    `deadline` and `letters` go to the season."""
    season = {k: changes.pop(k) for k in ("deadline", "letters") if k in changes}
    return Plan.model_validate(
        {
            "applicant": {
                "name": "Sam Rivera",
                "email": "sam.rivera@example.edu",
                "timezone": zone,
                "school": "State University",
            },
            "season": {"specialty": "Medicine", "deadline": date(2027, 9, 22), **season},
            "policy": changes,
            "writer": list(writers) or [writer(ask_on=date(2027, 3, 15))],
        }
    )


def sent(kind: Kind, when: str | datetime, to: str = "smith@hospital.example") -> Attempt:
    """A message of ours that left."""
    left = at(when) if isinstance(when, str) else when
    return Attempt(f"{kind}-{left:%Y%m%d%H%M}", kind, "sent", left, at=left, to=to)


def planned(kind: Kind, noticed: str | None, *, approved: bool = False) -> Attempt:
    """A draft that waits, shown to the applicant at `noticed`."""
    shown = at(noticed) if noticed else None
    return Attempt(f"draft-{kind}", kind, "planned", shown or START, noticed_at=shown,
                   to="smith@hospital.example", approved=approved)  # fmt: skip


def heard(label: Any, when: str | datetime, *, seen: str | None = None, **changes: Any) -> Heard:
    """A confident message from the writer, in the thread."""
    came = at(when) if isinstance(when, str) else when
    return replace(
        Heard(f"{label}-{came:%Y%m%d%H%M}", came, label, confident=True, evidence=f"({label})",
              in_thread=True, seen_at=at(seen) if seen else None),
        **changes,
    )  # fmt: skip


def word(verb: str, when: str | datetime, note: str = "") -> Word:
    """The applicant's word."""
    return Word(at(when) if isinstance(when, str) else when, verb, note=note)


def hand(when: str, *, attachments: bool = False, counts_as: Kind | None = None) -> HandMail:
    """The applicant's own mail to the writer."""
    return HandMail(at(when), "<hand@example.edu>", "Letter?", attachments, counts_as)


def story(*facts: Attempt | HandMail | Heard | Word, **changes: Any) -> WriterHistory:
    """One writer's facts, sorted into their places."""
    return WriterHistory(
        "smith",
        attempts=tuple(f for f in facts if isinstance(f, Attempt)),
        hand=tuple(f for f in facts if isinstance(f, HandMail)),
        heard=tuple(f for f in facts if isinstance(f, Heard)),
        words=tuple(f for f in facts if isinstance(f, Word)),
        **{"first_seen_at": START, **changes},
    )


def one(the_plan: Plan, facts: WriterHistory, now: str | datetime) -> Decision:
    """What is decided for the plan's first writer, with the other writers' stories empty."""
    instant = at(now) if isinstance(now, str) else now
    others = {w.id: WriterHistory(w.id, first_seen_at=START) for w in the_plan.writers[1:]}
    history = History({the_plan.writers[0].id: facts, **others}, started_at=START)
    return decide(the_plan, history, instant)[0]


def days(count: float) -> timedelta:
    """So many days."""
    return timedelta(days=count)
