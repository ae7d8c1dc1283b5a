"""One line an event on standard error, as `key=value` or as JSON."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


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
    """One JSON object a line: at, level, room, event."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one JSON object."""
        at = datetime.fromtimestamp(record.created, UTC)
        event = {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "level": record.levelname.lower(),
                 "room": record.name, "event": _one_line(record.getMessage())}  # fmt: skip
        return json.dumps(event, ensure_ascii=False)
