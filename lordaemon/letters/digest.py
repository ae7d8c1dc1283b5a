"""The daily digest: the only screen the applicant reads (D1-D6).

`digest_page` chooses the words, `digest_text` and the HTML template give them form. Whether and
when a digest goes out is the daemon's business.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lordaemon.letters.digest_page import Page, page
from lordaemon.letters.digest_text import as_text
from lordaemon.letters.digest_view import DigestView
from lordaemon.letters.draft import Draft

if TYPE_CHECKING:
    from jinja2 import Environment


def compose_digest(view: DigestView) -> Draft:
    """The digest as a mail to the applicant, text and HTML of equal worth."""
    said = page(view)
    return Draft(
        to=view.plan.digest_to,
        to_name=view.plan.applicant.name,
        subject=said.subject,
        text=as_text(said),
        html=_as_html(said),
    )


def compose_digest_text(view: DigestView) -> str:
    """The digest as text, for a terminal."""
    return as_text(page(view))


def compose_digest_html(view: DigestView) -> str:
    """The digest as one HTML document with inline styles that loads nothing."""
    return _as_html(page(view))


def _as_html(said: Page) -> str:
    import css_inline

    html = _templates().get_template("digest.html").render(page=said)
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
    return inliner.inline(html)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """The compiled templates; they never change while the program runs."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("lordaemon.letters"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
