"""Phrases with a meaning: what speaks against a yes, what accepts, what only sounds like a no.

The phrases live in `data/lexicon/LANGUAGE.toml`, one section a meaning, so that a person who does
not program can add one. How a phrase is written (the files' own first lines say the same):

    not the best/right person    a word, or one of several
    not [really] comfortable     a word that may be missing
    letter ... someone else      up to four words in between
    recommend*                   any word that begins so
    <letter>                     one of the words listed under [words]
    ^thanks but      no$         at the start, at the end of a sentence

An idiom is taken out of the sentence before anything else is looked for. The engine only finds
phrases; what a find means for the verdict is decided in `intent`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

import tomli

from lordaemon.reading.phrase import Phrase, PhraseReader, match, needed

Does = Literal["idiom", "veto", "doubt", "accept", "claim", "undone", "topic"]
_PUNCTUATION = frozenset(",;:()!")


@dataclass(frozen=True, slots=True)
class Section:
    """One meaning. `label` is what a reply with it looks like when nothing else is known."""

    name: str
    does: Does
    label: str
    meaning: str
    example: str
    unless: tuple[Phrase, ...]


Written = tuple[Section, Mapping[str, Phrase]]
"""A section with its phrases, each under the words it is written in."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A phrase in the index. Without one of the `needed` words it can't stand in a sentence."""

    section: Section
    phrase: Phrase
    needed: frozenset[str]
    written: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found, as the file writes it: `words[start:end]` of the sentence."""

    section: Section
    start: int
    end: int
    written: str


class Lexicon:
    """The sections of one or more language files, indexed by the words a phrase can begin with."""

    def __init__(
        self,
        sections: Sequence[Written],
        everyday: Iterable[str] = (),
        alike: Mapping[str, str] | None = None,
    ) -> None:
        self.sections = tuple(section for section, _ in sections)
        self.alike = dict(alike or {})
        self._written = tuple(sections)
        self._everyday = frozenset(everyday)
        self._by_word: dict[str, list[_Entry]] = {}
        self._by_prefix: dict[str, list[tuple[str, _Entry]]] = {}
        for section, phrases in sections:
            for written, phrase in phrases.items():
                self._index(_Entry(section, phrase, needed(phrase), written))

    def without(self, dropped: Container[tuple[str, str]]) -> Lexicon:
        """This lexicon without some phrases, each named by section and as written."""
        kept = [
            (section, {w: p for w, p in phrases.items() if (section.name, w) not in dropped})
            for section, phrases in self._written
        ]
        return Lexicon(kept, self._everyday, self.alike)

    def phrases(self) -> list[tuple[str, str]]:
        """Every phrase, by section and as written."""
        return [(section.name, written) for section, found in self._written for written in found]

    def idioms_out(self, words: Sequence[str]) -> tuple[tuple[str, ...], tuple[Hit, ...]]:
        """The words with each idiom replaced by one `◦`, and the idioms found."""
        hits = [hit for hit in self._find(words) if hit.section.does == "idiom"]
        kept: list[Hit] = []
        for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        out: list[str] = []
        at = 0
        for hit in kept:
            out += [*words[at : hit.start], "◦"]
            at = hit.end
        return (*out, *words[at:]), tuple(kept)

    def find(self, words: Sequence[str]) -> tuple[Hit, ...]:
        """Every phrase but idioms; `words` as `idioms_out` left them."""
        return tuple(hit for hit in self._find(words) if hit.section.does != "idiom")

    def share_known(self, sentences: Sequence[Sequence[str]]) -> float:
        """The share of everyday words of the languages loaded, to tell a language not covered."""
        words = [word for sentence in sentences for word in sentence if word[0].isalpha()]
        return sum(word in self._everyday for word in words) / len(words) if words else 1.0

    def _index(self, entry: _Entry) -> None:
        firsts: set[str] = set()
        for part in entry.phrase:
            firsts |= part.firsts
            if not part.optional and part.options != (("^",),):
                break
        for first in firsts - {"^"}:
            if first.endswith("*"):
                self._by_prefix.setdefault(first[:3], []).append((first[:-1], entry))
            else:
                self._by_word.setdefault(first, []).append(entry)

    def _find(self, words: Sequence[str]) -> Iterator[Hit]:
        present = frozenset(words)
        for start, word in enumerate(words):
            for entry in self._candidates(word):
                if entry.needed and present.isdisjoint(entry.needed):
                    continue
                end = match(entry.phrase, 0, words, start)
                if end > start and not _excused(entry.section, words):
                    yield Hit(entry.section, start, end, entry.written)

    def _candidates(self, word: str) -> Iterator[_Entry]:
        yield from self._by_word.get(word, ())
        for prefix, entry in self._by_prefix.get(word[:3], ()):
            if word.startswith(prefix):
                yield entry


def plain(words: Sequence[str]) -> tuple[str, ...]:
    """What phrases are compared with: the words without commas and the like; `?` stays."""
    return tuple(word for word in words if word not in _PUNCTUATION)


def _excused(section: Section, words: Sequence[str]) -> bool:
    return any(
        match(phrase, 0, words, start) >= 0
        for phrase in section.unless
        for start in range(len(words))
    )


def load(languages: Sequence[str] = ("en",)) -> Lexicon:
    """The lexicon of these languages. Raises ValueError naming the section that can't be read."""
    found: list[Written] = []
    everyday: list[str] = []
    alike: dict[str, str] = {}
    for language in languages:
        source = files("lordaemon.reading") / "data" / "lexicon" / f"{language}.toml"
        document = tomli.loads(source.read_text(encoding="utf-8"))
        names = cast("dict[str, list[str]]", document.pop("words", {}))
        everyday += names.get("everyday", [])
        for name, listed in cast("dict[str, str]", document.pop("alike", {})).items():
            alike |= dict.fromkeys(listed.split(), f"<{name}>")
        reader = PhraseReader(names)
        for name, body in document.items():
            found.append(_section(name, body, reader))
    return Lexicon(found, everyday, alike)


@cache
def english() -> Lexicon:
    """The English lexicon, read once."""
    return load(("en",))


def _section(name: str, body: Mapping[str, object], reader: PhraseReader) -> Written:
    def phrases(key: str) -> dict[str, Phrase]:
        return {text: reader.phrase(text) for text in cast("list[str]", body.get(key, []))}

    section = Section(
        name=name,
        does=cast("Does", body["does"]),
        label=str(body.get("label", "")),
        meaning=str(body["meaning"]),
        example=str(body["example"]),
        unless=tuple(phrases("unless").values()),
    )
    return section, phrases("phrases")
