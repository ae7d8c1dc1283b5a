"""What in a sentence may tell a reader who a patient was (S12, Advice).

Looks for the identifiers of the HIPAA "safe harbor" list (45 CFR 164.514(b)(2)) that students do
write by habit: record numbers, birth dates, ages over 89, names, initials with dates, contact
data. It errs on the side of asking; `acknowledged` in the plan lets an exact text pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-]\d{{2,4}})?|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH})"
)
_UNITS = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_OVER_89 = rf"(?:9\d|1[0-2]\d|ninety(?:[- ]{_UNITS})?|(?:a |one )?hundred(?:[- ]and[- ]\w+)?)"
_NAME = r"(?:[A-Z]'[A-Z][a-z]+|[A-Z][a-z]+(?:[-'][A-Z][a-z]+)*)"
_NO_NAME = (
    r"(?! (?:Safety|Care|Education|Experience|Advoca|Engagement|Quality|Outcome|Portal|Rights"
    r"|Access|Centered|Flow))"
)
"""What follows "Patient" in the names of committees and courses."""
_PATIENT = rf"(?:[Pp]atient|[Pp]t\.?|child|baby|infant|veteran){_NO_NAME}"

_RECORD_NUMBER = (
    r"\b(?:MRN|M\.R\.N\.|CSN|(?:record|chart|account|patient) ?(?:number|no\.?|id|#))"
    r"\s*(?:is|was|:|#|=)?\s*#?\s*[A-Z]{0,3}-?\d[\d-]{2,}"
)
_BIRTH_DATE = (
    r"\b(?:DOB|D\.O\.B\.|date of birth|birth ?date|birthday|born)\b[^.;]{0,15}?"
    rf"(?:{_DATE}|\b(?:19|20)\d\d\b)"
)
_OLD = (
    rf"\b{_OVER_89}[- ]?(?:years?|yrs?)[- ](?:old|of age)\b"
    rf"|\b{_OVER_89}[- ]?y\.?\s?/?\s?o\b"
    rf"|\b(?:aged?|age of)\s*:?\s*{_OVER_89}\b(?!\s*%)"
    r"|\bin (?:his|her|their) (?:early |mid[- ]|late )?(?:nineties|90s)\b|\bcentenarian\b"
)
_PATIENT_NAME = (
    rf"\b{_PATIENT}(?:,| named| called| was| is)?\s+{_NAME}\s+{_NAME}\b"
    rf"|\b{_PATIENT} (?:named|called)\s+{_NAME}\b"
)
_STAY = (
    r"\b(?:admitted|discharged|died|passed away|expired|transferred|operated)\b[^.;]{0,20}?"
    rf"\b(?:on |in )?{_DATE}"
)

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a record number", re.compile(_RECORD_NUMBER, re.IGNORECASE)),
    ("a social security number", re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    ("a phone number", re.compile(r"(?<!\d)(?:\+?1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)")),
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    ("a birth date", re.compile(_BIRTH_DATE, re.IGNORECASE)),
    ("an age over 89", re.compile(_OLD, re.IGNORECASE)),
    ("an age over 89", re.compile(r"\b9\d[MF]\b(?= (?:with|who|presenting|admitted|p/w))")),
    ("a patient's name", re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx)\b\.?\s+(?:{_NAME}|[A-Z]\b\.?)")),
    ("a patient's name", re.compile(_PATIENT_NAME)),
    ("the day a patient came, left or died", re.compile(_STAY, re.IGNORECASE)),
)

_DOTTED_INITIALS = re.compile(r"(?<![A-Za-z.])(?:[A-Z]\.\s?){1,2}[A-Z]\.(?![A-Za-z])")
_PATIENT_INITIALS = re.compile(rf"\b{_PATIENT},?\s+([A-Z]{{2,3}})\b")
_NO_INITIALS = frozenset(
    (
        "US", "USA", "UK", "MD", "DO", "PHD", "IV", "OR", "ED", "ER", "AM", "PM", "PO", "GI", "GU",
        "MI", "ICU", "CCU", "MRI", "CT", "ECG", "EKG", "DKA", "HIV", "TB", "CPR", "RN", "NP", "PA",
        "OB", "GYN", "VA", "ID",
    )
)  # fmt: skip
_ANY_DATE = re.compile(rf"(?<![\d/]){_DATE}(?![\d/])")
_LONG_NUMBER = re.compile(
    r"(?<![\w$€£.,/-])(\d{6,10})(?![\w,.%-]*\d)"
    r"(?! (?:\w+ )?(?:records|patients|encounters|rows|charts|visits|cells|samples|images|notes"
    r"|cases|people|veterans|dollars|genes|reads|participants|subjects|admissions|claims)\b)"
)
_OTHER_NUMBER = re.compile(
    r"(?:PMID|PMC|NCT|DOI|IRB|grant|award|protocol|abstract|ORCID|ISBN|\bn\s*=)\W*(?:\w+\W+)?$",
    re.IGNORECASE,
)
"""What stands before a long number that belongs to a paper, a grant or a count."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A piece of text that may identify a patient, and what it looks like."""

    kind: str
    text: str


def patient_identifiers(text: str) -> list[Identifier]:
    """Everything in `text` that looks like it; the same piece once."""
    found: dict[str, Identifier] = {}
    for identifier in _look(text):
        if not any(identifier.text in known for known in found):
            found[identifier.text] = identifier
    return list(found.values())


def _look(text: str) -> Iterator[Identifier]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Identifier(kind, match[0].strip())
    for match in _LONG_NUMBER.finditer(text):
        if not _OTHER_NUMBER.search(text[: match.start()]):
            yield Identifier("a record number", match[1])
    if _ANY_DATE.search(text):
        for initials in _initials(text):
            yield Identifier("initials with a date", initials)


def _initials(text: str) -> Iterator[str]:
    for match in _DOTTED_INITIALS.finditer(text):
        if re.sub(r"\W", "", match[0]).upper() not in _NO_INITIALS:
            yield match[0].strip()
    for match in _PATIENT_INITIALS.finditer(text):
        if match[1] not in _NO_INITIALS:
            yield match[1]
