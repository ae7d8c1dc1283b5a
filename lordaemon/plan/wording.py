"""Advice on the words: scenes instead of adjectives, and for every writer their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from lordaemon.plan.finding import Finder, Finding, quoted
from lordaemon.plan.model import Plan
from lordaemon.plan.places import writer_label
from lordaemon.plan.tone import tone_advice

_ADJECTIVES = frozenset(
    (
        "able", "amazing", "articulate", "bright", "brilliant", "calm", "capable", "caring",
        "compassionate", "competent", "confident", "conscientious", "creative", "curious",
        "dedicated", "dependable", "detail-oriented", "determined", "diligent", "driven", "eager",
        "efficient", "empathetic", "energetic", "enthusiastic", "excellent", "exceptional",
        "fantastic", "friendly", "gifted", "great", "hard-working", "hardworking", "helpful",
        "honest", "humble", "independent", "inquisitive", "insightful", "intelligent",
        "kind", "knowledgeable", "mature", "meticulous", "motivated", "nice", "organized",
        "outstanding", "passionate", "patient-centered", "personable", "pleasant", "polite",
        "positive", "prepared", "proactive", "professional", "punctual", "qualified", "reliable",
        "resilient", "resourceful", "respectful", "responsible", "self-motivated", "skilled",
        "smart", "strong", "superb", "talented", "team-oriented", "thorough", "thoughtful",
        "tireless", "trustworthy",
    )
)  # fmt: skip
_PHRASES = re.compile(
    r"\b(?:team player|quick learner|fast learner|good communicator|great communicator|hard worker"
    r"|work ethic|people person|self[- ]starter|goes above and beyond|went above and beyond"
    r"|pleasure to work with|attention to detail|leadership skills|communication skills)\b",
    re.IGNORECASE,
)
_IRREGULAR_PAST = frozenset(
    (
        "led", "ran", "wrote", "built", "taught", "gave", "made", "took", "kept", "held", "found",
        "drew", "saw", "stayed", "brought", "caught", "came", "chose", "did", "fought", "got",
        "grew", "heard", "knew", "left", "met", "put", "read", "said", "sat", "sent", "set",
        "showed", "spent", "spoke", "stood", "swam", "thought", "told", "understood", "went", "won",
        "began", "broke", "overcame", "redrew", "rewrote", "felt", "lost", "dealt",
    )
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_THEME_FILLERS = frozenset(
    (
        "and", "being", "for", "from", "into", "over", "patient", "patients", "that", "the",
        "their", "this", "through", "under", "when", "while", "who", "with", "without",
    )
)  # fmt: skip
_ALIKE = 0.85


def wording_advice(plan: Plan) -> Iterator[Finding]:
    """Highlights and notes, writer by writer."""
    for writer in plan.writers:
        finder = Finder(plan, writer)
        yield from _adjectives(finder)
        yield from _themes(finder)
        yield from tone_advice(finder)
        yield from _acknowledged(finder)
    yield from _repeated(plan)


def praise(text: str) -> str | None:
    """The adjective that stands where a scene should, or None if the text tells what was done."""
    phrase = _PHRASES.search(text)
    words = [word.lower() for word in _WORD.findall(text)]
    adjective = next((word for word in words if word in _ADJECTIVES), None)
    found = phrase[0] if phrase else adjective
    return None if found is None or any(map(_is_deed, words)) else found


def _is_deed(word: str) -> bool:
    """A verb in the past: somebody did something."""
    if word in _IRREGULAR_PAST or word.startswith("pre-"):
        return True
    return word.endswith("ed") and len(word) > 4 and "-" not in word and word not in _ADJECTIVES


def _adjectives(finder: Finder) -> Iterator[Finding]:
    for place, text in enumerate(finder.writer.highlights):
        if found := praise(text):
            yield finder.found(
                "warning", "Advice", ("highlights", place),
                f'highlights[{place + 1}] praises ("{found}") instead of telling: {quoted(text)}',
                "A writer can repeat what you did; an adjective about yourself can't be quoted.",
                '"Led two family meetings" rather than "hard-working"',
            )  # fmt: skip


def _repeated(plan: Plan) -> Iterator[Finding]:
    """The same scene for two writers: two letters that say one thing."""
    for index, writer in enumerate(plan.writers):
        for place, text in enumerate(writer.highlights):
            for earlier, other in enumerate(plan.writers[:index]):
                if any(_alike(text, said) for said in other.highlights):
                    label = writer_label(earlier, other.id)
                    yield Finder(plan, writer).found(
                        "warning", "Advice", ("highlights", place),
                        f"highlights[{place + 1}] is also told to {label}: {quoted(text)}",
                        "Two letters with the same scene count as one, and sound dictated.",
                        f"keep it where it was seen best, tell {writer.salutation} another one",
                    )  # fmt: skip


def _alike(one: str, other: str) -> bool:
    first, second = (" ".join(_WORD.findall(text.lower())) for text in (one, other))
    if not first or not second:
        return False
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _themes(finder: Finder) -> Iterator[Finding]:
    themes = finder.plan.season.themes
    wanted = {stem for theme in themes for stem in _stems(theme)}
    said = {stem for _, _, text in finder.texts() for stem in _stems(text)}
    if wanted and finder.writer.highlights and not wanted & said:
        yield finder.found(
            "hint", "Advice", ("highlights",),
            f"none of the season's themes is touched ({', '.join(themes)})",
            "Letters that share a thread with the rest of the application are remembered.",
            f'one scene that shows "{themes[0]}"',
        )  # fmt: skip


def _stems(text: str) -> set[str]:
    """The beginnings of the words that carry meaning: "calmly" and "calm" meet."""
    words = (word.lower() for word in _WORD.findall(text))
    return {word[:5].rstrip("s") for word in words if word not in _THEME_FILLERS and len(word) > 2}


def _acknowledged(finder: Finder) -> Iterator[Finding]:
    texts = {text for _, _, text in finder.texts()}
    for place, line in enumerate(finder.writer.acknowledged):
        if line not in texts:
            yield finder.found(
                "hint", "Advice", ("acknowledged", place),
                f"acknowledged[{place + 1}] matches no text of this writer: {quoted(line)}",
                "It lets only the exact same text pass, every sign of it.",
                "copy the whole highlight into it",
            )  # fmt: skip
