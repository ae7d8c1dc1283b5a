"""How much of a reply is kept and how much of a quote leaks, on mails somebody else sorted.

    python -m bench.quotes FOLDER [-v]

FOLDER holds `emails/`, `trimmed/` and `elided/` with files of the same names (the layout of
email_reply_trimmer's tests, MIT). Prints the share of mails whose remaining text is exactly,
and nearly, what should remain, and how many words leaked or were lost.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from lordaemon.reading.quotes import words
from lordaemon.reading.reply import own_text


def measure(folder: Path, verbose: bool) -> None:
    exact = near = kept = leaked = lost = total = 0
    for mail in sorted((folder / "emails").glob("*.txt")):
        got = own_text(mail.read_text(), None).text
        want = (folder / "trimmed" / mail.name).read_text().strip()
        got_words, want_words = Counter(words(got)), Counter(words(want))
        extra, missing = got_words - want_words, want_words - got_words
        total += 1
        exact += not extra and not missing
        kept += not missing
        near += sum(extra.values()) + sum(missing.values()) <= 0.1 * sum(want_words.values())
        leaked += sum(extra.values())
        lost += sum(missing.values())
        if verbose and (extra or missing):
            print(f"== {mail.name}: leaked {dict(extra)}, lost {dict(missing)}")
    print(
        f"{total} mails: exact {exact / total:.0%}, within a tenth {near / total:.0%},"
        f" nothing lost {kept / total:.0%}; {leaked} words leaked, {lost} lost"
    )


if __name__ == "__main__":
    measure(Path(sys.argv[1]), "-v" in sys.argv)
