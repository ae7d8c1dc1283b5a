"""Templates to text: ours, and one of the user's own (`writer.template`) where it has the block.

The sandbox gives a template plain words and nothing to call; values are never rendered again, so
a highlight that contains `{{ }}` stays as it is. A mistake in a user's template names its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files as package_files
from types import TracebackType
from typing import TYPE_CHECKING, Any

from lordaemon.errors import LordaemonError
from lordaemon.letters import files

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from lordaemon.plan.model import Plan, Writer

LONGEST = 40_000
"""Characters of one rendered block; a letter has some two thousand."""

REPLACEABLE = (
    "request_subject", "request", "packet_subject", "packet",
    "reminder_subject", "reminder", "follow_up_subject", "follow_up",
)  # fmt: skip
"""The blocks a template of the user's own may define."""


def letter(plan: Plan, writer: Writer, block: str, values: Mapping[str, Any]) -> str:
    """The text of `block` for this writer: from the user's template if it has one, else ours.

    Raises LordaemonError when the user's template can't be read or used.
    """
    if writer.template:
        own = _own(plan, writer)
        if block in own.blocks:
            return _render(own, block, values, writer.template)
    return built_in(writer.type if block.startswith("request") else "every", block, values)


def built_in(name: str, block: str, values: Mapping[str, Any]) -> str:
    """The text of one block of one of our own templates."""
    return _render(_ours(name), block, values, f"{name}.txt")


def _environment() -> ImmutableSandboxedEnvironment:
    """Without a loader: no template can include another file."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    # Nothing is escaped here: the text is plain, and letters.markup escapes all of it for HTML.
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


def _template(source: str) -> Template:
    """A tag alone on its line leaves no empty line behind; inside a line nothing is swallowed.

    Jinja2 can only trim after every tag or after none: `+` is its mark for "not after this one".
    """
    lines = []
    for line in source.splitlines():
        text = line.strip()
        alone = text[:2] in ("{%", "{#") and text.count(text[:2]) == 1
        ends = text[-2:] in ("%}", "#}") and text[-3:-2] not in ("-", "+")
        lines.append(f"{line.rstrip()[:-2]}+{text[-2:]}" if ends and not alone else line)
    return _environment().from_string("\n".join(lines))


@cache
def _ours(name: str) -> Template:
    source = package_files("lordaemon.letters").joinpath("templates", f"{name}.txt")
    return _template(source.read_text(encoding="utf-8"))


def _own(plan: Plan, writer: Writer) -> Template:
    """The user's template, with block names checked."""
    from jinja2 import TemplateError, TemplateSyntaxError

    named, key = writer.template, f'writer "{writer.id}": template'
    try:
        source = files.read(plan.folder, named, key, room=1024 * 1024).decode()
        template = _template(source)
    except UnicodeDecodeError:
        raise LordaemonError(f"{key}: {named} is not plain text; save it as UTF-8.") from None
    except TemplateSyntaxError as fault:
        raise LordaemonError(
            f"{named}:{fault.lineno}: {fault.message}; correct the template "
            "(docs/letters.md has an example)."
        ) from None
    except TemplateError as fault:
        raise LordaemonError(f"{named}: {fault}; correct the template.") from None
    unknown = sorted(set(template.blocks) - set(REPLACEABLE))
    if unknown or not template.blocks:
        found = f"block {unknown[0]!r} is not known" if unknown else "there is no block in it"
        line = next(
            (n for n, text in enumerate(source.splitlines(), 1) if unknown and unknown[0] in text),
            1,
        )
        raise LordaemonError(
            f"{named}:{line}: {found}; a letter stands between {{% block request %}} and "
            f"{{% endblock %}}, and the blocks are {', '.join(REPLACEABLE)}."
        )
    return template


def _render(template: Template, block: str, values: Mapping[str, Any], name: str) -> str:
    """Run one block; stop where it gets longer than any letter."""
    from jinja2 import TemplateError

    text = ""
    try:
        for piece in template.blocks[block](template.new_context(dict(values))):
            text += piece
            if len(text) > LONGEST:
                raise LordaemonError(
                    f"{name}: block {block!r} makes more than {LONGEST} characters; "
                    "look for a loop that repeats too much."
                )
    except LordaemonError:
        raise
    except (
        TemplateError,
        ArithmeticError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as fault:
        line = _line(template, fault.__traceback__)
        raise LordaemonError(
            f"{name}:{line}: {fault}; correct block {block!r} "
            "(docs/letters.md lists the names a template may use)."
        ) from None
    return text


def _line(template: Template, trace: TracebackType | None) -> int:
    """The line of the template in which an error arose; 1 if that can't be told."""
    line = 1
    while trace:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line
