"""What comes back from a writer, and what it changes (H1-H7, H10, H11, H13, S13).

Only a clear and trusted word of the writer moves anything forward; everything else that a person
wrote freezes the row and asks (S10). Machines' mail is an answer only where it says "received".
"""

from __future__ import annotations

from dataclasses import replace

from lordaemon.season.history import Heard
from lordaemon.season.standing import Ask, Standing


def hear(standing: Standing, heard: Heard) -> Standing:
    """The standing after one message from their side."""
    if heard.label == "auto_reply":
        return _away(standing, heard)
    if heard.label == "bounce":
        return _bounce(standing, heard)
    sure = heard.confident and heard.authentic
    if not heard.human and not (heard.in_thread and "bulk" in heard.flags):
        receipt = sure and heard.label == "uploaded" and standing.ended is None
        return _claim(standing, heard) if receipt else standing
    standing = replace(standing, answered=True)
    if standing.ended in ("uploaded", "assigned", "withdrawn"):
        if sure and heard.label == "no" and standing.ended != "withdrawn":
            return _freeze(standing, heard, "says no, although the letter is in", "H3")
        return standing
    if not heard.authentic:
        return _freeze(standing, heard, "a message whose sender can't be trusted", "H10")
    if "letter_attached" in heard.flags and not (sure and heard.label == "no"):
        return _freeze(standing, heard, _LETTER_ATTACHED, "H11")
    if not heard.from_writer:
        rule = "H7" if heard.in_thread else "H13"
        return _freeze(standing, heard, "somebody else answered", rule)
    if sure and heard.label == "no":
        return replace(standing, ended="declined", ended_at=heard.learned_at, frozen=None)
    if standing.ended == "declined":
        return _after_no(standing, heard)
    if standing.asked_at is None and standing.agreed_at is None:
        return _freeze(standing, heard, "wrote before the request went out", "S13")
    if sure and heard.label == "yes":
        return _yes(standing, heard)
    if sure and heard.label == "uploaded":
        return _claim(standing, heard)
    return _freeze(standing, heard, _reason(heard), _RULE.get(heard.label, "S10"))


def _away(standing: Standing, heard: Heard) -> Standing:
    """H4: the newest automatic reply holds; "has left" is for the applicant to settle."""
    if "left_institution" in heard.flags:
        return _freeze(standing, heard, "seems to have left the institution", "H4")
    newest = standing.away is None or heard.at >= standing.away.at
    return replace(standing, away=heard) if newest else standing


def _bounce(standing: Standing, heard: Heard) -> Standing:
    """H5. A bounce of a message of ours speaks through that attempt's state; one that names none
    is the applicant's to judge. A delay changes nothing."""
    known = any(a.kind == heard.bounced_kind for a in standing.bounced)
    if known or not heard.bounce_permanent:
        return standing
    return _freeze(standing, heard, "a message to them could not be delivered", "H5")


def _yes(standing: Standing, heard: Heard) -> Standing:
    """H1; but a yes doesn't overturn what had to be asked about before it."""
    if standing.frozen is not None:
        why = standing.frozen.why.removesuffix(_SINCE) + _SINCE
        return replace(standing, frozen=replace(standing.frozen, why=why, evidence=heard.evidence))
    if standing.agreed_at is not None:
        return replace(standing, ended=None, ended_at=None)
    return replace(
        standing, agreed_at=heard.at, yes_evidence=heard.evidence, ended=None, ended_at=None
    )


def _claim(standing: Standing, heard: Heard) -> Standing:
    """H6: stops everything, proves nothing."""
    at = standing.claimed_at or heard.at
    return replace(standing, claimed_at=at, ended=None, ended_at=None)


def _after_no(standing: Standing, heard: Heard) -> Standing:
    """H3: nothing said after a no is acted on; what may take it back is asked about."""
    match heard.label:
        case "no" | "unrelated":
            return standing
        case "yes" | "yes_conditional":
            return _freeze(standing, heard, "said no earlier, and now what reads like a yes", "H3")
        case "uploaded":
            return _freeze(standing, heard, "said no earlier, and now that it is uploaded", "H6")
        case _:
            return _freeze(standing, heard, f"said no earlier; now {_reason(heard)}", "H3")


def _freeze(standing: Standing, heard: Heard, why: str, rule: str) -> Standing:
    return replace(standing, frozen=Ask(why, rule, heard.learned_at, heard.evidence))


def _reason(heard: Heard) -> str:
    return heard.reason or _WHY.get(heard.label, "an answer that can't be read for sure")


_LETTER_ATTACHED = "a letter seems to be attached; don't open it, ask for an upload in the portal"
_SINCE = "; since then they wrote what reads like a yes"
_RULE = {
    "yes_conditional": "H2",
    "no": "H3",
    "delegated": "H7",
    "deferred": "H7",
    "question": "H7",
    "uploaded": "H6",
}
_WHY = {
    "yes_conditional": "a yes with a condition",
    "no": "looks like a no",
    "yes": "looks like a yes, but not clearly",
    "uploaded": "may have uploaded the letter",
    "delegated": "somebody else is to handle it",
    "deferred": "wants to be asked later",
    "question": "asks a question",
    "unrelated": "wrote about something else",
}
