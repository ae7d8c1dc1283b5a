"""What a reply says: two keys, and a confident yes needs both (docs/architecture.md).

Key one, the model: a sentence accepts, and the reply as a whole reads like a yes. Key two, the
lexicon: nothing in any sentence speaks against it. Where they disagree nobody acts, and the
verdict carries what it looks like. Whose message it is, and whether it is a machine's, is decided
elsewhere; `own` is the writer's own new text only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from lordaemon.reading.lexicon import Hit, Lexicon, english, plain
from lordaemon.reading.model import LABELS, Head, Model, Scores, figures, patterns, trained
from lordaemon.reading.sentences import Sentence, split
from lordaemon.reading.verdict import Label, Stage, Verdict

_FOREIGN = 0.3
"""A reply with a smaller share of everyday words is in a language not covered."""
_ACTED_ON: tuple[Label, ...] = ("no", "uploaded", "yes")
"""The labels that may be confident; a no is looked for before a yes."""
_WITH_PHRASE, _WITHOUT_PHRASE = -4.0, -1.5
"""The least score (log-odds) of the sentence a yes rests on, in a reply that has an accepting
phrase, and in one without."""
_LONG = 9
"""Sentences from which on a message that never speaks of the letter is about something else."""
_RIVAL = {"yes": "no", "no": "yes"}
_RIVAL_AT_MOST = -1.0
"""Log-odds that the opposite may have: a yes that could well be a no is for a person to read."""
_SAYS_NOTHING = -1.5
"""A sentence whose best score lies below this decides nothing (log-odds)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply as both keys see it: per sentence its scores and the phrases found in it."""

    sentences: Sequence[Sentence]
    scores: Sequence[Scores]
    hits: Sequence[tuple[Hit, ...]]
    figures: dict[str, float]
    covered: bool

    def best(self, label: str) -> int:
        """The number of the sentence most like this label; for a yes, of those that accept."""
        at = LABELS.index(label)
        numbers = range(len(self.scores))
        accepting = [number for number in numbers if _accepts(self.hits[number])]
        among = accepting if label == "yes" and accepting else numbers
        return max(among, key=lambda number: self.scores[number][at])

    def score(self, label: str) -> float:
        """The score of that sentence."""
        return self.scores[self.best(label)][LABELS.index(label)]

    def found(self, does: str) -> list[Hit]:
        """Every phrase of this kind, in the order of the sentences."""
        return [hit for hits in self.hits for hit in hits if hit.section.does == does]

    def says(self, section: str) -> bool:
        """Whether a phrase of this meaning was found."""
        return f"says:{section}" in self.figures


def judge(own: str, subject_answer: str, stage: Stage) -> Verdict:
    """What the writer's own text says (or the subject, where the text is empty).

    Only yes, no and uploaded are ever confident; everything else is a suggestion.
    """
    reading = look(own, subject_answer, stage)
    if reading is None:
        words = (own or subject_answer).strip()
        return Verdict("unclear", False, (words[:200],) if words else (), "nothing that answers")
    return decide(reading, trained(), stage)


def explain(own: str, subject_answer: str, stage: Stage) -> list[tuple[str, float, str, str]]:
    """Each sentence: its text, best score (log-odds), what it was taken for, what refused a yes."""
    reading = look(own, subject_answer, stage)
    if reading is None:
        return []
    rows = []
    for sentence, scores, hits in zip(reading.sentences, reading.scores, reading.hits, strict=True):
        score = max(scores)
        taken = LABELS[scores.index(score)] if score > _SAYS_NOTHING else "says nothing"
        against = [hit.section.name for hit in hits if hit.section.does == "veto"]
        rows.append((sentence.text, score, taken, ", ".join(dict.fromkeys(against))))
    return rows


def look(own: str, subject_answer: str, stage: Stage) -> Reading | None:
    """Both keys' findings; None if there is no word to judge."""
    sentences = split(own) or split(subject_answer)
    if not sentences:
        return None
    model, lexicon = trained(), english()
    found = [set(patterns(sentence.words, lexicon.alike)) for sentence in sentences]
    scores = [model.sentence(each) for each in found]
    return weigh(sentences, scores, model.reply(set().union(*found)), lexicon, stage)


def weigh(
    sentences: Sequence[Sentence],
    scores: Sequence[Scores],
    reply: Scores,
    lexicon: Lexicon,
    stage: Stage,
) -> Reading:
    """The model's scores and the lexicon's phrases, put together."""
    hits = [phrases(lexicon, sentence.words) for sentence in sentences]
    names = {hit.section.name for found in hits for hit in found}
    share = lexicon.share_known([sentence.words for sentence in sentences])
    covered = share >= _FOREIGN or any(_accepts(found) for found in hits)  # "Sold. Kia ora!"
    return Reading(sentences, scores, hits, figures(scores, reply, names, stage), covered)


def phrases(lexicon: Lexicon, words: Sequence[str]) -> tuple[Hit, ...]:
    """Idioms first, then everything else in what is left."""
    rest, idioms = lexicon.idioms_out(plain(words))
    return (*idioms, *lexicon.find(rest))


def decide(reading: Reading, model: Model, stage: Stage) -> Verdict:
    """A confident verdict where both keys turn, else what it looks like."""
    if all(any(h.section.name == "acknowledges" for h in hits) for hits in reading.hits):
        text = reading.sentences[0].text
        flags = frozenset({"acknowledgement"}) if stage == "confirmed" else frozenset[str]()
        return Verdict("unclear", False, (text,), "only says that the mail came", flags)
    for label in _ACTED_ON:
        score = model.heads[label].score(reading.figures)
        if score >= model.thresholds[label] and not refusals(reading, label, model.heads):
            return _verdict(reading, label, confident=True, reason=_why(label))
    return _suggestion(reading, model)


def refusals(reading: Reading, label: str, heads: Mapping[str, Head]) -> tuple[str, ...]:
    """Why nobody may act on this label, in words; empty if the second key turns."""
    if not reading.covered:
        return ("it is in a language not covered",)
    rival = _RIVAL.get(label)
    if rival and heads[rival].score(reading.figures) > _RIVAL_AT_MOST:
        return (f"it may as well be a {rival}", *spoken_against(reading, label))
    return spoken_against(reading, label)


def spoken_against(reading: Reading, label: str) -> tuple[str, ...]:
    """What the second key alone has against this label."""
    speaks = any(_about_the_letter(hits) or _of_its_writing(hits) for hits in reading.hits)
    if len(reading.sentences) >= _LONG and not speaks:
        return ("it is long, and never speaks of the letter",)
    if label == "yes":
        return tuple(_against_yes(reading))
    if label == "uploaded":
        return tuple(_against_uploaded(reading))
    if label == "no" and not (reading.found("veto") or reading.found("doubt")):
        return ("no phrase that declines",)
    return ()


def _against_yes(reading: Reading) -> list[str]:
    against = [hit.section.meaning for hit in reading.found("veto")]
    against += _of_other_business(reading, _accepts)
    phrase = any(_accepts(hits) for hits in reading.hits)
    if reading.score("yes") < (_WITH_PHRASE if phrase else _WITHOUT_PHRASE):
        against.append("no sentence accepts clearly")
    if reading.says("claims") and reading.score("uploaded") > 0:
        against.append("it may say that the letter is in")
    return against


def _against_uploaded(reading: Reading) -> list[str]:
    against = [hit.section.meaning for hit in reading.found("undone")]
    against += _of_other_business(reading, _claims)
    if not reading.found("claim"):
        against.append("no phrase of handing in")
    return against


def _of_other_business(reading: Reading, says: Callable[[Sequence[Hit]], bool]) -> list[str]:
    """What the sentence that says so is about, where that isn't the letter."""
    return [
        hit.section.meaning
        for hits in reading.hits
        if says(hits) and not _about_the_letter(hits)
        for hit in hits
        if hit.section.name == "about_something_else"
    ]


def _accepts(hits: Sequence[Hit]) -> bool:
    """An accepting phrase or idiom; asking for material alone accepts nothing."""
    return any(
        hit.section.does in ("accept", "idiom")
        and hit.section.label == "yes"
        and hit.section.name != "asks_for_material"
        for hit in hits
    )


def _claims(hits: Sequence[Hit]) -> bool:
    return any(hit.section.does == "claim" for hit in hits)


def _of_its_writing(hits: Sequence[Hit]) -> bool:
    return any(hit.section.name in ("accepts_will_write", "asks_for_material") for hit in hits)


def _about_the_letter(hits: Sequence[Hit]) -> bool:
    return any(hit.section.name == "about_the_letter" for hit in hits)


def _why(label: Label) -> str:
    return {
        "yes": "it accepts, and nothing speaks against it",
        "no": "it declines",
        "uploaded": "it says that the letter is in",
    }[label]


def _suggestion(reading: Reading, model: Model) -> Verdict:
    ranked = max(LABELS, key=lambda one: model.heads[f"label:{one}"].score(reading.figures))
    reason = f"looks like {ranked.replace('_', ' ')}"
    if ranked in _ACTED_ON:
        refused = refusals(reading, ranked, model.heads)
        reason += f", but: {refused[0]}" if refused else ", not surely enough"
    return _verdict(reading, cast("Label", ranked), confident=False, reason=reason)


def _verdict(reading: Reading, label: Label, *, confident: bool, reason: str) -> Verdict:
    return Verdict(label, confident, (reading.sentences[reading.best(label)].text,), reason)
