"""A template of the user's own: it may replace any letter, and can't reach out of its sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from lordaemon.errors import LordaemonError
from lordaemon.letters.compose import compose
from lordaemon.letters.draft import Draft
from lordaemon.season.history import Kind
from tests.letters.sample import HIGHLIGHTS, LEE, SMITH, TODAY, make_plan, smith


def written(
    folder: Path, source: str, kind: Kind = "request", highlights: list[str] | None = None
) -> Draft:
    """The letter made with `source` as Dr. Smith's template."""
    (folder / "own.txt").write_text(source, encoding="utf-8")
    plan, writer = smith(folder, template="own.txt", highlights=highlights or HIGHLIGHTS)
    return compose(plan, writer, kind, today=TODAY)


def test_it_replaces_the_blocks_it_has(tmp_path: Path) -> None:
    source = (
        "{% block request_subject %}Hello {{ writer }}{% endblock %}\n"
        "{% block request %}\nDear {{ writer }},\n\n{% for line in highlights %}\n- {{ line }}\n"
        "{% endfor %}\n\nYours,\n{{ signature }}\n{% endblock %}\n"
    )
    draft = written(tmp_path, source, highlights=["One", "Two", "Three"])
    assert draft.subject == "Hello Dr. Smith"
    assert draft.text == (
        "Dear Dr. Smith,\n\n- One\n- Two\n- Three\n\nYours,\nSam Rivera\n"
        "State University School of Medicine, class of 2028\n"
        "sam.rivera@example.edu, +1 555 0100\n"
    )
    assert "Thank you for agreeing" in written(tmp_path, source, "packet").text


def test_a_tag_inside_a_line_swallows_nothing(tmp_path: Path) -> None:
    source = (
        "{% block request %}\nA {% if patients %}x{% endif %}\nB {# note #}\n"
        "{% if not patients %}\nC\n{% endif %}\nD\n{% endblock %}"
    )
    assert written(tmp_path, source).text == "A\nB\nC\nD\n"


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("Dear {{ wirter }}", 2, "wirter"),
        ("ok\nok\n{{ nothing.at.all }}", 4, "nothing"),
        ("{{ ''.__class__ }}", 2, "__class__"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", 2, "__class__"),
        ("{{ highlights.append('x') }}", 2, "append"),
        ("{{ self.__init__.__globals__ }}", 2, "__init__"),
        ("{{ ''|attr('__class__') }}", 2, "__class__"),
        ("{{ '{0.__class__}'.format(writer) }}", 2, "__class__"),
        ("{{ 1 / 0 }}", 2, "zero"),
        ("{% include 'config.toml' %}", 2, "loader"),
        ("{% if %}", 2, "xpected"),
        ("{{ writer }", 2, "unexpected"),
        ("{% for a in range(999999) %}x{% endfor %}", 2, "range"),
    ],
)
def test_a_mistake_names_file_and_line(tmp_path: Path, body: str, line: int, said: str) -> None:
    with pytest.raises(LordaemonError) as told:
        written(tmp_path, f"{{% block request %}}\n{body}\n{{% endblock %}}\n")
    assert str(told.value).startswith(f"own.txt:{line}: ")
    assert said in str(told.value).lower() or said in str(told.value)


def test_a_letter_that_never_ends_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(LordaemonError, match="40000 characters"):
        written(
            tmp_path, "{% block request %}{% for a in range(99999) %}abc{% endfor %}{% endblock %}"
        )


def test_an_unknown_block_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(LordaemonError, match=r"own\.txt:2: block 'requst' .* request_subject"):
        written(tmp_path, "\n{% block requst %}x{% endblock %}")


def test_a_file_without_a_block_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LordaemonError, match="there is no block in it"):
        written(tmp_path, "Dear {{ writer }}")


def test_a_subject_of_two_lines_is_refused(tmp_path: Path) -> None:
    source = "{% block request_subject %}Hi\nBcc: all@example.org{% endblock %}"
    with pytest.raises(LordaemonError, match="one line"):
        written(tmp_path, source)


def test_an_empty_letter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LordaemonError, match="comes out empty"):
        written(tmp_path, "{% block request %}\n\n{% endblock %}")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Dear [Name],", "placeholder"),
        ("I owe you ____ thanks", "placeholder"),
        ("Dear Dr. Lee,", "another writer: Dr. Lee"),
        ("As Min Lee said,", "another writer: Min Lee"),
        ("I am applying to dermatology.", "dermatology"),
    ],
)
def test_slips_are_found_in_the_finished_letter(tmp_path: Path, body: str, said: str) -> None:
    (tmp_path / "own.txt").write_text(f"{{% block request %}}{body}{{% endblock %}}")
    plan = make_plan([{**SMITH, "template": "own.txt"}, LEE], tmp_path)
    with pytest.raises(LordaemonError, match=said):
        compose(plan, plan.writers[0], "request", today=TODAY)
    assert "Dear Dr. Lee" in compose(plan, plan.writers[1], "request", today=TODAY).text


def test_it_has_to_lie_beside_the_plan(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "own.txt").write_text("{% block request %}x{% endblock %}")
    plan, writer = smith(home, template="../own.txt")
    with pytest.raises(LordaemonError, match="outside the plan's folder"):
        compose(plan, writer, "request", today=TODAY)


def test_it_has_to_be_text(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_bytes(b"\xff\xfe\x00{")
    plan, writer = smith(tmp_path, template="own.txt")
    with pytest.raises(LordaemonError, match="not plain text"):
        compose(plan, writer, "request", today=TODAY)
