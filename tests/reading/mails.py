"""Raw mails for the reading tests, put together from their parts."""

from __future__ import annotations

from lordaemon.reading.message import Message, parse

REQUEST = """Dear Dr. Lee,

I hope you are doing well. I worked with you on the cardiology service in March and learned a
great deal from you. I am applying to internal medicine residency this September and I am writing
to ask whether you would be willing to write a strong letter of recommendation on my behalf. If you
do not feel you can write a strong letter, please do not hesitate to say no.

Sincerely,
Sam Rivera
MS4, State University"""


def raw(body: str = "", kind: str = "text/plain", **headers: str) -> bytes:
    """One message; `auto_submitted="x"` becomes the header `auto-submitted: x`."""
    fields = {
        "from": "Jane Lee <jane.lee@hospital.example>",
        "to": "sam.rivera@example.edu",
        "subject": "Re: Letter of recommendation",
        "date": "Tue, 14 Jul 2026 09:00:00 +0000",
        "content_type": f"{kind}; charset=utf-8",
        "content_transfer_encoding": "8bit",
    } | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value]
    return ("\n".join(lines) + "\n\n" + body).encode()


def mail(body: str = "", kind: str = "text/plain", **headers: str) -> Message:
    """The same, parsed."""
    return parse(raw(body, kind, **headers))


def multipart(kind: str, *parts: str, **headers: str) -> bytes:
    """A multipart message of parts that bring their own headers."""
    body = "".join(f"--edge\n{part}\n" for part in parts) + "--edge--\n"
    headers.setdefault("content_type", f'multipart/{kind}; boundary="edge"')
    headers.setdefault("content_transfer_encoding", "")
    return raw(body, **headers)
