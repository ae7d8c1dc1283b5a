"""The bullet-list document: a "summary for letter writers" as .docx, one page, made to be edited.

The same plan, writer and day give the same bytes: no time of day, no machine's name goes in.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lordaemon.letters import facts
from lordaemon.letters.words import (
    counted,
    full_day,
    one_line,
    paragraphs,
    sentence,
)

if TYPE_CHECKING:
    from lordaemon.plan.model import Plan, Writer

_FONT = "Calibri"
_INK, _QUIET, _ACCENT = "222222", "5F6368", "1F4E79"
_LABEL_INCHES, _TEXT_INCHES = 1.55, 5.35
_ROOMY = 2300
"""Characters that fit one page in the larger type."""

Section = tuple[str, list[str]]
"""A label and its lines; a line that begins with "- " is a bullet."""


def sections(plan: Plan, writer: Writer) -> list[Section]:
    """What the document says, in order; empty sections are left out."""
    season, me = plan.season, plan.applicant
    details = [
        f"- {counted(writer.patients, 'patient').capitalize()} followed" if writer.patients else "",
        f"- One moment: {sentence(writer.memorable)}" if writer.memorable else "",
        f"- Presented: {sentence(writer.presented)}" if writer.presented else "",
    ]
    research = [
        f"Project: {sentence(writer.project)}" if writer.project else "",
        *(f"- {one_line(line)}" for line in writer.contributed),
    ]
    found: list[Section] = [
        ("Working together", [facts.together(writer)]),
        ("What I did", [f"- {one_line(line)}" for line in writer.highlights]),
        ("Research", research),
        ("Details", details),
        ("Themes of my application", [f"- {_upper(one_line(theme))}" for theme in season.themes]),
        (f"Why {one_line(season.specialty)}", paragraphs(plan.packet.interest).split("\n\n")),
        ("Dates", [
            f"Letter due: {full_day(plan.due(writer))}",
            f"Application deadline: {full_day(season.deadline)}",
        ]),
        ("Upload", facts.upload_steps(plan, writer).split("\n\n")),
        ("Contact", [one_line(me.name), facts.contact(plan)]),
    ]  # fmt: skip
    kept = [(label, [line for line in lines if line]) for label, lines in found]
    return [(label, lines) for label, lines in kept if lines]


@lru_cache(maxsize=32)
def make(plan: Plan, writer: Writer, *, today: date) -> bytes:
    """The document as .docx bytes; `today` is the day it is dated.

    Remembered, because a draft is composed again for its notice and before it leaves.
    """
    import docx
    from docx.shared import Inches, Pt

    parts = sections(plan, writer)
    length = sum(len(line) + 30 for _, lines in parts for line in lines)
    points = 11 if length <= _ROOMY else 9.5
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Inches(8.5), Inches(11)
    page.left_margin = page.right_margin = Inches(0.8)
    page.top_margin = page.bottom_margin = Inches(0.7)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(points)
    _heading(document, plan, writer)
    _table(document, parts, points)
    _properties(document, plan, today)
    raw = io.BytesIO()
    document.save(raw)
    return _fixed(raw.getvalue(), today)


def _heading(document: Any, plan: Plan, writer: Writer) -> None:
    """The name in large, what this is, and a thin rule under it."""
    me, season = plan.applicant, plan.season
    school = one_line(me.school) + (f", class of {me.class_year}" if me.class_year else "")
    title = _paragraph(document.add_paragraph(), after=0)
    _run(title, one_line(me.name), points=22, colour=_ACCENT, bold=True)
    under = _paragraph(document.add_paragraph(), after=2)
    _run(under, f"{school}  ·  applying in {one_line(season.specialty)}", points=11, colour=_QUIET)
    what = _paragraph(document.add_paragraph(), after=8)
    _run(what, f"Summary for letter writers: prepared for {facts.introduced(writer)}", points=11)
    _line_under(what)


def _table(document: Any, parts: list[Section], points: float) -> None:
    """Labels on the left, text on the right; no borders."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Inches

    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    for column, inches in zip(table.columns, (_LABEL_INCHES, _TEXT_INCHES), strict=True):
        column.width = Inches(inches)
    for label, lines in parts:
        left, right = table.add_row().cells
        left.width, right.width = Inches(_LABEL_INCHES), Inches(_TEXT_INCHES)
        _run(_paragraph(left.paragraphs[0]), label, points, _ACCENT, bold=True)
        for place, line in enumerate(lines):
            paragraph = right.paragraphs[0] if place == 0 else right.add_paragraph()
            last = place == len(lines) - 1
            _paragraph(paragraph, after=9 if last else 2)
            if line.startswith("- "):
                _hang(paragraph)
                line = "•\t" + line.removeprefix("- ")  # noqa: PLW2901
            _run(paragraph, line, points)


def _upper(line: str) -> str:
    """With a capital at its start, the rest as it was written."""
    return line[:1].upper() + line[1:]


def _paragraph(paragraph: Any, *, after: float = 0) -> Any:
    from docx.shared import Pt

    style = paragraph.paragraph_format
    style.space_before, style.space_after, style.line_spacing = Pt(0), Pt(after), 1.1
    return paragraph


def _hang(paragraph: Any) -> None:
    """A bullet that hangs to the left of its lines."""
    from docx.shared import Inches

    style = paragraph.paragraph_format
    style.left_indent, style.first_line_indent = Inches(0.17), Inches(-0.17)
    style.tab_stops.add_tab_stop(Inches(0.17))


def _run(
    paragraph: Any, text: str, points: float, colour: str = _INK, *, bold: bool = False
) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.font.bold = _FONT, Pt(points), bold
    run.font.color.rgb = RGBColor.from_string(colour)


def _line_under(paragraph: Any) -> None:
    """A hairline below the paragraph; python-docx has no call for borders."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "6"), ("color", _ACCENT)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _properties(document: Any, plan: Plan, today: date) -> None:
    """Author, title and dates, from the plan and the day alone."""
    properties, noon = document.core_properties, datetime.combine(today, time(12), UTC)
    properties.author = properties.last_modified_by = one_line(plan.applicant.name)
    properties.title, properties.comments = "Summary for letter writers", ""
    properties.created = properties.modified = noon.replace(tzinfo=None)
    properties.revision = 1


def _fixed(raw: bytes, today: date) -> bytes:
    """The same archive with every file dated `today`, written the same on every system."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (today.year, today.month, today.day, 12, 0, 0))
            info.create_system, info.external_attr = 3, 0o600 << 16
            new.writestr(info, old.read(name), zipfile.ZIP_DEFLATED, compresslevel=6)
    return out.getvalue()
