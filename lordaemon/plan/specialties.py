"""Whether a text speaks of applying in another specialty than the season's (S12).

A name alone proves nothing: students work in many departments and speak of consults. Only a
specialty tied to the application ("applying to …", "a career in …", "… residency") is a slip,
as it happens when one letter is made from another.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from lordaemon.plan.fields import suggestion

_NAMES: tuple[tuple[str, ...], ...] = (
    ("anesthesiology", "anesthesia", "anaesthesiology", "anesthesiologist"),
    ("child neurology", "child neurologist"),
    ("dermatology", "derm", "dermatologist"),
    ("diagnostic radiology", "radiology", "radiologist"),
    ("emergency medicine", "emergency physician"),
    ("family medicine", "family practice", "family physician"),
    ("general surgery", "surgery", "surgeon", "general surgeon"),
    ("internal medicine", "internist"),
    ("interventional radiology", "interventional radiologist"),
    ("medical genetics", "medical geneticist"),
    ("neurological surgery", "neurosurgery", "neurosurgeon"),
    ("neurology", "neurologist"),
    ("nuclear medicine",),
    ("obstetrics and gynecology", "obstetrics & gynecology", "obstetrics", "gynecology", "ob-gyn",
     "ob/gyn", "obgyn", "obstetrician"),
    ("ophthalmology", "ophthalmologist"),
    ("orthopaedic surgery", "orthopedic surgery", "orthopaedics", "orthopedics", "ortho",
     "orthopaedic surgeon", "orthopedic surgeon"),
    ("otolaryngology", "ent", "otolaryngologist", "head and neck surgery"),
    ("pathology", "pathologist"),
    ("pediatrics", "paediatrics", "peds", "pediatrician", "paediatrician"),
    ("physical medicine and rehabilitation", "physical medicine", "pm&r", "physiatry",
     "physiatrist"),
    ("plastic surgery", "plastic surgeon"),
    ("preventive medicine",),
    ("psychiatry", "psychiatrist"),
    ("radiation oncology", "radiation oncologist"),
    ("thoracic surgery", "cardiothoracic surgery", "thoracic surgeon"),
    ("urology", "urologist"),
    ("vascular surgery", "vascular surgeon"),
)  # fmt: skip
"""The specialties with residencies of their own (NRMP's list), each with its usual words.
Fellowships are left out: a future internist may well speak of cardiology."""

_BEFORE = (
    r"\b(?:apply(?:ing)?|applied|application|applicant|match(?:ing)?|career|future|residency"
    r"|residencies|training|train|pursu\w+|going|interest(?:ed)?|passion|passionate|commitment"
    r"|committed|commit|fit|suited|promise|become|becoming|be|specialize|specialise|letter|letters"
    r"|candidate|candidacy|positions?|programs?|chosen|chose|choosing|choose)\s+"
    r"(?:(?:to|in|into|for|as|at|about|of|with|on|my|your|the|a|an|this|excellent|great|good|fine"
    r"|strong|superb|future|career|residency|program|programs|training)\s+){0,5}"
)
_AFTER = (
    r"\s+(?:residenc(?:y|ies)|application|applications|applicant|programs?|match|career|candidate"
    r"|letters?|resident position|interviews?)\b"
)


@cache
def _every_name() -> dict[str, str]:
    """Word -> the specialty it means, longest first, so that "child neurology" goes first."""
    pairs = {word: names[0] for names in _NAMES for word in names}
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


@cache
def _tied() -> re.Pattern[str]:
    """A specialty with words of application right before or behind it."""
    names = "|".join(map(re.escape, _every_name()))
    return re.compile(
        rf"{_BEFORE}(?P<after>{names})\b(?!\s+(?:ward|rotation|clerkship|service|team|consult)s?\b)"
        rf"|\b(?P<before>{names}){_AFTER}",
        re.IGNORECASE,
    )


def other_specialty(text: str, specialty: str) -> str | None:
    """The specialty a text ties to the application although the season is in another one."""
    own = _words_of(specialty)
    for match in _tied().finditer(" ".join(text.split())):
        name = (match["after"] or match["before"]).lower()
        if own and name not in own:
            return match["after"] or match["before"]
    return None


def near_specialty(specialty: str) -> str | None:
    """The name that was probably meant, where the season's is none we know ("Medecine")."""
    if _words_in(specialty):
        return None
    return suggestion(specialty, (names[0] for names in _NAMES), cutoff=0.85)


def is_specialty(specialty: str, name: str) -> bool:
    """Whether the season's words mean the specialty called `name` ("emergency medicine")."""
    return name in {_every_name()[word] for word in _words_in(specialty)}


@lru_cache(maxsize=8)
def _words_of(specialty: str) -> frozenset[str]:
    """All words for the season's specialties; empty if it is one we don't know.

    A combined one ("Internal Medicine-Pediatrics") means both; of "Plastic Surgery" the word
    "surgery" alone is right too, "general surgery" isn't.
    """
    inside = _words_in(specialty)
    own = {_every_name()[word] for word in inside}
    words = {word for names in _NAMES if names[0] in own for word in names}
    parts = {
        word for word in _every_name() if re.search(rf"\b{re.escape(word)}\b", specialty.lower())
    }
    return frozenset(words | parts) if own else frozenset()


def _words_in(specialty: str) -> list[str]:
    """The specialties' words in a text, longest first, none inside another."""
    rest, found = specialty.lower(), []
    if re.search(r"\bmed[-/ ]peds\b", rest):
        rest += " internal medicine"
    if rest.strip() == "em":
        rest = "emergency medicine"
    for word in _every_name():
        if re.search(rf"\b{re.escape(word)}\b", rest):
            found.append(word)
            rest = re.sub(rf"\b{re.escape(word)}\b", " ", rest)
    return found
