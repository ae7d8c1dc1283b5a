"""kill -9 of the real program before every call that leaves a trace, on a real Dovecot and a real
SMTP conversation: under every outcome of the delivery, with and without a copy in Sent, then
started again until quiet. Never twice; never lost without a word."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MONDAY, User
from tests.servers.certs import Certs
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.servers.timewarp import WarpClock
from tests.whole.student import writer
from tests.whole.warm import Warm, WarmStudent

OUTCOMES: dict[str, dict[str, Any]] = {
    "accepted": {},
    "refused": {"action": "reply", "code": 554},
    "temporary": {"action": "reply", "code": 451},
    "lost answer": {"action": "accept-close"},
    "lost before taken": {"action": "close"},
}
EVERY = int(os.environ.get("KILL_EVERY", "40"))
"""Every so manieth point is tried; all of them with KILL_EVERY=1 (`make kill`)."""


@pytest.fixture(scope="module")
def steered() -> Iterator[tuple[Warm, WarpClock]]:
    """One waiting program for all scenarios; each sets the clock back to Monday morning."""
    with WarpClock(MONDAY.astimezone(UTC)) as clock, Warm(clock) as warm:
        yield warm, clock


@pytest.mark.parametrize("saved", [True, False], ids=["kept in Sent", "not kept"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_killed_before_any_trace(
    tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, certs: Certs,
    steered: tuple[Warm, WarpClock], outcome: str, saved: bool,
) -> None:  # fmt: skip
    """The points go on until a pass is quicker than the kill: then it has seen them all."""
    if saved:
        smtp.save_sent = lambda login, raw: dovecot.append(login, raw, "Sent", "\\Seen")
    at, code = 1 + list(OUTCOMES).index(outcome) * EVERY // len(OUTCOMES), -signal.SIGKILL
    played = 0
    while code == -signal.SIGKILL:
        folder = tmp_path / str(at)
        folder.mkdir()
        code = _played(folder, dovecot, smtp, certs, steered, outcome, at)
        at, played = at + EVERY, played + 1
    smtp.save_sent = None
    assert played > 1, "no pass was killed"
    print(f"\n{outcome}, {'kept' if saved else 'not kept'}: {played} scenarios")


def _played(
    folder: Path, dovecot: Dovecot, smtp: SmtpServer, certs: Certs,
    steered: tuple[Warm, WarpClock], outcome: str, at: int,
) -> int:  # fmt: skip
    """One scenario; how the pass that was to be killed ended."""
    warm, clock = steered
    smtp.reset()
    user = User(f"sam{len(dovecot.passwords)}@lab.test", "secret")
    dovecot.add_user(user.address)
    clock.step_wall(MONDAY - clock.now())
    settings = {"policy": "clock_skew_minutes = 0\nnotice_hours = 1", "digest": 'at = "23:50"'}
    student = WarmStudent(folder, user.address, dovecot, smtp, certs, clock, settings, warm)
    student.write_plan(writer("Jane Smith"))
    student.once()  # the notice is out, the request waits
    assert not student.to("smith")
    clock.jump(timedelta(hours=2))
    if OUTCOMES[outcome]:
        smtp.faults.add("eod", match="smith", **OUTCOMES[outcome])
    code = student.run("run", "--once", kill_before=at).returncode
    smtp.wait_idle()
    smtp.faults.clear()
    for hours in (0, 1, 6):
        clock.jump(timedelta(hours=hours))
        student.once()
    copies = len(student.to("smith"))
    where = f"killed before trace {at}, {outcome}"
    assert copies <= 1, f"{where}: sent {copies} times"
    row = student.row("smith")
    assert copies or row["needs_you"], f"{where}: lost without a word ({row})"
    return code
