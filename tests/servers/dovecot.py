"""A private Dovecot on loopback: IMAP, IMAPS and LMTP, Maildir storage, users made on the fly.

Needs Debian's dovecot-imapd and dovecot-lmtpd (2.3) and root (Dovecot drops to user `mail`), and
a folder its users may enter. One server serves a whole test session; each test has its own user.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from tests.servers.certs import CertKind, Certs
from tests.servers.dovecot_conf import MAIL_USER, configuration
from tests.servers.net import HOST, free_port, wait_until

PROGRAM = Path("/usr/sbin/dovecot")
LoginMode = Literal["ok", "denied", "unavailable"]
"""denied: as if the password were wrong; unavailable: a temporary failure of the server."""


def missing() -> str:
    """Why a Dovecot can't be run here; empty if it can."""
    if not PROGRAM.exists():
        return "Dovecot is not installed (Debian: dovecot-imapd dovecot-lmtpd)"
    if os.geteuid() != 0:
        return "Dovecot's test server needs root"
    return ""


@dataclass(frozen=True)
class Stored:
    """One message as it lies in a mailbox."""

    uid: int
    flags: tuple[str, ...]
    raw: bytes


class Dovecot:
    """Start, feed, break and stop one Dovecot."""

    def __init__(
        self, certs: Certs | None = None, certificate: CertKind = "good", extra: str = ""
    ) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        self.root.chmod(0o755)
        self.certs = certs or Certs(self.root / "certs")
        self.certificate: CertKind = certificate
        self.extra = extra
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.passwords: dict[str, str] = {}
        self._modes: dict[str, LoginMode] = {}
        self._edition = 1_000_000_000
        self._master: subprocess.Popen[bytes] | None = None
        owner = pwd.getpwnam(MAIL_USER)
        self._ids = (owner.pw_uid, owner.pw_gid)
        for name in ("mail", "passwords", "homes"):
            (self.root / name).mkdir()
        os.chown(self.root / "mail", *self._ids)

    def __enter__(self) -> Dovecot:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def log(self) -> str:
        """What the server wrote to its log so far."""
        path = self.root / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> Dovecot:
        """Start the server, on the same ports each time; returns when it greets."""
        conf = self.root / "dovecot.conf"
        conf.write_text(configuration(self, self.extra))
        shutil.rmtree(self.root / "run", ignore_errors=True)  # sockets left by a crash
        with (self.root / "master.out").open("ab") as out:
            self._master = subprocess.Popen([PROGRAM, "-F", "-c", conf], stdout=out, stderr=out)
        try:
            wait_until(self._greets, 20, 0.02)
        except TimeoutError:
            said = (self.root / "master.out").read_text(errors="replace") + self.log
            self.kill()
            raise RuntimeError("Dovecot did not start:\n" + said[-3000:]) from None
        return self

    def stop(self) -> None:
        """Orderly shutdown: clients get BYE, and two seconds to leave."""
        if self._master is None:
            return
        children = _descendants(self._master.pid)
        self._master.terminate()
        try:
            self._master.wait(2)
        except subprocess.TimeoutExpired:
            self.kill()
        _signal(children, signal.SIGTERM)  # else they notice only seconds later
        self._master = None

    def kill(self) -> None:
        """A crash: every process gets SIGKILL, clients see the connection drop."""
        if self._master is not None:
            _signal([self._master.pid, *_descendants(self._master.pid)], signal.SIGKILL)
            self._master.wait(5)
            self._master = None

    def close(self) -> None:
        """Stop for good, without manners, and remove the folder."""
        self.kill()
        shutil.rmtree(self.root, ignore_errors=True)

    def kick(self, user: str) -> None:
        """End the user's IMAP sessions at once."""
        self._doveadm("kick", user, check=False)

    def add_user(self, user: str, password: str = "secret") -> str:
        """Create a user, also while running; in effect on return."""
        self.passwords[user] = password
        home = self.home(user)
        home.mkdir(exist_ok=True)
        os.chown(home, *self._ids)
        self.set_login(user, "ok")
        return user

    def set_login(self, user: str, mode: LoginMode) -> None:
        """How the server answers this user's logins from now on."""
        known = user in self._modes
        self._modes[user] = mode
        self._edition += 1
        secret = uuid.uuid4().hex if mode == "denied" else self.passwords[user]
        # A password that is right and a home that can't be found: Dovecot calls it temporary.
        account = "nobody" if mode == "unavailable" else user
        homes = f"{account}::{self._ids[0]}:{self._ids[1]}::{self.home(user)}\n"
        for name, line in (("passwords", f"{user}:{{PLAIN}}{secret}\n"), ("homes", homes)):
            fresh = self.root / name / f".{user}.new"
            fresh.write_text(line)
            # Dovecot re-reads a file it knows when the mtime, in whole seconds, has changed ...
            os.utime(fresh, (self._edition, self._edition))
            fresh.rename(self.root / name / user)
        if known and self._master is not None:  # ... and looks at most once a second.
            time.sleep(1.05 - time.time() % 1)

    def check_password(self, user: str, password: str) -> bool:
        """The same word as the server's, for the SMTP server in front of it."""
        return self._modes.get(user) == "ok" and self.passwords.get(user) == password

    def home(self, user: str) -> Path:
        """The user's folder on disk."""
        return self.root / "mail" / user

    def maildir(self, user: str, mailbox: str = "INBOX") -> Path:
        """The Maildir of one of the user's mailboxes (plain ASCII names)."""
        base = self.home(user) / "Maildir"
        return base if mailbox.upper() == "INBOX" else base / ("." + mailbox.replace("/", "."))

    def deliver(self, user: str, raw: bytes, sender: str = "") -> None:
        """Deliver over LMTP, as a mail server does."""
        with smtplib.LMTP(HOST, self.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    def deliver_at(
        self, user: str, raw: bytes, when: datetime, mailbox: str = "INBOX", flags: str = ""
    ) -> None:
        """Put into the Maildir with `when` as INTERNALDATE; `flags` are Maildir letters ("S")."""
        folder = self.maildir(user, mailbox)
        for path in (folder, *(folder / part for part in ("cur", "new", "tmp"))):
            if not path.exists():
                path.mkdir(parents=True)
                os.chown(path, *self._ids)
        stamp = int(when.timestamp())
        name = f"{stamp}.M{uuid.uuid4().hex[:12]}.test"
        temporary = folder / "tmp" / name
        temporary.write_bytes(raw.replace(b"\r\n", b"\n"))
        os.chown(temporary, *self._ids)
        os.utime(temporary, (stamp, stamp))
        temporary.rename(folder / "cur" / f"{name}:2,{flags}" if flags else folder / "new" / name)

    def append(self, user: str, raw: bytes, mailbox: str = "INBOX", flags: str = "") -> None:
        """APPEND over IMAP, as the user's own mail program does."""
        with self.imap(user) as imap:
            imap.append(f'"{mailbox}"', flags, "", raw)

    def messages(self, user: str, mailbox: str = "INBOX") -> list[Stored]:
        """Everything in a mailbox, read without touching flags; empty if there is none."""
        with self.imap(user) as imap:
            status, _ = imap.select(f'"{mailbox}"', readonly=True)
            if status != "OK":
                return []
            _, rows = imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
        return [_stored(row[0], row[1]) for row in rows if isinstance(row, tuple)]

    @contextlib.contextmanager
    def imap(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A logged-in session of the user, for the test's own hands."""
        session = imaplib.IMAP4(HOST, self.imap_port)
        try:
            session.login(user, self.passwords[user])
            yield session
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                session.logout()

    def change_uidvalidity(self, user: str, mailbox: str = "INBOX") -> None:
        """Forget the mailbox's UIDs: a new UIDVALIDITY, messages numbered again from 1."""
        self.kick(user)
        folder = self.maildir(user, mailbox)
        uidlist = folder / "dovecot-uidlist"
        old = int(uidlist.read_text().split(" V")[1].split()[0]) if uidlist.exists() else 0
        for stale in [*folder.glob("dovecot.index*"), *folder.glob("dovecot-uidlist*")]:
            stale.unlink()
        uidlist.write_text(f"3 V{max(old + 1, int(time.time()))} N1 G{uuid.uuid4().hex}\n")
        os.chown(uidlist, *self._ids)

    def _doveadm(self, *words: str, check: bool = True) -> str:
        conf = str(self.root / "dovecot.conf")
        done = subprocess.run(
            ["doveadm", "-c", conf, *words], capture_output=True, text=True, timeout=60, check=False
        )
        if check and done.returncode:
            raise RuntimeError(f"doveadm {words}: {done.stderr.strip()}")
        return done.stdout

    def _greets(self) -> bool:
        if self._master is None or self._master.poll() is not None:
            return False
        try:
            for port, greeting in ((self.imap_port, b"* OK"), (self.lmtp_port, b"220")):
                with socket.create_connection((HOST, port), timeout=2) as sock:
                    if not sock.recv(512).startswith(greeting):
                        return False
        except OSError:
            return False
        return True


def _stored(head: bytes, raw: bytes) -> Stored:
    uid = int(head.decode().split("UID ")[1].split()[0].rstrip(")"))
    return Stored(uid, tuple(flag.decode() for flag in imaplib.ParseFlags(head)), raw)


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, todo = [], [pid]
    while todo:
        kids = children.get(todo.pop(), [])
        found += kids
        todo += kids
    return found


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
