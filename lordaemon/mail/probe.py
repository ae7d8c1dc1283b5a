"""`check --online`: log in to both servers, mail oneself a probe, and see what the provider does.

Reports facts only: whether a copy appears in Sent by itself, whether the Message-ID is kept, how
far the clocks differ, and what the provider says about the sender (Authentication-Results).
"""

from __future__ import annotations

import threading
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from lordaemon import clock
from lordaemon.mail.account import Account
from lordaemon.mail.imap import Mailbox
from lordaemon.mail.secrets import password_of
from lordaemon.plan.model import Plan

PATIENCE = 10
"""How many looks, one to two seconds apart, the probe gets to arrive."""
PAUSE = 1.5


def probe(plan: Plan) -> tuple[list[str], list[str]]:
    """What works, and what is wrong. Raises the wire's errors when a login fails."""
    account = Account.of(plan)
    said: list[str] = []
    problems: list[str] = []
    password_of(plan.mail, plan.folder, username=account.username)
    with account.mailbox() as mailbox:
        folders = mailbox.find_folders(plan.mail.imap.folders, plan.mail.imap.sent)
        said.append(f"reading works (IMAP); answers are looked for in {', '.join(folders.listen)}")
        if folders.sent is None:
            problems.append('No Sent folder was found; name it: [mail.imap] sent = "Sent"')
        account.postman().check_login()
        said.append("sending works (SMTP)")
        _mail_oneself(plan, account, mailbox, folders.listen[0], folders.sent, said, problems)
    return said, problems


def _mail_oneself(
    plan: Plan, account: Account, mailbox: Mailbox, inbox: str, sent: str | None,
    said: list[str], problems: list[str],
) -> None:  # fmt: skip
    now = clock.system_clock()
    token = clock.token()
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail["To"] = plan.applicant.email
    mail["Subject"] = f"lordaemon tries your mailbox ({token})"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<probe.{token}@{plan.applicant.email.rpartition('@')[2]}>"
    mail["X-Lordaemon"] = "probe"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("This is a try-out of lordaemon. You can delete it.\n")
    done = account.postman().deliver(
        plan.applicant.email, plan.applicant.email, mail.as_bytes(), last_gate=lambda: None
    )
    if done.outcome != "accepted":
        problems.append(f"A mail to yourself did not leave: {done.text}")
        return
    wait = threading.Event()
    for _ in range(PATIENCE):
        new = mailbox.new_messages(inbox, None, (now - timedelta(days=1)).date())
        found = next((m for m in new.messages if token.encode() in m.header), None)
        if found is not None:
            break
        wait.wait(PAUSE)
    else:
        said.append(
            "a mail to yourself was taken, but had not arrived after a while; look for it in your "
            "mailbox, and try again"
        )
        return
    kept = f"probe.{token}".encode() in found.header
    said.append(
        "the Message-ID is kept, so answers find their way back"
        if kept
        else "the provider replaces the Message-ID; answers are found by other signs"
    )
    skew = abs((found.internaldate - now).total_seconds()) / 60
    line = f"the server's clock and this machine's differ by {skew:.0f} minutes"
    limit = plan.policy.clock_skew_minutes
    (problems if limit and skew > limit else said).append(line)
    checked = b"authentication-results" in found.header.lower()
    said.append("the provider says whether senders are genuine (Authentication-Results)" if checked
                else "the provider doesn't say whether senders are genuine")  # fmt: skip
    if sent is not None:
        copies = mailbox.new_messages(sent, None, (now - timedelta(days=1)).date()).messages
        saved = any(token.encode() in m.header for m in copies)
        said.append("the provider keeps a copy in Sent" if saved
                    else "the provider keeps no copy in Sent; lordaemon adds its own")  # fmt: skip
