"""The files that go along: the summary document, and what the plan names."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest

from lordaemon.errors import LordaemonError
from lordaemon.letters.packet import attachments
from lordaemon.letters.summary import make
from lordaemon.season.history import KINDS, Kind
from tests.letters.sample import HIGHLIGHTS, TODAY, smith

FILES = {"packet": {"cv": "cv.pdf", "personal_statement": "ps.docx", "extra": ["grades.pdf"]}}


def folder(tmp_path: Path) -> Path:
    for name in ("cv.pdf", "ps.docx", "grades.pdf", "form.pdf"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def said(document: bytes) -> str:
    """All words of a document, tables included."""
    table = docx.Document(io.BytesIO(document)).tables[0]
    return "\n".join(cell.text for row in table.rows for cell in row.cells)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("request", ["cv.pdf", "ps.docx"]),
        ("packet", ["cv.pdf", "ps.docx", "grades.pdf", "form.pdf"]),
        ("reminder", []),
        ("follow_up", []),
    ],
)
def test_what_goes_with_what(tmp_path: Path, kind: Kind, names: list[str]) -> None:
    plan, writer = smith(folder(tmp_path), FILES, attach=["form.pdf"])
    found = attachments(plan, writer, kind, today=TODAY)
    summary = ["Summary-for-letter-writers-Sam-Rivera.docx"] if names else []
    assert [a.name for a in found] == summary + names
    assert all(a.data == a.name.encode() for a in found if a.name in names)


def test_the_request_can_go_without_files(tmp_path: Path) -> None:
    tables = {"packet": {"cv": "cv.pdf", "attach_to_request": False}}
    plan, writer = smith(folder(tmp_path), tables)
    assert attachments(plan, writer, "request", today=TODAY) == ()
    assert len(attachments(plan, writer, "packet", today=TODAY)) == 2


def test_types_of_files_do_not_depend_on_the_machine(tmp_path: Path) -> None:
    (tmp_path / "a.unknown").write_bytes(b"x")
    plan, writer = smith(tmp_path, {"packet": {"extra": ["a.unknown"]}})
    summary, other = attachments(plan, writer, "packet", today=TODAY)
    assert other.content_type == "application/octet-stream"
    assert summary.content_type.endswith("wordprocessingml.document")


def test_a_missing_file_is_named_with_its_key(tmp_path: Path) -> None:
    plan, writer = smith(tmp_path, {"packet": {"cv": "cv.pdf"}})
    with pytest.raises(LordaemonError, match=r"packet\.cv: there is no file 'cv\.pdf'"):
        attachments(plan, writer, "packet", today=TODAY)


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret").write_text("s")
    (home / "link.pdf").symlink_to(tmp_path / "secret")
    (home / "loop.pdf").symlink_to(home / "loop.pdf")
    (home / "sub").mkdir()
    os.mkfifo(home / "pipe.pdf")
    (home / "empty.pdf").touch()
    for name, why in (
        ("../secret", "outside"), (str(tmp_path / "secret"), "outside"), ("link.pdf", "outside"),
        ("loop.pdf", "can't be used|no file"), ("sub", "not a file"), ("pipe.pdf", "not a file"),
        ("empty.pdf", "is empty"),
    ):  # fmt: skip
        plan, writer = smith(home, attach=[name])
        with pytest.raises(LordaemonError, match=why):
            attachments(plan, writer, "packet", today=TODAY)


def test_a_link_inside_the_folder_is_fine(tmp_path: Path) -> None:
    (tmp_path / "cv-2027.pdf").write_bytes(b"cv")
    (tmp_path / "cv.pdf").symlink_to("cv-2027.pdf")
    plan, writer = smith(tmp_path, {"packet": {"cv": "cv.pdf"}})
    assert attachments(plan, writer, "packet", today=TODAY)[1].data == b"cv"


def test_ten_mebibytes_are_enough(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"x" * 6 * 1024 * 1024)
    plan, writer = smith(tmp_path, {"packet": {"extra": ["a.pdf", "b.pdf"]}})
    with pytest.raises(LordaemonError, match=r"with 'b\.pdf' .* 10 MiB"):
        attachments(plan, writer, "packet", today=TODAY)


def test_the_summary_says_what_a_writer_needs(tmp_path: Path) -> None:
    tables: dict[str, dict[str, Any]] = {
        "season": {"themes": ["growth through feedback"]},
        "packet": {"interest": "I like puzzles.\n\nAnd people."},
    }
    plan, writer = smith(
        tmp_path, tables, patients=8, memorable="the long night", presented="noon talk",
        project="Registry", contributed=["built it"], upload="Letter ID 77.",
    )  # fmt: skip
    text = said(make(plan, writer, today=TODAY))
    for words in (
        *HIGHLIGHTS, "Medicine wards (four weeks, February 1–28, 2027)", "Eight patients followed",
        "the long night.", "noon talk.", "Growth through feedback", "I like puzzles.",
        "And people.", "Registry", "built it", "Wednesday, September 15, 2027", "Letter ID 77.",
        "sam.rivera@example.edu",
    ):  # fmt: skip
        assert words in text


def test_the_summary_is_the_same_bytes_on_every_run(tmp_path: Path) -> None:
    plan, writer = smith(tmp_path)
    first = make(plan, writer, today=TODAY)
    assert first == make(plan, writer, today=TODAY)
    assert first != make(plan, writer, today=date(2027, 3, 16))
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time[:3] for info in archive.infolist()} == {(2027, 3, 15)}
    properties = docx.Document(io.BytesIO(first)).core_properties
    assert properties.author == "Sam Rivera"
    assert properties.created is not None
    assert properties.created.date() == TODAY


def test_odd_names_and_letters_make_a_sound_document(tmp_path: Path) -> None:
    tables = {"applicant": {"name": "Zoë/../O’Brien <x>"}}
    plan, writer = smith(tmp_path, tables, highlights=["a & b <c>", "日本語", "\u0001x"[1:]])
    (found,) = attachments(plan, writer, "packet", today=TODAY)
    assert found.name == "Summary-for-letter-writers-Zoë-O-Brien-x.docx"
    assert "a & b <c>" in said(found.data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_without_files_needs_none(tmp_path: Path, kind: Kind) -> None:
    plan, writer = smith(tmp_path)
    assert len(attachments(plan, writer, kind, today=TODAY)) == (kind in ("request", "packet"))
