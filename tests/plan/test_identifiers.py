"""Patient identifiers: what must be asked about, and ordinary sentences that must pass."""

from __future__ import annotations

import pytest

from lordaemon.plan.identifiers import patient_identifiers


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Followed MRN 1234567 to discharge", "a record number"),
        ("medical record number: 00-12-34", "a record number"),
        ("chart #88231 was a mess", "a record number"),
        ("Wrote the summary for 48219377", "a record number"),
        ("DOB 3/14/1951, came with chest pain", "a birth date"),
        ("a man born in 1938 with heart failure", "a birth date"),
        ("born on March 3, came with fever", "a birth date"),
        ("Sat with a 92-year-old overnight", "an age over 89"),
        ("Sat with a 101 year old veteran", "an age over 89"),
        ("a 95 y/o with sepsis", "an age over 89"),
        ("a 90yo with sepsis", "an age over 89"),
        ("a 93F with sepsis", "an age over 89"),
        ("a ninety-three-year-old farmer", "an age over 89"),
        ("a woman in her nineties", "an age over 89"),
        ("a patient aged 94", "an age over 89"),
        ("Explained dialysis to Mrs. Alvarez", "a patient's name"),
        ("Mr. T was afraid", "a patient's name"),
        ("Ms O'Brien thanked me", "a patient's name"),
        ("the patient Maria Lopez", "a patient's name"),
        ("a patient named Carlos", "a patient's name"),
        ("J.S. on 3/14 was my first code", "initials with a date"),
        ("Patient JS, seen 2027-02-11", "initials with a date"),
        ("R. M. came in on February 11", "initials with a date"),
        ("A man admitted on 2/11/2027 with a stroke", "the day a patient came, left or died"),
        ("who died February 3rd", "the day a patient came, left or died"),
        ("called her daughter at 555-123-4567", "a phone number"),
        ("SSN 123-45-6789", "a social security number"),
    ],
)
def test_is_asked_about(text: str, kind: str) -> None:
    assert kind in [found.kind for found in patient_identifiers(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Pre-rounded on 8 patients and had plans ready before rounds",
        "Raised vaccination from 71% to 92% in a year",
        "Led two family meetings on goals of care",
        "Presented at ACP on 2027-03-04",
        "Presented a 62-year-old with sepsis at noon conference",
        "Cleaned 120000 records and wrote the data dictionary",
        "First author, PMID 38123456, with 95 citations",
        "Took the night of 24 December so that others could go home",
        "Joined the Patient Safety Committee",
        "Patient Care Award in March",
        "Wrote an order set with Dr. Patel",
        "Treated fevers of 102 F by the protocol",
        "Worked in the U.S. Public Health Service on 3/4 of my weekends",
        "Recognized ED boarding as a problem on 3/14",
        "An NIH grant, R01 HL123456, for 100 sites",
        "Rated 5/5 by every patient",
        "Graduated M.D. in May 2028",
        "Miss no detail in the sign-out",
        "Over 90 hours of tutoring",
        "Walked 90 meters with each of them",
        "Born leader, they said",
    ],
)
def test_passes(text: str) -> None:
    assert patient_identifiers(text) == []


def test_each_piece_is_named_once() -> None:
    found = patient_identifiers("MRN 1234567, a 92-year-old called Mr. Jones")
    assert [(piece.kind, piece.text) for piece in found] == [
        ("a record number", "MRN 1234567"),
        ("an age over 89", "92-year-old"),
        ("a patient's name", "Mr. Jones"),
    ]
