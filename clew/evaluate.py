"""`clew evaluate`: measures what is found in a synthetic force against what was planted in it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.query import Format

if TYPE_CHECKING:
    from ingest.evaluate.evaluate import Evaluation
    from ingest.evaluate.measured import Measured

EXAMPLE = "Example: clew evaluate force/truth.json"

_COLUMNS = ("kind", "audience", "there", "found", "right", "recall", "precision")
_SECONDS = 3600.0
"""A question about a whole force may take longer than one that somebody waits for."""


def evaluate(
    truth: Annotated[Path, typer.Argument(help="The truth.json of a synthetic force.", show_default=False)],
    how: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.TABLE,
) -> None:
    """Ask for all that is to be found in a loaded synthetic force, and print recall and precision by kind.

    Recall is the share of what is there that was found, precision the share of what was found that is there; for what
    was planted among more of its kind only recall can be said. The exit status is 1 unless everything is 100 %.
    """
    import asyncio

    from clew import progress
    from clew.database import found
    from graph import connection
    from graph.errors import ClewError
    from graph.settings import Settings
    from ingest.evaluate.evaluate import evaluate
    from ingest.evaluate.told import told

    settings = Settings.from_env()
    said = told(truth)
    address = found(settings)

    async def ask(tell: progress.Progress) -> Evaluation:
        async with connection.reader(address, _SECONDS) as reader:
            return await evaluate(reader, said, roles=settings.roles, progress=tell)

    with progress.shown() as tell:
        done = asyncio.run(ask(tell))
    _show(done, how)
    missed, wrong = sum(each.missed for each in done.measured), sum(each.wrong for each in done.measured)
    if missed or wrong:
        raise ClewError(f"{missed:,} cases of the truth were not found, and {wrong:,} were found that are none.")


def _show(done: Evaluation, how: Format) -> None:
    import sys

    from clew import output

    rows = [{**asdict(each), "recall": each.recall, "precision": each.precision} for each in done.measured]
    if how is Format.JSON:
        output.print_json({"measured": rows, "not_asked_yet": done.not_asked})
    elif how is Format.CSV:
        output.write_csv(sys.stdout, _COLUMNS, rows)
    else:
        output.print_rows(_COLUMNS, [_percent(each) for each in done.measured])
        if done.not_asked:
            typer.echo(f"Not asked yet: {', '.join(each.replace('_', ' ') for each in done.not_asked)}.")


def _percent(each: Measured) -> dict[str, Any]:
    """Return a row for people; what is not quite all is not rounded up to it."""
    shares = {"recall": each.recall, "precision": each.precision}
    return {**asdict(each), **{name: None if share is None else _floor(share) for name, share in shares.items()}}


def _floor(share: float) -> str:
    return f"{int(share * 10_000) / 100:.2f} %"
