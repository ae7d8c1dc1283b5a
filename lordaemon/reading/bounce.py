"""Did a message come back? RFC 3464 reports first, then the wording of servers without one.

Says of which kind and which message (by the ids quoted); what follows from it is H5's.
"""

from __future__ import annotations

import re
from typing import Literal

from lordaemon.reading import failures
from lordaemon.reading.html import to_text
from lordaemon.reading.message import Message
from lordaemon.reading.verdict import Bounce

BODY_LIMIT = 6_000
"""Characters of the body searched for a server's words; the returned mail comes after them."""
DIAGNOSTIC_LIMIT = 300

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_RETURNED = re.compile(
    r"(?im)^\W{0,5}(?:-+ ?(?:this is a copy|original message|message header|returned|unsent)"
    r"|---+ the (?:header of|following)|(?:return-path|received): |message follows)"
)
_ANSWERED = re.compile(r"(?i)^\s*(?:re|aw|sv|fwd?|wg|tr|rv|rif|antw)\s*:")

Kind = Literal["not_found", "refused", "delayed", "unknown"]


def bounce(message: Message) -> Bounce | None:
    """The delivery report this message is, or None. `delayed` is the only kind not final."""
    rejected = "rejected" in message.header("auto-submitted").lower()
    if message.report_type == "disposition-notification" and not rejected:
        return None
    recipients, actions, statuses, diagnostics = _report(message)
    if not (rejected or actions or _could_be(message)):
        return None
    said = _said(message)
    if not (rejected or actions or _is_report(message, said)):
        return None
    if actions and actions <= {"delivered", "relayed", "expanded"}:
        return None
    known = recipients or _failed_in_headers(message) or _addresses(said)
    diagnostic = next((d for d in diagnostics if d), "") or _telling_line(said)
    kind = _kind(message.subject, actions, statuses, diagnostic, said)
    return Bounce(
        kind=kind,
        permanent=kind != "delayed",
        recipients=tuple(dict.fromkeys(known)),
        diagnostic=diagnostic[:DIAGNOSTIC_LIMIT],
        quoted_ids=message.quoted_ids,
    )


def from_daemon(message: Message) -> bool:
    """Whether a mail server, not a person, stands as the sender."""
    by_address = failures.DAEMON_ADDRESS.match(message.from_address)
    return bool(by_address or failures.DAEMON_NAME.search(message.from_name))


def _could_be(message: Message) -> bool:
    """The quick look at the headers, before any words are read."""
    return bool(
        from_daemon(message)
        or message.report_type == "delivery-status"
        or message.header("x-failed-recipients")
        or message.header("return-path") == "<>"
        or failures.SUBJECT.match(message.subject)
        or failures.SUBJECT_WITHIN.search(message.subject)
    )


def _is_report(message: Message, said: str) -> bool:
    """Whether there is enough to call it a delivery report: never one sign alone."""
    daemon = from_daemon(message)
    answered = bool(_ANSWERED.match(message.subject))
    subject = bool(failures.SUBJECT.match(message.subject)) and not answered
    failed = bool(failures.FAILED.search(said) or failures.CODE.search(said))
    reason = failed or bool(failures.NOT_FOUND.search(said) or failures.DELAYED.search(said))
    if message.report_type == "delivery-status" or message.header("x-failed-recipients"):
        return daemon or subject or reason
    if daemon:
        return subject or (reason and bool(_addresses(said) or message.quoted_ids))
    by_itself = not message.header("auto-submitted").lower().startswith("auto-replied")
    if message.header("return-path") == "<>" and by_itself:
        return subject or (failed and bool(message.quoted_ids))
    if answered and not (message.in_reply_to or message.references):
        return failed and bool(failures.SUBJECT_WITHIN.search(message.subject))
    return subject and reason


def _report(message: Message) -> tuple[list[str], set[str], list[str], list[str]]:
    """Recipients, actions, statuses and diagnostics of the machine-readable part."""
    recipients: list[str] = []
    actions: set[str] = set()
    statuses: list[str] = []
    diagnostics: list[str] = []
    for report in message.reports:
        if not report.content_type.endswith("delivery-status"):
            continue
        for block in report.blocks:
            action = " ".join(block.get("action", ())).strip().lower().split(" ")[0]
            if action in ("delivered", "relayed", "expanded"):
                actions.add(action)
                continue
            names = block.get("final-recipient") or block.get("original-recipient") or ()
            recipients.extend(a.lower() for name in names for a in _ADDRESS.findall(name))
            if action:
                actions.add(action)
            elif names:
                actions.add("failed")
            statuses.extend(block.get("status", ()))
            for value in block.get("diagnostic-code", ()):
                diagnostics.append(value.partition(";")[2].strip() or value)
    return recipients, actions, statuses, diagnostics


def _said(message: Message) -> str:
    """The server's own words: the body without the returned message."""
    text = message.text or (to_text(message.html) if message.html else "")
    text = text[:BODY_LIMIT]
    returned = _RETURNED.search(text)
    return text[: returned.start()] if returned and returned.start() > 40 else text


def _failed_in_headers(message: Message) -> list[str]:
    return [a.lower() for a in _ADDRESS.findall(message.header("x-failed-recipients"))]


def _addresses(said: str) -> list[str]:
    """Addresses the server names; its own are no recipients."""
    lines = [line for line in said[:4000].split("\n") if "message-id" not in line.lower()]
    found = [a.lower().rstrip(".") for line in lines for a in _ADDRESS.findall(line)]
    return [a for a in found if not failures.DAEMON_ADDRESS.match(a)][:10]


def _telling_line(said: str) -> str:
    """The line that says why, for the digest: with a code if one has it."""
    lines = [" ".join(line.split()) for line in said.split("\n") if line.strip()]
    for telling in (failures.CODE, failures.STATUS, failures.NOT_FOUND, failures.FAILED):
        for line in lines:
            if telling.search(line):
                return line
    return lines[0] if lines else ""


def _kind(subject: str, actions: set[str], statuses: list[str], diagnostic: str, said: str) -> Kind:
    """What happened. A 5.x.x alone does not mean that the address is dead."""
    final = "failed" in actions or bool(
        failures.FAILED.search(said) and not failures.DELAYED.search(f"{subject}\n{said}")
    )
    if actions and "failed" not in actions and "delayed" in actions:
        return "delayed"
    if not actions and not final and failures.DELAYED.search(f"{subject}\n{said}"):
        return "delayed"
    status = next((s for s in statuses if failures.STATUS.search(s)), "")
    if re.match(r"\s*[45]\.(?:1\.(?:0|1|2|3|6|10)|2\.1|4\.4)\b", status):
        return "not_found"
    if failures.NOT_FOUND.search(diagnostic):
        return "not_found"
    if re.match(r"\s*[45]\.(?:2|3|4|5|6|7)\.", status) or failures.REFUSED.search(diagnostic):
        return "refused"
    if failures.NOT_FOUND.search(said):
        return "not_found"
    if failures.REFUSED.search(said):
        return "refused"
    return "unknown"
