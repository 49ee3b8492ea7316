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
    size: Annotated[str, typer.Option(metavar="demo", help="How large a force: demo has about 3,000 incidents.")] = (
        "demo"
    ),
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Another number gives another force.")] = 1,
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Last day on which anything happens.")
    ] = _LAST_DAY,
) -> None:
    """Write the records of an invented force, and beside them truth.json: what is to be found in them.

    Nobody in them exists. The same size, seed and day give the same files, byte for byte. `clew load FOLDER` takes
    them.
    """
    from clew import progress
    from ingest.synthetic.force import write_force
    from ingest.synthetic.size import SIZES

    if size not in SIZES:
        raise typer.BadParameter(f"should be {' or '.join(SIZES)}", param_hint="--size")
    with progress.shown() as tell:
        summary = write_force(folder, size=size, seed=seed, until=until.date(), progress=tell)
    _show(summary)
    typer.echo(f"Go on: clew load {folder}")


def _show(summary: Summary) -> None:
    from clew import output

    typer.echo(f"Delivery {summary.delivery_id}, all of it invented: {sum(summary.rows.values()):,} rows.")
    output.print_rows(["feed", "rows"], [{"feed": feed, "rows": rows} for feed, rows in summary.rows.items()])
    said = [
        {"what": each.says, "target": f"{each.target:.1%}", "realised": f"{each.realised:.1%}", "of": each.whole}
        for each in summary.measures
    ]
    wanted = {"what": "incidents", "target": f"{summary.incidents_wanted:,}"}
    incidents = summary.rows["incidents"]
    output.print_rows(
        ["what", "target", "realised", "of"], [{**wanted, "realised": f"{incidents:,}", "of": incidents}, *said]
    )
    found = [{"what is to be found": name.replace("_", " "), "cases": count} for name, count in summary.cases.items()]
    output.print_rows(["what is to be found", "cases"], found)
