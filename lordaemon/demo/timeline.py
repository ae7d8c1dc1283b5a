"""The season as it is told on the terminal: a line a mail, with date, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lordaemon.demo.cast import CAST, STUDENT
from lordaemon.demo.mailkind import OURS, Seen
from lordaemon.season.table import Row, Table

if TYPE_CHECKING:
    from rich.console import Console

US = "lordaemon"
SAM = STUDENT.name.split()[0]
NAMES = {STUDENT.address: SAM} | {
    address: role.called for role in CAST for address in (role.address, role.misspelt) if address
}
LONGEST = 96
"""Letters of a mail's words before they are cut off."""

_WORDS = {
    "agreed": ("✓", "is understood as a yes; CV, statement and bullet list follow"),
    "declined": ("✗", "is understood as a no; nothing more goes there, the backup is next"),
    "silent": ("…", "never answered; closed, nobody is asked a third time"),
    "undeliverable": ("!", "could not be reached; Sam is asked for the right address"),
    "claimed": ("✓", "says the letter is in; Sam is asked to look in the portal"),
    "uploaded": ("✓", "has a letter in the portal, Sam says"),
    "assigned": ("✓", "is done: uploaded and assigned"),
}


class Timeline:
    """Prints what happens. Quiet digests are counted, not told."""

    def __init__(self, console: Console, zone: ZoneInfo, gists: Mapping[str, str]) -> None:
        self._console, self._zone, self._gists = console, zone, gists
        self._quiet = 0
        self._rows: dict[str, Row] = {}

    def show(self, seen: Seen) -> None:
        """One mail went through the post office."""
        if seen.kind == "digest" and "nothing needs you" in seen.subject:
            self._quiet += 1
            return
        at, passage = seen.passage.at, seen.passage
        if seen.kind == "bounce":
            self._line(at, f"post office → {SAM}", "the address does not exist", "red")
            return
        sender = US if seen.kind in OURS else NAMES.get(passage.sender, passage.sender)
        recipient = US if seen.kind == "order" else NAMES.get(passage.recipient, passage.recipient)
        kind = seen.kind.replace("_", "-")
        gist = self._gists.get(seen.message_id)
        said = f"“{_cut(gist)}”" if gist and seen.kind in ("answer", "automatic", "order") else (
            gist or _cut(seen.subject)
        )  # fmt: skip
        style = "cyan" if sender == US else "green"
        self._line(at, f"{sender} → {recipient}", f"{kind}: {said}", style)

    def remark(self, at: datetime, text: str) -> None:
        """Something happened that no mail shows."""
        self._line(at, "", text, "magenta")

    def changes(self, table: Table) -> None:
        """What the tracking table says now that it did not say before."""
        for row in table.rows:
            before = self._rows.get(row.writer.id)
            self._rows[row.writer.id] = row
            if before is None:
                continue
            who = row.writer.salutation
            if row.stage != before.stage and row.stage in _WORDS:
                sign, words = _WORDS[row.stage]
                self._note(f"{sign} {who} {words}")
            away, was = row.decision.away_until, before.decision.away_until
            if away is not None and was is None:
                back = away.astimezone(self._zone)
                self._note(f"… {who} is away; no reminder before {back:%a %-d %b}")
            if row.needs_you and not before.needs_you and row.stage != "undeliverable":
                self._note(f"! {who}: {SAM} is asked ({_cut(row.needs_you)})")

    def end(self) -> None:
        """Tell what is still untold."""
        self._tell_quiet()

    def _tell_quiet(self) -> None:
        if self._quiet > 1:  # a single one between two other lines is not worth a line
            told = f"{self._quiet} quiet mornings: a digest each, nothing to do for {SAM}"
            self._print(f"{'':18}{told}", "dim")
        self._quiet = 0

    def _line(self, at: datetime, who: str, what: str, style: str) -> None:
        self._tell_quiet()
        local = at.astimezone(self._zone)
        self._print(f"{local:%a %d %b %H:%M}  {who:26}{what}", style)

    def _note(self, text: str) -> None:
        self._tell_quiet()
        self._print(f"{'':18}{text}", "yellow" if text.startswith("!") else "bold")

    def _print(self, text: str, style: str) -> None:
        self._console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
