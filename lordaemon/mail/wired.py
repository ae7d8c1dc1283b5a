"""The real mailbox and post office behind the words of `lordaemon.wire`.

Only translates: cursors, bounded messages and outcomes of IMAP and SMTP into the plain values the
outbox and the intake know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from lordaemon import wire
from lordaemon.mail.account import Account
from lordaemon.mail.imap import Mailbox
from lordaemon.mail.smtp import Postman
from lordaemon.mail.watch import Watcher
from lordaemon.plan.model import Plan


class MailAccount:
    """A plan's account as the engine uses it (wire.Account). `look_only`: nothing is written into
    the mailbox, not even our own folder (`run --dry-run`)."""

    def __init__(self, plan: Plan, *, look_only: bool = False) -> None:
        self._plan, self._look_only = plan, look_only
        self._account = Account.of(plan)

    @property
    def saves_sent(self) -> bool:
        """Known for the presets; for other providers we look, and add our own copy."""
        return bool(self._account.endpoints.saves_sent)

    @contextmanager
    def mailbox(self) -> Iterator[wire.Mailbox]:
        """Connect and log in for one pass."""
        with self._account.mailbox() as opened:
            yield LookedAt(opened) if self._look_only else WiredMailbox(opened)

    def postman(self) -> wire.Postman:
        """The way out; it connects when it delivers."""
        return WiredPostman(self._account.postman)

    def mark(self) -> str:
        """Four letters that change with the secret or the servers, too few to guess it from."""
        return self._account.mark()


class WiredMailbox:
    """An open IMAP mailbox (wire.Mailbox)."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def find_folders(self, wanted: tuple[str, ...], sent: str) -> wire.Folders:
        """Where to listen, and Sent."""
        found = self._mailbox.find_folders(wanted, sent)
        return wire.Folders(found.listen, found.sent)

    def ensure_folder(self, name: str) -> str:
        """Our own folder; its full name."""
        return self._mailbox.ensure_folder(name)

    def new_messages(
        self, folder: str, cursor: wire.Cursor | None, since: date | None
    ) -> wire.Batch:
        """What is new, bounded; fetched while it is being read."""
        batch = self._mailbox.new_messages(folder, cursor, since)
        messages = (
            wire.Fetched(
                m.folder,
                m.uid,
                m.internaldate,
                m.size,
                m.raw_message(),
                problem=m.problem or "",
                truncated=any(p.truncated for p in m.text_parts),
            )
            for m in batch.messages
        )
        return wire.Batch(batch.cursor, messages, batch.rescanned)

    def append(self, folder: str, raw: bytes, when: datetime | None) -> int | None:
        """A note or a copy of ours, marked as read."""
        return self._mailbox.append(folder, raw, when, ("\\Seen",))

    def server_time(self, folder: str, uid: int) -> datetime | None:
        """INTERNALDATE of a message."""
        return self._mailbox.server_time(folder, uid)


class LookedAt(WiredMailbox):
    """A mailbox that is only read: a folder that isn't there yet is an empty one."""

    def ensure_folder(self, name: str) -> str:
        """Our own folder as it would be called; it is not made."""
        return self._mailbox.own_folder(name)[0]

    def new_messages(
        self, folder: str, cursor: wire.Cursor | None, since: date | None
    ) -> wire.Batch:
        """What is new; nothing in our own folder as long as there is none."""
        full, there = self._mailbox.own_folder(wire.WITNESS_FOLDER)
        if folder == full and not there:
            return wire.Batch(cursor or wire.Cursor(0, 0), (), rescanned=False)
        return super().new_messages(folder, cursor, since)

    def append(self, folder: str, raw: bytes, when: datetime | None) -> int | None:
        """Never."""
        del raw, when
        raise AssertionError(f"a look at the mailbox must not write into {folder}")


class WiredPostman:
    """The post office over SMTP (wire.Postman); the password is fetched when it is needed."""

    def __init__(self, make: Callable[[], Postman]) -> None:
        self._make = make

    def deliver(
        self, sender: str, recipient: str, raw: bytes, *, last_gate: Callable[[], None]
    ) -> wire.Delivery:
        """One attempt."""
        done = self._make().deliver(sender, recipient, raw, last_gate=last_gate)
        return wire.Delivery(done.outcome, done.stage, done.code or None, done.text)


def watcher_for(plan: Plan, look: Callable[[], None]) -> Watcher:
    """Somebody who calls when mail comes to the plan's inbox."""
    folder = plan.mail.imap.folders[0] if plan.mail.imap.folders else "INBOX"
    return Account.of(plan).watcher(folder, look)
