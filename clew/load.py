"""`clew load`: brings one delivery into the graph, then what is concluded from it up to date."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from clew.derive import conclude
from clew.query import moment

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from graph.settings import Settings
    from ingest.delivery import Delivery
    from ingest.report import Report

EXAMPLE = "Example: clew load delivery --dry-run"

CompleteFeeds: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FEED",
        help="This feed is all that its source has: what it does not hold is retired. May be given several times.",
        show_default=False,
    ),
]
"""The option by which feeds are declared complete."""

_COUNTS = ("delivered", "created", "changed", "unchanged", "waiting", "rejected")


def load(
    path: Annotated[Path, typer.Argument(help="A folder or a zip file of CSV or Parquet files.", show_default=False)],
    mapping: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FOLDER", help="How to read an extract of another layout: a shipped mapping or a folder."
        ),
    ] = None,
    complete: CompleteFeeds = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")] = False,
    received_at: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DDTHH:MM", help="When the delivery was received, if not as its manifest says."),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the rejects; not given: in CLEW_HOME.")
    ] = None,
) -> None:
    """Load one delivery, and conclude what follows from it.

    Each row ends as created, changed, unchanged, waiting (it refers to something not delivered yet) or rejected.
    Rejects name file, row, column and rule, never a value. It can be interrupted and run again. Files that are not what
    the manifest lists are refused: `clew manifest FOLDER` writes one.
    """
    from clew import progress, recorded
    from clew.database import found
    from graph import connection
    from graph.settings import Settings
    from ingest.bulk import load as bulk
    from ingest.load import load as bring_in
    from ingest.read import read_delivery

    settings = Settings.from_env()
    address = found(settings)
    zone = settings.time_zone
    received = None if received_at is None else _received(received_at, settings)
    with progress.shown() as tell:
        delivery = read_delivery(
            path, mapping=mapping, received_at=received, complete=complete or (), zone=zone, progress=tell
        )
    for remark in delivery.remarks:
        typer.echo(remark)
    taken = None
    with recorded.loading(settings, delivery, dry_run=dry_run) as loaded:
        if not dry_run and bulk.is_first(settings, delivery):
            typer.echo("The first delivery, and a large one: Neo4j's importer takes it, and the Neo4j starts anew.")
            with progress.shown() as tell:
                address, taken = bulk.bring_in(settings, delivery, zone=zone, progress=tell)
        with connection.writer(address) as writer, progress.shown() as tell:
            report = bring_in(
                writer,
                delivery,
                zone=zone,
                dry_run=dry_run,
                shrink=settings.shrink_percent,
                progress=tell,
                taken=taken,
            )
        loaded(report)
    _show(report, delivery, zone)
    if report.rejects:
        file = rejects or settings.home / "rejects" / f"{_file_name(report.delivery_id)}-rejects.csv"
        _write(file, report)
        typer.echo(f"What was rejected, and why: {file}")
    if dry_run:
        typer.echo("This is what would happen; nothing was written to the graph.")
    else:
        with connection.writer(address) as writer:
            conclude(writer, settings)


def _received(text: str, settings: Settings) -> Any:
    try:
        return moment(text, settings)
    except ValueError:
        raise typer.BadParameter("should be written as YYYY-MM-DDTHH:MM", param_hint="--received-at") from None


def _show(report: Report, delivery: Delivery, zone: ZoneInfo) -> None:
    from clew import output

    rows = [asdict(counts) for counts in report.counts]
    total = {"feed": "total", **{name: sum(row[name] for row in rows) for name in _COUNTS}}
    received = f"{delivery.received_at.astimezone(zone):%Y-%m-%d %H:%M}"
    typer.echo(f"Delivery {report.delivery_id} of {delivery.kind.value} records, received {received}:")
    output.print_rows(["feed", *_COUNTS], [*rows, total])
    if promoted := sum(row["promoted"] for row in rows):
        typer.echo(f"{promoted:,} records of earlier deliveries had waited and are there now.")
    if retired := sum(row["retired"] for row in rows):
        typer.echo(f"{retired:,} records are retired: a complete feed does not hold them any more.")
    if suspended := sum(row["suspended"] for row in rows):
        typer.echo(f"{suspended:,} records wait again, since what they refer to was taken back.")
    for remark in report.remarks:
        typer.echo(remark)


def _file_name(delivery_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", delivery_id).lstrip(".-") or "delivery"


def _write(file: Path, report: Report) -> None:
    """Write the rejects to a file that only its owner can read; its cells are names that somebody delivered."""
    from clew.output import harmless
    from graph.errors import ClewError
    from ingest.report import write_rejects

    shown = [replace(each, file=harmless(each.file), column=harmless(each.column)) for each in report.rejects]
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        write_rejects(file, shown)
    except OSError as error:
        raise ClewError(
            f"The rejects cannot be written to {file} ({error.strerror}); the counts above hold. "
            "Load again with --rejects FILE to see them."
        ) from None
