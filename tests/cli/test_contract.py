"""The commands against docs/commands.md: plan lookup, exit codes, shapes, files and modes."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.whole.student import writer

READ_ONLY = (
    ("status", "--json"), ("show", "smith", "--json"), ("check", "--json"),
    ("forecast", "--json"), ("preview", "--json"), ("digest", "--json"), ("outbox", "--json"),
    ("script", "smith", "--json"), ("outline", "smith", "--json"),
)  # fmt: skip
EVERY = (
    "init", "check", "preview", "forecast", "rehearse", "run", "status", "show", "export", "mark",
    "pause", "resume", "go", "stop", "outbox", "digest", "read", "script", "outline", "password",
    "login", "service", "demo",
)  # fmt: skip
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("command", EVERY)
def test_help_has_an_example_and_takes_a_plan(desk: Desk, command: str) -> None:
    said = desk.run(command, "--help")
    assert said.code == 0
    assert "Example: lordaemon" in " ".join(said.out.split())


def test_where_the_plan_is_looked_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk.run("status").code == 78
    for place, handle in (("settings/lordaemon/config.toml", "Home Hill"),
                          ("config.toml", "Here Hill"), ("env/plan.toml", "Env Hill"),
                          ("flag/plan.toml", "Flag Hill")):  # fmt: skip
        file = desk.write(writer(handle), place=place)
        words = ["status", "--json"]
        if place.startswith("env"):
            monkeypatch.setenv("LORDAEMON_CONFIG", str(file))
        if place.startswith("flag"):
            assert desk.run("--config", str(file), *words).data["writers"][0]["name"] == handle
            words += ["--config", str(file)]
        assert desk.run(*words).data["writers"][0]["name"] == handle


@pytest.mark.parametrize("command", READ_ONLY, ids=" ".join)
def test_read_only_commands_speak_json(desk: Desk, command: tuple[str, ...]) -> None:
    desk.write(place="else/plan.toml")
    after = desk.run(*command, "--config", "else/plan.toml")
    before = desk.run("--config", "else/plan.toml", *command)
    assert after.code == before.code == 0
    assert type(after.data) is type(before.data)


def test_status_json(desk: Desk) -> None:
    desk.write(writer("Jane Smith", asked_in_person="raw:2026-01-05", answer="yes"),
               writer("Ann Lee", "research"))  # fmt: skip
    found = desk.run("status", "--json").data
    assert found["season"].items() >= {
        "deadline": "2090-09-22", "letters_wanted": 4, "agreed": 1, "uploaded": 0,
    }.items()  # fmt: skip
    assert found["mail"] == {
        "last_sync": None, "last_send": None, "healthy": False, "problem": None,
    }  # fmt: skip
    smith, lee = found["writers"]
    assert set(smith) == {
        "id", "name", "type", "stage", "asked", "confirmed", "due", "uploaded", "needs_you",
        "away_until", "paused", "next", "sent", "heard",
    }  # fmt: skip
    assert (smith["stage"], smith["confirmed"], smith["uploaded"]) == ("agreed", "yes", "pending")
    assert smith["next"]["kind"] == "packet"
    assert UTC_TIME.fullmatch(smith["next"]["on"])
    assert (lee["asked"], lee["confirmed"], lee["uploaded"]) == (None, "not asked", "n/a")
    assert lee["due"] == "2090-09-15"


def test_status_csv_opens_in_a_spreadsheet(desk: Desk) -> None:
    desk.write(writer("=Jane Smith", id="smith"))
    assert desk.run("status", "--csv", "table.csv").code == 0
    (row,) = csv.DictReader(io.StringIO((desk.folder / "table.csv").read_text()))
    assert list(row) == ["Writer", "Type", "Date asked", "Confirmed?", "Due date", "Uploaded?"]
    assert row["Confirmed?"] == "not asked"
    desk.write(writer("Ana Gómez", id="gomez", email="gomez@hospital.example"))
    desk.run("status", "--csv", "table.csv")
    assert (desk.folder / "table.csv").read_bytes().startswith(b"\xef\xbb\xbfWriter")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status",), 0), (("frobnicate",), 2), (("status", "--frob"), 2), (("show", "smth"), 2),
        (("mark", "smith", "yse"), 2), (("mark", "nobody", "yes"), 2), (("mark", "smith"), 2),
        (("mark", "smith", "yes", "--on", "soon"), 2), (("read", "nope.eml"), 2),
        (("mark", "smith", "yes", "--on", "2200-01-01"), 2), (("mark", "smith", "undo"), 2),
        (("preview", "--kind", "letter"), 2), (("outbox", "resolve", "x", "sent"), 2),
        (("status", "--csv", "no/such/x.csv"), 2), (("export", "no/such/x.json"), 2),
        (("forecast", "--ics", "no/such/x.ics"), 2), (("digest", "--html", "no/such/x"), 2),
        (("preview", "--out", "cv.pdf/x"), 2), (("init",), 2), (("password",), 2),
        (("status", "--config", "nope.toml"), 78), (("check", "--config", "nope.toml"), 78),
        (("run", "--once"), 75), (("check", "--online"), 75), (("digest", "--send"), 75),
        (("rehearse",), 75), (("run", "--dry-run"), 75), (("login", "google"), 1),
    ],
    ids=lambda found: " ".join(found) if isinstance(found, tuple) else "",
)  # fmt: skip
def test_exit_codes(desk: Desk, words: tuple[str, ...], code: int) -> None:
    desk.write()
    said = desk.run(*words)
    assert said.code == code, said.err
    assert bool(said.err.strip()) == bool(code)
    assert "hunter2" not in said.out + said.err


def test_the_log_as_json_is_json_to_the_end(desk: Desk) -> None:
    desk.write()
    for code, problem in ((75, "refused the connection"), (78, "colour")):
        said = desk.run("run", "--once", "--log-format", "json")
        assert said.code == code
        events = [json.loads(line) for line in said.err.splitlines()]
        assert any(problem in event["text"] for event in events if "text" in event)
        desk.plan.write_text(desk.plan.read_text() + "\ncolour = 1\n")


def test_a_broken_plan_is_told_fault_by_fault(desk: Desk) -> None:
    desk.write(writer("Jane Smith", colour="red"), writer("Ann Lee", "reserch"))
    said = desk.run("status")
    assert said.code == 78
    assert len(said.err.strip().splitlines()) == 2
    assert "config.toml:" in said.err
    check = desk.run("check", "--json")
    assert check.code == 1
    assert {fault["where"] for fault in check.data["faults"]} == {
        'writer[1] "smith"', 'writer[2] "lee"',
    }  # fmt: skip
    assert set(check.data["faults"][0]) >= {"line", "message", "level", "rule"}


def test_a_missing_file_is_a_fault_of_check(desk: Desk) -> None:
    desk.write()
    (desk.folder / "cv.pdf").unlink()
    said = desk.run("check")
    assert said.code == 1
    assert "cv.pdf" in said.out
    assert desk.run("status").code == 0


def test_state_folder_and_files_are_private(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write()
    for state in (None, desk.folder / "given"):
        if state is not None:
            state.mkdir(mode=0o755)
            monkeypatch.setenv("STATE_DIRECTORY", str(state))
        folder = state or desk.folder / "state" / "lordaemon"
        desk.run("mark", "smith", "yes")
        assert mode(folder) == 0o700
        assert {mode(file) for file in folder.iterdir()} == {0o600}
        assert b"hunter2" not in b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize(
    "change", ["PRAGMA user_version = 999", "UPDATE schema_version SET version = 999"]
)
def test_a_newer_database_is_refused(desk: Desk, change: str) -> None:
    desk.write()
    desk.run("status")
    file = desk.folder / "state" / "lordaemon" / "lordaemon.db"
    with sqlite3.connect(file) as raw:
        raw.execute(change)
    raw.close()
    said = desk.run("status")
    assert said.code == 78
    assert "newer" in said.err


def test_damaged_databases_are_told(desk: Desk) -> None:
    desk.write()
    folder = desk.folder / "state" / "lordaemon"
    folder.mkdir(parents=True)
    (folder / "lordaemon.db").write_bytes(b"no database at all" * 100)
    said = desk.run("status")
    assert said.code == 78
    assert "damaged" in said.err


def test_export(desk: Desk) -> None:
    desk.write()
    desk.run("mark", "smith", "yes", "--note", "private words")
    assert desk.run("export", "all.json").code == 0
    assert desk.run("export", "--body-free", "office.json").code == 0
    office = json.loads((desk.folder / "office.json").read_text())
    assert office["writers"][0]["confirmed"] == "yes"
    assert not {"heard", "sent", "needs_you"} & set(office["writers"][0])
    assert "private" not in (desk.folder / "office.json").read_text()


def test_plain_when_piped(desk: Desk) -> None:
    desk.write(writer("Jane Smith", ask_on="raw:2090-03-15"))
    said = desk.run("status")
    assert "\x1b" not in said.out
    next_line = [line for line in said.out.splitlines() if line.startswith("next for smith")]
    assert next_line[0].endswith(")")


def test_narrow_terminals_get_a_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write()
    monkeypatch.setenv("COLUMNS", "40")
    said = desk.run("status")
    assert "  Confirmed?  not asked" in said.out


def test_preview_writes_mails_and_pages(desk: Desk) -> None:
    desk.write()
    assert desk.run("preview", "smith", "--kind", "follow-up", "--out", "mails").code == 0
    assert sorted(f.name for f in (desk.folder / "mails").iterdir()) == [
        "smith-follow_up.eml", "smith-follow_up.html",
    ]  # fmt: skip
    raw = (desk.folder / "mails" / "smith-follow_up.eml").read_bytes()
    assert b"lor." not in raw


@pytest.mark.parametrize(("answer", "code"), [(0, 0), (1, 1), (4, 1)])
def test_service_says_whether_systemd_took_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: int, code: int
) -> None:
    desk.write()
    systemctl = desk.folder / "bin" / "systemctl"
    systemctl.parent.mkdir()
    systemctl.write_text(f"#!/bin/sh\nexit {answer}\n")
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", str(systemctl.parent), prepend=":")
    for action in ("install", "status"):
        said = desk.run("service", action)
        assert said.code == code
        assert ("is installed" in said.out) is (action == "install" and code == 0)
    unit = desk.folder / "home" / ".config/systemd/user/lordaemon.service"
    assert str(desk.plan) in unit.read_text()
    assert desk.run("service", "uninstall").code == 0
    assert not unit.exists()


def test_completion_knows_writers_and_verbs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write()
    monkeypatch.setenv("_LORDAEMON_COMPLETE", "bash_complete")
    for typed, at, offered in (("lordaemon show s", "2", "smith"),
                               ("lordaemon mark smith upl", "3", "uploaded")):  # fmt: skip
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", at)
        assert f"plain,{offered}" in desk.run().out
