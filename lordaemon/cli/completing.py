"""What the shell offers on Tab: the writers of the plan at hand, and the verbs.

A plan that doesn't load offers nothing; completion never complains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def complete_writer(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Ids of the plan's writers, and `all`."""
    del param
    return [name for name in [*_writers(ctx), "all"] if name.startswith(incomplete)]


def complete_words(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """For `mark`: first a writer, then a verb."""
    from lordaemon.orders import VERBS

    if not ctx.params.get("words"):
        return complete_writer(ctx, param, incomplete)
    return [verb for verb in VERBS if verb.startswith(incomplete)]


def _writers(ctx: click.Context) -> list[str]:
    from lordaemon.cli.common import load
    from lordaemon.errors import LordaemonError

    try:
        return [writer.id for writer in load(ctx, ctx.params.get("config")).writers]
    except LordaemonError:
        return []
