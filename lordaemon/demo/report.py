"""What is shown at the end of the played season: the tracking table and the counts.

The counts come from the post office's own record of what it delivered, not from lordaemon's
database: that nothing was sent twice is seen from outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lordaemon.demo.mailkind import TO_WRITERS, Seen
from lordaemon.season.table import Table

if TYPE_CHECKING:
    from rich.console import Console

COLUMNS = ("Writer", "Type", "Date asked", "Confirmed?", "Due date", "Uploaded?")
PIPED_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Counts:
    """How often what went through."""

    kinds: Counter[str]
    bounced: int
    twice: tuple[str, ...]
    """Messages that reached one writer more than once; has to be empty."""
    digest_days: int
    digests_twice: tuple[date, ...]

    @property
    def never_twice(self) -> bool:
        """The promise, kept."""
        return not self.twice and not self.digests_twice


def count(mails: Iterable[Seen], zone: ZoneInfo) -> Counts:
    """Count what the post office saw. A mail that bounced reached nobody."""
    kinds: Counter[str] = Counter()
    reached: Counter[tuple[str, str]] = Counter()
    days: Counter[date] = Counter()
    bounced = 0
    for seen in mails:
        if not seen.passage.delivered:
            bounced += 1
            continue
        kinds[seen.kind] += 1
        if seen.kind in TO_WRITERS:
            reached[seen.passage.recipient, seen.kind] += 1
        if seen.kind == "digest":
            days[seen.passage.at.astimezone(zone).date()] += 1
    return Counts(
        kinds=kinds,
        bounced=bounced,
        twice=tuple(f"{kind} to {who}" for (who, kind), times in reached.items() if times > 1),
        digest_days=len(days),
        digests_twice=tuple(day for day, times in days.items() if times > 1),
    )


def print_table(console: Console, table: Table) -> None:
    """The tracking table, as the digest and `status` show it."""
    from rich import box
    from rich.table import Table as Grid

    plain = not console.is_terminal
    grid = Grid(*COLUMNS, title="Tracking table", title_justify="left",
                box=box.ASCII if plain else box.ROUNDED)  # fmt: skip
    for row in table.rows:
        grid.add_row(
            row.writer.salutation,
            row.writer.type,
            f"{row.asked:%d %b %Y}" if row.asked else "-",
            "silent" if row.stage == "silent" else row.confirmed,
            f"{row.due:%d %b %Y}",
            row.uploaded,
        )
    console.print(grid, width=PIPED_WIDTH if plain else None)
    agreed = sum(row.confirmed == "yes" for row in table.rows)
    console.print(
        f"{len(table.rows)} writers, {agreed} agreed, {table.uploaded} letters in the portal, "
        f"{table.wanted} wanted.", highlight=False, soft_wrap=True,
    )  # fmt: skip


def print_counts(console: Console, counts: Counts) -> None:
    """The counts, and the promise."""
    kinds = counts.kinds
    to_writers = ", ".join(_plural(kinds[kind], kind) for kind in TO_WRITERS)
    notices, digests = _plural(kinds["notice"], "notice"), _plural(kinds["digest"], "digest")
    answers, orders = _plural(kinds["answer"], "answer"), _plural(kinds["order"], "order")
    machines = _plural(kinds["automatic"], "automatic reply")
    for line in (
        f"To the writers: {to_writers}.",
        f"To Sam: {notices} of what was about to leave, {digests} on {counts.digest_days} days.",
        f"Heard: {answers}, {machines}, {orders} from Sam by answering a digest.",
        f"Came back from an address that nobody has: {counts.bounced}.",
    ):
        console.print(line, highlight=False, soft_wrap=True)
    if counts.never_twice:
        verdict = "Never twice: no writer got one kind of message twice, no day had two digests."
        console.print(verdict, style="bold green", highlight=False, soft_wrap=True)
        return
    again = ", ".join([*counts.twice, *(f"digest on {day}" for day in counts.digests_twice)])
    verdict = f"TWICE: {again}. This must not happen; please report it."
    console.print(verdict, style="bold red", highlight=False, soft_wrap=True)


def _plural(number: int, word: str) -> str:
    word = word.replace("_", "-")
    if number == 1:
        return f"1 {word}"
    return f"{number} {word[:-1]}ies" if word.endswith("y") else f"{number} {word}s"
