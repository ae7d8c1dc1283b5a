"""Who plays: the student, eight writers and a backup, and how each of them behaves.

Data only. A writer's `answers` say what they do when a mail of a kind reaches them: after how many
days, at what time of their day, from which mail program, in which words. Everybody is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time

from lordaemon.demo.replies import Person, Program

ZONE = "America/Chicago"
STUDENT = Person("Sam Rivera", "sam.rivera@school.example")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody does about a mail: `days` later at `at` (local), or `minutes` later."""

    text: str
    program: Program
    days: int = 0
    at: time | None = None
    minutes: int = 0
    claims_upload: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """One played writer. `misspelt` is the address as it first stands in the plan."""

    id: str
    name: str
    address: str
    behaviour: str
    answers: dict[str, tuple[Answer, ...]] = field(default_factory=dict)
    misspelt: str = ""
    nudged_after: int = 0
    """Days after the request at which the student nudges by hand; 0: never."""

    @property
    def person(self) -> Person:
        """For the From line of their mails."""
        return Person(self.name, self.address)

    @property
    def called(self) -> str:
        """How the timeline calls them."""
        return f"Dr. {self.name.split()[-1]}"


CAST: tuple[Role, ...] = (
    Role(
        id="smith",
        name="Jane Smith",
        address="jane.smith@hospital.example",
        behaviour="says yes at once",
        answers={
            "request": (
                Answer(
                    "Hi Sam,\n\nYes, I would be happy to write you a strong letter of "
                    "recommendation. You did excellent work with us.\n\nJane Smith",
                    "iphone",
                    at=time(12, 41),
                ),
            ),
            "packet": (
                Answer(
                    "Hi Sam,\n\nI uploaded your letter to ERAS this morning.\n\nJane Smith",
                    "iphone",
                    days=45,
                    at=time(8, 5),
                    claims_upload=True,
                ),
            ),
        },
    ),
    Role(
        id="lee",
        name="David Lee",
        address="dlee@university.example",
        behaviour="says yes after the reminder",
        answers={
            "reminder": (
                Answer(
                    "Dear Sam,\n\nMy apologies for the slow answer, it was grant season. Yes, I "
                    "will gladly write a letter for you.\n\nDavid Lee, PhD",
                    "outlook",
                    days=1,
                    at=time(10, 20),
                ),
            ),
            "packet": (
                Answer(
                    "Dear Sam,\n\nYour letter has been uploaded to ERAS.\n\nDavid Lee, PhD",
                    "outlook",
                    days=30,
                    at=time(16, 32),
                    claims_upload=True,
                ),
            ),
        },
    ),
    Role(
        id="gomez",
        name="Elena Gomez",
        address="elena.gomez@hospital.example",
        behaviour="says a soft no",
        answers={
            "request": (
                Answer(
                    "Dear Sam,\n\nThank you for thinking of me. We only worked together for two "
                    "weeks, so I am not the best person to write this letter. I would suggest you "
                    "ask somebody who knows you better.\n\nElena Gomez",
                    "gmail",
                    days=2,
                    at=time(19, 12),
                ),
            )
        },
    ),
    Role(
        id="patel",
        name="Anita Patel",
        address="apatel@hospital.example",
        behaviour="is the backup that takes over",
        answers={
            "request": (
                Answer(
                    "Sam,\n\nOf course, I would be delighted to write a letter for you.\n\n"
                    "Best,\nAnita",
                    "gmail",
                    days=1,
                    at=time(7, 48),
                ),
            ),
            "packet": (
                Answer(
                    "Sam,\n\nI submitted your letter in the portal yesterday.\n\nBest,\nAnita",
                    "gmail",
                    days=40,
                    at=time(9, 15),
                    claims_upload=True,
                ),
            ),
        },
    ),
    Role(
        id="okafor",
        name="Grace Okafor",
        address="grace.okafor@clinic.example",
        behaviour="is out of office, then says yes",
        answers={
            "request": (
                Answer(
                    "I am out of the office until Monday, July 19, 2027, with limited access to "
                    "email. For urgent matters please call the clinic.\n\nGrace Okafor, MD",
                    "out-of-office",
                    minutes=1,
                ),
                Answer(
                    "Yes, I'd be glad to write your letter. Good to hear from you!\n\nGrace",
                    "iphone",
                    days=20,
                    at=time(7, 55),
                ),
            ),
            "packet": (
                Answer(
                    "Just uploaded your letter.\n\nGrace",
                    "iphone",
                    days=28,
                    at=time(20, 10),
                    claims_upload=True,
                ),
            ),
        },
    ),
    Role(
        id="weber",
        name="Thomas Weber",
        address="t.weber@university.example",
        behaviour="stays silent to the end",
    ),
    Role(
        id="chen",
        name="Lin Chen",
        address="lin.chen@hospital.example",
        behaviour="says yes, needs the follow-up, then uploads",
        answers={
            "request": (
                Answer(
                    "Hello Sam,\n\nHappy to write a letter for you. Please send me your CV and "
                    "personal statement.\n\nLin",
                    "thunderbird",
                    days=3,
                    at=time(21, 30),
                ),
            ),
            "follow_up": (
                Answer(
                    "Hello Sam,\n\nThank you for the nudge. I have just uploaded the letter.\n\n"
                    "Lin",
                    "thunderbird",
                    days=2,
                    at=time(11, 3),
                    claims_upload=True,
                ),
            ),
        },
    ),
    Role(
        id="novak",
        name="Petra Novak",
        address="petra.novak@hospital.example",
        misspelt="petra.novak@hopsital.example",
        behaviour="is written to at a mistyped address, which bounces",
        answers={
            "request": (
                Answer(
                    "Dear Sam,\n\nIt would be a pleasure to write a letter of recommendation for "
                    "you. Count on me.\n\nPetra Novak",
                    "gmail",
                    days=1,
                    at=time(15, 26),
                ),
            ),
            "packet": (
                Answer(
                    "Dear Sam,\n\nI have uploaded your letter to ERAS today.\n\nPetra Novak",
                    "gmail",
                    days=25,
                    at=time(14, 2),
                    claims_upload=True,
                ),
            ),
        },
    ),
    Role(
        id="bauer",
        name="Ruth Bauer",
        address="ruth.bauer@freeclinic.example",
        behaviour="is nudged by the student's own hand, then says yes",
        nudged_after=11,
        answers={
            "by hand": (
                Answer(
                    "Sam, of course! I will write you a letter with pleasure.\n\nRuth",
                    "gmail",
                    days=2,
                    at=time(18, 22),
                ),
            ),
            "packet": (
                Answer(
                    "Sam, the letter is uploaded.\n\nRuth",
                    "gmail",
                    days=15,
                    at=time(13, 40),
                    claims_upload=True,
                ),
            ),
        },
    ),
)
