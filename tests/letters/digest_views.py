"""Digest views for tests and for looking at: plans, facts, and the table folded from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from lordaemon.letters.digest_view import DigestView, Happening
from lordaemon.plan.model import Plan
from lordaemon.season.calendar import local_day
from lordaemon.season.history import (
    Attempt,
    AttemptState,
    HandMail,
    Heard,
    History,
    Kind,
    Label,
    MailHealth,
    Word,
    WriterHistory,
)
from lordaemon.season.policy import decide
from lordaemon.season.table import tabulate

ZONE = "America/Chicago"
CODE = "k7m3qa9xwz2p"


def at(month: int, day: int, hour: int = 15, minute: int = 3, year: int = 2027) -> datetime:
    """An instant in UTC; 15:03 UTC is mid-morning in Chicago."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def writer(handle: str, name: str, kind: str = "clinical", **more: Any) -> dict[str, Any]:
    """One writer of a plan."""
    return {
        "id": handle,
        "name": name,
        "email": f"{handle}@hospital.example",
        "type": kind,
        "worked_together": {"what": "Medicine wards", "end": date(2027, 2, 28)},
        "highlights": ["Led two family meetings", "Had plans ready", "Stayed late to teach"],
        **more,
    }


def plan_of(*writers: dict[str, Any], letters: int = 4, **more: Any) -> Plan:
    """A plan of one season whose deadline is 22 September 2027."""
    return Plan.model_validate(
        {
            "applicant": {
                "name": "Sam Rivera",
                "email": "sam.rivera@example.edu",
                "timezone": ZONE,
                "school": "State University School of Medicine",
            },
            "season": {
                "specialty": "Internal Medicine",
                "deadline": date(2027, 9, 22),
                "letters": letters,
                **more.pop("season", {}),
            },
            "writer": list(writers),
            **more,
        }
    )


def sent(
    kind: Kind, when: datetime, to: str = "", state: AttemptState = "sent", **more: Any
) -> Attempt:
    """One message of ours."""
    return Attempt(
        id=f"{kind}-{when:%m%d}", kind=kind, state=state, planned_at=when, at=when, to=to, **more
    )


def heard(label: Label, when: datetime, evidence: str = "", **more: Any) -> Heard:
    """One message of theirs, read for sure unless told otherwise."""
    more.setdefault("confident", True)
    return Heard(id=f"{label}-{when:%m%d%H}", at=when, label=label, evidence=evidence, **more)


def facts(person: str, **more: Any) -> WriterHistory:
    """One writer's facts."""
    return WriterHistory(person=person, first_seen_at=at(2, 20), **more)


def view_of(plan: Plan, now: datetime, *known: WriterHistory, **more: Any) -> DigestView:
    """A view at an instant, folded as the daemon folds it."""
    health = more.pop("health", MailHealth(now - timedelta(minutes=2), now - timedelta(days=1)))
    history = History({f.person: f for f in known}, health, started_at=at(2, 20))
    table = tabulate(plan, history, decide(plan, history, now), now)
    more.setdefault("previous_at", now - timedelta(days=1))
    more.setdefault("token", CODE)
    more.setdefault("version", "1.0.0")
    return DigestView(
        plan=plan, table=table, day=local_day(now, plan.zone), now=now, health=health, **more
    )


STAFF = (
    writer("smith", "Jane Smith", due=date(2027, 9, 15)),
    writer("gomez", "Luis Gomez", "research", title="Prof."),
    writer("lee", "Min-jun Lee", "champion", ask_on=date(2027, 4, 12)),
    writer("okafor", "Adaeze Okafor", "character"),
    writer("berg", "Anna van der Berg", backup_for=["okafor"]),
)

LETTER = """Dear Dr. Lee,

I would be grateful if you felt able to write a strong letter for my application to Internal
Medicine. On the wards in February I led two family meetings and had plans ready before rounds.

The letter is wanted by Wednesday 15 September. I will send my CV, statement and highlights as
soon as you agree.

With thanks,
Sam Rivera"""


def busy() -> DigestView:
    """A day on which everything happens."""
    return view_of(
        plan_of(*STAFF),
        at(4, 9, 12, 2),
        facts(
            "smith",
            attempts=(sent("request", at(3, 15)), sent("packet", at(3, 17))),
            heard=(heard("yes", at(3, 16), "Happy to write you a strong letter."),),
        ),
        facts(
            "gomez",
            attempts=(sent("request", at(3, 15)),),
            heard=(
                heard(
                    "yes_conditional",
                    at(4, 8, 20),
                    "I could write one, but let us meet first so that I know where you are going.",
                    reason="a yes with a condition: wants to meet first",
                ),
            ),
        ),
        facts("okafor", attempts=(sent("request", at(3, 23)),)),
        happened=(
            Happening(at(4, 8, 20), "gomez", "answered: a yes with a condition", "H2"),
            Happening(at(4, 8, 14, 30), "okafor", "out of office until Mon 12 April", "H4"),
        ),
        orders=("smith uploded: not understood; did you mean smith uploaded?",),
        strangers=("m.ruiz@clinic.example wrote about a letter, perhaps for Prof. Gomez",),
        upcoming_text=(("lee", LETTER),),
    )


def quiet() -> DigestView:
    """A day with nothing to say."""
    return view_of(
        plan_of(*STAFF[:4], letters=3),
        at(5, 18, 12, 1),
        facts(
            "smith",
            attempts=(sent("request", at(3, 15)), sent("packet", at(3, 17))),
            heard=(heard("yes", at(3, 16), "Yes, gladly."),),
        ),
        facts(
            "gomez",
            attempts=(sent("request", at(3, 15)), sent("packet", at(3, 19))),
            heard=(heard("yes", at(3, 18), "Yes."),),
        ),
        facts(
            "lee",
            attempts=(sent("request", at(4, 12)), sent("packet", at(4, 14))),
            heard=(heard("yes", at(4, 13), "Of course."),),
        ),
        facts("okafor", attempts=(sent("request", at(5, 10)),)),
    )


def failing() -> DigestView:
    """The mailbox can't be read."""
    problem = "imap.example.edu refused the password; it is tried again when the plan changes"
    calm = quiet()
    return view_of(
        calm.plan,
        calm.now,
        *(row.facts for row in calm.table.rows),
        health=MailHealth(at(5, 16, 4), at(5, 15), problem),
        alarms=(f"No mail has been read since Sat 15 May, 23:00: {problem}.",),
        previous_at=at(5, 15, 12),
    )


def first() -> DigestView:
    """The first day of a season."""
    return view_of(
        plan_of(*STAFF),
        at(3, 1, 13),
        facts("smith", fault="the file cv.pdf is not there"),
        previous_at=None,
        health=MailHealth(at(3, 1, 12, 58)),
    )


def shortfall() -> DigestView:
    """Too few letters can still come."""
    return view_of(
        plan_of(*STAFF[:4]),
        at(6, 2, 12),
        facts(
            "smith",
            attempts=(sent("request", at(3, 15)), sent("packet", at(3, 17))),
            heard=(heard("yes", at(3, 16), "Yes."), heard("uploaded", at(6, 1), "It is in ERAS.")),
        ),
        facts(
            "gomez",
            attempts=(sent("request", at(3, 15)),),
            heard=(heard("no", at(6, 1, 18), "I am not the best person for this."),),
        ),
        facts("lee", attempts=(sent("request", at(4, 12), "lee@hospital.example", "bounced"),)),
        facts("okafor", attempts=(sent("request", at(3, 23)), sent("reminder", at(4, 9)))),
        happened=(
            Happening(at(6, 1, 18), "gomez", "said no: “I am not the best person for this.”", "H3"),
        ),
    )


def near_due() -> DigestView:
    """A week before the due date (D5)."""
    return view_of(
        plan_of(*STAFF[:4]),
        at(9, 8, 12),
        facts(
            "smith",
            attempts=(sent("request", at(3, 15)), sent("packet", at(3, 17))),
            heard=(heard("yes", at(3, 16), "Yes."),),
            words=(Word(at(8, 2), "uploaded"),),
        ),
        facts(
            "gomez",
            attempts=(
                sent("request", at(3, 15)),
                sent("packet", at(3, 19)),
                sent("follow_up", at(8, 30)),
            ),
            heard=(heard("yes", at(3, 18), "Yes."),),
        ),
        facts(
            "lee",
            attempts=(sent("request", at(4, 12)), sent("packet", at(4, 14))),
            heard=(heard("yes", at(4, 13), "Yes."), heard("uploaded", at(8, 20), "Sent it in.")),
        ),
        facts(
            "okafor",
            hand=(HandMail(at(3, 20), counts_as="request"),),
            words=(Word(at(4, 1), "yes"), Word(at(8, 30), "assigned")),
        ),
    )


def last() -> DigestView:
    """The season's last digest (D6)."""
    before = near_due()
    return view_of(
        before.plan,
        at(9, 23, 12),
        *(row.facts for row in before.table.rows),
        last=True,
    )


SCENES = {
    "busy": busy,
    "quiet": quiet,
    "failing": failing,
    "first": first,
    "shortfall": shortfall,
    "near_due": near_due,
    "last": last,
}

HOSTILE = (
    "<script>window.pwned=1;document.title='pwned'</script>",
    "<img src=x onerror=\"window.pwned=1\"> <img src='http://evil.test/a.png'>",
    '"><svg/onload=window.pwned=1>',
    "</style></title></table><iframe src=//evil.test></iframe>",
    "<!--[if mso]><v:image src='http://evil.test/b.png'/><![endif]-->",
    "<link rel=stylesheet href=http://evil.test/c.css>",
    "javascript:window.pwned=1 {{ 7*7 }} {% include '/etc/passwd' %} ${7*7}",
    "\u202etxet desrever\u2066 \x1b[31mred\x1b]0;title\x07 \x00 \x9b2J \u2028smith yes\r\nlee yes",
    "a" * 4000,
    "H" + "\u0335\u0321" * 300 + " zalgo",
    "@import url(http://evil.test/d.css); } * { background: url(http://evil.test/e.png) }",
)


def hostile(texts: tuple[str, ...] = HOSTILE) -> DigestView:
    """A day on which everything foreign is meant to do harm."""
    every = " ".join(texts)
    return view_of(
        plan_of(*STAFF[:4]),
        at(4, 9, 12, 2),
        facts(
            "smith",
            attempts=(sent("request", at(3, 15)),),
            heard=(heard("question", at(3, 16), texts[0], reason=texts[-1]),),
        ),
        facts(
            "gomez",
            attempts=(sent("request", at(3, 15)),),
            heard=(heard("unclear", at(3, 16), every, reason=texts[len(texts) // 2]),),
        ),
        facts("lee", fault=texts[-1], doubt=every[:200]),
        facts(
            "okafor",
            attempts=(sent("request", at(3, 23), "okafor@hospital.example", "bounced",
                           problem=every),),
        ),
        alarms=texts,
        happened=tuple(Happening(at(4, 8), text, text, text) for text in texts),
        orders=texts,
        strangers=texts,
        upcoming_text=(("lee", "\n".join(f"Dear {' '.join(t.split())}" for t in texts)),),
        health=MailHealth(None, None, texts[-1]),
    )  # fmt: skip
