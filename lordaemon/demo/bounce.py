"""The report a mail server sends back when an address doesn't exist (RFC 3464, RFC 6522)."""

from __future__ import annotations

from datetime import datetime
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import format_datetime

HOST = "mx.post-office.example"


def no_such_user(original: bytes, sender: str, recipient: str, at: datetime, number: int) -> bytes:
    """The bounce of one mail, addressed to its sender, as bytes ready to be delivered.

    `at`: aware instant of the failure; `number` makes the Message-ID unique. The original's
    headers come back with it (RFC 6522 section 3), its text and files don't.
    """
    reason = f"550 5.1.1 <{recipient}>: no such mailbox here"
    report = MIMEMultipart(
        "report", boundary=f"report-{number}", report_type="delivery-status", policy=SMTP
    )
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{HOST}>"
    report["To"] = sender
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = f"<bounce.{number}@{HOST}>"
    report["Auto-Submitted"] = "auto-replied"
    report.attach(
        MIMEText(
            "Your message could not be delivered to one recipient. No further attempt is made.\n\n"
            f"<{recipient}>: {reason}\n"
        )
    )
    report.attach(_status(recipient, reason, at))
    report.attach(_headers_of(original))
    return bytes(report)


def _status(recipient: str, reason: str, at: datetime) -> Message:
    """The part that programs read: per-message fields, then per-recipient fields."""
    message, one = Message(), Message()
    message["Reporting-MTA"] = f"dns; {HOST}"
    message["Arrival-Date"] = format_datetime(at)
    one["Final-Recipient"] = f"rfc822; {recipient}"
    one["Action"] = "failed"
    one["Status"] = "5.1.1"
    one["Diagnostic-Code"] = f"smtp; {reason}"
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([message, one])
    return status


def _headers_of(original: bytes) -> Message:
    returned = Message()
    returned["Content-Type"] = "text/rfc822-headers"
    headers = BytesHeaderParser().parsebytes(original)
    returned.set_payload("".join(f"{name}: {value}\n" for name, value in headers.items()))
    return returned
