"""A letter is written once, as plain text; this makes the HTML that says exactly the same.

Blank lines part paragraphs, `- ` begins a list item, an address of the web becomes a link.
No picture, no style sheet, no tracking: it looks like a letter typed by hand.
"""

from __future__ import annotations

import re
from html import escape

_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")
_PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>\n'
    "<body style=\"font-family: Georgia, 'Times New Roman', serif; font-size: 16px; "
    'line-height: 1.5; max-width: 40em">\n{body}\n</body></html>\n'
)


def tidy(text: str) -> str:
    """The text as it leaves: no spaces doubled or trailing, at most one blank line in a row."""
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def to_html(text: str, *, title: str) -> str:
    """A page with the same words as `text`, in the same order."""
    blocks = [_block(block.splitlines()) for block in re.split(r"\n{2,}", text.strip())]
    return _PAGE.format(title=escape(title), body="\n".join(blocks))


def _block(lines: list[str]) -> str:
    """One paragraph, with the list it may end in (or hold)."""
    html: list[str] = []
    plain: list[str] = []
    items: list[str] = []

    def close() -> None:
        if plain:
            html.append(f"<p>{'<br>'.join(map(_inline, plain))}</p>")
            plain.clear()
        if items:
            rows = "".join(f"<li>{_inline(item)}</li>" for item in items)
            html.append(f"<ul>{rows}</ul>")
            items.clear()

    for line in lines:
        item = line.startswith("- ")
        if plain if item else items:
            close()
        (items if item else plain).append(line.removeprefix("- ") if item else line)
    close()
    return "\n".join(html)


def _inline(line: str) -> str:
    """A line escaped, its web addresses made links."""
    html, at = [], 0
    for match in _ADDRESS.finditer(line):
        address = escape(match.group())
        html += [escape(line[at : match.start()]), f'<a href="{address}">{address}</a>']
        at = match.end()
    return "".join([*html, escape(line[at:])])
