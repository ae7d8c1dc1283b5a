"""How the played people send their mail: a real SMTP session each, as any mail program has it."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping

from lordaemon.clock import Clock
from lordaemon.demo.postoffice import PostOffice
from lordaemon.demo.replies import Person


class MailProgram:
    """Sends for everybody who has an account, and remembers in a few words what was said."""

    def __init__(self, office: PostOffice, accounts: Mapping[str, str], clock: Clock) -> None:
        self._office = office
        self._accounts = accounts
        self._clock = clock
        self._composed = 0
        self.gists: dict[str, str] = {}
        """Message-ID → what the mail says, for the timeline."""

    def new_id(self, author: Person) -> str:
        """A Message-ID of the author's own."""
        self._composed += 1
        host = author.address.partition("@")[2]
        return f"<{self._clock():%Y%m%d.%H%M}.{self._composed}@{host}>"

    def send(
        self, author: Person, recipient: str, data: bytes, gist: str, *, keep_copy: bool = False
    ) -> None:
        """Send one mail; `keep_copy` files it in the author's Sent folder."""
        headers = data.partition(b"\r\n\r\n")[0].decode("ascii", "replace").splitlines()
        own_id = next(line for line in headers if line.startswith("Message-ID:"))
        self.gists[own_id.partition(":")[2].strip()] = gist
        with smtplib.SMTP("127.0.0.1", self._office.smtp_port, timeout=30) as session:
            session.login(author.address, self._accounts[author.address])
            session.sendmail(author.address, [recipient], data)
        if keep_copy:
            self._office.file_sent(author.address, data)
