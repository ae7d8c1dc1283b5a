"""The database file: format, locks, rights, and what is said when it can't be used."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lordaemon.errors import AlreadyRunning, DatabaseUnusable
from lordaemon.store import notes
from lordaemon.store.database import Database

NOW = datetime(2027, 3, 15, 14, 3, tzinfo=UTC)


def test_a_new_database_is_private(tmp_path: Path) -> None:
    file = tmp_path / "state" / "lordaemon.db"
    Database(f"sqlite:///{file}").close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_it_is_durable_and_keeps_instants_in_utc(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/l.db")
    with database.begin() as session:
        notes.write(session, "seen", "x", NOW)
    with database.engine.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()
    again = Database(f"sqlite:///{tmp_path}/l.db")
    with again.begin() as session:
        assert notes.instant(session, "seen") == NOW
    again.close()


def test_a_naive_time_is_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/l.db")
    with pytest.raises(Exception, match="naive"), database.begin() as session:
        notes.write(session, "seen", "x", datetime(2027, 3, 15))
    database.close()


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "l.db"
    Database(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE schema_version SET version = 99")
    before = file.read_bytes()
    with pytest.raises(DatabaseUnusable, match="newer lordaemon") as refused:
        Database(f"sqlite:///{file}")
    assert refused.value.exit_code == 78
    assert file.read_bytes() == before


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "l.db"
    with sqlite3.connect(file) as raw:
        raw.execute("CREATE TABLE photos (id INTEGER)")
    with pytest.raises(DatabaseUnusable, match="another program"):
        Database(f"sqlite:///{file}")


@pytest.mark.parametrize("content", [b"this is no database" * 100])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "l.db"
    file.write_bytes(content)
    with pytest.raises(DatabaseUnusable, match=r"l\.db.*damaged"):
        Database(f"sqlite:///{file}")


def test_only_one_process_holds_it_and_the_other_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/l.db"
    code = (
        "import sys; from datetime import UTC, datetime;"
        "from lordaemon.store.database import Database;"
        f"db = Database({url!r}); lock = db.lock(datetime(2027, 3, 15, tzinfo=UTC));"
        "lock.__enter__(); print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    database = Database(url)
    with pytest.raises(AlreadyRunning, match=f"process {other.pid}"), database.lock(NOW):
        pass
    other.communicate()
    with database.lock(NOW):
        pass
    database.close()


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnusable, match="can't be opened"):
        Database(f"sqlite:///{tmp_path}/file/l.db")


def test_words_that_are_no_address() -> None:
    with pytest.raises(DatabaseUnusable, match="not a database address"):
        Database("lordaemon.db")
