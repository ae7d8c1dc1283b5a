"""Files that ship with the program: from the installed package, or from the checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_CHECKOUT = {
    "config.example.toml": "config.example.toml",
    "lordaemon.service": "systemd/lordaemon.service",
}


def packaged(name: str) -> str:
    """The text of a shipped file. A wheel carries it inside; in a checkout it lies beside."""
    inside = files("lordaemon").joinpath("data", name)
    if inside.is_file():
        return inside.read_text(encoding="utf-8")
    return (Path(__file__).parent.parent / _CHECKOUT[name]).read_text(encoding="utf-8")
