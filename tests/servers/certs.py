"""Throw-away certificates: one CA, and leaves that are good, or bad in a chosen way."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

import trustme

CertKind = Literal["good", "expired", "wrong-host", "untrusted"]
CERT_KINDS: tuple[CertKind, ...] = get_args(CertKind)
NAMES = ("localhost", "127.0.0.1", "imap.lab.test", "smtp.lab.test")


class Certs:
    """A CA (`ca_pem`, for `ca_file` in a plan) and its server certificates, made on first use."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self._ca = trustme.CA()
        self.ca_pem = root / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self.ca_pem))

    def leaf(self, kind: CertKind = "good") -> tuple[Path, Path]:
        """Certificate chain and key of this kind."""
        cert, key = self.root / f"{kind}.crt", self.root / f"{kind}.key"
        if not cert.exists():
            made = self._make(kind)
            key.write_bytes(made.private_key_pem.bytes())
            cert.write_bytes(b"".join(pem.bytes() for pem in made.cert_chain_pems))
        return cert, key

    def server_context(self, kind: CertKind = "good") -> ssl.SSLContext:
        """For a server that shows this kind of certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.leaf(kind))
        return context

    def client_context(self) -> ssl.SSLContext:
        """For a test's own client: trusts this CA only."""
        return ssl.create_default_context(cafile=str(self.ca_pem))

    def _make(self, kind: CertKind) -> trustme.LeafCert:
        if kind == "untrusted":
            return trustme.CA(organization_name="somebody else").issue_cert(*NAMES)
        if kind == "wrong-host":
            return self._ca.issue_cert("elsewhere.example")
        if kind == "expired":
            now = datetime.now(UTC)
            return self._ca.issue_cert(
                *NAMES, not_before=now - timedelta(days=90), not_after=now - timedelta(days=1)
            )
        return self._ca.issue_cert(*NAMES)
