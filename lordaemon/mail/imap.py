"""Reads one mailbox over IMAP, and writes only what is ours. The only module with imapclient.

A folder is always opened with EXAMINE and bodies fetched with PEEK, so nothing is ever marked,
moved or deleted; the writes are APPEND and the creation of our own folder. Searches carry dates
and numbers only, never a word out of a mail. It interprets nothing and never tries again.
One thread a Mailbox.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from lordaemon.errors import LordaemonError, MailMisconfigured, MailUnreachable
from lordaemon.mail import imap_login, searching
from lordaemon.mail.batch import Batch
from lordaemon.mail.fetched import Fetched
from lordaemon.mail.fetching import UNKNOWN_TIME, Fetcher, body_of
from lordaemon.mail.folders import Folders, Listed, choose, full_name
from lordaemon.mail.headers import FIELDS, SentHeader, read_header
from lordaemon.mail.idle import Woken, idle_once, wait
from lordaemon.mail.secure import Login, keep_alive, tls_context, trouble
from lordaemon.wire import Cursor

CONNECT_SECONDS, READ_SECONDS = 15.0, 60.0
APPEND_SECONDS = 600.0
"""A big copy over a slow line; the socket counts the whole of it as one send."""
HEADER_BATCH = 200
_HEADER_FIELDS = f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})]<0.16384>"


class Mailbox:
    """A logged-in connection, from `with` to its end.

    Entering raises LoginRefused, MailUnreachable or MailMisconfigured; every method raises the
    last two. After MailUnreachable the connection is of no more use.
    """

    def __init__(
        self,
        login: Login,
        *,
        ca_file: str = "",
        connect_timeout: float = CONNECT_SECONDS,
        read_timeout: float = READ_SECONDS,
    ) -> None:
        self._login = login
        self._ca_file = ca_file
        self._timeouts = (connect_timeout, read_timeout)
        self._connection: Any = None
        self._selected: tuple[str, dict[bytes, Any]] | None = None
        self._refuses_idle = False

    def __repr__(self) -> str:
        return f"Mailbox({self._login})"

    def __enter__(self) -> Mailbox:
        self._connect()
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def find_folders(self, wanted: tuple[str, ...] = (), sent: str = "") -> Folders:
        """The folders to listen to, and Sent; the plan's names where it gives some."""
        with self._told("list the folders"):
            return choose(self._list(), wanted, sent, self._prefix())

    def new_messages(self, folder: str, cursor: Cursor | None, since: date | None) -> Batch:
        """What came after `cursor`, in ascending UID; without a cursor that still holds, all
        that arrived since `since` (None: everything)."""
        with self._told(f"read {folder!r}"):
            opened = self._open(folder, fresh=True)
            validity, last = opened.get(b"UIDVALIDITY", 0), opened.get(b"UIDNEXT", 1 << 32) - 1
            if cursor is not None and cursor.uidvalidity == validity and cursor.uid <= last:
                uids = searching.after(self._client, cursor.uid, opened)
                newest, rescanned = cursor.uid, False
            else:
                uids = searching.since(self._client, since, opened)
                newest, rescanned = last if b"UIDNEXT" in opened else 0, True
        newest = max([newest, *uids[-1:]])
        return Batch(Cursor(validity, newest), self._fetched(folder, uids), rescanned)

    def read_all(self, folder: str) -> tuple[Fetched, ...]:
        """Every message of a small folder, such as our own witness notes."""
        return tuple(self.new_messages(folder, None, None).messages)

    def headers_since(self, folder: str, since: date | None) -> tuple[SentHeader, ...]:
        """The identity of every message since a date, to be compared here (look before you
        speak). Complete, or an error: a message whose header can't be had is one, too."""
        with self._told(f"look into {folder!r}"):
            uids = searching.since(self._client, since, self._open(folder, fresh=True))
            return tuple(self._headers(folder, uids))

    def server_time(self, folder: str, uid: int) -> datetime | None:
        """The server's own time (INTERNALDATE, UTC) of a message; None if it isn't there."""
        with self._told(f"look into {folder!r}"):
            self._open(folder, fresh=True)
            when = self._client.fetch([uid], ["INTERNALDATE"]).get(uid, {}).get(b"INTERNALDATE")
        return when.astimezone(UTC) if isinstance(when, datetime) else None

    def ensure_folder(self, name: str) -> str:
        """A folder of our own, made if it isn't there; its full name on this server."""
        full, there = self.own_folder(name)
        if not there:
            with self._told(f"make the folder {name!r}"):
                self._client.create_folder(full)
        return full

    def own_folder(self, name: str) -> tuple[str, bool]:
        """A folder of our own by its full name on this server, and whether it is there."""
        with self._told(f"look for the folder {name!r}"):
            listed = self._list()
            delimiter = next((folder.delimiter for folder in listed if folder.delimiter), "/")
            full = full_name(name, self._prefix(), delimiter)
            return full, any(folder.name == full for folder in listed)

    def append(
        self, folder: str, raw: bytes, when: datetime | None = None, flags: tuple[str, ...] = ()
    ) -> int | None:
        """Put a message of ours into a folder; its UID, None if the server doesn't let us know.

        `when` None: the server's own clock becomes its INTERNALDATE. A connection lost on the
        way leaves open whether it is there: look before appending again.
        """
        with self._told(f"put a message into {folder!r}"):
            sock = self._client.socket()
            sock.settimeout(APPEND_SECONDS)
            try:
                said = self._client.append(folder, raw, flags, when)
            finally:
                sock.settimeout(self._timeouts[1])
            found = re.search(rb"APPENDUID \d+ (\d+)", said or b"")
            return int(found.group(1)) if found else self._uid_of(folder, raw)

    def wait_for_change(self, folder: str, seconds: float, wake: int | None = None) -> Woken:
        """Wait for new mail in a folder: with IDLE, or, where there is none, by looking again
        after `seconds`. `wake` is a file descriptor that ends the wait when it can be read."""
        with self._told(f"wait for mail in {folder!r}"):
            opened = self._open(folder)
            if self._client.has_capability("IDLE") and not self._refuses_idle:
                try:
                    return idle_once(self._client, seconds, wake)
                except imaplib.IMAP4.abort:
                    raise
                except imaplib.IMAP4.error as error:
                    # Either it says no, or news came before its go-ahead; both leave the
                    # connection in a state nobody knows.
                    self._refuses_idle = "b'* " not in str(error)
                    self._revive()
                    self._open(folder)  # first: what comes while the caller looks is news again
                    return "change"
            why = wait(None, seconds, wake)
            before = (opened.get(b"UIDVALIDITY"), opened.get(b"UIDNEXT"))
            again = self._open(folder, fresh=True)
            changed = (again.get(b"UIDVALIDITY"), again.get(b"UIDNEXT")) != before
            return "change" if changed else why

    @property
    def _client(self) -> Any:
        if self._connection is None:
            raise imaplib.IMAP4.abort("not connected")
        return self._connection

    def _connect(self) -> None:
        import imapclient

        endpoint = self._login.endpoint
        context = tls_context(endpoint, self._ca_file)
        with self._told("log you in"):
            client = imapclient.IMAPClient(
                endpoint.host,
                endpoint.port,
                ssl=endpoint.security == "tls",
                ssl_context=context,
                timeout=imapclient.SocketTimeout(*self._timeouts),
            )
            client.normalise_times = False  # else times come without their zone
            self._connection, self._selected = client, None
            try:
                keep_alive(client.socket())
                if endpoint.security == "starttls":
                    imap_login.start_tls(client, context, endpoint)
                imap_login.log_in(client, self._login)
            except BaseException:
                self._hang_up(politely=False)
                raise

    def _hang_up(self, *, politely: bool = True) -> None:
        client, self._connection, self._selected = self._connection, None, None
        if client is None:
            return
        with contextlib.suppress(Exception):
            client.socket().settimeout(2)  # a dead link must not hold anybody up
            if politely:
                client.logout()
        with contextlib.suppress(Exception):
            client.shutdown()

    def _revive(self) -> None:
        self._hang_up(politely=False)
        self._connect()

    def _open(self, folder: str, *, fresh: bool = False) -> dict[bytes, Any]:
        """EXAMINE the folder, if it isn't open (`fresh`: in any case); the server's answer."""
        if self._selected is None or self._selected[0] != folder or fresh:
            self._selected = None
            self._selected = (folder, self._client.select_folder(folder, readonly=True))
        return self._selected[1]

    def _fetcher(self, folder: str) -> Fetcher:
        def select() -> Any:
            self._open(folder)
            return self._client

        gmail = self._client.has_capability("X-GM-EXT-1")
        return Fetcher(folder, select, self._revive, gmail=gmail)

    def _fetched(self, folder: str, uids: list[int]) -> Iterator[Fetched]:
        with self._told(f"read {folder!r}"):
            yield from self._fetcher(folder).messages(uids)

    def _headers(self, folder: str, uids: list[int]) -> Iterator[SentHeader]:
        self._open(folder)
        for start in range(0, len(uids), HEADER_BATCH):
            some = uids[start : start + HEADER_BATCH]
            rows = self._client.fetch(some, ["INTERNALDATE", _HEADER_FIELDS])
            for uid in (uid for uid in some if uid in rows):
                when = rows[uid][b"INTERNALDATE"].astimezone(UTC)
                raw = body_of(rows[uid], f"HEADER.FIELDS ({' '.join(FIELDS)})")
                yield read_header(uid, when, raw)

    def _uid_of(self, folder: str, raw: bytes) -> int | None:
        """Without UIDPLUS (RFC 4315): the last message with this Message-ID."""
        wanted = read_header(0, UNKNOWN_TIME, raw).message_id
        uids = searching.newest(self._client, self._open(folder, fresh=True), HEADER_BATCH)
        found = [h.uid for h in self._headers(folder, uids) if wanted and h.message_id == wanted]
        return found[-1] if found else None

    def _list(self) -> list[Listed]:
        return [
            Listed(
                name,
                frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
                (delimiter or b"").decode("ascii", "replace"),
            )
            for flags, delimiter, name in self._client.list_folders()
        ]

    def _prefix(self) -> str:
        """Where our own folders belong (RFC 2342)."""
        if not self._client.has_capability("NAMESPACE"):
            return ""
        personal = self._client.namespace().personal
        return str(personal[0][0]) if personal else ""

    @contextlib.contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        """Turn what went wrong into the error a person gets."""
        endpoint = self._login.endpoint
        try:
            yield
        except LordaemonError:
            raise
        except (imaplib.IMAP4.abort, OSError, UnicodeError) as error:
            raise trouble("IMAP", endpoint, error) from error
        except imaplib.IMAP4.error as error:
            if imap_login.for_now(str(error)):
                raise trouble("IMAP", endpoint, error) from error
            raise MailMisconfigured(
                f"The IMAP server {endpoint} would not {doing}: {imap_login.words_of(error)}."
            ) from error
        except (ValueError, LookupError, TypeError, AssertionError) as error:
            raise MailUnreachable(
                f"The IMAP server {endpoint} gave an answer that makes no sense when asked to "
                f"{doing}. It will be tried again."
            ) from error
