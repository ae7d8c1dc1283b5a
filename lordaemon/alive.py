"""A dead-man service (such as Healthchecks) is called after each good pass: when the calls stop, it
tells the applicant by other means than this machine's mail (D3)."""

from __future__ import annotations

import logging
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import urlopen

log = logging.getLogger("lordaemon.alive")

SECONDS = 10


def tell_alive(address: str) -> None:
    """Call the address, if the plan names one; a failing call is only logged."""
    if not address.startswith(("https://", "http://")):
        return
    try:
        with urlopen(address, timeout=SECONDS):  # noqa: S310  # the scheme was looked at above
            pass
    except (URLError, HTTPException, OSError, ValueError) as failure:
        log.warning("ping failed: %s", type(failure).__name__)
