"""The labelled replies of tests/replies, as the reading sees them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from lordaemon.reading.reply import own_text
from lordaemon.reading.sentences import Sentence, split

REPLIES = Path(__file__).parent.parent / "tests" / "replies"
_ROUTINE = "a b c e f g h j n q r u v w x z aa cc dd ee ii jj kk nn"
_HARD = "d i k o p s t y bb gg hh oo pp"
TRAPS = tuple(f"written_{hand}" for hand in _HARD.split())
"""Hands that wrote mostly declines and traps; their mail counts as hard, the rest as routine."""
TRAINED_ON = ("dev_set", *(f"written_{hand}" for hand in _ROUTINE.split()), *TRAPS)
HELD_OUT = ("written_l", "written_m")
MACHINES = ("auto_reply", "bounce")
"""Labels given elsewhere: such mail never reaches the judge."""


@dataclass(frozen=True)
class Reply:
    """One labelled reply. `safe`: acting on it as a yes is right (True, False, or not said)."""

    id: str
    hand: str
    label: str
    stage: str
    own: str
    evidence: str
    safe: bool | None
    sentences: tuple[Sentence, ...]

    @property
    def plain_yes(self) -> bool:
        """What a confident yes should find."""
        if self.label == "yes":
            return self.safe is not False or self.stage == "confirmed"
        return self.label == "yes_conditional" and self.safe is True

    @property
    def yes_is_right(self) -> bool:
        """Whether calling it a yes is no error (asking for material only, also labelled so)."""
        return self.label == "yes" or self.plain_yes


def load(names: tuple[str, ...]) -> list[Reply]:
    """The replies of these hands that a person wrote, with words of their own or without."""
    quoted = list(json.loads((REPLIES / "sent_templates.json").read_text()).values())
    found = []
    for name in names:
        for line in (REPLIES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["label"] in MACHINES:
                continue
            html = row["body"] if row.get("format") == "html" else None
            own = own_text(
                "" if html else row["body"],
                html,
                quoted if name == "dev_set" else (),
                row.get("from_name", ""),
            ).text
            found.append(
                Reply(
                    row["id"],
                    name,
                    row["label"],
                    row.get("stage", "asked"),
                    own,
                    row.get("evidence", ""),
                    row.get("safe_confirm"),
                    tuple(split(own)),
                )
            )
    return found


def letters(text: str) -> str:
    """Only letters and digits, to find a quoted sentence again whatever its spacing."""
    return "".join(c for c in text.lower() if c.isalnum())


def answers(reply: Reply, sentence: Sentence) -> bool:
    """Whether this sentence is (part of) the evidence."""
    wanted, here = letters(reply.evidence), letters(sentence.text)
    return len(here) > 1 and bool(wanted) and (here in wanted or wanted in here)
