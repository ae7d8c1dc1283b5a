"""`make eval`: how well replies are understood, on hands that the weights never saw.

First the hands held out for good (they are in no training and no threshold), read by the program
as it ships. Then every training hand, read by weights and heads that never saw it. Intervals are
Wilson's at 95 %. Needs scikit-learn for the second part; `--held-out` leaves that away.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from replies import HELD_OUT, TRAINED_ON, TRAPS, Reply, load
from train_intent import Material, limits, readings, right, unseen_heads, unseen_scores

from lordaemon.reading.intent import Reading, decide, look, spoken_against
from lordaemon.reading.lexicon import english
from lordaemon.reading.model import LABELS, Model, Table, trained
from lordaemon.reading.verdict import Verdict

ACTED_ON = ("yes", "no", "uploaded")


@dataclass(frozen=True)
class Read:
    """A labelled reply, what was made of it, and by which weights."""

    row: Reply
    reading: Reading
    verdict: Verdict
    model: Model


def wilson(hits: int, of: int) -> str:
    """A share with its 95 % interval."""
    if not of:
        return "   -"
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.3f} [{max(0, middle - half):.3f}–{min(1, middle + half):.3f}] {hits}/{of}"


def by_label(title: str, read: Sequence[Read]) -> None:
    """Precision and recall of what is acted on, recall of what is suggested, abstention."""
    print(f"\n{title}: {len(read)} replies")
    for label in ACTED_ON:
        acted = [r for r in read if r.verdict.confident and r.verdict.label == label]
        wanted = [r for r in read if _wanted(label, r.row)]
        good = sum(right(label, r.row) for r in acted)
        found = sum(_acted(label, r) for r in wanted)
        named = sum(r.verdict.label == label for r in wanted)
        print(f"  {label:9} precision {wilson(good, len(acted)):32}", end="")
        print(f" recall {wilson(found, len(wanted)):32}", end="")
        print(f" with suggestions {wilson(named, len(wanted))}")
    for label in LABELS:
        if label not in ACTED_ON:
            wanted = [r for r in read if r.row.label == label]
            named = sum(r.verdict.label == label for r in wanted)
            print(f"  {label:16} suggested as such {wilson(named, len(wanted))}")
    print(f"  abstained {wilson(sum(not r.verdict.confident for r in read), len(read))}")


def _wanted(label: str, row: Reply) -> bool:
    return row.plain_yes if label == "yes" else row.label == label


def _acted(label: str, read: Read) -> bool:
    return read.verdict.confident and read.verdict.label == label


def dangerous(read: Sequence[Read], show: bool) -> None:
    """Every confident yes or uploaded that is neither, declines first."""
    wrong = [
        r
        for r in read
        if r.verdict.confident
        and r.verdict.label in ("yes", "uploaded")
        and not right(r.verdict.label, r.row)
    ]
    counts = Counter((r.row.label, r.verdict.label) for r in wrong)
    print(f"  declines taken for yes or uploaded: {sum(r.row.label == 'no' for r in wrong)}")
    for (label, taken), number in sorted(counts.items()):
        print(f"  {label} taken for {taken}: {number}")
    for r in sorted(wrong, key=lambda r: r.row.label != "no") if show else ():
        print(f"    {r.row.id} {r.row.label} -> {r.verdict.label}: {r.verdict.evidence[0][:90]!r}")


def keys(read: Sequence[Read]) -> None:
    """What each key gives alone, and both together, for the yes."""
    print(
        "  key                              precision                        recall      declines"
    )
    for name, turns in (
        ("model alone", lambda r: _score(r) >= r.model.thresholds["yes"]),
        ("lexicon alone", lambda r: r.reading.covered and not spoken_against(r.reading, "yes")),
        ("both", lambda r: _acted("yes", r)),
    ):
        acted = [r for r in read if turns(r)]
        found = sum(r.row.plain_yes for r in acted)
        good = sum(r.row.yes_is_right for r in acted)
        wanted = sum(r.row.plain_yes for r in read)
        declines = sum(r.row.label == "no" for r in acted)
        print(f"  {name:15} {wilson(good, len(acted)):36} {wilson(found, wanted):36} {declines}")


def _score(read: Read) -> float:
    return read.model.heads["yes"].score(read.reading.figures)


def shipped(names: tuple[str, ...]) -> list[Read]:
    """Hands read by the program as it ships."""
    found = []
    for row in load(names):
        reading = look(row.own, "", row.stage)  # type: ignore[arg-type]
        if reading is not None:
            verdict = decide(reading, trained(), row.stage)  # type: ignore[arg-type]
            found.append(Read(row, reading, verdict, trained()))
    return found


def unseen() -> list[Read]:
    """The training hands, each read by weights, heads and limits that never saw it."""
    material = Material(load(TRAINED_ON))
    read = readings(material.rows, unseen_scores(material))
    heads = unseen_heads(material.rows, read)
    empty = replace(trained(), table=Table({}), thresholds=limits(material.rows, read, heads))
    models = {hand: replace(empty, heads=own) for hand, own in heads.items()}
    return [
        Read(row, r, decide(r, models[row.hand], row.stage), models[row.hand])  # type: ignore[arg-type]
        for row, r in zip(material.rows, read, strict=True)
    ]


def report(title: str, read: Sequence[Read], show: bool = True) -> None:
    """Everything about one set."""
    by_label(title, read)
    dangerous(read, show)
    keys(read)


def main() -> None:
    """Held-out hands, then the training hands one at a time."""
    warnings.simplefilter("ignore")
    english()
    for name in HELD_OUT:
        report(f"{name}, never trained on", shipped((name,)), show=False)
    if "--held-out" in sys.argv:
        return
    read = unseen()
    report("routine hands, each left out", [r for r in read if r.row.hand not in TRAPS])
    report("hands of traps, each left out", [r for r in read if r.row.hand in TRAPS])
    for hand in TRAINED_ON:
        by_label(f"{hand}, left out", [r for r in read if r.row.hand == hand])


if __name__ == "__main__":
    main()
