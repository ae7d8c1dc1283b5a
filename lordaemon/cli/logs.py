"""One line an event on standard error, as `key=value` or as JSON."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

FIELD = re.compile(r"""(?:^|\s)([a-z_]+)=('[^']*'|"[^"]*"|\S*(?:\s+(?![a-z_]+=)\S+)*)""")
"""One `key=value` of an event; a value goes on to the next key."""


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:2000]


class KeyValue(logging.Formatter):
    """`2027-03-15T14:03:11Z info delivery kind=request writer=smith outcome=accepted`."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line."""
        at = datetime.fromtimestamp(record.created, UTC)
        return (
            f"{at:%Y-%m-%dT%H:%M:%SZ} {record.levelname.lower()} {_one_line(record.getMessage())}"
        )


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, room, event, and the event's own keys."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one JSON object."""
        at = datetime.fromtimestamp(record.created, UTC)
        line = _one_line(record.getMessage())
        fields = {found[1]: found[2].strip("'\"") for found in FIELD.finditer(line)}
        first = FIELD.search(line)
        event = line[: first.start()].strip() if first and first.start() else line
        told = {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "level": record.levelname.lower(),
                "room": record.name, "event": event}  # fmt: skip
        return json.dumps(fields | told, ensure_ascii=False)
