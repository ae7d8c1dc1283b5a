"""The played people, over a real post office: what they hear, when and how they answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lordaemon.demo.cast import CAST, STUDENT, ZONE
from lordaemon.demo.clock import SimulatedClock
from lordaemon.demo.mailkind import MailKind, Seen, look_at
from lordaemon.demo.mailprogram import MailProgram
from lordaemon.demo.plan import write_plan
from lordaemon.demo.postoffice import PostOffice
from lordaemon.demo.replies import Original, Program, new_mail, reply
from lordaemon.demo.schedule import Schedule
from lordaemon.demo.student import Student
from lordaemon.demo.writers import Writers, gist_of
from lordaemon.plan.load import load_plan
from lordaemon.reading.message import parse
from lordaemon.reading.reply import own_text

ROLES = {role.id: role for role in CAST}
CHICAGO = ZoneInfo(ZONE)
START = datetime(2027, 3, 15, 9, 2, tzinfo=CHICAGO)
ACCOUNTS = dict.fromkeys((STUDENT.address, *(r.address for r in CAST)), "word")
REQUEST = """\
Dear Dr. Smith,

I hope you are well. In February I worked with you on the medicine wards, and I learned a great deal
about how to talk with families. Would you be willing to write a strong letter of recommendation for
my residency application? If you feel you cannot, I completely understand.

Thank you,
Sam Rivera
"""


def ours(kind: MailKind, to: str, text: str = REQUEST, token: str = "abc") -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = f"{STUDENT.name} <{STUDENT.address}>"
    message["To"] = to
    message["Subject"] = "A letter of recommendation for residency"
    message["Date"] = START
    message["Message-ID"] = f"<lor.2028.{kind}.1.{token}@school.example>"
    message.set_content(text)
    return bytes(message)


class Village:
    """Post office, people and clock; mail is handed to the people by hand."""

    def __init__(self, office: PostOffice, clock: SimulatedClock, folder: Path) -> None:
        self.office, self.clock, self.schedule = office, clock, Schedule()
        program = MailProgram(office, ACCOUNTS, clock)
        self.writers = Writers(CAST, CHICAGO, clock, self.schedule, program)
        self.plan = write_plan(folder, imap_port=1, smtp_port=2, password="word")
        self.remarks: list[str] = []
        self.student = Student(
            CAST, self.plan, CHICAGO, clock, self.schedule, program, self.remarks.append
        )
        self._handed = 0

    def post(self, data: bytes, to: str) -> None:
        self.office.deliver(STUDENT.address, to, data)
        self.hand_out()

    def hand_out(self) -> list[Seen]:
        new = [look_at(p) for p in self.office.journal[self._handed :]]
        self._handed += len(new)
        for seen in new:
            self.writers.hear(seen)
            claims = self.writers.claimed(seen.message_id)
            self.student.hear(seen, claims_upload=claims)
        return new

    def live_until(self, end: datetime) -> list[tuple[str, Seen]]:
        """Everything that happens until then, as (local time, mail)."""
        told = []
        while self.schedule.next_at is not None and self.schedule.next_at <= end:
            self.clock.jump_to(self.schedule.next_at)
            self.schedule.play(self.clock())
            now = self.clock().astimezone(CHICAGO)
            told += [(f"{now:%d %b %H:%M}", seen) for seen in self.hand_out()]
        return told


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    clock = SimulatedClock(START)
    with PostOffice(ACCOUNTS, clock) as office:
        yield Village(office, clock, tmp_path)


def test_a_yes_at_once_comes_the_same_day_and_answers_the_request(village: Village) -> None:
    village.post(ours("request", ROLES["smith"].address), ROLES["smith"].address)
    ((when, seen),) = village.live_until(START + timedelta(days=40))
    assert when == "15 Mar 12:41"
    assert (seen.kind, seen.passage.recipient) == ("answer", STUDENT.address)
    answer = message_from_bytes(seen.passage.data, policy=policy.default)
    assert answer["In-Reply-To"] == "<lor.2028.request.1.abc@school.example>"
    assert answer["Subject"] == "Re: A letter of recommendation for residency"


def test_some_wait_for_the_reminder_and_one_never_answers(village: Village) -> None:
    for name in ("lee", "weber"):
        village.post(ours("request", ROLES[name].address), ROLES[name].address)
    assert village.live_until(START + timedelta(days=40)) == []
    for name in ("lee", "weber"):
        village.post(ours("reminder", ROLES[name].address), ROLES[name].address)
    told = village.live_until(START + timedelta(days=80))
    assert [seen.passage.sender for _, seen in told] == [ROLES["lee"].address]


def test_out_of_office_answers_within_a_minute_and_the_person_weeks_later(village: Village) -> None:
    village.post(ours("request", ROLES["okafor"].address), ROLES["okafor"].address)
    told = village.live_until(START + timedelta(days=60))
    assert [(when, seen.kind) for when, seen in told] == [
        ("15 Mar 09:03", "automatic"),
        ("04 Apr 07:55", "answer"),
    ]


def test_sam_mends_the_address_that_bounced(village: Village) -> None:
    wrong = ROLES["novak"].misspelt
    assert wrong in village.plan.read_text()
    village.post(ours("request", wrong), wrong)
    told = village.live_until(START + timedelta(days=1))
    assert told == []
    assert village.clock().astimezone(CHICAGO).time() == time(19, 30)
    assert village.remarks == [f"Sam corrects the address in the plan: {ROLES['novak'].address}"]
    assert load_plan(village.plan).writer("novak").email == ROLES["novak"].address  # type: ignore[union-attr]


def test_sam_nudges_one_writer_by_hand_who_then_says_yes(village: Village) -> None:
    bauer = ROLES["bauer"]
    village.post(ours("request", bauer.address), bauer.address)
    told = village.live_until(START + timedelta(days=30))
    assert [(when, seen.kind, seen.passage.sender) for when, seen in told] == [
        ("26 Mar 10:15", "by hand", STUDENT.address),
        ("28 Mar 18:22", "answer", bauer.address),
    ]


def test_sam_tells_by_answering_the_digest_what_is_in_the_portal(village: Village) -> None:
    village.post(ours("digest", STUDENT.address, "Order code: abcdefghjkmn\n"), STUDENT.address)
    village.post(ours("packet", ROLES["smith"].address), ROLES["smith"].address)
    told = village.live_until(START + timedelta(days=120))
    assert [seen.kind for _, seen in told] == ["answer", "order"]
    order = parse(told[1][1].passage.data)
    assert own_text(order.text, order.html).text == "smith uploaded"
    assert "Order code: abcdefghjkmn" in order.text
    told = village.live_until(datetime(2027, 9, 20, tzinfo=UTC))
    assert [when for when, _ in told] == ["16 Sep 18:40"]
    assert own_text(parse(told[0][1].passage.data).text, None).text == "smith assigned"


@pytest.mark.parametrize("program", ["gmail", "outlook", "iphone", "thunderbird", "out-of-office"])
def test_the_answer_is_found_in_what_each_program_makes_of_it(program: Program) -> None:
    said = "Yes, I would be glad to write a letter for you."
    smith = ROLES["smith"].person
    request = Original.of(ours("request", smith.address))
    data = reply(program, request, smith, said, START, "<1@hospital.example>")
    message = parse(data)
    assert own_text(message.text, message.html, (REQUEST,), smith.name).text == said
    assert message.from_address == smith.address
    assert data.count(b"\r\n") == data.count(b"\n")


def test_every_program_but_the_robot_quotes_what_it_answers() -> None:
    request = Original.of(ours("request", "x@hospital.example"))
    smith = ROLES["smith"].person
    for program in ("gmail", "outlook", "iphone", "thunderbird", "out-of-office"):
        text = parse(reply(program, request, smith, "Yes.", START, "<1@x>")).text
        assert ("medicine wards" in text) is (program != "out-of-office")


def test_names_beyond_ascii_survive_a_reply() -> None:
    zoe = ROLES["smith"].person.__class__("Zoë Müller", "zoe@clinic.example")
    first = new_mail(zoe, ROLES["lee"].person, "Grüße", "Schön!\n", START, "<1@x>")
    again = parse(reply("gmail", Original.of(first), ROLES["lee"].person, "Ja", START, "<2@x>"))
    assert again.subject == "Re: Grüße"
    assert "Zoë Müller" in again.text


def test_the_gist_is_the_paragraph_that_says_something() -> None:
    assert gist_of("Hi Sam,\n\nYes, I\nwill.\n\nJane") == "Yes, I will."
    assert gist_of("Yes, of course.\n\nJane") == "Yes, of course."


def test_deeds_come_in_the_order_of_their_time() -> None:
    schedule, done = Schedule(), list[str]()
    for name, minute in (("late", 30), ("first", 5), ("second", 5)):
        schedule.plan(START + timedelta(minutes=minute), partial(done.append, name))
    assert schedule.next_at == START + timedelta(minutes=5)
    assert schedule.play(START) == 0
    assert schedule.play(START + timedelta(minutes=10)) == 2
    assert done == ["first", "second"]


def test_the_clock_never_goes_back_and_knows_its_zone() -> None:
    clock = SimulatedClock(START)
    assert clock() == START
    assert clock().tzinfo is UTC
    with pytest.raises(ValueError, match="cannot go back"):
        clock.jump_to(START - timedelta(seconds=1))
    with pytest.raises(ValueError, match="no time zone"):
        clock.jump_to(datetime(2028, 1, 1))


def test_the_cast_and_the_plan_speak_of_the_same_people(tmp_path: Path) -> None:
    plan = load_plan(write_plan(tmp_path, imap_port=1, smtp_port=2, password="word"))
    assert [(w.id, w.name, w.email) for w in plan.writers] == [
        (role.id, role.name, role.misspelt or role.address) for role in CAST
    ]
    assert (plan.applicant.name, plan.applicant.email) == (STUDENT.name, STUDENT.address)
    assert plan.applicant.timezone == ZONE
    assert plan.season.deadline == date(2027, 9, 22)


def test_plan_and_password_are_private_and_the_documents_are_pdfs(tmp_path: Path) -> None:
    path = write_plan(tmp_path / 'a "quoted" folder', imap_port=1, smtp_port=2, password="word")
    plan = load_plan(path)
    assert plan.mail.password is not None
    assert plan.mail.password.file is not None
    for private in (path, path.parent / plan.mail.password.file):
        assert private.stat().st_mode & 0o077 == 0
    for name in (plan.packet.cv, plan.packet.personal_statement, *plan.writers[0].attach):
        data = (path.parent / name).read_bytes()
        table = int(data.split(b"startxref\n")[1].split()[0])
        assert data.startswith(b"%PDF-1.4")
        assert data[table:].startswith(b"xref")
        first = int(data[table:].split(b"\n")[3].split()[0])
        assert data[first:].startswith(b"1 0 obj")
