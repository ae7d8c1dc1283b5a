"""How many delivery failures are recognised, and how many ordinary mails are taken for one.

    python -m bench.bounces BOUNCES ORDINARY [-v]

Both are folders of raw messages. Prints recall, kinds, false alarms and time per message.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from lordaemon.reading.bounce import bounce
from lordaemon.reading.machine import automatic
from lordaemon.reading.message import Unreadable, parse
from lordaemon.reading.reply import own_text


def measure(folder: Path, verbose: bool, expect: bool) -> None:
    kinds: Counter[str] = Counter()
    named = 0
    files = sorted(path for path in folder.iterdir() if path.is_file())
    started = time.perf_counter()
    for path in files:
        try:
            message = parse(path.read_bytes())
        except Unreadable as why:
            kinds[f"unreadable: {why.reason}"] += 1
            continue
        found = bounce(message)
        if found is None:
            own = own_text(message.text, message.html, (), message.from_name).text
            machine = automatic(message, own)
            label = f"automatic ({machine.flags})" if machine else "person"
            kinds[label] += 1
            if verbose and expect == (machine is None):
                print(f"{path.name}: {label}, {message.from_name} {message.from_address}")
                print(f"    {message.subject} | {' '.join(message.text.split())[:160]}")
            continue
        kinds[found.kind] += 1
        named += bool(found.quoted_ids)
        if verbose:
            print(f"{path.name}: {found.kind} {found.recipients} {found.diagnostic[:90]!r}")
    spent = (time.perf_counter() - started) / len(files)
    print(f"{folder.name}: {len(files)} mails, {spent * 1000:.1f} ms each, {named} name an id")
    print(f"    {dict(kinds)}")


if __name__ == "__main__":
    measure(Path(sys.argv[1]), "-v" in sys.argv, expect=True)
    measure(Path(sys.argv[2]), "-v" in sys.argv, expect=False)
