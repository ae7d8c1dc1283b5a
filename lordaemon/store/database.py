"""Opening the database: SQLite by default, PostgreSQL by address; schema, locks, permissions.

`synchronous=FULL` and `BEGIN IMMEDIATE` are what the send-once promise rests on: an intent is on
the disk before the act. Errors become `DatabaseUnusable` with the file and what to do.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from lordaemon.errors import AlreadyRunning, DatabaseUnusable
from lordaemon.store.season_rows import WRITES, WRITES_BEFORE, counts
from lordaemon.store.tables import Base

SCHEMA_VERSION = 1
"""Raised with every change of a table; `MIGRATIONS[n]` brings version n to n + 1."""

MIGRATIONS: dict[int, tuple[str, ...]] = {}


class Database:
    """One plan's database. Nothing global: whoever opens it owns it and closes it."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self.file = _file_of(url)
            if self.file is not None:
                _prepare_folder(self.file)
            self.engine = _engine(url)
            self._bring_up_to_date()
        except ArgumentError as odd:
            raise DatabaseUnusable(
                "[storage] database is not a database address; write e.g. "
                'database = "sqlite:///lordaemon.db"'
            ) from odd
        except ModuleNotFoundError as missing:
            raise DatabaseUnusable(
                f"The database {self.where} needs a driver that isn't installed ({missing.name}). "
                "For PostgreSQL: pip install 'lordaemon[postgres]', and write the address as "
                "postgresql+psycopg://..."
            ) from missing
        except DBAPIError as failure:
            raise unusable(self.where, failure) from failure
        except OSError as failure:
            raise DatabaseUnusable(
                f"{self.where} can't be opened: {failure.strerror}. Check that the folder exists "
                "and that you may write to it, or set [storage] database in the plan."
            ) from failure

    @property
    def where(self) -> str:
        """How to name the database to a person; never with a password in it."""
        file = _file_of(self.url)
        return str(file) if file else make_url(self.url).render_as_string(hide_password=True)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except IntegrityError:
            raise
        except DBAPIError as failure:
            raise unusable(self.where, failure) from failure

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def lock(self, now: datetime) -> Iterator[None]:
        """Only one process sends from this database. Raises AlreadyRunning with its number."""
        if self.file is not None:
            with _file_lock(self.file.with_name(self.file.name + ".lock"), now):
                yield
        elif self.engine.dialect.name == "postgresql":
            with self.engine.connect() as held:
                mine = held.execute(text("SELECT pg_try_advisory_lock(7239041)")).scalar()
                if not mine:
                    raise AlreadyRunning(
                        f"Another lordaemon already runs on {self.where}. Stop that one first."
                    )
                yield
        else:
            yield

    def _bring_up_to_date(self) -> None:
        with self.engine.begin() as conn:
            tables = inspect(conn).get_table_names()
            version = _version(conn, tables)
            if version > SCHEMA_VERSION:
                raise DatabaseUnusable(
                    f"{self.where} was written by a newer lordaemon (format {version}; this one "
                    f"knows {SCHEMA_VERSION}). Install the newer version; nothing was changed."
                )
            if version == 0:
                Base.metadata.create_all(conn)
                conn.execute(text("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER)"))
                conn.execute(text("DELETE FROM schema_version"))
            elif version < SCHEMA_VERSION:
                self._backup(version)
                for step in range(version, SCHEMA_VERSION):
                    for statement in MIGRATIONS[step]:
                        conn.execute(text(statement))
                conn.execute(text("DELETE FROM schema_version"))
            else:
                return
            conn.execute(
                text("INSERT INTO schema_version (version) VALUES (:v)"), {"v": SCHEMA_VERSION}
            )
            if conn.dialect.name == "sqlite":
                conn.execute(text(f"PRAGMA user_version = {SCHEMA_VERSION:d}"))
        if self.file is not None:
            self.file.chmod(0o600)

    def _backup(self, version: int) -> None:
        if self.file is not None:
            shutil.copy2(self.file, self.file.with_name(f"{self.file.name}.format-{version}"))


def unusable(where: str, failure: DBAPIError) -> DatabaseUnusable:
    """A database error in words."""
    cause = str(failure.orig).strip().splitlines()[0]
    if "locked" in cause:
        hint = "Another program holds it; try again in a moment."
    elif "full" in cause:
        hint = "The disk is full; make room and start again. Nothing was sent."
    elif "malformed" in cause or "not a database" in cause:
        hint = "The file is damaged. Move it away: lordaemon rebuilds what it can from the mailbox."
    elif "readonly" in cause:
        hint = "The file can't be written; check who owns it."
    else:
        hint = "Check [storage] database in the plan."
    return DatabaseUnusable(f"The database {where} can't be used: {cause}. {hint}")


def _file_of(url: str) -> Path | None:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def _prepare_folder(file: Path) -> None:
    if not file.parent.exists():
        file.parent.mkdir(mode=0o700, parents=True)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url)
    memory = _file_of(url) is None
    extra: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 10}, **extra)

    def connect(raw: Any, _record: object) -> None:
        raw.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's deferred one
        for pragma in ("foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL"):
            raw.execute(f"PRAGMA {pragma}")
        if not memory:
            raw.execute("PRAGMA journal_mode=WAL")

    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        conn.info[WRITES_BEFORE] = conn.info.setdefault(WRITES, 0)

    def count(conn: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        conn.info[WRITES] = conn.info.get(WRITES, 0) + counts(statement)

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)
    event.listen(engine, "before_cursor_execute", count)
    return engine


def _version(conn: Any, tables: list[str]) -> int:
    """The format of the tables, 0 for none. In SQLite it also stands in the file's header, where
    other tools look for it; the higher one counts."""
    if "schema_version" in tables:
        version = int(conn.execute(text("SELECT max(version) FROM schema_version")).scalar() or 0)
        if conn.dialect.name != "sqlite":
            return version
        return max(version, int(conn.execute(text("PRAGMA user_version")).scalar() or 0))
    if tables:
        raise DatabaseUnusable(
            "The database belongs to another program: it has tables that lordaemon did not make. "
            "Set [storage] database in the plan to a file of its own."
        )
    return 0


@contextmanager
def _file_lock(path: Path, now: datetime) -> Iterator[None]:
    handle: IO[str] = path.open("a+")
    try:
        path.chmod(0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            who = handle.read().strip() or "another process"
            raise AlreadyRunning(
                f"Another lordaemon already works on this season ({who}). One is enough; stop "
                "that one first if you want to run here."
            ) from None
        handle.truncate(0)
        handle.write(f"process {os.getpid()}, since {now:%Y-%m-%d %H:%M} UTC\n")
        handle.flush()
        yield
    finally:
        handle.close()
