"""The commands. Errors become words for a person here, and nowhere else.

Exit codes (docs/commands.md): 0 fine, 1 wrong for good, 2 wrong usage, 75 try again, 78 the plan or
the database can't be used.
"""

from __future__ import annotations

import sys


def main() -> None:
    """The entry point: run a command, print what a person must know, leave with its code."""
    import click

    from lordaemon.cli.app import app
    from lordaemon.errors import LordaemonError

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
    sys.exit(code if isinstance(code, int) else 0)
