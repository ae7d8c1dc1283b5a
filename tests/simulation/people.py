"""The writers of a simulated season: who they are, and what they may do at any time.

Their words are plain: either the reader takes them for certain, or they are beyond doubt unclear.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from lordaemon.demo.bounce import no_such_user
from tests.simulation.ledger import Came, Left, Person
from tests.simulation.world import INBOX, World

WORDS = {
    "yes": "Yes, I would be happy to write a strong letter for you.",
    "no": "I am sorry, but I cannot write a letter for you.",
    "unclear": "Hm.",
    "question": "Which program is this for?",
    "yes_conditional": "Happy to do so if we can meet first.",
    "delegated": "My coordinator Maria will handle it.",
    "uploaded": "I have uploaded your letter.",
}
TEMPERS: dict[str, list[tuple[str, float]]] = {
    "kind": [("yes", 0.7), ("away", 0.15), ("question", 0.1)],
    "slow": [("yes", 0.25), ("away", 0.3), ("unclear", 0.05)],
    "mute": [],
    "refusing": [("no", 0.7), ("unclear", 0.1)],
    "erratic": [(label, 0.3) for label in (*WORDS, "away")],
}
AFTER_PACKET = [("uploaded", 0.3), ("no", 0.06), ("away", 0.1), ("unclear", 0.05), ("yes", 0.05)]


@dataclass
class Writers:
    """Plays all writers of a season."""

    world: World
    random: random.Random

    def answers(self, person: Person, left: Left) -> list[tuple[timedelta, str]]:
        """What this message is answered with, and when."""
        dice = self.random
        if left.mail.recipient.lower() in person.dead:
            return [(timedelta(minutes=dice.choice([0, 1, 90, 60 * 24 * 4])), "bounce")]
        table = AFTER_PACKET if left.kind in ("packet", "follow_up") else TEMPERS[person.temper]
        found = []
        for label, chance in table:
            if dice.random() < chance:
                days = dice.choice([0.001, 0.02, 0.3, 1, 2, 5, 9, 16, 17, 17.02, 20, 35])
                found.append((timedelta(days=days * dice.uniform(0.8, 1.2)), label))
        return found

    def write(self, person: Person, label: str, about: Left | None, known: set[str]) -> None:
        """A message of theirs lands in the inbox. `known`: the addresses the plan has for them."""
        dice, now = self.random, self.world.clock.now
        if label == "bounce":
            self._bounce(person, about)
            return
        address = person.table["email"]
        if dice.random() < 0.1 and label != "away":
            address = f"{person.key}@private.example"
        elif dice.random() < 0.15:
            address = dice.choice(sorted(person.addresses))
        threaded = about is not None and (label == "away" or dice.random() < 0.75)
        until = None
        mail = EmailMessage()
        mail["From"] = f"{person.table['name']} <{address}>"
        mail["To"] = self.world.owner
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{person.key}.{len(person.came)}.{int(now.timestamp())}@writer>"
        subject = "Re: Letter of recommendation"
        if threaded and about is not None:
            mail["In-Reply-To"] = str(about.mail.head["Message-ID"])
            mail["References"] = str(about.mail.head["Message-ID"])
        text = WORDS.get(label, "")
        if label == "away":
            mail["Auto-Submitted"] = "auto-replied"
            subject = f"Automatic reply: {subject}"
            text = "I am out of the office with limited access to email."
            if dice.random() < 0.7:
                until = now + timedelta(days=dice.choice([2, 5, 12, 30]))
                text = f"I am out of the office until {until:%B %-d, %Y} and will answer then."
        mail["Subject"] = subject
        mail.set_content(text)
        uid = self.world.put(INBOX, mail.as_bytes())
        trusted = address.lower() in known
        heard = label if trusted or label == "away" else "unclear"
        person.came.append(Came(now, heard, uid, trusted, until))
        if label not in ("yes", "away") or not trusted or person.agreed(now - timedelta(seconds=1)):
            person.odd(now)

    def _bounce(self, person: Person, about: Left | None) -> None:
        if about is None:
            return
        now = self.world.clock.now
        raw = no_such_user(
            about.mail.raw, self.world.owner, about.mail.recipient, now, len(person.came)
        )
        uid = self.world.put(INBOX, raw)
        about.bounced_at = now
        person.came.append(Came(now, "bounce", uid))
        person.odd(now)
