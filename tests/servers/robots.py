"""Mail that no honest person wrote: automatic replies, forgeries, and bytes that break rules."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from tests.servers.writers import Original, Person, as_sent, reply, start, thread

AutoStyle = Literal[
    "rfc3834",  # Auto-Submitted: auto-replied
    "exchange-oof",  # X-Auto-Response-Suppress, Inbox-Rules-Loop, "Automatic reply:"
    "gmail-vacation",  # Precedence: bulk, X-Autoreply
    "precedence",  # only Precedence: auto_reply
    "no-headers",  # nothing but its words tells
    "ticket",  # a help desk's receipt under a new subject
]
AUTO_STYLES: tuple[AutoStyle, ...] = get_args(AutoStyle)

SpoofKind = Literal[
    "display-name",  # the victim's name, another address
    "header-from",  # the victim's address in From, authentication failed
    "lookalike",  # a domain one letter off
    "stranger-in-thread",  # a third person with correct References
    "reply-to",  # right From, Reply-To elsewhere
    "two-froms",  # From with two addresses, the victim first
]
SPOOFS: tuple[SpoofKind, ...] = get_args(SpoofKind)

MalformedKind = Literal[
    "no-message-id", "no-date", "bad-date", "no-from", "bad-charset", "raw-8bit-headers",
    "nul-bytes", "truncated-multipart", "deep-nesting", "huge-headers", "bad-base64", "empty",
    "duplicate-message-id", "broken-message-id", "nested-comments",
]  # fmt: skip
MALFORMED: tuple[MalformedKind, ...] = get_args(MalformedKind)
MALLORY = Person("mallory@evil.example", "Mallory")


def auto_reply(
    original: bytes,
    style: AutoStyle = "rfc3834",
    *,
    sender: Person | None = None,
    date: datetime | None = None,
    body: str = "I am out of the office until Monday with limited access to email.",
) -> bytes:
    """A robot's answer: out of office, vacation, a receipt."""
    to = Original(original)
    me = sender or to.recipient
    mail = start(to, me, date)
    if style != "ticket":
        thread(mail, to)
    subject, headers = {
        "rfc3834": (f"Auto: {to.subject}", {"Auto-Submitted": "auto-replied (vacation)"}),
        "exchange-oof": (
            f"Automatic reply: {to.subject}",
            {
                "X-Auto-Response-Suppress": "All",
                "X-MS-Exchange-Inbox-Rules-Loop": me.address,
                "Auto-Submitted": "auto-generated",
            },
        ),
        "gmail-vacation": (
            f"Re: {to.subject}",
            {"Precedence": "bulk", "X-Autoreply": "yes", "Auto-Submitted": "auto-replied"},
        ),
        "precedence": (f"Re: {to.subject}", {"Precedence": "auto_reply"}),
        "no-headers": (f"Re: {to.subject}", {}),
        "ticket": (
            f"[#48213] We have received: {to.subject}",
            {"Auto-Submitted": "auto-generated"},
        ),
    }[style]
    mail["Subject"] = subject
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(body)
    return as_sent(mail)


def spoof(
    original: bytes,
    kind: SpoofKind,
    *,
    body: str = "Yes, happy to write it.",
    attacker: Person = MALLORY,
    date: datetime | None = None,
) -> bytes:
    """A forged answer that claims to come from the original's recipient."""
    to = Original(original)
    real = to.recipient
    one_off = real.address[:-1] + ("n" if real.address[-1] != "n" else "m")
    sender = {
        "display-name": Person(attacker.address, real.name or real.address),
        "header-from": real,
        "lookalike": Person(one_off, real.name),
        "reply-to": real,
    }.get(kind, attacker)
    mail = start(to, sender, date)
    if kind == "two-froms":
        del mail["From"]
        mail["From"] = f"{real.header}, {attacker.header}"
        mail["Sender"] = attacker.address
    if kind == "reply-to":
        mail["Reply-To"] = attacker.header
    result = "fail" if kind == "header-from" else "pass"
    domain = sender.address.partition("@")[2]
    mail["Authentication-Results"] = (
        f"mx.lab.test; spf={result}; dmarc={result} header.from={domain}"
    )
    mail["Subject"] = f"Re: {to.subject}"
    thread(mail, to)
    mail.set_content(body)
    return as_sent(mail)


def malformed(original: bytes, kind: MalformedKind, sender: Person | None = None) -> bytes:
    """An answer whose bytes break some rule, as mail in the wild does."""
    good = reply(original, "A broken answer.", "mutt", sender=sender)
    head, _, body = good.partition(b"\r\n\r\n")
    without_id = _without(good, b"message-id")
    made = {
        "no-message-id": without_id,
        "no-date": _without(good, b"date"),
        "bad-date": b"Date: 31 Febtober 20x6\r\n" + _without(good, b"date"),
        "no-from": _without(good, b"from"),
        "bad-charset": good.replace(b'"utf-8"', b'"x-klingon"'),
        "raw-8bit-headers": b"X-Note: gr\xfc\xdfe \xff\xfe\r\n" + good,
        "nul-bytes": head + b"\r\n\r\nbefore\x00after\r\n" + body,
        "huge-headers": b"".join(b"X-Junk-%d: %s\r\n" % (i, b"j" * 900) for i in range(300)) + good,
        "bad-base64": _without(good, b"content-transfer-encoding").partition(b"\r\n\r\n")[0]
        + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64===\r\n",
        "broken-message-id": b"Message-ID: <[\r\n" + without_id,
        "nested-comments": b"From: " + b"(" * 20000 + b"\r\n" + _without(good, b"from"),
        "empty": b"",
    }
    if kind in made:
        return made[kind]
    if kind == "truncated-multipart":
        rich = reply(original, "Cut short.", "gmail", sender=sender)
        return rich[: rich.index(b"text/html")]
    if kind == "deep-nesting":
        return nested(_without(good, b"content-type", b"content-transfer-encoding"), 60)
    to = Original(original)
    return reply(original, "Same id.", "mutt", sender=sender, message_id=to.message_id)


def nested(message: bytes, depth: int) -> bytes:
    """The message's text inside `depth` multiparts."""
    head, _, body = message.partition(b"\r\n\r\n")
    inner = b"Content-Type: text/plain\r\n\r\n" + body
    for level in range(depth):
        mark = b"=_%d" % level
        inner = (
            b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n'
            b"--" + mark + b"\r\n" + inner + b"\r\n--" + mark + b"--\r\n"
        )
    return head + b"\r\n" + inner


def _without(message: bytes, *names: bytes) -> bytes:
    head, _, body = message.partition(b"\r\n\r\n")
    kept: list[bytes] = []
    dropping = False
    for line in head.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            dropping = line.partition(b":")[0].lower() in names
        if not dropping:
            kept.append(line)
    return b"\r\n".join(kept) + b"\r\n\r\n" + body
