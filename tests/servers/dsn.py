"""Delivery reports (RFC 3464) in the shapes real mail systems give them, and read receipts."""

from __future__ import annotations

import email.utils
import uuid
from datetime import UTC, datetime
from typing import Literal, get_args

from tests.servers.writers import Original

DsnStyle = Literal[
    "postfix",  # the original attached
    "gmail",  # the original's headers only, X-Failed-Recipients
    "exchange",  # "Undeliverable:" subject
    "exim",  # prose only, X-Failed-Recipients
    "qmail",  # prose only: "Hi. This is the qmail-send program"
    "no-original",  # nothing of the original
]
DSN_STYLES: tuple[DsnStyle, ...] = get_args(DsnStyle)
DsnAction = Literal["failed", "delayed", "delivered"]

_PROSE = {
    "failed": "could not be delivered to one or more recipients",
    "delayed": "has not been delivered yet; delivery attempts will continue",
    "delivered": "was successfully delivered",
}
_STATUS = {"failed": "5.1.1", "delayed": "4.4.7", "delivered": "2.1.5"}


def dsn(
    original: bytes,
    recipient: str,
    action: DsnAction = "failed",
    status: str = "",
    diagnostic: str = "",
    style: DsnStyle = "postfix",
    date: datetime | None = None,
) -> bytes:
    """A report about `recipient` to the original's From; deliver it with an empty sender."""
    to = Original(original)
    status = status or _STATUS[action]
    diagnostic = diagnostic or (
        f"smtp; 550 {status} <{recipient}>: Recipient address rejected: User unknown"
        if action == "failed"
        else f"smtp; 250 {status} ok"
    )
    head = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.lab.test>",
        f"Subject: {_subject(style, action, to.subject)}",
        *_common(to, date),
        "Auto-Submitted: auto-replied",
    ]
    if style in {"gmail", "exim"}:
        head.append(f"X-Failed-Recipients: {recipient}")
    if style == "gmail":
        head += [f"In-Reply-To: {to.message_id}", f"References: {to.message_id}"]
    said = diagnostic.removeprefix("smtp; ")
    prose = f"Your message {_PROSE[action]}.\n\n<{recipient}>: {said}\n"
    if style == "qmail":
        prose = (
            "Hi. This is the qmail-send program at mx.lab.test.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
            "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            f"<{recipient}>:\n{said}\n\n--- Below this line is a copy of the message.\n\n"
        )
    if style in {"exim", "qmail"}:
        copy = original.decode("utf-8", "replace").replace("\r\n", "\n")
        return _lines([*head, "Content-Type: text/plain; charset=utf-8", "", prose + copy])
    fields = (
        "Reporting-MTA: dns; mx.lab.test\n\n"
        f"Final-Recipient: rfc822; {recipient}\nOriginal-Recipient: rfc822;{recipient}\n"
        f"Action: {action}\nStatus: {status}\nRemote-MTA: dns; mx.elsewhere.example\n"
        f"Diagnostic-Code: {diagnostic}\n"
    )
    return _report(head, prose, fields, original, style)


def receipt(original: bytes, disposition: str = "displayed", date: datetime | None = None) -> bytes:
    """A read receipt (RFC 8098)."""
    to = Original(original)
    who = to.recipient.address
    head = [
        f"From: {who}",
        f"Subject: Read: {to.subject}",
        *_common(to, date),
        f"In-Reply-To: {to.message_id}",
        f"References: {to.message_id}",
    ]
    fields = (
        f"Final-Recipient: rfc822;{who}\nOriginal-Message-ID: {to.message_id}\n"
        f"Disposition: manual-action/MDN-sent-manually; {disposition}\n"
    )
    prose = f"Your message was {disposition}.\n"
    return _report(head, prose, fields, original, "no-original", "disposition-notification")


def _common(to: Original, date: datetime | None) -> list[str]:
    return [
        f"To: {to.sender.address}",
        f"Date: {email.utils.format_datetime(date or datetime.now(UTC))}",
        f"Message-ID: <{uuid.uuid4().hex}@mx.lab.test>",
        "MIME-Version: 1.0",
    ]


def _subject(style: DsnStyle, action: DsnAction, subject: str) -> str:
    if style == "exchange":
        return f"Undeliverable: {subject}"
    if style == "qmail":
        return "failure notice"
    if style == "postfix" and action == "failed":
        return "Undelivered Mail Returned to Sender"
    words = {"failed": "Failure", "delayed": "Delay", "delivered": "Success"}
    return f"Delivery Status Notification ({words[action]})"


def _report(
    head: list[str],
    prose: str,
    fields: str,
    original: bytes,
    style: DsnStyle,
    report: str = "delivery-status",
) -> bytes:
    mark = uuid.uuid4().hex
    parts = [
        f"Content-Type: text/plain; charset=us-ascii\n\n{prose}",
        f"Content-Type: message/{report}\n\n{fields}",
    ]
    text = original.decode("utf-8", "replace").replace("\r\n", "\n")
    if style == "gmail":
        parts.append(f"Content-Type: text/rfc822-headers\n\n{text.partition(chr(10) * 2)[0]}\n")
    elif style != "no-original":
        parts.append(f"Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\n{text}")
    body = "".join(f"--{mark}\n{part}\n" for part in parts) + f"--{mark}--\n"
    kind = f'Content-Type: multipart/report; report-type={report}; boundary="{mark}"'
    return _lines([*head, kind, "", body])


def _lines(lines: list[str]) -> bytes:
    return "\n".join(lines).replace("\n", "\r\n").encode("utf-8")
