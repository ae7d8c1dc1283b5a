"""Which lines of a reply say nothing: signature, mobile footer, disclaimer, warning banner.

Careful by intent: a line is dropped because it looks like a signature, never only because it
stands below one, since a change of mind in a postscript is what must not be lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lordaemon.reading import footers

_TITLES = frozenset({"dr", "prof", "professor", "md", "phd", "mr", "mrs", "ms", "do"})
_SIGNATURE_WORDS = 6
"""Words a line below a closing may have without speaking of an office or a telephone."""
_OFFICE_WORDS = 14


def furniture(lines: Sequence[str], own: Sequence[bool], writer_name: str = "") -> list[bool]:
    """For every line, whether it is signature, footer, disclaimer or banner. Only `own` counts."""
    marks = [False] * len(lines)
    names = frozenset(re.findall(r"[^\W\d_]{2,}", writer_name.lower())) - _TITLES
    for number, block in enumerate(_blocks(lines, own)):
        _mark_banners(lines, block, marks)
        _mark_disclaimers(lines, block, marks)
        for index in block:
            marks[index] = marks[index] or _is_mobile_footer(lines[index])
        _mark_signature(lines, [i for i in block if not marks[i]], marks, names, first=number == 0)
    return marks


def without_banner(line: str) -> str:
    """A line without the "[EXTERNAL]" a mail server wrote in front of it."""
    return footers.BANNER_PREFIX.sub("", line)


def _blocks(lines: Sequence[str], own: Sequence[bool]) -> list[list[int]]:
    """Runs of own lines, cut where quoted lines stand between; blank lines left out."""
    blocks: list[list[int]] = [[]]
    for index, line in enumerate(lines):
        if not own[index]:
            blocks.append([])
        elif line.strip():
            blocks[-1].append(index)
    return [block for block in blocks if block]


def _rest_of_paragraph(lines: Sequence[str], own: frozenset[int], index: int) -> range:
    """The lines below `index` in one piece with it."""
    end = index + 1
    while end in own and lines[end].strip():
        end += 1
    return range(index + 1, end)


def _mark_banners(lines: Sequence[str], block: list[int], marks: list[bool]) -> None:
    own = frozenset(block)
    for index in block:
        if marks[index] or not footers.BANNER.match(lines[index]):
            continue
        marks[index] = True
        for after in _rest_of_paragraph(lines, own, index):
            wrapped = len(lines[after - 1]) > 50 and lines[after][:1].islower()
            if not (wrapped or footers.BANNER_GOES_ON.search(lines[after])):
                break
            marks[after] = True


def _mark_disclaimers(lines: Sequence[str], block: list[int], marks: list[bool]) -> None:
    own = frozenset(block)
    for index in block:
        if marks[index] or not footers.DISCLAIMER.search(lines[index]):
            continue
        marks[index] = True
        for after in _rest_of_paragraph(lines, own, index):
            marks[after] = True
        _mark_disclaimer_above(lines, own, index, marks)


def _mark_disclaimer_above(
    lines: Sequence[str], own: frozenset[int], index: int, marks: list[bool]
) -> None:
    """The start of a wrapped disclaimer's first sentence, and a title or ruler above it."""
    above = index - 1
    while above in own and len(lines[above]) > 50 and not re.search(r"[.!?:]\W*$", lines[above]):
        marks[above] = True
        above -= 1
    if above in own and re.fullmatch(r"\W*(?:[A-Z\s]{6,40})?\W*", lines[above]):
        marks[above] = True


def _is_mobile_footer(line: str) -> bool:
    match = footers.MOBILE_LINE.match(line)
    return bool(match) and not footers.ANSWER.search(line)


def _mark_signature(
    lines: Sequence[str], block: list[int], marks: list[bool], names: frozenset[str], first: bool
) -> None:
    closed = delimited = False
    talking = [i for i in block if not _looks_like_signature(lines[i])]
    last_talking = talking[-1] if talking else -1
    for position, index in enumerate(block):
        line = lines[index]
        if footers.POSTSCRIPT.match(line):
            delimited = closed = False
        elif footers.DELIMITER.match(line):
            delimited = delimited or position > 0 or not first
            marks[index] = True
        elif delimited:
            marks[index] = not footers.TURN.search(line)
        elif position == 0 and first:
            # A mail may be nothing but "Thanks" or a name; the first line is kept.
            continue
        elif footers.CLOSING.match(line) or _is_name(line, names):
            closed = marks[index] = True
        elif closed or (index > last_talking and _speaks_of_office(line)):
            marks[index] = _looks_like_signature(line)
            closed = closed or marks[index]


def _is_name(line: str, names: frozenset[str]) -> bool:
    """The writer's name or initials in a line of their own, with or without letters after it."""
    text = re.sub(r"^[\s~—–*-]+", "", line).strip().rstrip(".,;")
    said = re.findall(r"[^\W\d_]+", text.lower())
    if not names or not said or len(said) > 9:
        return False
    if len(said) == 1 and len(said[0]) <= 3 and text.isupper():
        return set(said[0]) <= {name[0] for name in names}
    if not set(said) & names:
        return False
    others = [word for word in said if word not in names and len(word) > 1 and word not in _TITLES]
    return not others or _speaks_of_office(line)


def _speaks_of_office(line: str) -> bool:
    """A title, a department, a telephone: what a signature consists of."""
    about = footers.CREDENTIAL.search(line) or footers.CONTACT.search(line)
    return bool(about) and _looks_like_signature(line) and not re.search(r"[^\W\d]{3,}\.\s*$", line)


def _looks_like_signature(line: str) -> bool:
    if footers.POSTSCRIPT.match(line) or footers.SENTENCE.search(footers.CONTACT.sub(" ", line)):
        return False
    count = len(line.split())
    about = footers.CREDENTIAL.search(line) or footers.CONTACT.search(line)
    return count <= _SIGNATURE_WORDS or (count <= _OFFICE_WORDS and bool(about))
