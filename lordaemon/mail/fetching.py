"""Fetches messages in small batches, the structure first, so that size costs no memory.

Each message that can't be fetched becomes a Fetched with its `problem`; it never hides the others.
A dead connection does raise: then nothing is known of any message.
"""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from lordaemon.mail.fetched import LIMIT, AttachmentInfo, Fetched, Part, bounded
from lordaemon.mail.structure import Node, Unreadable, read_structure, texts_of

BATCH = 25
"""Messages whose headers are asked for at once: at most 1.6 MB of them."""
TEXT_BATCH = 8
"""Messages whose text parts are asked for at once."""
UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)

Row = dict[bytes, Any]
log = logging.getLogger(__name__)
_HEADER = f"BODY.PEEK[HEADER]<0.{LIMIT}>"


class Fetcher:
    """Fetches from one folder.

    `select` gives the client with that folder open for reading; it is asked before every
    command, because the caller may use the mailbox between two messages. `revive` makes a new
    connection when an answer was so broken that the old one is out of step.
    """

    def __init__(
        self,
        folder: str,
        select: Callable[[], Any],
        revive: Callable[[], None],
        *,
        gmail: bool,
    ) -> None:
        self._folder = folder
        self._select = select
        self._revive = revive
        self._facts = ["FLAGS", "INTERNALDATE", "RFC822.SIZE"] + ["X-GM-THRID"] * gmail

    def messages(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """The messages in the order of `uids`; those gone meanwhile are left out."""
        for some in _chunks(uids, BATCH):
            yield from self._batch(some)

    def rows(self, uids: Sequence[int], items: list[str]) -> dict[int, Row]:
        """One FETCH; if the server or the parser chokes, one for each message that still works."""
        rows, _ = self._careful(uids, items)
        return rows

    def _batch(self, uids: Sequence[int]) -> Iterator[Fetched]:
        rows, broken = self._careful(uids, [*self._facts, "BODYSTRUCTURE", _HEADER])
        if broken:  # without what is most often broken, so that at least the sender is known
            rows |= self._careful(broken, [*self._facts, _HEADER])[0]
        trees = {uid: _tree(row) for uid, row in rows.items()}
        texts = self._texts({uid: tree for uid, tree in trees.items() if isinstance(tree, Node)})
        for uid in uids:
            whole = uid in texts or (uid in rows and not isinstance(trees[uid], Node))
            if not whole and not self._still_there(uid):
                continue  # deleted by somebody else meanwhile
            yield self._message(uid, rows.get(uid, {}), trees.get(uid), texts.get(uid))

    def _careful(self, uids: Sequence[int], items: list[str]) -> tuple[dict[int, Row], list[int]]:
        """The rows, and the messages whose answer could not be read."""
        try:
            return dict(self._select().fetch(list(uids), items)), []
        except (imaplib.IMAP4.abort, OSError):
            raise
        except Exception as error:
            self._recover(error)
        if len(uids) == 1:
            return {}, list(uids)
        rows: dict[int, Row] = {}
        broken: list[int] = []
        for uid in uids:
            row, bad = self._careful([uid], items)
            rows |= row
            broken += bad
        return rows, broken

    def _recover(self, error: Exception) -> None:
        log.debug("fetch failed folder=%s error=%s", self._folder, type(error).__name__)
        if "got more than" in str(error):  # imaplib left the rest of an endless line unread
            self._revive()

    def _texts(self, trees: dict[int, Node]) -> dict[int, tuple[Part, ...]]:
        """The text parts of each message; messages with the same parts share a command."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for uid, tree in trees.items():
            groups.setdefault(tuple(node.fetch for node in texts_of(tree)), []).append(uid)
        found: dict[int, tuple[Part, ...]] = {}
        for sections, uids in groups.items():
            if not sections:
                found |= dict.fromkeys(uids, ())
                continue
            items = [f"BODY.PEEK[{section}]<0.{LIMIT}>" for section in sections]
            for some in _chunks(uids, TEXT_BATCH):
                for uid, row in self.rows(some, items).items():
                    found[uid] = tuple(
                        bounded(node, body_of(row, node.fetch)) for node in texts_of(trees[uid])
                    )
        return found

    def _message(
        self, uid: int, row: Row, tree: Node | str | None, texts: tuple[Part, ...] | None
    ) -> Fetched:
        when = row.get(b"INTERNALDATE")
        node = tree if isinstance(tree, Node) else None
        problem = tree if isinstance(tree, str) else None
        if not row:
            problem = "the server doesn't give it out"
        elif problem is None and texts is None:
            problem = "its text can't be fetched"
        thread = row.get(b"X-GM-THRID")
        size = row.get(b"RFC822.SIZE")
        return Fetched(
            self._folder,
            uid,
            when.astimezone(UTC) if isinstance(when, datetime) else UNKNOWN_TIME,
            size if isinstance(size, int) else 0,
            tuple(flag.decode("utf-8", "replace") for flag in row.get(b"FLAGS", ())),
            body_of(row, "HEADER")[:LIMIT],
            texts or (),
            tuple(
                AttachmentInfo(part.filename, part.content_type, part.size)
                for part in (node.walk() if node else ())
                if part.is_file
            ),
            str(thread) if thread is not None else None,
            problem,
            node,
        )

    def _still_there(self, uid: int) -> bool:
        return uid in self._select().search(["UID", str(uid)])


def body_of(row: Row, section: str) -> bytes:
    """What came for BODY[section], whether or not the server repeats the "<0>"."""
    name = f"BODY[{section}]".encode().upper()
    for key, value in row.items():
        if key == name or key.startswith(name + b"<"):
            return value if isinstance(value, bytes) else str(value or "").encode()
    return b""


def _tree(row: Row) -> Node | str:
    """The structure, or why there is none."""
    if b"BODYSTRUCTURE" not in row:
        return "its structure can't be read"
    try:
        return read_structure(row[b"BODYSTRUCTURE"])
    except Unreadable as error:
        return f"its structure can't be read: {error}"


def _chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]
