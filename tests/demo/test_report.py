"""What the played season leaves on the terminal and in the folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from lordaemon.demo.cast import CAST, STUDENT, ZONE
from lordaemon.demo.keepsake import keep_mails
from lordaemon.demo.mailkind import MailKind, Seen, look_at
from lordaemon.demo.plan import write_plan
from lordaemon.demo.postoffice import Passage
from lordaemon.demo.report import count, print_counts, print_table
from lordaemon.demo.timeline import Timeline
from lordaemon.plan.load import load_plan
from lordaemon.season.history import Attempt, Heard, History, WriterHistory
from lordaemon.season.policy import decide
from lordaemon.season.table import Table, tabulate

CHICAGO = ZoneInfo(ZONE)
NOON = datetime(2027, 3, 15, 17, 2, tzinfo=UTC)
SMITH = CAST[0].address


def mail(number: int, kind: MailKind, to: str, *, at: datetime = NOON, subject: str = "A letter",
         delivered: bool = True) -> Seen:  # fmt: skip
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = STUDENT.address, to, subject
    message["Message-ID"] = f"<lor.2028.{kind}.1.t{number}@school.example>"
    message.set_content("text\n")
    message.add_alternative(f"<p>page {number}</p>", subtype="html")
    return look_at(Passage(number, at, STUDENT.address, to, bytes(message), delivered))


def told(*, terminal: bool = False) -> tuple[Console, StringIO]:
    out = StringIO()
    return Console(file=out, force_terminal=terminal, width=80, _environ={}), out


def test_kinds_are_told_from_the_headers() -> None:
    for kind in ("request", "packet", "reminder", "follow_up", "notice", "digest"):
        assert mail(1, kind, SMITH).kind == kind


def test_nothing_twice_is_seen_from_outside() -> None:
    mails = [
        mail(1, "request", SMITH),
        mail(2, "packet", SMITH),
        mail(3, "request", CAST[1].address),
    ]
    counts = count(mails, CHICAGO)
    assert counts.never_twice
    assert (counts.kinds["request"], counts.kinds["packet"]) == (2, 1)


def test_a_second_request_and_a_second_digest_of_a_day_are_cried_out() -> None:
    mails = [mail(n, "request", SMITH) for n in (1, 2)]
    mails += [mail(n, "digest", STUDENT.address) for n in (3, 4)]
    counts = count(mails, CHICAGO)
    assert counts.twice == (f"request to {SMITH}",)
    assert [str(day) for day in counts.digests_twice] == ["2027-03-15"]
    console, out = told()
    print_counts(console, counts)
    assert "TWICE: request to jane.smith@hospital.example, digest on 2027-03-15" in out.getvalue()


def test_one_that_bounced_and_was_sent_again_is_not_twice() -> None:
    mails = [mail(1, "request", SMITH, delivered=False), mail(2, "request", SMITH)]
    counts = count(mails, CHICAGO)
    assert counts.never_twice
    assert counts.bounced == 1


def test_a_line_a_mail_with_its_date_in_the_applicants_zone() -> None:
    console, out = told()
    timeline = Timeline(console, CHICAGO, {})
    timeline.show(mail(1, "request", SMITH, subject="A letter for residency"))
    assert out.getvalue() == (
        "Mon 15 Mar 12:02  lordaemon → Dr. Smith     request: A letter for residency\n"
    )


def test_quiet_mornings_are_counted_not_told() -> None:
    console, out = told()
    timeline = Timeline(console, CHICAGO, {})
    for day in range(3):
        subject = "Letters: 1 of 4 agreed, nothing needs you, 100 days left"
        at = NOON + timedelta(days=day)
        timeline.show(mail(day, "digest", STUDENT.address, at=at, subject=subject))
    assert out.getvalue() == ""
    timeline.show(mail(9, "packet", SMITH, at=NOON + timedelta(days=3)))
    first, second = out.getvalue().splitlines()
    assert first.strip() == "3 quiet mornings: a digest each, nothing to do for Sam"
    assert "packet: A letter" in second


def season_table(tmp_path: Path, *, after: bool) -> Table:
    plan = load_plan(write_plan(tmp_path, imap_port=1, smtp_port=2, password="x"))
    asked = Attempt("a", "request", "sent", NOON, at=NOON, to=SMITH)
    yes = Heard("h", NOON + timedelta(hours=2), "yes", confident=True, evidence="Yes, happy to.")
    facts = WriterHistory("p", attempts=(asked,), heard=(yes,) if after else (),
                          first_seen_at=NOON)  # fmt: skip
    history = History({"smith": facts}, started_at=NOON - timedelta(days=3))
    now = NOON + timedelta(hours=3)
    return tabulate(plan, history, decide(plan, history, now), now)


def test_what_changed_in_the_table_is_told_once(tmp_path: Path) -> None:
    console, out = told()
    timeline = Timeline(console, CHICAGO, {})
    timeline.changes(season_table(tmp_path, after=False))
    assert out.getvalue() == ""
    for _ in range(2):
        timeline.changes(season_table(tmp_path, after=True))
    assert out.getvalue().count("Dr. Smith is understood as a yes") == 1


def test_the_table_has_its_six_columns_and_stays_whole_in_a_pipe(tmp_path: Path) -> None:
    console, out = told()
    print_table(console, season_table(tmp_path, after=True))
    lines = out.getvalue().splitlines()
    header = next(line for line in lines if "Writer" in line)
    columns = [cell.strip() for cell in header.strip("|").split("|")]
    assert columns == ["Writer", "Type", "Date asked", "Confirmed?", "Due date", "Uploaded?"]
    (smith,) = [line for line in lines if "Dr. Smith" in line]
    cells = [cell.strip() for cell in smith.strip("|").split("|")]
    assert cells == ["Dr. Smith", "clinical", "15 Mar 2027", "yes", "15 Sep 2027", "pending"]
    assert "\x1b" not in out.getvalue()


def test_every_mail_is_kept_and_every_digest_as_a_page(tmp_path: Path) -> None:
    mails = [mail(1, "request", SMITH), mail(2, "digest", STUDENT.address)]
    assert keep_mails(tmp_path, mails, CHICAGO) == 2
    kept = sorted(path.name for path in (tmp_path / "mails").iterdir())
    assert kept == [
        "001-2027-03-15-lordaemon-to-smith-request.eml",
        "002-2027-03-15-lordaemon-to-sam-digest.eml",
    ]
    assert (tmp_path / "mails" / kept[0]).read_bytes() == mails[0].passage.data
    assert "<p>page 2</p>" in (tmp_path / "digests" / "2027-03-15.html").read_text()
