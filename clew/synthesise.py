"""`clew synthesise`: writes an invented force to try everything on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest.synthetic.summary import Summary

EXAMPLE = "Example: clew synthesise force --seed 7"

_LAST_DAY = datetime(2026, 3, 31)


def synthesise(
    folder: Annotated[Path, typer.Argument(help="A new or an empty folder.", show_default=False)],
    size: Annotated[
        str,
        typer.Option(
            metavar="demo|force|metropolitan",
            help="How large a force: demo has 3,000 incidents in three years, force 170,000 in ten, metropolitan 1.5 "
            "million.",
        ),
    ] = "demo",
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Another number gives another force.")] = 1,
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Last day on which anything happens.")
    ] = _LAST_DAY,
) -> None:
    """Write the records of an invented force, and beside them truth.json: what is to be found in them.

    Nobody in them exists. The same size, seed and day give the same files, byte for byte. They are three deliveries,
    to be loaded one after the other: the history, what came later and in part too late, and the latest days. Then
    `clew evaluate` says what of truth.json is found.
    """
    from clew import progress
    from ingest.synthetic.force import TRUTH, write_force
    from ingest.synthetic.size import SIZES

    if size not in SIZES:
        raise typer.BadParameter(f"should be {' or '.join(SIZES)}", param_hint="--size")
    with progress.shown() as tell:
        summary = write_force(folder, size=size, seed=seed, until=until.date(), progress=tell)
    _show(summary)
    typer.echo("Go on:")
    for name in summary.deliveries.values():
        typer.echo(f"  clew load {folder / name}")
    typer.echo(f"  clew evaluate {folder / TRUTH}")


def _show(summary: Summary) -> None:
    from clew import output

    names = list(summary.deliveries.values())
    rows = [{"feed": feed, **dict(zip(names, counts, strict=True))} for feed, counts in summary.rows.items()]
    whole = sum(map(sum, summary.rows.values()))
    typer.echo(f"Deliveries {', '.join(summary.deliveries)}, all of it invented: {whole:,} rows.")
    typer.echo(f"SHA-256 of all their CSV files: {summary.sha256}")
    output.print_rows(["feed", *names], rows)
    said = [
        {"what": each.says, "target": f"{each.target:.1%}", "realised": f"{each.realised:.1%}", "of": each.whole}
        for each in summary.measures
    ]
    incidents = sum(summary.rows["incidents"])
    wanted = {"what": "incidents", "target": f"{summary.incidents_wanted:,}", "realised": f"{incidents:,}"}
    output.print_rows(["what", "target", "realised", "of"], [{**wanted, "of": incidents}, *said])
    found = [{"what is to be found": name.replace("_", " "), "cases": count} for name, count in summary.cases.items()]
    output.print_rows(["what is to be found", "cases"], found)
