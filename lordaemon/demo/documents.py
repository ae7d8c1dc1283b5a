"""Real PDF files for the demo's packet, made by hand: one page of text each (ISO 32000-1, 7.5)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

WIDTH = 88
"""Letters a line, in 11 point Helvetica on US Letter paper."""


def page_of_text(title: str, paragraphs: Iterable[str]) -> bytes:
    """A PDF with a title and paragraphs; Latin text only, what doesn't fit the page is an error."""
    lines = [line for text in paragraphs for line in (*_wrapped(text), "")]
    if len(lines) > 44:
        raise ValueError(f"{len(lines)} lines don't fit on one page; 44 do")
    shown = " ".join(f"({_escaped(line)}) Tj T*" for line in lines)
    content = (
        f"BT /F1 16 Tf 64 720 Td ({_escaped(title)}) Tj ET\n"
        f"BT /F1 11 Tf 15 TL 64 690 Td {shown} ET\n"
    ).encode("cp1252")
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%bendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), WIDTH)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(*objects: bytes) -> bytes:
    """Objects one after the other, then the table that says where each of them begins."""
    out = bytearray(b"%PDF-1.4\n")
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % table
    return bytes(out)
