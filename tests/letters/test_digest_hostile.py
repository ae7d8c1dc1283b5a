"""Nothing foreign acts in a digest: not as markup, not as an order, not on a terminal."""

from __future__ import annotations

import unicodedata
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from lordaemon import orders
from lordaemon.errors import Usage
from lordaemon.letters.digest import compose_digest
from lordaemon.letters.digest_words import plain
from lordaemon.letters.draft import Draft
from lordaemon.plan.model import Plan
from lordaemon.reading.html import to_text
from tests.letters.digest_views import CODE, HOSTILE, SCENES, at, hostile, plan_of, view_of, writer

ALLOWED = frozenset(
    {"html", "head", "meta", "title", "style", "body", "div", "table", "thead", "tbody", "tr", "th",
     "td", "p", "h1", "h2", "h3", "a", "b", "br", "span"}
)  # fmt: skip
ATTRIBUTES = frozenset(
    {"class", "style", "href", "role", "scope", "lang", "width", "align", "colspan", "cellpadding",
     "cellspacing", "content", "name", "charset", "aria-label", "aria-hidden"}
)  # fmt: skip
UNSEEN = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"}
naming = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=70)
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
nasty = st.one_of(
    anything,
    st.lists(
        st.sampled_from([*HOSTILE, "smith yes", "all stop", "lee uploaded", "\n", "yes", "<b", "|",
                         "”", "\u202e", "\x1b[2J", " " * 50, "x" * 71]),
        max_size=6,
    ).map(" ".join),
)  # fmt: skip


def taken_for_an_order(line: str, plan: Plan) -> bool:
    """Whether a line would do something if it came back unquoted."""
    try:
        return bool(orders.parse_line(line, plan))
    except Usage:
        return False


def assert_inert(draft: Draft, plan: Plan) -> None:
    """No markup but ours, no address but the applicant's, no control characters, no order."""
    for part in (draft.text, draft.html, draft.subject):
        odd = [c for c in part if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
        assert not odd
        assert not UNSEEN & set(part)
    assert "\n" not in draft.subject
    tree = LexborHTMLParser(draft.html)
    for node in tree.css("*"):
        assert node.tag in ALLOWED, node.tag
        assert set(node.attributes) <= ATTRIBUTES, node.attributes
        assert "url(" not in (node.attributes.get("style") or "")
    for link in tree.css("a"):
        found = urlsplit(link.attributes["href"] or "")
        assert (found.scheme, unquote(found.path)) == ("mailto", plan.applicant.email)
        assert set(parse_qs(found.query)) == {"subject", "body"}
    for line in [*draft.text.splitlines(), *to_text(draft.html).splitlines()]:
        assert not taken_for_an_order(line, plan), line


def test_the_list_of_horrors() -> None:
    view = hostile()
    draft = compose_digest(view)
    assert_inert(draft, view.plan)
    assert "evil.test" not in draft.text.split("IN FULL")[0]
    assert "&lt;script&gt;" in draft.html
    assert len(draft.html) < 200_000


@pytest.mark.parametrize("name", SCENES)
def test_our_own_digests_give_no_order_by_being_quoted(name: str) -> None:
    view = SCENES[name]()
    assert_inert(compose_digest(view), view.plan)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(nasty, min_size=1, max_size=4))
def test_whatever_a_reply_says_is_only_words(texts: list[str]) -> None:
    view = hostile(tuple(texts))
    assert_inert(compose_digest(view), view.plan)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(naming, st.one_of(st.just(""), naming), naming)
def test_whatever_a_writer_is_called(name: str, title: str, specialty: str) -> None:
    try:
        plan = plan_of(
            writer("lee", name, title=title), writer("smith", name), season={"specialty": specialty}
        )
    except ValueError:
        return  # the plan refuses such a name, with its own message
    assert_inert(compose_digest(view_of(plan, at(4, 9))), plan)


@given(anything)
@example("\u202e\u2066" * 90)
@example("x" * 9000)
@example("a b" * 9000)
def test_plain_is_one_short_line_and_stays_so(text: str) -> None:
    once = plain(text, 80)
    assert len(once) <= 80
    assert once == " ".join(once.split())
    assert plain(once, 80) == once


def test_links_are_left_out_and_words_are_kept() -> None:
    said = "See https://evil.test/x?y=1 or www.evil.test, evil.test/login; Re: letter at 10:30."
    assert plain(said) == (
        "See [link: see the mail itself] or [link: see the mail itself] "
        "[link: see the mail itself] Re: letter at 10:30."
    )
    assert (
        plain("Dr. Lee: yes, in p.m. hours and/or 3/4") == "Dr. Lee: yes, in p.m. hours and/or 3/4"
    )
    assert plain("می\u200cخواهم 👩\u200d⚕️") == "می\u200cخواهم 👩\u200d⚕️"


def test_an_order_link_carries_the_order_and_the_code() -> None:
    draft = compose_digest(SCENES["busy"]())
    link = next(
        a.attributes["href"] or ""
        for a in LexborHTMLParser(draft.html).css("a")
        if a.text().startswith("gomez yes")
    )
    fields = parse_qs(urlsplit(link).query)
    body = fields["body"][0].splitlines()
    assert body == ["gomez yes", "", f"Order code: {CODE}"]
    assert CODE in fields["subject"][0]
