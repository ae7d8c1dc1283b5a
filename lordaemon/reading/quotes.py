"""Which lines of a reply are quoted from somebody else.

Our own earlier messages are subtracted first: whatever a mail program does to a quote, the words
stay ours. Only then come the marks of mail programs: `>`, "On ... wrote:", header blocks, rulers.
What is left may still hold a signature; that is `signature`'s work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lordaemon.reading import marks as mark
from lordaemon.reading.footers import TURN

SHINGLE = 5
"""Words in a row that must agree before a line counts as the same text."""
SHARE = 0.6
LONG_LINE = 6
"""Words a line needs to be recognised as ours by itself; shorter ones need a quoted neighbour."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+(?:['\u2019]\w+)?")
_ANSWERING = frozenset(
    """yes yep yeah sure absolutely definitely certainly happy glad delighted honored honoured
    pleased no not never cannot can't won't don't unable sorry afraid unfortunately decline course
    your you've gladly okay ok""".split()  # noqa: SIM905
)
"""Words that, standing beside words of ours, show somebody who takes them up in an answer."""


def words(text: str) -> list[str]:
    """The words of a text in lower case, for comparing."""
    return _WORD.findall(text.replace("\u2019", "'").lower())


def shingles(texts: Iterable[str]) -> set[tuple[str, ...]]:
    """Every five words in a row of these texts."""
    found: set[tuple[str, ...]] = set()
    for text in texts:
        said = words(text)
        found.update(tuple(said[i : i + SHINGLE]) for i in range(len(said) - SHINGLE + 1))
    return found


def without_ours(line: str, known: set[tuple[str, ...]]) -> str:
    """A line without the sentences in it that are ours: an answer may stand right behind one.

    `known` are the shingles of our texts. A sentence that adds a word of its own is theirs.
    """
    if not known or len(line) < 20:
        return line
    pieces = _SENTENCES.split(line)
    kept = [p for p in pieces if not ((said := shingles([p])) and said <= known)]
    return line if len(kept) == len(pieces) else " ".join(kept)


def quoted(lines: Sequence[str], ours: Sequence[str] = ()) -> list[bool]:
    """For every line, whether it is quoted. `ours` are the texts we sent to this writer."""
    marks, touched = _ours_among(lines, ours)
    _mark_around_ours(lines, marks, ours)
    for index, line in enumerate(lines):
        marks[index] = marks[index] or bool(mark.PREFIXED.match(line))
    _mark_broken_wraps(lines, marks)
    index = 0
    while index < len(lines):
        if marks[index] or not lines[index].strip():
            index += 1
            continue
        length = _attribution(lines, index) or _bare_attribution(lines, marks, index)
        if length and _only_introduces(lines, marks, index + length):
            marks[index : index + length] = [True] * length
            index += length
        elif length or _history_starts(lines, index):
            _mark_history(lines, marks, touched, index, max(length, 1))
            break
        else:
            index += 1
    _keep_answers_inside(lines, marks, touched, ours)
    return marks


def _ours_among(lines: Sequence[str], ours: Sequence[str]) -> tuple[list[bool], list[bool]]:
    """Lines that are ours by their words, however they were wrapped or marked; and those that
    hold words of ours, which is more: an answer may stand behind them in the same line."""
    known = shingles(ours)
    marks, touched = [False] * len(lines), [False] * len(lines)
    if not known:
        return marks, touched
    where: list[int] = []
    flow: list[str] = []
    for index, line in enumerate(lines):
        here = words(line)
        flow.extend(here)
        where.extend([index] * len(here))
    covered = [False] * len(flow)
    starts: dict[int, list[bool]] = {}
    for at in range(len(flow) - SHINGLE + 1):
        same = tuple(flow[at : at + SHINGLE]) in known
        if where[at] == where[at + SHINGLE - 1]:
            starts.setdefault(where[at], []).append(same)
        if same:
            covered[at : at + SHINGLE] = [True] * SHINGLE
    per_line: dict[int, list[int]] = {}
    for at, index in enumerate(where):
        per_line.setdefault(index, []).append(at)
    for index, places in per_line.items():
        hits = starts.get(index, [])
        rest = {flow[at] for at in places if not covered[at]}
        if len(places) >= LONG_LINE and hits and sum(hits) / len(hits) >= SHARE:
            touched[index] = True
            marks[index] = not rest & _ANSWERING
    # A word or two left over by rewrapping ("say / no.") belongs to the lines around it.
    for index, places in per_line.items():
        if len(places) < LONG_LINE and all(covered[at] for at in places):
            near = range(max(0, index - 2), min(len(lines), index + 3))
            marks[index] = any(marks[other] for other in near)
    return marks, touched


def _mark_around_ours(lines: Sequence[str], marks: list[bool], ours: Sequence[str]) -> None:
    """Our greeting and our name are too short to know by themselves, but not beside our text."""
    whole = {tuple(words(line)) for text in ours for line in text.split("\n")} - {()}
    for step, greeting in ((-1, True), (1, False)):
        order = range(len(lines)) if step > 0 else range(len(lines) - 1, -1, -1)
        beside = False
        for index in order:
            if marks[index]:
                beside = True
            elif lines[index].strip():
                same = tuple(words(lines[index])) in whole
                marks[index] = beside and (
                    same or (greeting and bool(mark.GREETING.match(lines[index])))
                )
                beside = marks[index]


def _mark_broken_wraps(lines: Sequence[str], marks: list[bool]) -> None:
    """A `>` line that was wrapped once more leaves its tail without the `>`."""
    for index in range(1, len(lines) - 1):
        before, line = lines[index - 1].rstrip(), lines[index]
        if (
            not marks[index]
            and marks[index - 1]
            and marks[index + 1]
            and len(before) >= 60
            and before[-1] not in ".?!:"
            and line[:1].islower()
            and len(line) <= 40
        ):
            marks[index] = True


def _attribution(lines: Sequence[str], index: int) -> int:
    """How many lines from here on are "On ... X wrote:", 0 for none."""
    first = lines[index]
    if mark.DATE_AND_ADDRESS.match(first):
        return 1
    dated = bool(mark.ATTRIBUTION_START.match(first))
    if not dated and not mark.NAME_FIRST.search(first):
        return 0
    joined = ""
    for length in range(1, 9 if dated else 4):
        if index + length > len(lines):
            break
        line = lines[index + length - 1].strip()
        joined = f"{joined} {line.removeprefix('> ')}".strip()
        if len(joined) > 300:
            break
        ends = mark.MAY_END.search(line[-24:])
        if ends and mark.ATTRIBUTED.search(joined) and mark.HAS_DATE.search(joined):
            return length
        # A finished sentence is somebody talking, not a line that names the date and the writer.
        if mark.SENTENCE.search(line) or (not line and not dated):
            break
    return 0


def _bare_attribution(lines: Sequence[str], marks: list[bool], index: int) -> int:
    """ "Sam wrote:" without a date is one only right above marked lines."""
    line = lines[index].rstrip()
    below = index + 1 < len(lines) and marks[index + 1]
    return int(below and line.endswith((":", "：")) and bool(mark.ATTRIBUTED.search(line)))


def _only_introduces(lines: Sequence[str], marks: list[bool], start: int) -> bool:
    """True when marked lines follow: then what stands between them is an answer."""
    following = [i for i in range(start, len(lines)) if lines[i].strip()][:3]
    return any(marks[i] for i in following)


def _history_starts(lines: Sequence[str], index: int) -> bool:
    line = lines[index]
    if mark.RULER_WORDS.match(line) or mark.BEGINS.match(line):
        return True
    if mark.RULER.match(line):
        following = [i for i in range(index + 1, min(len(lines), index + 5)) if lines[i].strip()][
            :1
        ]
        return any(_header_block(lines, i) for i in following)
    return _header_block(lines, index)


def _header_block(lines: Sequence[str], index: int) -> bool:
    """A From/Sent/To/Subject block as Outlook and others put above an older message."""
    if not mark.HEADER.match(lines[index]):
        return False
    return sum(bool(mark.HEADER.match(line)) for line in lines[index : index + 7]) >= 3


def _mark_history(
    lines: Sequence[str], marks: list[bool], touched: list[bool], index: int, length: int
) -> None:
    """Everything from `index` on is older mail, apart from answers written into or below it."""
    above = "\n".join(lines[i] for i in range(index) if not marks[i])
    start = index + length
    while start < len(lines) and (not lines[start].strip() or mark.HEADER.match(lines[start])):
        start += 1
    end = next((i for i in range(start, len(lines)) if _history_again(lines, i)), len(lines))
    visible = [i for i in range(start, end) if lines[i].strip() and not marks[i]]
    prefixed = [i for i in range(start, end) if marks[i] and not touched[i]]
    keep: list[int] = []
    if not above.strip() and prefixed:
        # Answers under an "Original Message" whose lines all carry `>`.
        keep = visible
    elif any(touched[start:end]):
        # Ours is in there without marks: what is not ours may be the answer.
        ours = [i for i in range(start, end) if touched[i]]
        if not above.strip() or mark.ANSWERED_INSIDE.search(above):
            keep = [i for i in visible if i >= ours[0]]
        elif any(TURN.search(lines[i]) for i in visible if i > ours[-1]):
            keep = [i for i in visible if i > ours[-1]]
    for i in range(index, len(lines)):
        marks[i] = marks[i] or i not in keep


def _keep_answers_inside(
    lines: Sequence[str], marks: list[bool], touched: list[bool], ours: Sequence[str]
) -> None:
    """ "My answers in red below": behind our own sentences, in lines that are marked as quoted."""
    above = "\n".join(line for line, quote in zip(lines, marks, strict=True) if not quote)
    if not any(touched) or not mark.ANSWERED_INSIDE.search(above):
        return
    known = shingles(ours)
    for index, line in enumerate(lines):
        if marks[index] and (plain := line.lstrip("> ")):
            rest = without_ours(plain, known)
            marks[index] = rest == plain or not rest


def _history_again(lines: Sequence[str], index: int) -> bool:
    return bool(lines[index].strip()) and (
        _attribution(lines, index) > 0 or _history_starts(lines, index)
    )
