"""The password comes from one place, and no message about it shows any of it."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from lordaemon.errors import SecretMissing
from lordaemon.mail.secrets import password_of
from lordaemon.plan.model import Mail


def ask(folder: Path, environ: dict[str, str] | None = None, **place: Any) -> str:
    """The password of a plan that names this place."""
    return password_of(Mail.model_validate({"password": place}), folder, environ=environ or {})


def test_a_file_loses_one_line_end_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    for written, read in (("pw", "pw"), ("pw\n", "pw"), ("pw\r\n", "pw"), (" pö \t\n", " pö \t")):
        path.write_bytes(written.encode())
        path.chmod(0o600)
        assert ask(tmp_path, file="secret") == read


def test_a_file_others_can_read_is_warned_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "secret"
    path.write_text("hunter2\n")
    for mode, warned in ((0o600, False), (0o640, True), (0o604, True)):
        caplog.clear()
        path.chmod(mode)
        assert ask(tmp_path, file="secret") == "hunter2"
        assert [r.levelno for r in caplog.records] == [logging.WARNING] * warned
        assert "hunter2" not in caplog.text


def test_environment_and_credential(tmp_path: Path) -> None:
    (tmp_path / "mail-password").write_text("from systemd\n")
    env = {"PW": "from env", "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert ask(tmp_path, env, env="PW") == "from env"
    assert ask(tmp_path, env, credential="mail-password") == "from systemd"


def test_a_command_runs_in_the_plans_folder(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("from a command\n")
    assert ask(tmp_path, command=("cat", "pw")) == "from a command"


def test_a_command_that_never_ends_is_ended_with_all_it_started(tmp_path: Path) -> None:
    place = {"password": {"command": ("sh", "-c", "sleep 600 & sleep 600")}}
    with pytest.raises(SecretMissing, match=r"gave nothing in 0.3 seconds"):
        password_of(Mail.model_validate(place), tmp_path, patience=0.3)


FAILURES: list[tuple[dict[str, Any], str]] = [
    ({}, "doesn't say where"),
    ({"file": "nowhere"}, "nowhere can't be read: No such file"),
    ({"file": "empty"}, "gave an empty password"),
    ({"file": "two"}, "more than one line"),
    ({"file": "binary"}, "not UTF-8"),
    ({"env": "NOT_THERE"}, "NOT_THERE is not set"),
    ({"credential": "x"}, "systemd didn't start this program"),
    ({"command": ("/no/such/program",)}, "can't be run: No such file"),
    ({"command": (sys.executable, "-c", "print('hunter2'); raise SystemExit(3)")}, "exit code 3"),
]


@pytest.mark.parametrize(("place", "words"), FAILURES)
def test_what_is_missing_is_said_with_the_other_ways_and_without_the_secret(
    tmp_path: Path, place: dict[str, Any], words: str
) -> None:
    for name, data in (
        ("empty", b"\n"),
        ("two", b"hunter2\nuser: sam\n"),
        ("binary", b"hunter2\xff"),
    ):
        (tmp_path / name).write_bytes(data)
        (tmp_path / name).chmod(0o600)
    with pytest.raises(SecretMissing) as missing:
        ask(tmp_path, **place)
    assert words in str(missing.value)
    assert "credential" in str(missing.value) or "keyring" in str(missing.value)
    chain = traceback.TracebackException.from_exception(missing.value, capture_locals=False)
    told = "".join(chain.format()) + repr(missing.value) + repr(missing.value.__context__)
    assert "hunter2" not in told.replace("print('hunter2')", "")


def test_a_credential_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match="must not be a path"):
        ask(tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path)}, credential="../secret")


def test_a_keyring_that_is_not_there_names_the_other_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real keyring package, on a machine without any keyring."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with pytest.raises(SecretMissing, match=r"keyring.*command = "):
        ask(tmp_path, keyring=True)
