"""`read`: every way to hand it a message, and what it says of one it can't open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.desk import Desk

YES = (b"From: Jane Smith <smith@hospital.example>\r\nTo: sam@lab.test\r\nSubject: Re: Letter\r\n"
       b"Date: Mon, 15 Mar 2027 10:00:00 -0500\r\nMessage-ID: <1@hospital.example>\r\n"
       b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
       b"Yes, I would be happy to write you a strong letter.\r\n")  # fmt: skip
KEYS = ["path", "label", "confident", "evidence", "reason", "flags"]


def lines(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_files_folders_mbox_and_standard_input(desk: Desk) -> None:
    folder = desk.folder / "mails"
    (folder / "deeper").mkdir(parents=True)
    for name in ("b.eml", "a.eml", "deeper/c.eml"):
        (folder / name).write_bytes(YES)
    (folder / "labels.json").write_text("{}")
    box = b"".join(b"From smith@hospital.example Mon Mar 15\n" + YES + b"\r\n" for _ in range(2))
    (desk.folder / "box").write_bytes(box)
    said = desk.run("read", "mails", "box", "mails/a.eml", "--json")
    assert [found["path"] for found in lines(said.out)] == [
        "mails/a.eml", "mails/b.eml", "mails/deeper/c.eml", "box:1", "box:2", "mails/a.eml",
    ]  # fmt: skip
    for found in lines(said.out):
        assert list(found) == KEYS
        assert found["label"] == "yes"
    (piped,) = lines(desk.run("read", "-", "--json", typed=YES.decode()).out)
    assert (piped["path"], piped["label"]) == ("-", "yes")


@pytest.mark.parametrize("raw", [b"", b"\0" * 2000, b"From: ((((" * 900, b"Message-ID: <[\r\n\r\n"])
def test_what_is_no_message_gets_a_word(desk: Desk, raw: bytes) -> None:
    (desk.folder / "odd.eml").write_bytes(raw)
    (desk.folder / "good.eml").write_bytes(YES)
    said = desk.run("read", "odd.eml", "good.eml", "--json")
    assert said.code == 0
    odd, good = lines(said.out)
    assert odd["confident"] is False
    assert odd["reason"]
    assert good["label"] == "yes"


def test_odd_line_ends_of_unicode_stay_in_one_line(desk: Desk) -> None:
    (desk.folder / "u.eml").write_bytes(YES.replace(b"happy to", "happy\u2028to".encode()))
    for words in (("--json",), ()):
        assert len(desk.run("read", "u.eml", *words).out.splitlines()) == 1


def test_missing_files_are_told_before_anything_is_read(desk: Desk) -> None:
    Path("a.eml").write_bytes(YES)
    for words in (("read", "a.eml", "b.eml"), ("read", "a.eml", "--sent", "b.eml")):
        said = desk.run(*words)
        assert (said.code, said.out) == (2, "")
        assert "b.eml can't be read" in said.err
