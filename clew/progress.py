"""Shows how far long work has come, to a person at a terminal and to nobody else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done and how much there is."""


@contextmanager
def shown() -> Iterator[Progress]:
    """Show a bar for each thing under way on standard error while the `with` lasts, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich import progress
    from rich.console import Console

    columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), progress.MofNCompleteColumn())
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        begun: dict[str, progress.TaskID] = {}

        def tell(what: str, done: int, there: int) -> None:
            if what not in begun:
                begun[what] = bars.add_task(what)
            bars.update(begun[what], completed=done, total=there or None)

        yield tell
