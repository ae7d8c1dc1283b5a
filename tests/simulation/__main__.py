"""`python -m tests.simulation --seeds 1000 --start 0`, or one seed told as a story: `--seed 7`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulation.season import play


def one(seed: int) -> tuple[int, list[str], int, int]:
    """A seed in a worker: its violations, passes and letters."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            found, season = play(seed, Path(folder))
        except Exception:  # a fall of the program is a finding like any other
            return seed, [f"FELL {traceback.format_exc()}"], 0, 0
    return seed, found, season.passes, sum(len(p.left) for p in season.ledger.people)


def main() -> int:
    """Play, and print every seed that fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--seed", type=int, help="one seed, told as a story")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--first", action="store_true", help="stop at the first violation")
    chosen = parser.parse_args()
    if chosen.seed is not None:
        with tempfile.TemporaryDirectory() as folder:
            found, _ = play(chosen.seed, Path(folder), verbose=True)
        print("\n".join(found) or "no violation")
        return bool(found)
    began, failed, passes, letters = time.monotonic(), 0, 0, 0
    with ProcessPoolExecutor(chosen.jobs) as workers:
        seeds = range(chosen.start, chosen.start + chosen.seeds)
        for seed, found, passed, left in workers.map(one, seeds):
            passes, letters = passes + passed, letters + left
            if found:
                failed += 1
                print(f"seed {seed}: {found[0]}", flush=True)
                if chosen.first:
                    workers.shutdown(cancel_futures=True)
                    return 1
    took = time.monotonic() - began
    print(f"{chosen.seeds} seeds, {passes} passes, {letters} letters, {failed} with a violation, "
          f"{took:.0f} s")  # fmt: skip
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
