"""The program's own small memory, by name: when the last sync ended, what went wrong last.

Only bookkeeping: nothing that a rule about a writer depends on is kept here.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import bindparam, delete, insert, select, update
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
    connection = session.connection()
    done = connection.execute(_CHANGE, {"called": name, "value": value, "at": now})
    if not done.rowcount:
        connection.execute(_ADD, {"name": name, "value": value, "at": now})


def forget(session: Session, *names: str) -> None:
    """Drop these notes, where there are such."""
    session.connection().execute(_DROP, {"names": names})


def everything(session: Session) -> dict[str, tuple[str, datetime]]:
    """All notes at once: value and time, by name."""
    return {name: (value, at) for name, value, at in session.connection().execute(_ALL)}


def text(session: Session, name: str) -> str:
    """The value under a name, or an empty string."""
    row = session.connection().execute(_ONE, {"called": name}).first()
    return str(row.value) if row else ""


def instant(session: Session, name: str) -> datetime | None:
    """When the note was written, if there is one."""
    row = session.connection().execute(_ONE, {"called": name}).first()
    return cast(datetime, row.at) if row else None


_note = NoteRow.__table__.c
_ALL = select(_note.name, _note.value, _note.at)
_ONE = _ALL.where(_note.name == bindparam("called"))
_CHANGE = (
    update(NoteRow)
    .where(_note.name == bindparam("called"))
    .values(value=bindparam("value"), at=bindparam("at"))
)
_ADD = insert(NoteRow)
_DROP = delete(NoteRow).where(_note.name.in_(bindparam("names", expanding=True)))
