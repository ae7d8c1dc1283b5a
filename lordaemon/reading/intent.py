"""What a reply says. Until the judge is here, everything is unclear and nobody acts."""

from __future__ import annotations

from lordaemon.reading.verdict import Stage, Verdict


def judge(own: str, subject_answer: str, stage: Stage) -> Verdict:
    """Nothing is understood yet, so nothing is claimed (S10)."""
    first = (own or subject_answer).strip().partition("\n")[0][:200]
    return Verdict("unclear", False, (first,) if first else (), f"not judged ({stage})")
