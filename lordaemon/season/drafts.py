"""The message that waits to go: whether there is one, since when it is due, who let it go."""

from __future__ import annotations

from datetime import datetime

from lordaemon.season.history import Attempt, Kind, WriterHistory
from lordaemon.season.standing import Standing


def draft_of(facts: WriterHistory, kind: Kind) -> Attempt | None:
    """The attempt of a kind that waits to go, if one was made."""
    waiting = (a for a in facts.attempts if a.kind == kind)
    return next((a for a in waiting if a.state in ("planned", "claimed")), None)


def released_at(facts: WriterHistory, standing: Standing, kind: Kind) -> datetime | None:
    """When the applicant said `go` to what the notice showed them (S11): a word on an earlier
    draft doesn't count (S12)."""
    draft = draft_of(facts, kind)
    if draft is None or draft.noticed_at is None:
        return None
    said = standing.go_since(kind, draft.noticed_at)
    return said or (draft.noticed_at if draft.approved else None)


def due_since(
    facts: WriterHistory, standing: Standing, kind: Kind, due: datetime, now: datetime
) -> datetime:
    """When a step became due that was held up: by a word that freed it, or, after a bounce, by
    the new draft to the corrected address (H5)."""
    if standing.freed_at is not None:
        due = max(due, standing.freed_at)
    if any(a.kind == kind and a.state in ("bounced", "refused") for a in facts.attempts):
        draft = draft_of(facts, kind)
        due = max(due, draft.planned_at if draft else now)
    return due
