"""The first key's arithmetic: word and letter patterns, each with a weight, summed up.

Two steps. Every pattern of a sentence, and of the whole reply, has a weight for each label; their
sum says how likely the sentence is the one that answers, and what the reply is. A second, small
set of weights (the head) puts these figures, the phrases found and the stage together.

bench/train_intent.py writes `data/model.json`; here it is read and added up, in plain Python.
What counts as a pattern, and as a figure for the head, is decided here alone, for training and
for use. Machine mail never comes here: its labels aren't among LABELS.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LABELS = (
    "yes", "no", "yes_conditional", "uploaded", "delegated", "deferred", "question", "unrelated",
    "unclear",
)  # fmt: skip
NONE = "none"
"""A sentence that decides nothing."""
SCALE = 10
"""The weights in the file are tenths: finer ones change no verdict, and the file stays short."""
_BOUND = 7.0
_PUNCTUATION = frozenset(",;:()!")
_KEPT = frozenset(("@name", "?"))

Scores = tuple[float, ...]
"""Log-odds, one a label, in the order of LABELS."""


def patterns(words: Sequence[str], alike: Mapping[str, str]) -> Iterator[str]:
    """What the model sees of a sentence; `alike` names the lists that words stand in.

    One to three neighbouring words; pieces of three to five letters within a word; the same
    sentence with each word read as its list (`=`), up to four neighbours; and its skeleton, only
    the lists in their order (`~~`), up to three.
    """
    edged = ("^", *words, "$")
    for at, word in enumerate(edged):
        if word not in "^$":
            yield word
            yield from _pieces(word)
        if at + 1 < len(edged):
            yield f"{word} {edged[at + 1]}"
        if at + 2 < len(edged):
            yield f"{word} {edged[at + 1]} {edged[at + 2]}"
    read = [alike.get(word, word) for word in words if word not in _PUNCTUATION]
    yield from _listed(("^", *read, "$"))
    skeleton = ("^", *(word for word in read if word[0] == "<" or word in _KEPT), "$")
    for at in range(len(skeleton)):
        for length in range(2, min(3, len(skeleton) - at) + 1):
            yield "~~" + " ".join(skeleton[at : at + length])


def _listed(read: Sequence[str]) -> Iterator[str]:
    for at, word in enumerate(read):
        if word[0] == "<":
            yield word
        for length in range(2, min(4, len(read) - at) + 1):
            piece = read[at : at + length]
            if any(part[0] == "<" for part in piece):
                yield "=" + " ".join(piece)


def _pieces(word: str) -> Iterator[str]:
    padded = f"_{word}_"
    for length in (3, 4, 5):
        for start in range(len(padded) - length + 1):
            yield "~" + padded[start : start + length]


@dataclass(frozen=True, slots=True)
class Head:
    """Weights of the figures for one question ("is it a yes?")."""

    bias: float
    weights: Mapping[str, float]

    def score(self, figures: Mapping[str, float]) -> float:
        """Log-odds."""
        return self.bias + sum(
            weight * figures[name] for name, weight in self.weights.items() if name in figures
        )


class Table(Mapping[str, Sequence[int]]):
    """The weights of each pattern: the sentence's columns, then the reply's.

    A row stays text, as in the file, until its pattern is first met. Most never are, and turning
    all of them into numbers would be half of the program's start.
    """

    def __init__(self, written: Mapping[str, str]) -> None:
        self._written = written
        self._read: dict[str, Sequence[int]] = {}

    def __getitem__(self, pattern: str) -> Sequence[int]:
        row = self._read.get(pattern)
        if row is None:
            row = self._read[pattern] = tuple(map(int, self._written[pattern].split()))
        return row

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def rows(self, found: set[str]) -> list[Sequence[int]]:
        """The rows of these patterns, of those that have one."""
        return [self[pattern] for pattern in found & self._written.keys()]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights as read from the file."""

    sentence_bias: tuple[float, ...]
    reply_bias: tuple[float, ...]
    table: Table
    heads: Mapping[str, Head]
    thresholds: Mapping[str, float]

    def sentence(self, found: set[str]) -> Scores:
        """Log-odds of each label for being what a sentence with these patterns answers."""
        return log_odds(self._sums(found, 0, self.sentence_bias))[: len(LABELS)]

    def reply(self, found: set[str]) -> Scores:
        """Log-odds of each label for a reply with these patterns."""
        return log_odds(self._sums(found, len(self.sentence_bias), self.reply_bias))

    def _sums(self, found: set[str], column: int, bias: Sequence[float]) -> list[float]:
        rows = self.table.rows(found)
        if not rows:
            return list(bias)
        scale = 1 / (SCALE * math.sqrt(len(rows)))
        columns = list(zip(*rows, strict=True))[column : column + len(bias)]
        return [b + scale * sum(c) for b, c in zip(bias, columns, strict=True)]


def log_odds(sums: Sequence[float]) -> Scores:
    """Softmax, then log-odds, kept within ±7 so that no single figure decides alone."""
    top = max(sums)
    exps = [math.exp(value - top) for value in sums]
    total = sum(exps)
    return tuple(
        max(-_BOUND, min(_BOUND, math.log((e + 1e-12) / (total - e + 1e-12)))) for e in exps
    )


def figures(
    sentences: Sequence[Scores], reply: Scores, sections: Iterable[str], stage: str
) -> dict[str, float]:
    """What the head weighs: the reply, its best sentence, all sentences, phrases, the stage."""
    found = {f"says:{name}": 1.0 for name in sections}
    for at, label in enumerate(LABELS):
        column = [scores[at] for scores in sentences]
        found[f"reply:{label}"] = reply[at]
        found[f"best:{label}"] = max(column)
        found[f"all:{label}"] = math.log(sum(1 / (1 + math.exp(-v)) for v in column) + 0.01)
    found[f"stage:{stage}"] = 1.0
    found["length"] = math.log(len(sentences) + 1)
    return found


@cache
def trained() -> Model:
    """The weights that come with the program, read once."""
    source = files("lordaemon.reading") / "data" / "model.json"
    data = json.loads(source.read_text(encoding="utf-8"))
    return Model(
        sentence_bias=tuple(data["sentence_bias"]),
        reply_bias=tuple(data["reply_bias"]),
        table=Table(data["patterns"]),
        heads={name: Head(head["bias"], head["weights"]) for name, head in data["heads"].items()},
        thresholds=data["thresholds"],
    )
