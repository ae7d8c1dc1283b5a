"""The program's own small memory, by name: when the last sync ended, what went wrong last.

Only bookkeeping: nothing that a rule about a writer depends on is kept here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lordaemon.store.tables import NoteRow

LAST_SYNC = "last_sync"
LAST_SEND = "last_send"
MAIL_PROBLEM = "mail_problem"
PLAN_PROBLEM = "plan_problem"
SEND_PROBLEM = "send_problem"
LOGIN_REFUSED = "login_refused"
NEWEST = "newest_instant"
SAVES_SENT = "provider_saves_sent"


def started(season: str) -> str:
    """The name of the note that says when a season was first seen."""
    return f"started:{season}"


def write(session: Session, name: str, value: str, now: datetime) -> None:
    """Remember a value under a name; the old one is forgotten."""
    session.merge(NoteRow(name=name, value=value, at=now))


def forget(session: Session, name: str) -> None:
    """Drop a note, if there is one."""
    row = session.get(NoteRow, name)
    if row is not None:
        session.delete(row)


def everything(session: Session) -> dict[str, tuple[str, datetime]]:
    """All notes at once: value and time, by name."""
    rows = session.execute(select(NoteRow.name, NoteRow.value, NoteRow.at))
    return {name: (value, at) for name, value, at in rows}


def text(session: Session, name: str) -> str:
    """The value under a name, or an empty string."""
    row = session.get(NoteRow, name)
    return row.value if row else ""


def instant(session: Session, name: str) -> datetime | None:
    """When the note was written, if there is one."""
    row = session.get(NoteRow, name)
    return row.at if row else None
