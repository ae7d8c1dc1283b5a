"""C sources that go under a program with LD_PRELOAD: compiled once a version of their text."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path


def build(source: Path) -> Path:
    """The shared object of this C file."""
    cache = Path(tempfile.gettempdir()) / f"lordaemon-shims-{os.getuid()}"
    cache.mkdir(mode=0o700, exist_ok=True)
    target = cache / f"{source.stem}-{hashlib.sha256(source.read_bytes()).hexdigest()[:16]}.so"
    if not target.exists():
        fresh = target.with_suffix(f".{os.getpid()}")
        subprocess.run(
            ["cc", "-O2", "-shared", "-fPIC", "-o", fresh, source, "-ldl", "-lpthread"], check=True
        )
        fresh.rename(target)
    return target
