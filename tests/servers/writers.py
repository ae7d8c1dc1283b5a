"""The mail that people's real programs send in answer to a message of ours.

Every function takes the original message's bytes, as the SMTP server recorded them, and gives the
bytes of a new message to hand to `Dovecot.deliver` or `deliver_at`. Robots, crooks and broken
mail are in `tests.servers.robots`.
"""

from __future__ import annotations

import base64
import email.utils
import html
import textwrap
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal, get_args

Client = Literal[
    "gmail",  # answer on top, "On ... wrote:", gmail_quote
    "gmail-de",  # the same in German
    "outlook",  # answer on top, From/Sent/To/Subject block without ">" marks
    "outlook-mobile",  # "Get Outlook for iOS" and a rule of underscores
    "apple",  # "On 22 Nov 2026, at 10:00, X wrote:", blockquote type=cite
    "iphone",  # the same with "Sent from my iPhone"
    "thunderbird",  # answer at the bottom, format=flowed
    "mutt",  # text only, answer at the bottom
    "yahoo",  # answer on top, yahoo_quoted
    "inline",  # answer between the quoted lines
    "no-quote",  # threading headers, nothing quoted
    "no-thread",  # no threading headers: only the subject ties it to ours
    "new-subject",  # threading headers under another subject
]
CLIENTS: tuple[Client, ...] = get_args(Client)


@dataclass(frozen=True)
class Person:
    """Who writes."""

    address: str
    name: str = ""

    @property
    def header(self) -> str:
        """As it stands in From or To."""
        return email.utils.formataddr((self.name, self.address))


class Original:
    """What an answer needs to know of the message it answers."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.message = message_from_bytes(raw, policy=policy.default)
        self.message_id = str(self.message["Message-ID"] or "").strip()
        self.subject = str(self.message["Subject"] or "")
        older = str(self.message["References"] or self.message["In-Reply-To"] or "").split()
        self.references = " ".join([*older, self.message_id])
        self.sender = _person(self.message["Reply-To"] or self.message["From"])
        self.recipient = _person(self.message["To"])

    @property
    def date(self) -> datetime:
        """When it was written, by its own word."""
        return email.utils.parsedate_to_datetime(str(self.message["Date"]))

    @property
    def text(self) -> str:
        """Its plain text."""
        part = self.message.get_body(("plain", "html"))
        return str(part.get_content()).strip() if part else ""


def reply(
    original: bytes,
    body: str,
    client: Client = "gmail",
    *,
    sender: Person | None = None,
    date: datetime | None = None,
    cc: str = "",
    attachments: tuple[tuple[str, str, bytes], ...] = (),
    message_id: str = "",
) -> bytes:
    """An answer as `client` would send it, by the original's recipient unless `sender` says else.

    `attachments` are (file name, MIME type, bytes).
    """
    to = Original(original)
    mail = start(to, sender or to.recipient, date, message_id)
    if cc:
        mail["Cc"] = cc
    mail["Subject"] = _subject(to.subject, client)
    if client != "no-thread":
        thread(mail, to)
    _client_headers(mail, client)
    plain, rich = _quote(to, body, client)
    cte = "quoted-printable" if client.startswith(("gmail", "apple", "iphone")) else None
    if client == "thunderbird":
        mail.set_content(plain, charset="utf-8", cte="8bit", params={"format": "flowed"})
    else:
        mail.set_content(plain, charset="utf-8", cte=cte)
    if rich:
        mail.add_alternative(rich, subtype="html", charset="utf-8", cte=cte)
    for name, kind, data in attachments:
        main, _, sub = kind.partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return as_sent(mail)


def fresh(to: str, subject: str, body: str, sender: Person, date: datetime | None = None) -> bytes:
    """A new message that answers nothing."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender.header, to, subject
    mail["Date"] = email.utils.format_datetime(date or datetime.now(UTC))
    mail["Message-ID"] = new_id(sender)
    mail.set_content(body)
    return as_sent(mail)


def start(
    to: Original, sender: Person, date: datetime | None = None, message_id: str = ""
) -> EmailMessage:
    """A message to the original's sender with its first headers."""
    mail = EmailMessage()
    mail["From"] = sender.header
    mail["Date"] = email.utils.format_datetime(date or datetime.now(UTC))
    mail["Message-ID"] = message_id or new_id(sender)
    mail["To"] = to.sender.header
    return mail


def thread(mail: EmailMessage, to: Original) -> None:
    """Tie the message to the original (RFC 5322 section 3.6.4)."""
    mail["In-Reply-To"] = to.message_id
    mail["References"] = to.references


def new_id(sender: Person) -> str:
    """A Message-ID of the sender's own."""
    return f"<{uuid.uuid4().hex}@{sender.address.partition('@')[2] or 'lab.test'}>"


def as_sent(mail: EmailMessage) -> bytes:
    """The bytes as they go over the wire."""
    return mail.as_bytes(policy=policy.SMTP)


def _person(header: object) -> Person:
    name, address = email.utils.parseaddr(str(header or ""))
    return Person(address, name)


def _subject(subject: str, client: Client) -> str:
    if client == "new-subject":
        return f"quick question (was: {subject})"
    prefix = {"outlook": "RE: ", "gmail-de": "AW: "}.get(client, "Re: ")
    return subject if subject.lower().startswith(("re:", "aw:")) else prefix + subject


def _client_headers(mail: EmailMessage, client: Client) -> None:
    if client.startswith("outlook"):
        mail["Thread-Topic"] = str(mail["Subject"]).partition(": ")[2]
        mail["Thread-Index"] = base64.b64encode(uuid.uuid4().bytes + bytes(6)).decode()
        mail["X-MS-Has-Attach"] = ""
    elif client in {"apple", "iphone"}:
        mail["X-Mailer"] = "iPhone Mail (22B91)" if client == "iphone" else "Apple Mail (2.3826)"
    elif client in {"mutt", "thunderbird"}:
        mail["User-Agent"] = "Mutt/2.2.9" if client == "mutt" else "Mozilla Thunderbird"


def _quote(to: Original, body: str, client: Client) -> tuple[str, str]:
    """The plain text and, for programs that send one, the HTML."""
    if client in {"gmail", "gmail-de", "new-subject"}:
        return _gmail(to, body, german=client == "gmail-de")
    if client.startswith("outlook"):
        return _outlook(to, body, mobile=client == "outlook-mobile")
    if client in {"apple", "iphone"}:
        return _apple(to, body, phone=client == "iphone")
    who, when = to.sender, to.date
    if client == "yahoo":
        intro = f"On {when:%A, %B %d, %Y at %I:%M:%S %p} UTC, {who.name} <{who.address}> wrote:"
        return f" {body}\n\n    {intro}  \n \n {to.text}  \n", (
            f'<div class="ydp1">{_html(body)}</div><div id="yahoo_quoted_1" class="yahoo_quoted">'
            f"<div>{html.escape(intro)}</div><div>{_html(to.text)}</div></div>\n"
        )
    intro = f"On {when:%a, %b %d, %Y at %I:%M:%S%p %z}, {who.name or who.address} wrote:"
    if client in {"mutt", "thunderbird"}:
        return f"{intro}\n{_marked(to.text)}\n\n{body}\n", ""
    if client == "inline":
        lines = _marked(to.text).splitlines() or [">"]
        half = max(1, len(lines) // 2)
        return "\n".join([intro, *lines[:half], "", body, "", *lines[half:], ""]), ""
    return f"{body}\n", ""


def _gmail(to: Original, body: str, *, german: bool) -> tuple[str, str]:
    who, when = to.sender, to.date
    if german:
        intro = f"Am {when:%a., %d. %b. %Y um %H:%M} Uhr schrieb {who.name} <{who.address}>:"
    else:
        intro = f"On {when:%a, %b %d, %Y at %I:%M %p} {who.name} <{who.address}> wrote:"
    folded = "\n".join(textwrap.wrap(intro, 78, break_on_hyphens=False))
    return f"{body}\n\n{folded}\n\n{_marked(to.text)}\n", (
        f'<div dir="ltr">{_html(body)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{html.escape(intro)}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid '
        f'rgb(204,204,204);padding-left:1ex">{_html(to.text)}</blockquote></div>\n'
    )


def _apple(to: Original, body: str, *, phone: bool) -> tuple[str, str]:
    who, when = to.sender, to.date
    intro = (
        f"On {when.day} {when:%b %Y, at %H:%M}, {who.name or who.address} <{who.address}> wrote:"
    )
    mark = "\n\nSent from my iPhone" if phone else ""
    return f"{body}{mark}\n\n> {intro}\n> \n{_marked(to.text)}\n", (
        f'<html><body dir="auto"><div dir="ltr">{_html(body + mark)}</div><div dir="ltr"><br>'
        f'<blockquote type="cite">{html.escape(intro)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">{_html(to.text)}</div></blockquote>'
        "</body></html>\n"
    )


def _outlook(to: Original, body: str, *, mobile: bool) -> tuple[str, str]:
    rows = (
        ("From", f"{to.sender.name} <{to.sender.address}>"),
        ("Sent", f"{to.date:%A, %d %B %Y %H:%M}"),
        ("To", str(to.message["To"])),
        ("Subject", to.subject),
    )
    rule = "Get Outlook for iOS<https://aka.ms/o0ukef>\n" + "_" * 32 + "\n" if mobile else ""
    block = "\n".join(f"{label}: {value}" for label, value in rows)
    rich = "<br>".join(f"<b>{label}:</b> {html.escape(value)}" for label, value in rows)
    return f"{body}\n\n{rule}{block}\n\n{to.text}\n", (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang="EN-GB">'
        f'<div class="WordSection1"><p class="MsoNormal">{_html(body)}</p>'
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{rich}</p></div><p class="MsoNormal">{_html(to.text)}</p>'
        "</div></body></html>\n"
    )


def _marked(text: str) -> str:
    return "\n".join("> " + line if line else ">" for line in text.splitlines())


def _html(text: str) -> str:
    return html.escape(text).replace("\n", "<br>\n")
