"""A phrase as the lexicon writes it, as parts, and where it stands in a sentence.

How a phrase is written is said in `lexicon` and in the first lines of the language files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from lordaemon.reading.sentences import to_words, written_out

_GAP = 4
"""The most words that `...` stands for."""


@dataclass(frozen=True, slots=True)
class Part:
    """One place in a phrase: alternatives of one or more words; a gap has none."""

    options: tuple[tuple[str, ...], ...]
    optional: bool
    firsts: frozenset[str]
    """The words it can begin with."""
    sure: frozenset[str]
    """The words of which one must stand in the sentence; empty where no such list can be given."""


Phrase = tuple[Part, ...]


class PhraseReader:
    """Reads phrases; the same piece ("the", "<letter>") stands in hundreds and is read once.

    `names`: the lists that a phrase may name as <list>.
    """

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = names
        self._known: dict[str, Part] = {}

    def phrase(self, text: str) -> Phrase:
        """A written phrase as parts. Raises ValueError for a <name> that isn't under [words]."""
        pieces = text.replace("^", "^ ").replace("$", " $").split()
        try:
            return tuple([self._known.get(piece) or self._part(piece) for piece in pieces])
        except KeyError as name:
            raise ValueError(f"{text!r}: no list {name.args[0]} under [words]") from None

    def _part(self, piece: str) -> Part:
        optional = piece.startswith("[") and piece.endswith("]")
        bare = piece[1:-1] if optional else piece
        options: list[tuple[str, ...]] = []
        for word in bare.split("/") if bare != "..." else ():
            if word.startswith("<"):
                if word[1:-1] not in self._names:
                    raise KeyError(word)
                options += [_spelled(entry) for entry in self._names[word[1:-1]]]
            else:
                options.append(_spelled(word))
        lasts = {option[-1] for option in options}
        fixed = not optional and not any(word[-1] in "*$" for word in lasts)
        part = self._known[piece] = Part(
            tuple(options), optional and bool(options),
            frozenset(option[0] for option in options), frozenset(lasts if fixed else ()),
        )  # fmt: skip
        return part


@cache
def _spelled(entry: str) -> tuple[str, ...]:
    """The entry as a sentence would show it: "can't" is looked for as "can not"."""
    if entry in {"^", "$", "?", "◦", "@name"}:
        return (entry,)
    if entry.endswith("*"):
        return (entry,)
    return written_out(entry) if entry.isascii() and entry.isalpha() else to_words(entry)


def match(phrase: Phrase, part: int, words: Sequence[str], at: int) -> int:
    """Where the phrase ends if it stands at `at`, else -1."""
    if part == len(phrase):
        return at
    here = phrase[part]
    if not here.options:
        for skip in range(min(_GAP, len(words) - at) + 1):
            if (end := match(phrase, part + 1, words, at + skip)) >= 0:
                return end
        return -1
    for option in here.options:
        if option == ("^",):
            after = at if at == 0 else -1
        elif option == ("$",):
            after = at if all(word in "?.◦" for word in words[at:]) else -1
        else:
            after = _option(option, words, at)
        if after >= 0 and (end := match(phrase, part + 1, words, after)) >= 0:
            return end
    return match(phrase, part + 1, words, at) if here.optional else -1


def _option(option: tuple[str, ...], words: Sequence[str], at: int) -> int:
    if at + len(option) > len(words):
        return -1
    for offset, wanted in enumerate(option):
        word = words[at + offset]
        if word != wanted and not (wanted[-1] == "*" and word.startswith(wanted[:-1])):
            return -1
    return at + len(option)


def needed(phrase: Phrase) -> frozenset[str]:
    """The words of the phrase's last fixed place: the cheapest thing to look for first."""
    return next((part.sure for part in reversed(phrase) if part.sure), frozenset())
