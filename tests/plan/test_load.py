"""Loading: the contract's own sample, the example, unreadable files, and anything at all."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from lordaemon.errors import Fault, PlanUnusable
from lordaemon.plan.advice import advice, blocking
from lordaemon.plan.load import load_plan, parse_plan
from lordaemon.plan.positions import KeyPath
from tests.plan.samples import HEAD, plan, writer

CONTRACT = Path(__file__).with_name("contract.toml")


def refused(text: str, path: str = "config.toml") -> PlanUnusable:
    with pytest.raises(PlanUnusable) as error:
        parse_plan(text, Path(path))
    return error.value


def test_the_contracts_sample_loads_with_every_key() -> None:
    loaded = load_plan(CONTRACT)
    smith = loaded.writers[0]
    assert loaded.applicant.class_year == 2028
    assert loaded.season.deadline == date(2027, 9, 22)
    assert loaded.policy.send_hours == (time(8, 30), time(17, 30))
    assert loaded.mail.imap.folders == ("INBOX",)
    assert loaded.mail.password is not None
    assert loaded.mail.password.keyring is True
    assert (smith.due_on, smith.asked_in_person, smith.answer) == (
        date(2027, 9, 15), date(2027, 3, 1), "yes",
    )  # fmt: skip
    assert smith.worked_together.weeks == 4
    assert loaded.path == CONTRACT.absolute()


@pytest.mark.parametrize(
    "source", ['{ command = ["pass", "mail"] }', '{ file = "path" }', '{ env = "NAME" }',
               '{ credential = "mail-password" }'],
)  # fmt: skip
def test_the_contracts_alternatives_load(source: str) -> None:
    text = CONTRACT.read_text(encoding="utf-8")
    parse_plan(text.replace("{ keyring = true }", source, 1), Path("config.toml"))
    parse_plan(text.replace("password = { keyring = true }", 'oauth = "google"', 1), Path("c.toml"))
    parse_plan(text.replace('personal_statement = "', 'interest = "', 1), Path("c.toml"))


def test_details_by_type_load() -> None:
    loaded = plan(
        writer(more='patients = 8\nmemorable = "m"\npresented = "p"\n'),
        writer("lee", "Dan Lee", "research", more='project = "x"\ncontributed = ["y"]\n'),
    )
    assert loaded.writers[0].patients == 8
    assert loaded.writers[1].contributed == ("y",)


def test_an_answer_needs_no_date() -> None:
    assert plan(writer(more='answer = "yes"\n')).writers[0].answer == "yes"


def test_the_due_date_of_a_writer_without_one_is_a_week_before_the_deadline() -> None:
    loaded = plan()
    assert loaded.due(loaded.writers[0]) == date(2027, 9, 15)


def test_the_file_is_named_as_the_user_named_it() -> None:
    fault = refused("x", "some where/my plan.toml").faults[0]
    assert str(fault).startswith("some where/my plan.toml:1: ")


def test_the_line_of_the_contract() -> None:
    fault = Fault(41, 'writer[2] "gomez"', "remind_after_days = 40 is outside 14..21; write "
                  "e.g. remind_after_days = 17")  # fmt: skip
    assert str(fault) == (
        'config.toml:41: writer[2] "gomez": remind_after_days = 40 is outside 14..21; '
        "write e.g. remind_after_days = 17"
    )


def test_faults_of_single_keys_hide_no_others() -> None:
    text = HEAD.replace('name = "Sam Rivera"', "name = 3") + writer("smith") + writer("smith")
    messages = str(refused(text)).splitlines()
    assert len(messages) == 3  # the name, the id twice, the address twice
    assert "also the id of writer[1]" in messages[1]
    assert "also the email of writer[1]" in messages[2]


def test_a_place_can_be_asked_for_afterwards() -> None:
    loaded = plan(writer(), writer("lee", "Dan Lee"))
    assert loaded.line_of("writer", 1, "id") == 22
    assert loaded.line_of("writer", 1, "ask_on") == 21
    assert loaded.line_of("nothing") is None


class TestFilesThatCantBeRead:
    def fault(self, path: Path) -> str:
        with pytest.raises(PlanUnusable) as error:
            load_plan(path)
        assert error.value.exit_code == 78
        assert len(error.value.faults) == 1
        return str(error.value)

    def test_missing(self, tmp_path: Path) -> None:
        path = tmp_path / "config.toml"
        assert self.fault(path) == (
            f"{path}: there is no such file; run `lordaemon init` to make one, "
            "or name it with --config"
        )

    def test_a_folder(self, tmp_path: Path) -> None:
        assert self.fault(tmp_path).startswith(f"{tmp_path}: is a folder; name the file in it")

    def test_not_a_name(self) -> None:
        assert "can't be read" in self.fault(Path("a\0b"))
        assert "can't be read" in self.fault(Path("x" * 300))

    def test_latin_1(self, tmp_path: Path) -> None:
        path = tmp_path / "config.toml"
        path.write_bytes('[applicant]\nname = "Zoë"\n'.encode("latin-1"))
        assert self.fault(path) == (
            f"{path}:2: is not UTF-8 (it looks like another encoding); save the file as UTF-8"
        )

    def test_utf_16(self, tmp_path: Path) -> None:
        path = tmp_path / "config.toml"
        path.write_bytes(HEAD.encode("utf-16"))
        assert "looks like UTF-16" in self.fault(path)

    def test_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "config.toml"
        path.write_bytes(b"#" * (1024 * 1024 + 1))
        assert "larger than 1 MiB" in self.fault(path)

    def test_forbidden(self, tmp_path: Path) -> None:
        path = tmp_path / "config.toml"
        path.write_text(HEAD + writer())
        tmp_path.chmod(0o755)
        path.chmod(0)
        program = (
            "import os, sys; from pathlib import Path\n"
            "from lordaemon.plan.load import load_plan; from lordaemon.errors import PlanUnusable\n"
            "if os.geteuid() == 0: os.seteuid(65534)\n"
            "try: load_plan(Path(sys.argv[1]))\n"
            "except PlanUnusable as wrong: print(wrong)\n"
        )
        for folder in path.parents:  # the other user must be able to come to the file
            if folder.stat().st_uid == os.geteuid() and folder.is_relative_to(Path("/tmp/")):
                folder.chmod(folder.stat().st_mode | 0o011)
        told = subprocess.run(
            [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
        ).stdout
        assert told.startswith(f"{path}: may not be read by this user")


WORDS = ["smith", "lee", "US", "none", "a@b.example", "08:30", "localhost", "[", "*", ""]
VALUES = st.recursive(
    st.one_of(
        st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(WORDS),
        st.dates(), st.datetimes(), st.times(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)  # fmt: skip
SAMPLE = tomli.loads(CONTRACT.read_text(encoding="utf-8"))


def toml(value: Any) -> str:
    """A value as TOML; enough of it for what the strategies make."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        plain = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in value)
        return f'"{"".join(plain)}"'
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, float | int):
        return repr(value)
    return str(value.isoformat())


def places(value: Any, path: KeyPath = ()) -> list[KeyPath]:
    """The path of every key, table and list item below a value."""
    inside: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    below = [place for key, item in inside for place in places(item, (*path, key))]
    return [*([path] if path else []), *below]


def changed(value: Any, path: KeyPath, new: Any) -> Any:
    """The same value with something else at `path`, if the path is still there."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(value, dict) and key in value:
        return {**value, key: changed(value[key], rest, new)}
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return [changed(item, rest, new) if at == key else item for at, item in enumerate(value)]
    return value


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(places(SAMPLE)), VALUES), min_size=1, max_size=3))
def test_any_value_anywhere_is_a_plan_or_a_fault_for_a_person(
    changes: list[tuple[KeyPath, Any]],
) -> None:
    document: Any = SAMPLE
    for path, value in changes:
        document = changed(document, path, value)
    text = "\n".join(f"{toml(key)} = {toml(value)}" for key, value in document.items())
    assert tomli.loads(text).keys() == SAMPLE.keys()
    for line in faults_of(text):
        assert line.startswith("config.toml:")
        assert line.isprintable()
        assert "can't be used here" not in line


def faults_of(text: str) -> list[str]:
    """The lines of a refusal; for a plan that loads, what the advisor says of it."""
    try:
        loaded = parse_plan(text, Path("config.toml"))
    except PlanUnusable as wrong:
        return str(wrong).splitlines()
    found = advice(loaded, date(2027, 3, 1))
    for faults in blocking(loaded).values():
        found += faults
    return [f"config.toml:{finding.line or 1}: {finding}" for finding in found]


@given(st.text(max_size=200))
def test_any_text_is_a_fault_for_a_person(text: str) -> None:
    assert refused(text).faults
