"""The applicant's words: the same verbs from `mark`, from an answer to a digest or notice (D4).

Parses lines, finds the writer that is meant, and writes the word down. What the word leads to is
decided elsewhere; here only drafts are taken back (`stop`) or released (`go`), and doubts settled.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy.orm import Session

from lordaemon.errors import Usage
from lordaemon.plan.model import Plan, Writer
from lordaemon.season.history import Attempt, Kind
from lordaemon.season.policy import Decision, words
from lordaemon.store import notes, outbox_rows, people, record
from lordaemon.store.tables import OutboxRow

VERBS = (
    "yes", "no", "uploaded", "not-uploaded", "assigned", "claimed", "silent", "withdrawn",
    "understood", "pause", "resume", "skip reminder", "skip follow-up", "go", "stop", "sent",
    "not-sent", "undo",
)  # fmt: skip

SHORTEST_PART = 3
"""Letters from which on the beginning of a name stands for it."""
LONGEST_ORDER = 6
"""Words; a longer line is a sentence, not an order with a slip in it."""
LEFT = ("claimed", "transmitting", "sent", "uncertain", "bounced")

HOLD_OLD_DATABASE = "hold_old_database"
"""The note that holds everything after an old database was found; `go all` lifts it."""


@dataclass(frozen=True, slots=True)
class Order:
    """One word about one writer."""

    writer: Writer
    verb: str
    everybody: bool = False
    """Said of all at once: it settles no doubt about who one of them is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the applicant had before them when they gave a word by mail: a mail of `at`, and the
    message it showed, if it was a notice."""

    at: datetime
    row: OutboxRow | None = None


def parse_line(line: str, plan: Plan, default: Writer | None = None) -> list[Order]:
    """The orders in one line: `smith yes`, `skip reminder lee`, `all pause`, `stop`.

    `default` is the writer a notice was about: a lone verb means them. Raises Usage with the
    reason, in words, when the line can't be taken for an order.
    """
    text = _plain(line)
    for verb in sorted(VERBS, key=len, reverse=True):
        if text == verb and default is not None:
            return [Order(default, verb)]
        if text.endswith(f" {verb}"):
            return _orders(text[: -len(verb)].strip(), verb, plan)
        if text.startswith(f"{verb} "):
            return _orders(text[len(verb) :].strip(), verb, plan)
    if text in VERBS:
        raise Usage(f'"{text}" needs a name: write for example "{plan.writers[0].id} {text}".')
    word = text.split()[-1] if text else ""
    near = difflib.get_close_matches(word, VERBS, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else f" The words are: {', '.join(VERBS)}."
    raise Usage(f'"{line.strip()}" is not an order I know.{hint}')


def meant_as_order(line: str, plan: Plan) -> bool:
    """Whether a line that is no order was probably meant as one: it is listed back (D4)."""
    said = re.findall(r"[\w-]+", _plain(line))
    if not said or len(said) > LONGEST_ORDER:
        return False
    names = {word for w in plan.writers for word in (w.id, *people.plain_name(w.name).split())}
    if any(difflib.get_close_matches(word, names, n=1, cutoff=0.8) for word in said):
        return True
    verbs = {word for verb in VERBS for word in (verb, *verb.split())}
    return len(said) <= 2 and any(  # a name and a verb
        difflib.get_close_matches(word, verbs, n=1, cutoff=0.75) for word in said
    )


def _plain(line: str) -> str:
    """A typed line without case, bullets, marks of a mail program and invisible characters."""
    seen = "".join(
        c for c in unicodedata.normalize("NFKC", line) if unicodedata.category(c) != "Cf"
    )
    text = " ".join(seen.strip(" \t>*-•.!").lower().split())
    text = text.replace("follow up", "follow-up").replace("followup", "follow-up")
    return text.replace("not uploaded", "not-uploaded").replace("not sent", "not-sent")


def _orders(name: str, verb: str, plan: Plan) -> list[Order]:
    name = name.strip(" :,-–—")
    if name == "all":
        return [Order(writer, verb, everybody=True) for writer in plan.writers]
    return [Order(find_writer(plan, name), verb)]


def find_writer(plan: Plan, name: str) -> Writer:
    """The writer named by id or by any unambiguous part of the name: whole words, or three
    letters of one and more, so that a stray "I" is nobody. Raises Usage otherwise."""
    wanted = " ".join(name.lower().replace(",", " ").split())
    exact = [w for w in plan.writers if w.id == wanted]
    if exact:
        return exact[0]
    for title in ("dr. ", "dr ", "prof. ", "prof "):
        wanted = wanted.removeprefix(title)
    parts = people.plain_name(wanted).split()
    found = [w for w in plan.writers if parts and _part_of(parts, people.plain_name(w.name))]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(w.id for w in plan.writers)
    if found:
        raise Usage(f'"{name}" could be {" or ".join(w.id for w in found)}; use one of these.')
    near = difflib.get_close_matches(wanted, [w.id for w in plan.writers], n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    raise Usage(f'There is no writer "{name}" in the plan.{hint} The writers are: {ids}.')


def _part_of(parts: list[str], name: str) -> bool:
    words_of_name = name.split()
    return all(
        any(word == part or (len(part) >= SHORTEST_PART and part in word)
            for word in words_of_name)
        for part in parts
    )  # fmt: skip


def obey(
    session: Session,
    plan: Plan,
    order: Order,
    decision: Decision,
    attempts: Sequence[Attempt],
    person: str,
    now: datetime,
    *,
    doubt: bool = False,
    source: str = "mark",
    on: date | None = None,
    note: str = "",
    seen: Seen | None = None,
) -> str:
    """Write the word down and say in one sentence what it does. Raises Usage where it can't.

    `seen`: given by mail, the word can speak only of what that mail showed.
    """
    season, writer, verb = plan.season.name, order.writer, order.verb
    who = f"{writer.salutation} ({writer.id})"
    waiting = [a for a in attempts if a.state == "planned"]
    if doubt and order.everybody and verb in ("go", "understood"):
        return f"{who}: still in doubt who this is; answer for them alone."
    if verb == "undo":
        taken = record.undo(session, season, person, now)
        if taken is None:
            raise Usage(f"There is no word of yours about {who} to take back.")
        return f"{who}: your word “{taken.verb}” is taken back."
    if seen is not None and verb in ("go", "stop"):
        _still_speaks_of(seen, verb, waiting, who)
    if verb in ("sent", "not-sent"):
        doubtful = [a for a in attempts if a.state == "uncertain"]
        for attempt in doubtful:
            resolve(session, attempt.id, sent=verb == "sent")
        record.word(session, season, person, verb, now, source=source, on=on, note=note)
        return f"{who}: noted as {verb.replace('-', ' ')}."
    if verb == "go":
        if doubt:
            people.settle_doubt(session, plan, writer, same=False, now=now)
            return f"{who}: taken as somebody new."
        for attempt in waiting:
            outbox_rows.put(session, attempt.id, approved=True)
        note = _kind_meant(decision, waiting)
    elif verb == "understood" and doubt:
        people.settle_doubt(session, plan, writer, same=True, now=now)
        return f"{who}: taken as the same person as before."
    elif verb == "stop":
        note = _kind_meant(decision, waiting)
        for attempt in waiting:
            outbox_rows.move(session, attempt.id, "planned", "superseded")
    record.word(session, season, person, verb, now, source=source, on=on, note=note)
    return f"{who}: {_EFFECT[verb].format(kind=words(note) if note else 'message')}"  # type: ignore[arg-type]


def _still_speaks_of(seen: Seen, verb: str, waiting: Sequence[Attempt], who: str) -> None:
    """Raises Usage when the mail that was answered shows something else than what would go."""
    if verb == "go" and any(attempt.planned_at > seen.at for attempt in waiting):
        raise Usage(
            f"{who}: the message has changed since the mail you answered; answer the newer notice."
        )
    row = seen.row
    if row is not None and row.kind not in {a.kind for a in waiting} and row.state in LEFT:
        kind = words(cast(Kind, row.kind))
        raise Usage(f"{who}: too late, the {kind} had already left.")


def resolve(session: Session, token: str, *, sent: bool) -> bool:
    """The applicant's word on a message in doubt. False when it is not in doubt (any more)."""
    row = outbox_rows.get(session, token)
    if row is None:
        return False
    if sent:
        when = row.claimed_at or row.planned_at
        return outbox_rows.move(session, token, "uncertain", "sent", sent_at=when, problem="")
    return outbox_rows.move(session, token, "uncertain", "not_sent", problem="you said: not sent")


def lift_hold(session: Session) -> bool:
    """`go all` also lifts the hold after an old database. True when there was one."""
    held = bool(notes.text(session, HOLD_OLD_DATABASE))
    notes.forget(session, HOLD_OLD_DATABASE)
    return held


def _kind_meant(decision: Decision, waiting: Sequence[Attempt]) -> str:
    """Which message `go` and `stop` speak of: the one that waits, else the one that is next."""
    if waiting:
        return waiting[-1].kind
    if decision.kind in ("request", "packet", "reminder", "follow_up"):
        return decision.kind
    standing = decision.standing
    if standing.asked_at is None and standing.agreed_at is None:
        return "request"
    return "packet" if standing.agreed_at and not standing.left_at("packet") else "follow_up"


_EFFECT = {
    "yes": "noted as a yes; the packet goes out within 48 hours.",
    "no": "noted as a no; nothing more will be sent.",
    "uploaded": "noted as uploaded. Now check that the letter is assigned to your programs.",
    "not-uploaded": "noted as not uploaded yet.",
    "assigned": "noted as assigned; this letter is done.",
    "claimed": "noted: they say it is in. Look for it in the portal.",
    "silent": "closed as silent.",
    "withdrawn": "withdrawn; nothing more will be sent.",
    "understood": "you have dealt with it; no reminder will be sent.",
    "pause": "paused; nothing is sent until you say resume.",
    "resume": "goes on.",
    "skip reminder": "no reminder will be sent.",
    "skip follow-up": "no follow-up will be sent.",
    "go": "the {kind} may go.",
    "stop": "the {kind} will not be sent.",
}
