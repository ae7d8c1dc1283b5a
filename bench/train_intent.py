"""`make train`: weights for lordaemon/reading/data/model.json from the labelled replies.

Every figure the head learns from, and every threshold, comes from leaving one hand out at a time:
a hand's replies are scored by weights that never saw that hand. Needs scikit-learn, which the
program itself does not.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from replies import TRAINED_ON, TRAPS, Reply, answers, load
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from lordaemon.reading.intent import Reading, phrases, refusals, weigh
from lordaemon.reading.lexicon import Lexicon, english
from lordaemon.reading.model import (
    LABELS,
    NONE,
    SCALE,
    Head,
    Model,
    Scores,
    Table,
    log_odds,
    patterns,
)  # fmt: skip

OUT = Path(__file__).parent.parent / "lordaemon" / "reading" / "data" / "model.json"
MIN_HANDS, MIN_REPLIES, MIN_PIECES = 8, 22, 80
"""A pattern that fewer hands or replies show says more about the hand than about the answer; of
pieces of words there are so many that they must show more (the file stays below a megabyte)."""
SENTENCE_C, REPLY_C, HEAD_C = 10.0, 10.0, 0.03
SENTENCE_LABELS = (*LABELS, NONE)
GOAL = {"no": 0.95, "uploaded": 0.965, "yes": 0.99}
"""The share of right ones among those acted on (of yes and uploaded: on routine hands)."""
DECLINES = 0.01
"""The share of all declines that may pass for a yes, read without their hand's own phrases."""
LOWEST = 5
"""Tenths of log-odds below which nothing is acted on, however well it went."""
Array = Any


@dataclass
class Material:
    """The replies as matrices; row i of `reply` is reply i, `owner[j]` the reply of sentence j."""

    rows: list[Reply]
    reply: Array = field(init=False)
    sentence: Array = field(init=False)
    owner: Array = field(init=False)
    labels: Array = field(init=False)
    sentence_labels: Array = field(init=False)
    names: list[str] = field(init=False)
    hands: Array = field(init=False)

    def __post_init__(self) -> None:
        index: dict[str, int] = {}
        self.rows = [row for row in self.rows if row.sentences]
        alike = english().alike
        pairs = [(at, s) for at, row in enumerate(self.rows) for s in row.sentences]
        seen = [set(patterns(s.words, alike)) for _, s in pairs]
        whole: list[set[str]] = [set() for _ in self.rows]
        for (at, _), found in zip(pairs, seen, strict=True):
            whole[at] |= found
        self.reply = _matrix(whole, index)
        self.sentence = _matrix(seen, index)
        self.reply.resize(self.reply.shape[0], len(index))
        self.names = list(index)
        self.owner = np.array([at for at, _ in pairs])
        self.labels = np.array([row.label for row in self.rows])
        self.sentence_labels = np.array([_sentence_label(self.rows[at], s) for at, s in pairs])
        self.hands = np.array([row.hand for row in self.rows])

    def kept(self, chosen: Array) -> Array:
        """The columns that enough hands and replies among the chosen show."""
        present = self.reply[chosen]
        replies = np.asarray(present.sum(0)).ravel()
        hands = np.zeros_like(replies)
        for hand in set(self.hands[chosen]):
            hands += np.asarray(present[self.hands[chosen] == hand].sum(0)).ravel() > 0
        pieces = np.array([name[0] == "~" and name[1] != "~" for name in self.names])
        enough = replies >= np.where(pieces, MIN_PIECES, MIN_REPLIES)
        return np.where((hands >= MIN_HANDS) & enough)[0]


def _matrix(sets: Sequence[set[str]], index: dict[str, int]) -> Array:
    starts, columns = [0], []
    for found in sets:
        columns += [index.setdefault(pattern, len(index)) for pattern in sorted(found)]
        starts.append(len(columns))
    return csr_matrix((np.ones(len(columns), np.float32), columns, starts), (len(sets), len(index)))


def _sentence_label(row: Reply, sentence: Any) -> str:
    if row.evidence:
        return row.label if answers(row, sentence) else NONE
    return row.label if len(row.sentences) == 1 else "skip"


@dataclass
class Base:
    """The weights of one step-one model: columns kept, and weights in tenths."""

    columns: Array
    sentence: Array
    sentence_bias: Array
    reply: Array
    reply_bias: Array


def fit_base(material: Material, chosen: Array) -> Base:
    """Weights from the chosen replies."""
    columns = material.kept(chosen)
    reply = _fit(material.reply[chosen][:, columns], material.labels[chosen], LABELS, REPLY_C)
    mine = chosen[material.owner] & (material.sentence_labels != "skip")
    sentence = _fit(
        material.sentence[mine][:, columns], material.sentence_labels[mine],
        SENTENCE_LABELS, SENTENCE_C,
    )  # fmt: skip
    return Base(columns, *sentence, *reply)


def _fit(rows: Array, labels: Array, order: Sequence[str], c: float) -> tuple[Array, Array]:
    fitted = LogisticRegression(C=c, tol=1e-3, max_iter=60).fit(normalize(rows), labels)
    weights = np.zeros((rows.shape[1], len(order)))
    bias = np.full(len(order), -9.0)
    for at, label in enumerate(fitted.classes_):
        weights[:, order.index(label)] = fitted.coef_[at]
        bias[order.index(label)] = fitted.intercept_[at]
    return np.rint(weights * SCALE).astype(int), bias.round(3)


def base_scores(material: Material, base: Base, chosen: Array) -> dict[int, Any]:
    """For each chosen reply: its sentences' scores and its own."""
    reply = normalize(material.reply[chosen][:, base.columns]) @ base.reply / SCALE
    mine = chosen[material.owner]
    sentence = normalize(material.sentence[mine][:, base.columns]) @ base.sentence / SCALE
    found: dict[int, Any] = {}
    for at, sums in zip(np.where(chosen)[0], reply + base.reply_bias, strict=True):
        found[int(at)] = ([], log_odds(sums))
    for at, sums in zip(material.owner[mine], sentence + base.sentence_bias, strict=True):
        found[int(at)][0].append(log_odds(sums)[: len(LABELS)])
    return found


def unseen_scores(material: Material) -> list[tuple[list[Scores], Scores]]:
    """Every reply scored by weights that never saw its hand."""
    found: dict[int, Any] = {}
    for hand in sorted(set(material.hands)):
        print(f"  without {hand}", file=sys.stderr)
        base = fit_base(material, material.hands != hand)
        found |= base_scores(material, base, material.hands == hand)
    return [found[at] for at in range(len(material.rows))]


def readings(rows: Sequence[Reply], scored: Sequence[Any]) -> list[Reading]:
    """Every reply as the program reads it, with these scores.

    The lexicon was written with these hands at sight. So a phrase that only one hand uses is taken
    away before that hand is read: what is left is what a new hand would have met.
    """
    lexicons = unseen_lexicons(rows)
    return [
        weigh(row.sentences, sentences, reply, lexicons[row.hand], row.stage)
        for row, (sentences, reply) in zip(rows, scored, strict=True)
    ]


def unseen_lexicons(rows: Sequence[Reply]) -> dict[str, Lexicon]:
    """For each hand the lexicon without the phrases that no other hand uses."""
    used: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for sentence in row.sentences:
            for hit in phrases(english(), sentence.words):
                used.setdefault((hit.section.name, hit.written), set()).add(row.hand)
    return {
        hand: english().without({phrase for phrase, hands in used.items() if hands == {hand}})
        for hand in {row.hand for row in rows}
    }


def fit_heads(rows: Sequence[Reply], given: Sequence[dict[str, float]]) -> dict[str, Head]:
    """One head each for yes, no and uploaded, and one a label for the suggestion."""
    names = sorted({name for found in given for name in found})
    table = np.array([[found.get(name, 0.0) for name in names] for found in given])
    spread = table.std(0) + 1e-6
    wanted = {
        "yes": np.array([row.plain_yes for row in rows]),
        "no": np.array([row.label == "no" for row in rows]),
        "uploaded": np.array([row.label == "uploaded" for row in rows]),
    }
    wanted |= {f"label:{one}": np.array([row.label == one for row in rows]) for one in LABELS}
    heads = {}
    for name, target in wanted.items():
        fitted = LogisticRegression(C=HEAD_C, max_iter=500).fit(table / spread, target)
        weights = fitted.coef_[0] / spread
        heads[name] = Head(
            round(float(fitted.intercept_[0]), 4),
            {n: round(float(w), 4) for n, w in zip(names, weights, strict=True) if abs(w) > 1e-4},
        )
    return heads


def unseen_heads(rows: Sequence[Reply], read: Sequence[Reading]) -> dict[str, dict[str, Head]]:
    """For each hand, heads that never saw it."""
    return {
        hand: fit_heads(
            [row for row in rows if row.hand != hand],
            [r.figures for r, row in zip(read, rows, strict=True) if row.hand != hand],
        )
        for hand in sorted({row.hand for row in rows})
    }


def as_model(
    material: Material, base: Base, heads: dict[str, Head], limits: dict[str, float]
) -> Model:
    """The model as the program reads it."""
    both = np.hstack([base.sentence, base.reply])
    return Model(
        tuple(map(float, base.sentence_bias)),
        tuple(map(float, base.reply_bias)),
        Table(
            {
                material.names[c]: " ".join(str(int(w)) for w in row)
                for c, row in zip(base.columns, both, strict=True)
            }
        ),
        heads,
        limits,
    )


def write(model: Model) -> None:
    """One line a pattern, sorted, so that a change can be read."""
    lines = ["{", '"about": "weights of reading.model, written by `make train`; tenths",']
    lines.append(f'"sentence_bias": {json.dumps(model.sentence_bias)},')
    lines.append(f'"reply_bias": {json.dumps(model.reply_bias)},')
    lines.append(f'"thresholds": {json.dumps(model.thresholds)},')
    heads = {name: {"bias": h.bias, "weights": h.weights} for name, h in model.heads.items()}
    lines.append(f'"heads": {json.dumps(heads)},')
    lines.append('"patterns": {')
    entries = [
        f'{json.dumps(name, ensure_ascii=False)}:"{" ".join(map(str, row))}"'
        for name, row in sorted(model.table.items())
    ]
    lines += [",\n".join(entries), "}}"]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def limits(
    rows: Sequence[Reply], read: Sequence[Reading], heads: dict[str, dict[str, Head]]
) -> dict[str, float]:
    """The lowest limit, in steps of a tenth, that keeps every goal on hands not seen."""
    found = {}
    for label in GOAL:
        scored = [
            (heads[row.hand][label].score(r.figures), row)
            for row, r in zip(rows, read, strict=True)
            if not refusals(r, label, heads[row.hand])
        ]
        steps = [step / 10 for step in range(LOWEST, 60)]
        found[label] = next((s for s in steps if _kept(label, scored, s, rows)), steps[-1])
    return found


def _kept(
    label: str,
    scored: Sequence[tuple[float, Reply]],
    limit: float,
    rows: Sequence[Reply],
) -> bool:
    acted = [row for score, row in scored if score >= limit]
    if label == "yes":
        declines = sum(row.label == "no" for row in acted)
        if declines > DECLINES * sum(row.label == "no" for row in rows):
            return False
    if label != "no":
        acted = [row for row in acted if row.hand not in TRAPS]
    return sum(not right(label, row) for row in acted) <= (1 - GOAL[label]) * len(acted)


def right(label: str, row: Reply) -> bool:
    """Whether acting on this label is no error."""
    return row.yes_is_right if label == "yes" else row.label == label


def main() -> None:
    """Train, choose the limits, write."""
    warnings.simplefilter("ignore")  # sixty steps are meant: more would only learn the hands
    material = Material(load(TRAINED_ON))
    read = readings(material.rows, unseen_scores(material))
    chosen = limits(material.rows, read, unseen_heads(material.rows, read))
    heads = fit_heads(material.rows, [r.figures for r in read])
    base = fit_base(material, np.ones(len(material.rows), bool))
    model = as_model(material, base, heads, chosen)
    write(model)
    print(f"{len(model.table)} patterns, {OUT.stat().st_size / 1e6:.2f} MB, limits {chosen}")


if __name__ == "__main__":
    main()
