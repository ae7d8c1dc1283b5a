"""The commands. Errors become words for a person here, and nowhere else.

Exit codes (docs/commands.md): 0 fine, 1 wrong for good, 2 wrong usage, 75 try again, 78 the plan or
the database can't be used.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """The entry point: run a command, print what a person must know, leave with its code."""
    import click

    from lordaemon.cli.app import app
    from lordaemon.errors import LordaemonError

    _print_anything()
    try:
        code = app.main(standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        code = wrong.exit_code
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        code = 130
    except LordaemonError as problem:
        click.echo(str(problem), err=True)
        code = problem.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except Exception as fault:
        if os.environ.get("LORDAEMON_TRACEBACK"):
            raise
        click.echo(_own_fault(fault), err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _print_anything() -> None:
    """A terminal that can't show a letter shows its number; it is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _own_fault(fault: Exception) -> str:
    """What is said when the program itself is at fault: where, without what it held in hand."""
    import traceback

    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if "lordaemon" in frame.filename] or frames
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return (
        f"lordaemon stumbled over something it did not expect ({type(fault).__name__}, {place}). "
        "Nothing is sent twice because of it. To see more, run the same command with "
        "LORDAEMON_TRACEBACK=1 in the environment, and report it."
    )
