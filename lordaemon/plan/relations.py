"""What keys of the plan say together and can't both mean.

Looks at the raw document, not at the model, so that these faults are told at once with those of
single keys; a value of the wrong kind is passed over here, the schema tells it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from datetime import time
from typing import Any

from lordaemon.plan.between_writers import writer_problems
from lordaemon.plan.fields import suggestion
from lordaemon.plan.places import Problem
from lordaemon.plan.positions import KeyPath
from lordaemon.plan.raw import Document, table_at, text_of

_PASSWORD_SOURCES = ("keyring", "command", "file", "env", "credential")


def related_problems(document: Document) -> list[Problem]:
    """Every contradiction between keys, in no particular order."""
    checks: tuple[Callable[[Document], Iterator[Problem]], ...] = (
        _send_hours, _holidays, _statement_or_interest, _login, _servers, _urls,
        writer_problems,
    )  # fmt: skip
    return [problem for check in checks for problem in check(document)]


def _send_hours(document: Document) -> Iterator[Problem]:
    value = table_at(document, "policy").get("send_hours")
    if not isinstance(value, list) or len(value) != 2:
        return
    opens, closes = (_minutes(item) for item in value)
    if opens is not None and closes is not None and opens >= closes:
        how = "is the same time twice" if opens == closes else "ends before it begins"
        path = ("policy", "send_hours")
        yield Problem(path, f'send_hours {how}; write e.g. send_hours = ["08:30", "17:30"]')


def _minutes(value: Any) -> int | None:
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    hours, _, minutes = value.strip().partition(":") if isinstance(value, str) else ("", "", "")
    if not (hours.isdecimal() and minutes.isdecimal()):
        return None
    return int(hours) * 60 + int(minutes)


def _holidays(document: Document) -> Iterator[Problem]:
    code = text_of(table_at(document, "policy"), "holidays")
    if not code or code.lower() == "none":
        return
    import holidays  # slow to import, and only a plan that names a country needs it

    country, _, subdivision = code.upper().partition("-")
    path = ("policy", "holidays")
    try:
        holidays.country_holidays(country)
    except NotImplementedError:
        names = holidays.registry.COUNTRIES
        near = suggestion(code.replace(" ", "_"), names, 0.8)
        hint = f'did you mean "{names[near][1]}"?' if near else 'write e.g. holidays = "US"'
        yield Problem(
            path, f'holidays = "{code}" is not a country code the calendar knows; {hint} '
            '("none": no holidays are kept)',
        )  # fmt: skip
        return
    known = sorted(holidays.country_holidays(country).subdivisions)
    if subdivision and subdivision not in known:
        one = f'; write e.g. "{country}-{known[0]}"' if known else f'; write "{country}"'
        yield Problem(path, f'holidays = "{code}": {country} has no part called {subdivision}{one}')


def _statement_or_interest(document: Document) -> Iterator[Problem]:
    packet = table_at(document, "packet")
    if text_of(packet, "personal_statement") and text_of(packet, "interest"):
        yield Problem(
            ("packet", "interest"),
            "interest and personal_statement are both given; keep one (interest is for those "
            "who have no statement yet)",
        )


def _login(document: Document) -> Iterator[Problem]:
    mail = table_at(document, "mail")
    password = mail.get("password")
    if not isinstance(password, Mapping):
        return
    path: KeyPath = ("mail", "password")
    sources = [name for name in _PASSWORD_SOURCES if name in password]
    if len(sources) > 1:
        yield Problem(
            path, f"password names {len(sources)} places ({', '.join(sources)}); keep one"
        )
    elif not password:
        yield Problem(path, "password is empty; write e.g. password = { keyring = true }")
    if password.get("keyring") is False:
        yield Problem(
            (*path, "keyring"),
            "password.keyring = false says nothing; write true, or another place instead: "
            'e.g. password = { env = "MAIL_PASSWORD" }',
        )
    if "oauth" in mail:
        yield Problem(
            ("mail", "oauth"), "oauth and password are both given; keep the one you log in with"
        )


def _servers(document: Document) -> Iterator[Problem]:
    for name in ("imap", "smtp"):
        server = table_at(document, "mail", name)
        host = text_of(server, "host")
        if text_of(server, "security") == "none" and not is_loopback(host):
            where = f'host "{host}"' if host else "a host that isn't named"
            yield Problem(
                ("mail", name, "security"),
                f'security = "none" would send the password openly to {where}; it is for this '
                'machine itself only (localhost); write security = "tls"',
            )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, so that nothing travels a network."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _urls(document: Document) -> Iterator[Problem]:
    ping = text_of(table_at(document, "digest"), "ping")
    if ping and not ping.lower().startswith(("https://", "http://")):
        yield Problem(
            ("digest", "ping"),
            "ping should be a web address that begins with https://; "
            'write e.g. ping = "https://hc-ping.example/your-check"',
        )
    database = text_of(table_at(document, "storage"), "database")
    if database and not database.startswith(("sqlite:///", "postgresql+psycopg://")):
        yield Problem(
            ("storage", "database"),
            "database should begin with sqlite:/// or postgresql+psycopg://; "
            'write e.g. database = "sqlite:///lordaemon.db"',
        )
