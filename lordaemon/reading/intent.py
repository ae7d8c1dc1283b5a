"""What a reply says: two keys, and a confident yes needs both (docs/architecture.md).

Key one, the model: a sentence accepts, and the reply as a whole reads like a yes. Key two, the
lexicon: nothing in any sentence speaks against it. Where they disagree nobody acts, and the
verdict carries what it looks like. Whose message it is, and whether it is a machine's, is decided
elsewhere; `own` is the writer's own new text only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from lordaemon.reading.lexicon import Hit, Lexicon, english, plain
from lordaemon.reading.model import LABELS, Model, Scores, figures, trained
from lordaemon.reading.sentences import Sentence, split
from lordaemon.reading.verdict import Label, Stage, Verdict

_FOREIGN = 0.3
"""A reply with a smaller share of everyday English words is in a language not covered."""
_CONFIDENT = ("no", "yes", "uploaded")
_BLOCKS_UPLOAD = frozenset({"claim_undone", "decline_outright", "for_somebody_else"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply as both keys see it."""

    sentences: Sequence[Sentence]
    scores: Sequence[Scores]
    hits: Sequence[tuple[Hit, ...]]
    figures: dict[str, float]
    covered: bool

    def best(self, label: str) -> int:
        """The sentence most like this label."""
        at = LABELS.index(label)
        return max(range(len(self.scores)), key=lambda number: self.scores[number][at])

    def vetoes(self) -> tuple[tuple[int, Hit], ...]:
        """What speaks against a yes, with the number of its sentence."""
        return tuple(
            (number, hit)
            for number, hits in enumerate(self.hits)
            for hit in hits
            if hit.section.does == "veto" and hit.section.name != "claim_undone"
        )

    def has(self, does: str) -> bool:
        """Whether any phrase of this kind was found."""
        return any(hit.section.does == does for hits in self.hits for hit in hits)

    def sections(self) -> set[str]:
        """The names of all meanings found."""
        return {hit.section.name for hits in self.hits for hit in hits}


def judge(own: str, subject_answer: str, stage: Stage) -> Verdict:
    """What the writer's own text says. Only yes, no and uploaded are ever confident."""
    reading = look(own, subject_answer, stage)
    if reading is None:
        words = (own or subject_answer).strip()
        return Verdict("unclear", False, (words[:200],) if words else (), "nothing that answers")
    model = trained()
    for label in _CONFIDENT:
        score = model.heads[label].score(reading.figures)
        if score >= model.thresholds[label] and not refusals(reading, label):
            return _verdict(reading, label, True, "")
    return _suggestion(reading, model, stage)


def explain(own: str, subject_answer: str, stage: Stage) -> list[tuple[str, float, str, str]]:
    """Each sentence with its best score (log-odds), what it was taken for, and what refused it."""
    reading = look(own, subject_answer, stage)
    if reading is None:
        return []
    rows = []
    for sentence, scores, hits in zip(reading.sentences, reading.scores, reading.hits, strict=True):
        score = max(scores)
        taken = LABELS[scores.index(score)] if score > -1.5 else "says nothing"
        against = [
            f"{hit.section.does} {hit.section.name}"
            for hit in hits
            if hit.section.does in ("veto", "doubt")
        ]
        rows.append((sentence.text, score, taken, ", ".join(dict.fromkeys(against))))
    return rows


def look(own: str, subject_answer: str, stage: Stage) -> Reading | None:
    """Both keys' findings; None if there is no word to judge."""
    sentences = split(own) or split(subject_answer)
    if not sentences:
        return None
    model, lexicon = trained(), english()
    words = [sentence.words for sentence in sentences]
    hits = [phrases(lexicon, each) for each in words]
    scores = [model.sentence(each) for each in words]
    names = {hit.section.name for found in hits for hit in found}
    return Reading(
        sentences, scores, hits, figures(scores, model.reply(words), names, stage),
        lexicon.share_known(words) >= _FOREIGN,
    )  # fmt: skip


def phrases(lexicon: Lexicon, words: Sequence[str]) -> tuple[Hit, ...]:
    """Idioms first, then everything else in what is left."""
    rest, idioms = lexicon.idioms_out(plain(words))
    return (*idioms, *lexicon.find(rest))


def refusals(reading: Reading, label: str) -> tuple[str, ...]:
    """Why nobody may act on this label; empty if both keys turn."""
    if not reading.covered:
        return ("a language not covered",)
    if label == "yes":
        against = [hit.section.meaning for _, hit in reading.vetoes()]
        accepts = max(scores[0] for scores in reading.scores)
        if accepts < trained().thresholds["accepting_sentence"]:
            against.append("no sentence that accepts")
        return tuple(against)
    if label == "uploaded":
        against = [] if reading.has("claim") else ["no word of handing in"]
        return (*against, *sorted(reading.sections() & _BLOCKS_UPLOAD))
    return ()


def _verdict(reading: Reading, label: str, confident: bool, reason: str) -> Verdict:
    text = reading.sentences[reading.best(label)].text
    return Verdict(cast("Label", label), confident, (text,), reason)


def _suggestion(reading: Reading, model: Model, stage: Stage) -> Verdict:
    ranked = sorted(LABELS, key=lambda l: -model.heads[f"label:{l}"].score(reading.figures))
    label = ranked[0]
    against = refusals(reading, label)
    reason = f"looks like {label.replace('_', ' ')}"
    if against:
        reason += f", but: {against[0]}"
    return _verdict(reading, label, False, reason)
