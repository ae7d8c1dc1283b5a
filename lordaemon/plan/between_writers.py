"""What [[writer]] tables say of each other and of the season's dates, and can't both mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lordaemon.plan.fields import suggestion
from lordaemon.plan.model import DUE_BEFORE_DEADLINE
from lordaemon.plan.places import Problem, writer_handle, writer_label
from lordaemon.plan.positions import KeyPath
from lordaemon.plan.raw import Document, Table, day_of, table_at, text_of, texts_of, writer_tables

RESERVED_IDS = frozenset(
    (
        "all", "yes", "no", "uploaded", "not-uploaded", "assigned", "claimed", "silent",
        "withdrawn", "understood", "pause", "resume", "skip", "go", "stop", "sent", "not-sent",
        "undo",
    )
)  # fmt: skip
"""Words of commands and orders (contract.md, Verbs): an id must not be mistaken for one."""


def writer_problems(document: Document) -> Iterator[Problem]:
    """Every contradiction that involves a writer."""
    if "writer" not in document:
        yield Problem(
            ("writer",), 'there is no writer yet; add one with a line "[[writer]]" and its keys'
        )
    yield from _ids(document)
    yield from _addresses(document)
    yield from _backups(document)
    yield from _days(document)


def _ids(document: Document) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, writer in writer_tables(document):
        handle = text_of(writer, "id")
        path: KeyPath = ("writer", index, "id")
        if handle in RESERVED_IDS:
            yield Problem(path, f'id = "{handle}" is a word of the commands; choose another')
        elif handle and handle in first:
            yield Problem(
                path, f'id = "{handle}" is also the id of writer[{first[handle] + 1}]; '
                f'write e.g. id = "{handle}-2"',
            )  # fmt: skip
        first.setdefault(handle, index)


def _addresses(document: Document) -> Iterator[Problem]:
    """One `email` is one person (rules.md, Words); two `also` lists may share an address."""
    main = [(index, text_of(writer, "email").lower()) for index, writer in writer_tables(document)]
    own = text_of(table_at(document, "applicant"), "email").lower()
    for index, writer in writer_tables(document):
        email = text_of(writer, "email").lower()
        told = False  # once: three people behind one address are one mistake
        for other, address in main:
            label = writer_label(other, writer_handle(document, other))
            if other < index and email and address == email and not told:
                told = True
                yield Problem(
                    ("writer", index, "email"),
                    f'email = "{email}" is also the email of {label}; one person, one '
                    "[[writer]], and an office that writes for several goes into also",
                )
            for also in texts_of(writer, "also"):
                if other != index and address and also.lower() == address:
                    yield Problem(
                        ("writer", index, "also"),
                        f'also has "{address}", which is the email of {label}; '
                        "an answer from there couldn't be told apart; take one of them out",
                    )
        if own and own in (email, *(also.lower() for also in texts_of(writer, "also"))):
            yield Problem(
                ("writer", index, "email"),
                f'"{own}" is your own address; write the one {text_of(writer, "name")} reads',
            )


def _backups(document: Document) -> Iterator[Problem]:
    writers = writer_tables(document)
    ids = [handle for _, writer in writers if (handle := text_of(writer, "id"))]
    for index, writer in writers:
        for named in texts_of(writer, "backup_for"):
            path = ("writer", index, "backup_for")
            if named == text_of(writer, "id"):
                yield Problem(path, f'backup_for names "{named}" itself; name another writer')
            elif named not in ids:
                near = suggestion(named, ids)
                hint = f'did you mean "{near}"?' if near else f"the ids are {', '.join(ids)}"
                yield Problem(path, f'backup_for names "{named}", no writer has this id; {hint}')
    yield from _circles(writers, ids)


def _circles(writers: list[tuple[int, Table]], ids: list[str]) -> Iterator[Problem]:
    """A backup is asked when one it stands in for is lost; in a circle nobody ever is."""
    tables = {text_of(writer, "id"): writer for _, writer in writers}
    waits_for = {handle: set(texts_of(table, "backup_for")) for handle, table in tables.items()}
    asked = {
        handle
        for handle, others in waits_for.items()
        if not others or handle in others or others - set(ids)  # the last two are told already
    }
    while more := {h for h, others in waits_for.items() if h not in asked and others & asked}:
        asked |= more
    stuck = [(index, text_of(writer, "id")) for index, writer in writers]
    stuck = [(index, handle) for index, handle in stuck if handle not in asked]
    if stuck:
        yield Problem(
            ("writer", stuck[0][0], "backup_for"),
            f"{' and '.join(handle for _, handle in stuck)} are backups for each other, so none "
            "of them would ever be asked; let one of them come first",
        )


def _days(document: Document) -> Iterator[Problem]:
    deadline = day_of(table_at(document, "season"), "deadline")
    for index, writer in writer_tables(document):
        due = day_of(writer, "due")
        if due and deadline and due > deadline:
            yield Problem(
                ("writer", index, "due"),
                f"due = {due} is after the deadline {deadline}; "
                f"write e.g. due = {deadline - DUE_BEFORE_DEADLINE}",
            )
        together = table_at(writer, "worked_together")
        start, end = day_of(together, "start"), day_of(together, "end")
        if start and end and start > end:
            yield Problem(
                ("writer", index, "worked_together", "end"),
                f"worked_together ends ({end}) before it starts ({start}); "
                f"write e.g. end = {start + timedelta(weeks=4)}",
            )
        asked, packet_sent = day_of(writer, "asked"), day_of(writer, "packet_sent")
        if asked and packet_sent and packet_sent < asked:
            yield Problem(
                ("writer", index, "packet_sent"),
                f"packet_sent = {packet_sent} is before asked = {asked}; "
                "the request comes first: check both dates",
            )
