"""The digest as text, 72 columns wide: the same page as the HTML, for any reader and a terminal.

No line consists of an order alone: a mail program that quotes without a mark must not make the
applicant give an order they only read (D4). What others wrote stands behind a bar, and warnings
behind a mark, neither of which an order can begin with.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from lordaemon.letters.digest_needs import Item
from lordaemon.letters.digest_orders import Order
from lordaemon.letters.digest_page import Letter, Line, Page, TableLine
from lordaemon.letters.season_picture import Picture

WIDTH = 72
LONGEST = 78
"""A mail line's length (RFC 5322 section 2.1.1); letters and lanes may use all of it."""
BAR = "| "


def as_text(page: Page) -> str:
    """The whole page as text, ending in a newline."""
    blocks = [
        *([_alarms(page)] if page.alarms else []),
        "\n".join([page.headline, page.verdict, f"{page.season}, {page.day}"]),
        *_section("The letters", [f"{name}: {state}" for name, state in page.states]),
        *_asking(page),
        _headed("Where each letter stands", _table(page.table)),
        *_telling(page),
        *_coming(page),
        *(
            [_headed("The season", _goal(page)), _picture(page.picture)]
            if page.picture
            else [_goal(page)]
        ),
        _foot(page),
    ]
    return "\n\n".join(blocks) + "\n"


# -- the sections, from top to bottom -----------------------------------------------------


def _alarms(page: Page) -> str:
    return "\n".join(_wrapped(f"Warning: {alarm}", "[!] ", "[!] ") for alarm in page.alarms)


def _asking(page: Page) -> Iterator[str]:
    if page.needs:
        answer = _wrapped(page.how_to_answer)
        yield _headed("Needs you", "\n\n".join([*(_item(i) for i in page.needs), answer]))
    if page.checks:
        hint = [_wrapped(page.check_hint)] if page.check_hint else []
        yield _headed("Please check", "\n\n".join([*hint, *(_item(i) for i in page.checks)]))
    yield from _section("Mail that could not be placed", page.strangers, BAR)


def _telling(page: Page) -> Iterator[str]:
    if page.happened:
        lines = [_happening(line) for line in page.happened]
        if page.more_happened:
            lines.insert(0, f"{page.more_happened} earlier ones are left out here.")
        yield _headed("What happened", "\n".join([f"{page.since}.", *lines]))
    else:
        yield _wrapped(f"{page.since}. Nothing new.")
    yield from _section("Your orders", page.orders, BAR)


def _coming(page: Page) -> Iterator[str]:
    lines = [_wrapped(f"{line.when}  {line.who}: {line.what} [{line.rule}]", "- ", "  ")
             for line in page.upcoming]  # fmt: skip
    lines += [_wrapped(f"{line.who}: {line.what} [{line.rule}]", "- ", "  ")
              for line in page.waiting]  # fmt: skip
    if page.more_upcoming:
        lines.append(f"- and {page.more_upcoming} more after that")
    yield _headed("What goes out next", "\n".join(lines) or "Nothing is planned.")
    for letter in page.letters:
        yield _headed(letter.title, _letter(letter))


def _goal(page: Page) -> str:
    types = "; ".join(f"{name}: {count}" for name, count in page.types)
    return "\n".join([_wrapped(page.goal), _wrapped(f"{types}.")])


def _foot(page: Page) -> str:
    answer = [] if page.needs else [_wrapped(page.how_to_answer)]
    lines = [_wrapped(page.health), *answer, _order(page.pause_all)]
    if page.code:
        lines.append(f"Order code: {page.code}")
    return "-" * WIDTH + "\n" + "\n".join(lines)


# -- the pieces ---------------------------------------------------------------------------


def _headed(title: str, body: str) -> str:
    return f"{title.upper()}\n{'-' * len(title)}\n{body}"


def _section(title: str, lines: Iterable[str], first: str = "- ") -> Iterator[str]:
    body = "\n".join(_wrapped(line, first, BAR if first == BAR else "  ") for line in lines)
    if body:
        yield _headed(title, body)


def _item(item: Item) -> str:
    lines = [f"* {item.name} [{item.rule}]", _wrapped(item.why, "  " + BAR, "  " + BAR)]
    if item.quote:
        lines.append(_wrapped(f"“{item.quote}”", "  " + BAR, "  " + BAR))
    if item.advice:
        lines.append(_wrapped(item.advice, "  ", "  "))
    return "\n".join([*lines, *(_order(order) for order in item.orders)])


def _order(order: Order) -> str:
    return f"    {'[ ' + order.line + ' ]':<22} {order.means}"


def _happening(line: Line) -> str:
    rule = f" [{line.rule}]" if line.rule else ""
    head = f"- {line.when}  {line.who}"
    return f"{head}\n{_wrapped(line.what + rule, '  ' + BAR, '  ' + BAR)}"


def _letter(letter: Letter) -> str:
    lines = [
        textwrap.fill(line, LONGEST, initial_indent=BAR, subsequent_indent=BAR) or BAR.rstrip()
        for line in letter.text.split("\n")
    ]
    return "\n".join([*lines, *(_order(order) for order in letter.orders)])


def _table(lines: tuple[TableLine, ...]) -> str:
    head = ("Writer", "Type", "Date asked", "Confirmed?", "Due date", "Uploaded?")
    rows = [(r.writer, r.type, r.asked, r.confirmed, r.due, r.uploaded) for r in lines]
    widths = [max(_width(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    widths[0] = min(widths[0], 24)
    drawn = ["  ".join(_padded(c, w) for c, w in zip(head, widths, strict=True)).rstrip()]
    for line, row in zip(lines, rows, strict=True):
        drawn.append("  ".join(_padded(c, w) for c, w in zip(row, widths, strict=True)).rstrip())
        if line.note:
            drawn.append(f"  ({line.note})")
    return "\n".join(drawn)


def _picture(picture: Picture) -> str:
    indent = min(max(_width(lane.name) for lane in picture.lanes), 18) + 2
    axis, column = "", 0
    for name, span in picture.months:
        if len(axis) <= column:
            axis = axis.ljust(column) + name + " "
        column += span
    today = " " * (indent + picture.today) + "v today"
    lines = [" " * indent + axis.rstrip(), today]
    for lane in picture.lanes:
        marks = "".join(cell.mark or " " for cell in lane.cells).rstrip()
        name = _padded(_padded(lane.name, indent - 2), indent)
        lines.append(f"{name}{marks.ljust(len(lane.cells))}  {lane.state}")
    legend = ", ".join(f"{mark} {meaning}" for mark, _tone, meaning in picture.legend)
    return "\n".join([*lines, "", _wrapped(legend)])


def _wrapped(text: str, first: str = "", later: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=later)


def _width(text: str) -> int:
    """Columns on a screen: wide East Asian letters take two, combining marks none (UAX 11)."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _padded(text: str, width: int) -> str:
    while _width(text) > width:
        text = text[:-2] + "…"
    return text + " " * (width - _width(text))
