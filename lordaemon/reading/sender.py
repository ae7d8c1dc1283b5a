"""Is the sender who the message says it is? (H10)

Only the topmost Authentication-Results header counts: the applicant's own server wrote that one,
those below it may be the sender's own work (RFC 8601 section 5). A sender who is not authentic
never causes a send; being authentic is not enough to be the writer (that is `match`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from lordaemon.reading.message import Message

_RESULT = re.compile(r"\b(dmarc|dkim|spf|compauth|arc)\s*=\s*([a-z]+)", re.IGNORECASE)
_SHOWN_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TITLES = frozenset(
    {"dr", "prof", "professor", "md", "phd", "mr", "mrs", "ms", "do", "facp", "mph"}
)


@dataclass(frozen=True, slots=True)
class KnownWriter:
    """A writer of the plan as far as mail can tell: id, name, and every address they have."""

    id: str
    name: str
    addresses: tuple[str, ...] = ()


def authentic(message: Message, writers: Sequence[KnownWriter] = ()) -> bool:
    """False when the sender failed authentication or is made to look like somebody else."""
    return not why_not_authentic(message, writers)


def why_not_authentic(message: Message, writers: Sequence[KnownWriter] = ()) -> str:
    """What is wrong with the sender, in words for the applicant; empty when nothing is."""
    if results(message).get("dmarc") == "fail":
        return "the sender's address failed authentication (DMARC)"
    if message.from_count > 1:
        return "the message names more than one sender"
    shown = _SHOWN_ADDRESS.search(message.from_name.lower())
    if shown and shown[0] != message.from_address:
        return f"the name shows {shown[0]}, the message came from {message.from_address}"
    known = {address.lower() for writer in writers for address in writer.addresses}
    if message.from_address in known:
        return ""
    for writer in writers:
        if any(_one_letter_off(message.from_address, a.lower()) for a in writer.addresses):
            return f"{message.from_address} looks like an address of {writer.name} but is not"
        if same_name(message.from_name, writer.name):
            return f"it carries the name of {writer.name}, from an address the plan doesn't know"
    return ""


def passed(message: Message) -> bool:
    """True when the applicant's server says that the sender's domain vouches for the message.

    DMARC if it was looked at, else an aligned DKIM or SPF pass. Needed before orders are taken.
    """
    if message.from_count != 1:
        return False
    found = results(message)
    if "dmarc" in found:
        return found["dmarc"] in ("pass", "bestguesspass")
    domain = message.from_address.rpartition("@")[2]
    return bool(domain) and any(
        _aligned(vouched, domain) for vouched in _vouched(message.auth_results.lower())
    )


def results(message: Message) -> dict[str, str]:
    """Method to result of the topmost Authentication-Results; Microsoft's has no server name."""
    found: dict[str, str] = {}
    # What stands in parentheses is a comment, and the sender may have a hand in it.
    text = re.sub(r"\([^()]*\)", " ", message.auth_results)
    text = re.sub(r'"[^"]*"', " ", text)
    for method, result in _RESULT.findall(text):
        found.setdefault(method.lower(), result.lower())
    return found


def reply_goes_elsewhere(message: Message) -> bool:
    """An answer would go to another address than the message came from: a flag, no proof."""
    return bool(message.reply_to) and message.reply_to != message.from_address


def same_name(shown: str, name: str) -> bool:
    """Whether a display name is this writer's: the same first and last name, in any order."""
    there, here = _names(shown), _names(name)
    if len(here) < 2 or len(there) < 2:
        return False
    return {here[0], here[-1]} <= set(there) or set(there) == set(here)


def _names(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return [w for w in re.findall(r"[^\W\d_]{2,}", letters) if w not in _TITLES]


def _vouched(text: str) -> list[str]:
    """The domains for which DKIM or SPF passed."""
    text = re.sub(r"\([^()]*\)", " ", text)
    found = []
    for part in text.split(";"):
        if re.search(r"\bdkim\s*=\s*pass\b", part):
            found += re.findall(r"\bheader\.(?:d|i)\s*=\s*(?:[^\s@]*@)?([\w.-]+)", part)
        elif re.search(r"\bspf\s*=\s*pass\b", part):
            found += re.findall(r"\bsmtp\.mailfrom\s*=\s*(?:[^\s@]*@)?([\w.-]+)", part)
    return found


def _aligned(vouched: str, domain: str) -> bool:
    """The same domain, or one below the other (relaxed alignment, RFC 7489 section 3.1)."""
    if "." not in vouched:
        return False
    return vouched == domain or domain.endswith(f".{vouched}") or vouched.endswith(f".{domain}")


def _one_letter_off(address: str, known: str) -> bool:
    """The same mailbox at a domain one letter away, or looking the same (rn for m, 0 for o)."""
    local, _, domain = address.partition("@")
    known_local, _, known_domain = known.partition("@")
    if domain == known_domain or not domain or not known_domain:
        return False
    if _look(domain) == _look(known_domain):
        return True
    return local == known_local and _distance_is_one(domain, known_domain)


def _look(domain: str) -> str:
    plain = unicodedata.normalize("NFKD", domain).replace("rn", "m").replace("vv", "w")
    return plain.translate(str.maketrans("01lі", "oiii"))


def _distance_is_one(one: str, other: str) -> bool:
    """One letter more, less, different, or two swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])
