"""What the SMTP server shall do wrong, and when: a board of faults changed while it runs."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Any, Literal, get_args

Stage = Literal[
    "connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "eod", "quit"
]
Action = Literal[
    "reply",  # answer `code text` instead (421 also hangs up)
    "close",  # hang up (FIN) without a reply
    "reset",  # hang up (RST) without a reply
    "hang",  # never reply
    "slow",  # wait `delay` seconds, then go on as usual
    "garbage",  # answer something that is no SMTP reply
    "accept-close",  # eod only: take and deliver the message, hang up before the 250
    "accept-reset",  # the same with RST
    "accept-hang",  # eod only: take and deliver the message, never reply
]
STAGES: tuple[Stage, ...] = get_args(Stage)
ACTIONS: tuple[Action, ...] = get_args(Action)

TEXTS = {
    421: "4.3.2 Service shutting down, try again later",
    450: "4.2.0 Mailbox busy",
    451: "4.7.1 Greylisted, try again later",
    454: "4.7.0 Temporary authentication failure",
    534: "5.7.9 Application-specific password required",
    535: "5.7.8 Username and Password not accepted",
    550: "5.1.1 No such user here",
    552: "5.2.2 Mailbox full",
    554: "5.7.1 Message rejected as spam",
}


@dataclass
class Fault:
    """One rule. `match` is a pattern over the address (mail, rcpt) or all recipients (data, eod);
    `skip` lets the first hits pass; `times` limits it."""

    stage: Stage
    action: Action = "reply"
    code: int = 451
    text: str = ""
    match: str = ""
    times: int | None = None
    skip: int = 0
    delay: float = 0.0

    @property
    def reply(self) -> str:
        """The reply line."""
        if self.action == "garbage":
            return "what?"
        return f"{self.code} {self.text or TEXTS.get(self.code, 'No')}"


class FaultBoard:
    """The faults in force; may be changed from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self.struck = 0
        """How often a fault has struck so far."""

    def add(self, stage: Stage, action: Action = "reply", code: int = 451, **more: Any) -> None:
        """Put a fault in force: `add("rcpt", code=550, match="bob", times=1)`."""
        if action.startswith("accept-") and stage != "eod":
            raise ValueError(f"{action} only works at eod")
        with self._lock:
            self._faults.append(Fault(stage, action, code, **more))

    def clear(self) -> None:
        """Everything normal again."""
        with self._lock:
            self._faults.clear()

    def take(self, stage: str, subject: str = "") -> Fault | None:
        """The fault that strikes now, if any; counts the hit and drops what is used up."""
        with self._lock:
            for fault in self._faults:
                if fault.stage != stage or not re.search(fault.match, subject, re.IGNORECASE):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                self.struck += 1
                return fault
        return None
