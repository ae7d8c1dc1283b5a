"""One plan's mail account: makes its connections, with the password fetched at the last moment.

Holds no password and no connection. That a refused password is not tried again for six hours
(D3) is the daemon's to keep.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from lordaemon.errors import LordaemonError
from lordaemon.mail.imap import Mailbox
from lordaemon.mail.providers import Endpoint, Endpoints, endpoints
from lordaemon.mail.secrets import password_of
from lordaemon.mail.secure import Login
from lordaemon.mail.smtp import Postman
from lordaemon.mail.watch import Watcher
from lordaemon.plan.model import Mail, Plan, Server

Secret = Callable[[], str]
"""Fetches the password or the OAuth access token; raises SecretMissing."""


class Account:
    """Everything it takes to reach the applicant's mailbox."""

    def __init__(
        self, mail: Mail, folder: Path, address: str, *, secret: Secret | None = None
    ) -> None:
        """`folder` is where the plan's relative paths start, `address` the applicant's own.

        `secret` replaces the place the plan names; with `oauth` in the plan it must give the
        access token.
        """
        self._mail = mail
        self._folder = folder
        self.username = mail.username or address
        self._secret = secret or self._password

    @classmethod
    def of(cls, plan: Plan, *, secret: Secret | None = None) -> Account:
        """The account of this plan."""
        return cls(plan.mail, plan.folder, plan.applicant.email, secret=secret)

    @cached_property
    def endpoints(self) -> Endpoints:
        """The two servers. Raises MailMisconfigured if the plan doesn't name them."""
        return endpoints(self._mail)

    def mailbox(self) -> Mailbox:
        """A connection to IMAP, to be entered with `with`."""
        login = self._login(self.endpoints.imap)
        return Mailbox(login, ca_file=self._path(self._mail.imap))

    def postman(self) -> Postman:
        """Somebody who delivers over SMTP."""
        login = self._login(self.endpoints.smtp)
        return Postman(
            login.endpoint,
            login.username,
            login.password,
            ca_file=self._path(self._mail.smtp),
            bearer=login.bearer,
            login_hint=login.hint,
        )

    def watcher(self, folder: str, look_now: Callable[[], None]) -> Watcher:
        """Somebody who calls when mail comes; to be started and stopped."""
        return Watcher(self.mailbox, folder, look_now)

    def mark(self) -> str:
        """Four letters that change with the secret or the servers, too few to guess it from."""
        try:
            secret = self._secret()
        except LordaemonError as missing:
            secret = str(missing)
        parts = [self.username, secret, repr(self._mail)]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:4]

    def _login(self, endpoint: Endpoint) -> Login:
        hint, bearer = self.endpoints.login_hint, self._mail.oauth is not None
        return Login(endpoint, self.username, self._secret(), bearer, hint)

    def _password(self) -> str:
        return password_of(self._mail, self._folder, username=self.username)

    def _path(self, server: Server) -> str:
        return str(self._folder / Path(server.ca_file).expanduser()) if server.ca_file else ""
