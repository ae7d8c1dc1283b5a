"""Ways to reach the session's Dovecot with the project's own hands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lordaemon.mail.imap import Mailbox
from lordaemon.mail.providers import Endpoint
from lordaemon.mail.secure import Login
from tests.conftest import User
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot

MakeMailbox = Callable[..., Mailbox]


@pytest.fixture
def mailbox(dovecot: Dovecot, user: User, certs: Certs) -> MakeMailbox:
    """Makes connections to the user's mailbox: by default over TLS, port and all may differ."""

    def make(
        security: str = "tls",
        *,
        host: str = "localhost",
        port: int | None = None,
        username: str = user.address,
        password: str = user.password,
        ca_file: str = str(certs.ca_pem),
        timeout: float = 20,
        bearer: bool = False,
    ) -> Mailbox:
        default = dovecot.imaps_port if security == "tls" else dovecot.imap_port
        endpoint = Endpoint(host, port or default, security)  # type: ignore[arg-type]
        login = Login(endpoint, username, password, bearer, "Make an app password.")
        return Mailbox(login, ca_file=ca_file, connect_timeout=timeout, read_timeout=timeout)

    return make
