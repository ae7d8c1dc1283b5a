"""The demo's own plan: `config.toml` beside this file, filled in, with the files it speaks of."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template

from lordaemon.demo.cast import Role
from lordaemon.demo.documents import page_of_text

PASSWORD_FILE = "mailbox-password.txt"  # noqa: S105 - the name of a file


def write_plan(folder: Path, *, imap_port: int, smtp_port: int, password: str) -> Path:
    """Write config.toml, the attachments and the password file into `folder`; gives the plan."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (title, *paragraphs) in DOCUMENTS.items():
        (folder / name).write_bytes(page_of_text(title, paragraphs))
    _write_private(folder / PASSWORD_FILE, f"{password}\n")
    database = (folder.resolve() / "lordaemon.db").as_posix()
    blank = files("lordaemon.demo").joinpath("config.toml").read_text(encoding="utf-8")
    plan = folder / "config.toml"
    text = Template(blank).substitute(
        imap_port=imap_port, smtp_port=smtp_port, password_file=PASSWORD_FILE,
        database=f"sqlite:///{_escaped(database)}",
    )  # fmt: skip
    _write_private(plan, text)
    return plan


def correct_address(plan: Path, role: Role) -> None:
    """What the student does after the bounce: put the right address in place of the wrong one."""
    text = plan.read_text(encoding="utf-8")
    _write_private(plan, text.replace(role.misspelt, role.address))


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _escaped(text: str) -> str:
    """Fit to stand between the quotes of a TOML basic string."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


DOCUMENTS: dict[str, tuple[str, ...]] = {
    "cv.pdf": (
        "Sam Rivera: curriculum vitae",
        "Education: State University School of Medicine, class of 2028. BS in biology, 2023.",
        "Clinical work: medicine wards, cardiology consults, intensive care, geriatrics clinic.",
        "Research: early lactate and outcome in sepsis; a poster at the regional meeting.",
        "Service: Saturday free clinic since 2025; interpreter for Spanish-speaking patients.",
    ),
    "personal-statement.pdf": (
        "Personal statement",
        """On my second night on the wards a patient asked me whether he would go home. I did not
        know, and I said so, and then I stayed. What I learned that night is why I am applying in
        internal medicine.""",
        """I like the long work of finding out: the history that is told twice, the number that
        does not fit, the call to the pharmacy before the order is signed.""",
        "I look for a residency that expects me to ask for feedback, and to act on it.",
    ),
    "letter-request-form.pdf": (
        "Letter request form",
        "Applicant: Sam Rivera. Specialty: Internal Medicine. Letter ID: DEMO-2028-0001.",
        """The applicant has waived the right to read this letter. Please upload it in the portal,
        and don't send a copy to the applicant.""",
    ),
}
"""Title and paragraphs of every file the plan names."""
