"""`init`: the questions, the plan they make, and one writer more."""

from __future__ import annotations

import stat

from lordaemon.plan.load import load_plan
from tests.cli.desk import Desk

YOU = ("Sam Rivera", "sam@", "sam@gmail.com", "America/Chicago", "State University", "2028",
       "Internal Medicine", "next year", "2027-09-22", "", "", "", "",
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
