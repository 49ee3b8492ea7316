"""Renders the reference page on the commands."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress

from clew.__main__ import app
from graph.documents import GENERATED

_WIDTH = 100


def commands() -> list[str]:
    """Return the name of each subcommand."""
    return [command.name or "" for command in app.registered_commands]


def pages() -> Mapping[str, str]:
    """Return the text of each page by its file name."""
    sections = [f"## clew {name}\n\n```text\n{help_of(name)}```\n" for name in commands()]
    says = (
        "Each command ends with status 0, with 1 if it refused or failed (one sentence on standard error says why and "
        "what to do), or with 2 if it was called wrongly.\n"
    )
    return {"commands.md": "\n".join([f"# Commands\n\n{GENERATED}", says, f"```text\n{help_of()}```\n", *sections])}


def help_of(*command: str) -> str:
    """Return what `--help` prints, at a width that is the same everywhere."""
    printed = io.StringIO()
    # A question's own help ends the process, as a command of its own would.
    with redirect_stdout(printed), suppress(SystemExit):
        app(args=[*command, "--help"], prog_name="clew", standalone_mode=False, terminal_width=_WIDTH)
    return "".join(f"{line.rstrip()}\n" for line in printed.getvalue().splitlines())
