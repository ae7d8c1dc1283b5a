"""Text and HTML of every letter say the same, word for word; no picture, nothing from the web."""

from __future__ import annotations

import itertools
from html.parser import HTMLParser

import pytest

from lordaemon.letters.compose import compose
from lordaemon.season.history import KINDS, Kind
from tests.letters.sample import TODAY, TYPES, smith


class Words(HTMLParser):
    """What a reader sees of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.tags: set[str] = set()
        self.title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.title = tag == "title"

    def handle_data(self, data: str) -> None:
        if not self.title:
            self.seen += data.split()


@pytest.mark.parametrize(("letter_type", "kind"), list(itertools.product(TYPES, KINDS)))
def test_text_and_html_say_the_same(letter_type: str, kind: Kind) -> None:
    plan, writer = smith(
        tables={"season": {"step2": "solid"}},
        type=letter_type, upload="Help: https://portal.example/a?b=1&c=2 <now>", note="One\n\nTwo",
        memorable="x", presented="y", contributed=["z"], patients=1, project="p",
    )  # fmt: skip
    draft = compose(plan, writer, kind, today=TODAY)
    page = Words()
    page.feed(draft.html)
    lines = (line.removeprefix("- ") for line in draft.text.splitlines())
    assert page.seen == " ".join(lines).split()
    assert page.tags <= {"html", "head", "meta", "title", "body", "p", "br", "ul", "li", "a"}
