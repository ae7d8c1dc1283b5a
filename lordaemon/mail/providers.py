"""What is known of the big mail providers, and where a plan's two servers are.

Facts only. What a provider really does is found out by `check --online`; these are the
defaults until then.
"""

from __future__ import annotations

from dataclasses import dataclass

from lordaemon.errors import MailMisconfigured
from lordaemon.plan.model import Mail, Provider, Security, Server

IMAP_PORTS: dict[Security, int] = {"tls": 993, "starttls": 143, "none": 143}
SMTP_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 587}


@dataclass(frozen=True, slots=True)
class Preset:
    """One provider: its servers and its habits."""

    imap_host: str
    smtp_host: str
    smtp_security: Security
    domains: tuple[str, ...]
    saves_sent: bool
    """Puts mail that went out by SMTP into Sent by itself; else we APPEND a copy."""
    rewrites_message_id: bool
    """Gives the message a Message-ID of its own and names it in its 250 reply."""
    login_hint: str
    """What kind of password the server wants and where to make it; shown after a refusal."""


PRESETS: dict[Provider, Preset] = {
    "gmail": Preset(
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
        smtp_security="tls",
        domains=("gmail.com", "googlemail.com"),
        saves_sent=True,
        rewrites_message_id=False,
        login_hint="Google wants an app password here: switch on 2-Step Verification in your "
        "Google account, then search its settings for “App passwords” and make one.",
    ),
    "outlook": Preset(
        imap_host="outlook.office365.com",
        smtp_host="smtp-mail.outlook.com",
        smtp_security="starttls",
        domains=("outlook.com", "hotmail.com", "live.com", "msn.com"),
        saves_sent=True,
        rewrites_message_id=True,
        login_hint="Microsoft takes no passwords from mail programs, and signing in on its page "
        "is not part of this version: send from another mailbox of yours.",
    ),
    "icloud": Preset(
        imap_host="imap.mail.me.com",
        smtp_host="smtp.mail.me.com",
        smtp_security="starttls",
        domains=("icloud.com", "me.com", "mac.com"),
        saves_sent=False,
        rewrites_message_id=False,
        login_hint="Apple wants an app-specific password here: make one in your Apple Account "
        "under Sign-In and Security.",
    ),
    "yahoo": Preset(
        imap_host="imap.mail.yahoo.com",
        smtp_host="smtp.mail.yahoo.com",
        smtp_security="tls",
        domains=("yahoo.com", "ymail.com", "rocketmail.com", "yahoo.co.uk", "yahoo.ca"),
        saves_sent=True,
        rewrites_message_id=False,
        login_hint="Yahoo wants an app password here: make one in your account's security "
        "settings under “Generate app password”.",
    ),
    "fastmail": Preset(
        imap_host="imap.fastmail.com",
        smtp_host="smtp.fastmail.com",
        smtp_security="tls",
        domains=("fastmail.com", "fastmail.fm"),
        saves_sent=False,
        rewrites_message_id=False,
        login_hint="Fastmail wants an app password here: make one in Settings under Privacy & "
        "Security, with access to mail (IMAP and SMTP).",
    ),
}
CUSTOM_HINT = (
    "If you log in to your mail with a second step (a code or an app), your school's mail "
    "settings page tells how to make a password for mail programs."
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server to connect to."""

    host: str
    port: int
    security: Security

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """A plan's two servers, every default filled in."""

    imap: Endpoint
    smtp: Endpoint
    saves_sent: bool | None
    """None: not known for this provider, so look into Sent."""
    rewrites_message_id: bool | None
    login_hint: str


def endpoints(mail: Mail) -> Endpoints:
    """The servers of this plan. A host in the plan wins over the provider's.

    Raises MailMisconfigured if a server has no host.
    """
    preset = PRESETS.get(mail.provider)
    imap = _endpoint("imap", mail.imap, preset.imap_host if preset else "", "tls", IMAP_PORTS)
    smtp_security = preset.smtp_security if preset else "tls"
    smtp = _endpoint(
        "smtp", mail.smtp, preset.smtp_host if preset else "", smtp_security, SMTP_PORTS
    )
    if preset is None:
        return Endpoints(imap, smtp, None, None, CUSTOM_HINT)
    return Endpoints(imap, smtp, preset.saves_sent, preset.rewrites_message_id, preset.login_hint)


def guess(address: str) -> Provider:
    """The provider an address belongs to, by its domain; `custom` where nothing is known."""
    domain = address.rpartition("@")[2].strip().lower()
    for name, preset in PRESETS.items():
        if domain in preset.domains:
            return name
    return "custom"


def _endpoint(
    which: str, server: Server, host: str, security: Security, ports: dict[Security, int]
) -> Endpoint:
    chosen = server.host or host
    if not chosen:
        raise MailMisconfigured(
            f"The plan doesn't name the {which.upper()} server: write in [mail.{which}] "
            f'host = "{which}.example.edu", or set provider in [mail].'
        )
    if server.host or "security" in server.model_fields_set:
        security = server.security
    return Endpoint(chosen, server.port or ports[security], security)
