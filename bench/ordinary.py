"""What the reading makes of ordinary mail that stands in a writer's thread.

    python -m bench.ordinary FOLDER

FOLDER holds raw messages that have nothing to do with letters. Each is read as an answer to a
request. Prints what would have been acted on (nothing should be), time per message and memory.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from lordaemon.reading.message import Unreadable, parse
from lordaemon.reading.read import read


def measure(folder: Path) -> None:
    """Read every message of the folder and print what came of it."""
    taken: Counter[str] = Counter()
    acted, times = [], []
    for file in sorted(folder.rglob("*.txt")):
        start = time.perf_counter()
        try:
            verdict = read(parse(file.read_bytes()), (), "asked")
        except Unreadable:
            taken["unreadable"] += 1
            continue
        times.append(1000 * (time.perf_counter() - start))
        taken[verdict.label] += 1
        if verdict.confident and verdict.label in ("yes", "no", "uploaded", "bounce"):
            acted.append(f"{file.name}: {verdict.label}, {verdict.evidence[:1]}")
    times.sort()
    print(f"{sum(taken.values())} mails: {dict(taken.most_common())}")
    print(f"acted on: {len(acted)}", *acted, sep="\n  ")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"median {statistics.median(times):.1f} ms, p99 {times[int(0.99 * len(times))]:.1f} ms,")
    print(f"peak memory of the whole process {peak:.0f} MB")


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
