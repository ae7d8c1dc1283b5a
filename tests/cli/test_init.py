"""`init`: the questions, the plan they make, and one writer more."""

from __future__ import annotations

import re
import stat

from lordaemon.plan.load import load_plan
from tests.cli.desk import Desk

YOU = ("Sam Rivera", "sam@", "sam@gmail.com", "America/Chicago", "State University", "2028",
       "Internal Medicine", "next year", "2027-09-22", "", "", "", "", "",
       "Medicine keeps asking the next question.", "", "2", "pass mail/school")  # fmt: skip
SMITH = ("Jane Smith", "", "jane@hospital.example", "", "1", "Medicine wards", "2027-02-28", "4",
         "Led two family meetings", "Pre-rounded on all my patients",
         "Called consults with a clear question", "", "3", "2027-03-01", "yes")  # fmt: skip
LEE = ("Ann Lee", "Prof.", "lee@lab.example", "", "research", "Outcomes group", "", "30",
       "Wrote the data dictionary", "Reran the analysis", "Redrew both figures", "", "2",
       "2027-03-02", "nothing")  # fmt: skip


def test_a_plan_from_answers(desk: Desk) -> None:
    typed = "\n".join((*YOU, *SMITH, "y", *LEE, "n", ""))
    said = desk.run("init", "letters", typed=typed)
    assert said.code == 0, said.err
    assert "is not an e-mail address" in said.out
    assert "Google wants an app password" in said.out
    file = desk.folder / "letters" / "config.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    plan = load_plan(file)
    smith, lee = plan.writers
    assert (plan.mail.provider, plan.mail.password and plan.mail.password.command) == (
        "gmail", ("pass", "mail/school"),
    )  # fmt: skip
    assert (smith.id, smith.answer, str(smith.asked_in_person)) == ("smith", "yes", "2027-03-01")
    assert (lee.title, lee.type, str(lee.asked), lee.answer) == (
        "Prof.", "research", "2027-03-02", None,
    )  # fmt: skip
    assert file.read_text().startswith("# The letters of Sam Rivera")


def test_typed_as_a_person_types(desk: Desk) -> None:
    """Days and numbers in words, a title before the name, second thoughts, praise."""
    you = list(YOU)
    you[5:9] = ["twenty", "2028", "Surgery", "<", "Internal Medicine", "9/22", "March 4",
                "03/04/2027", "Sept 22nd, 2027"]  # fmt: skip
    smith = ("Dr. Jane Smith, MD", "", "sam@gmail.com", "jane@hospital.example", "", "1",
             "Medicine wards", "28 February 2027", "four weeks", "hard-working",
             "Led two family meetings", "MRN 4471920 was mine", "Carried four patients",
             "Called consults", "", "1", "2/29/2027", "March 15 2027", "no")  # fmt: skip
    said = desk.run("init", typed="\n".join((*you, *smith, "")))
    assert said.code == 0, said.out
    for told in (
        "add the year", "can be two days. Write 2027-03-04 or 2027-04-03",
        "That is Wednesday, 22 September 2027", "address is yours", '"hard-working" is praise',
        "looks like a record number",
    ):  # fmt: skip
        assert told in said.out
    plan = load_plan(desk.plan)
    (writer,) = plan.writers
    assert (plan.season.specialty, str(plan.season.deadline)) == ("Internal Medicine", "2027-09-22")
    assert (writer.title, writer.name, writer.id) == ("Dr.", "Jane Smith, MD", "smith")
    assert writer.highlights == (
        "Led two family meetings", "Carried four patients", "Called consults",
    )  # fmt: skip
    assert (writer.worked_together.weeks, str(writer.ask_on)) == (4, "2027-03-15")


def test_a_port_tells_how_the_connection_is_secured(desk: Desk) -> None:
    hosts = ("--imap-host", "mail.school.example", "--smtp-host", "mail.school.example:587")
    flags = FLAGS[: FLAGS.index("--imap-host")]
    assert desk.run("init", "--non-interactive", *flags, *hosts, *WRITER).code == 0
    mail = load_plan(desk.plan).mail
    assert (mail.imap.port, mail.imap.security) == (None, "tls")
    assert (mail.smtp.host, mail.smtp.port, mail.smtp.security) == (
        "mail.school.example", 587, "starttls",
    )  # fmt: skip


def test_nothing_is_written_when_the_answers_end(desk: Desk) -> None:
    said = desk.run("init", typed="Sam Rivera\n")
    assert said.code == 2
    assert "nothing was written" in said.err
    assert not desk.plan.exists()


def test_the_example_without_questions_and_never_over_a_plan(desk: Desk) -> None:
    assert desk.run("init", "here", "--non-interactive").code == 0
    file = desk.folder / "here" / "config.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(load_plan(file).writers) > 1
    file.write_text("# mine\n")
    assert desk.run("init", "here", "--non-interactive").code == 2
    assert file.read_text() == "# mine\n"


FLAGS = (
    "--name", "Sam Rivera", "--email", "sam@school.example", "--timezone", "America/Chicago",
    "--school", "State University", "--specialty", "Internal Medicine",
    "--deadline", "2027-09-22", "--statement", "ps.pdf", "--password", "env:MAIL_PASSWORD",
    "--imap-host", "mail.school.example",
)  # fmt: skip
WRITER = ("--writer-name", "Ana Gómez", "--writer-email", "gomez@hospital.example",
          "--what", "Medical ICU", "--highlight", "Carried four patients",
          "--highlight", "Called consults", "--highlight", "Kept calm in a night with codes",
          "--asked", "2027-01-05")  # fmt: skip


def test_every_answer_by_flag(desk: Desk) -> None:
    said = desk.run("init", "--non-interactive", *FLAGS, *WRITER)
    assert said.code == 0, said.err
    plan = load_plan(desk.plan)
    assert plan.mail.imap.host == "mail.school.example"
    assert plan.mail.smtp.host == "smtp.school.example"
    assert plan.writers[0].id == "gomez"
    missing = desk.run("init", "other", "--non-interactive", "--name", "Sam")
    assert missing.code == 2
    assert "--email" in missing.err
    quote = desk.run("init", "other", "--non-interactive", *FLAGS, "--password", "command:pass 'x")
    assert quote.code == 2
    wrong = desk.run("init", "other", "--non-interactive", *FLAGS, *WRITER, "--letters", "40")
    assert wrong.code == 2
    assert "outside 1..12" in wrong.err


def test_one_writer_more_leaves_every_byte(desk: Desk) -> None:
    file = desk.write()
    old = file.read_text() + "# my last words\n"
    file.write_text(old)
    assert desk.run("init", "--add-writer", "--non-interactive", *WRITER).code == 0
    assert file.read_text().startswith(old)
    assert [w.id for w in load_plan(file).writers] == ["smith", "gomez"]
    again = desk.run("init", "--add-writer", "--non-interactive", *WRITER)
    assert again.code == 78
    assert [w.id for w in load_plan(file).writers] == ["smith", "gomez"]


def test_every_line_waiting_behind_a_mark_counts_once_it_is_taken_away(desk: Desk) -> None:
    assert desk.run("init", "--non-interactive", *FLAGS, *WRITER).code == 0
    text = desk.plan.read_text()
    waiting = re.compile(r"^# (?=[a-z_0-9]+ = )", re.MULTILINE)
    assert len(waiting.findall(text)) >= 11
    desk.plan.write_text(waiting.sub("", text))
    plan = load_plan(desk.plan)
    assert (plan.policy.approve, plan.digest.quiet_days, plan.season.step2) == (
        "each", False, "solid",
    )  # fmt: skip
