"""The folder that stays after the demo: every mail as .eml, every digest as .html."""

from __future__ import annotations

from collections.abc import Iterable
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from zoneinfo import ZoneInfo

from lordaemon.demo.cast import CAST, STUDENT
from lordaemon.demo.mailkind import OURS, Seen

_SHORT = {STUDENT.address: "sam"} | {
    address: role.id for role in CAST for address in (role.address, role.misspelt) if address
}


def keep_mails(folder: Path, mails: Iterable[Seen], zone: ZoneInfo) -> int:
    """Write `mails/NNN-DATE-FROM-to-TO-KIND.eml` and `digests/DATE.html`; how many mails."""
    letters, digests = folder / "mails", folder / "digests"
    letters.mkdir(parents=True, exist_ok=True)
    digests.mkdir(exist_ok=True)
    count = 0
    for count, seen in enumerate(mails, 1):  # noqa: B007 - the count is the answer
        (letters / file_name(seen, zone)).write_bytes(seen.passage.data)
        page = _page_of(seen) if seen.kind == "digest" else ""
        if page:
            day = seen.passage.at.astimezone(zone).date()
            (digests / f"{day}.html").write_text(page, encoding="utf-8")
    return count


def file_name(seen: Seen, zone: ZoneInfo) -> str:
    """For example `007-2027-03-15-lordaemon-to-smith-request.eml`."""
    passage = seen.passage
    day = passage.at.astimezone(zone).date()
    sender = "lordaemon" if seen.kind in OURS else _short(passage.sender)
    recipient = "lordaemon" if seen.kind == "order" else _short(passage.recipient)
    kind = seen.kind.replace("_", "-").replace(" ", "-")
    return f"{passage.number:03}-{day}-{sender}-to-{recipient}-{kind}.eml"


def _short(address: str) -> str:
    return _SHORT.get(address, "post-office" if not address else "somebody")


def _page_of(seen: Seen) -> str:
    body = message_from_bytes(seen.passage.data, policy=SMTP).get_body(("html",))
    return str(body.get_content()) if body else ""
