"""What people's mail programs make of an answer: quoted, in HTML, from a phone, or automatic.

Writers answer one of our mails; each program here quotes it the way its kind does, so that the
reader of replies has to find the answer among our own words. Instants are aware; the zone they
carry is the one the writer sees.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parsedate_to_datetime
from typing import Literal

Program = Literal["gmail", "outlook", "iphone", "thunderbird", "out-of-office"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who writes."""

    name: str
    address: str

    def header(self) -> Address:
        """For a From or To line."""
        return Address(self.name, addr_spec=self.address)

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True, slots=True)
class Original:
    """The mail that is answered, as far as an answer needs it."""

    sender: str
    to: str
    subject: str
    message_id: str
    references: str
    date: datetime
    text: str

    @classmethod
    def of(cls, data: bytes) -> Original:
        """Take a mail apart; for mail composed by ourselves or by the played people."""
        message = message_from_bytes(data, policy=SMTP)
        body = message.get_body(("plain", "html"))
        message_id = str(message["Message-ID"] or "")
        older = str(message["References"] or message["In-Reply-To"] or "")
        return cls(
            sender=str(message["From"]),
            to=str(message["To"]),
            subject=str(message["Subject"] or ""),
            message_id=message_id,
            references=f"{older} {message_id}".strip(),
            date=parsedate_to_datetime(str(message["Date"])),
            text=body.get_content().replace("\r\n", "\n").strip() if body else "",
        )


def new_mail(
    author: Person, to: Person, subject: str, text: str, at: datetime, message_id: str
) -> bytes:
    """A mail that answers nothing."""
    message = _start(author, subject, at, message_id)
    message["To"] = to.header()
    message.set_content(text)
    return bytes(message)


def reply(
    program: Program, original: Original, author: Person, text: str, at: datetime, message_id: str
) -> bytes:
    """The answer to a mail, as the given program would send it."""
    subject = original.subject
    if program == "out-of-office":
        message = _start(author, f"Automatic reply: {subject}", at, message_id)
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
    else:
        again = subject if subject.lower().startswith("re:") else f"Re: {subject}"
        message = _start(author, again, at, message_id)
    message["To"] = original.sender
    message["In-Reply-To"] = original.message_id
    message["References"] = original.references
    match program:
        case "gmail":
            _gmail(message, original, text)
        case "outlook":
            _outlook(message, original, text)
        case "iphone":
            wrote = f"On {original.date:%b %-d, %Y, at %-I:%M %p}, {original.sender} wrote:"
            quoted = _marked(f"\n{original.text}")
            message.set_content(f"{text}\n\nSent from my iPhone\n\n> {wrote}\n{quoted}\n")
        case "thunderbird":
            wrote = f"On {original.date:%-m/%-d/%y %-I:%M %p}, {original.sender} wrote:"
            message.set_content(f"{wrote}\n{_marked(original.text)}\n\n{text}\n")
        case "out-of-office":
            message.set_content(text)
    return bytes(message)


def _start(author: Person, subject: str, at: datetime, message_id: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = author.header()
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    return message


def _gmail(message: EmailMessage, original: Original, text: str) -> None:
    wrote = f"On {original.date:%a, %b %-d, %Y at %-I:%M %p} {original.sender} wrote:"
    message.set_content(f"{text}\n\n{wrote}\n\n{_marked(original.text)}\n")
    message.add_alternative(
        f'<div dir="ltr">{_html(text)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{html.escape(wrote)}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;'
        f'padding-left:1ex">{_html(original.text)}</blockquote></div>',
        subtype="html",
    )


def _outlook(message: EmailMessage, original: Original, text: str) -> None:
    head = {
        "From": original.sender,
        "Sent": f"{original.date:%A, %B %-d, %Y %-I:%M %p}",
        "To": original.to,
        "Subject": original.subject,
    }
    plain = "\n".join(f"{name}: {value}" for name, value in head.items())
    message.set_content(f"{text}\n\n{'_' * 32}\n{plain}\n\n{original.text}\n")
    rich = "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in head.items())
    message.add_alternative(
        '<html><body lang="EN-US"><div class="WordSection1">'
        f'<p class="MsoNormal">{_html(text)}</p>'
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">'
        f'<p class="MsoNormal">{rich}</p></div>'
        f'<p class="MsoNormal">{_html(original.text)}</p></div></body></html>',
        subtype="html",
    )


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _html(text: str) -> str:
    return html.escape(text).replace("\n", "<br>\n")
