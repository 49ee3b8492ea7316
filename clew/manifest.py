"""`clew manifest`: writes what a folder holds, so that a delivery that lost something on its way is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.load import CompleteFeeds

if TYPE_CHECKING:
    from ingest.inventory import Inventory

EXAMPLE = "Example: clew manifest delivery --source rms --replace"

_WHOLE = ("delivery_id", "source", "received_at", "kind")


def manifest(
    folder: Annotated[Path, typer.Argument(help="A folder of CSV or Parquet files.", show_default=False)],
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="System that the records come from, unless a row says another.")
    ] = None,
    received_at: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DDTHH:MM", help="When the delivery was received.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="real|synthetic", help="Whether the records are real or invented.")
    ] = None,
    delivery_id: Annotated[
        str | None, typer.Option(metavar="ID", help="What the delivery is called; not given: a hash of its files.")
    ] = None,
    complete: CompleteFeeds = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Replace the manifest that is there; what else it says of the delivery stays."),
    ] = False,
) -> None:
    """Write manifest.json for a delivery: its files with their checksums, and how many rows each feed has.

    Do it where the files are made, while they are known to be whole: `clew load` then refuses a delivery of which
    anything was lost or changed since. Without that, no feed is taken to be complete.
    """
    from clew import progress
    from ingest.inventory import write_manifest

    given = dict(zip(_WHOLE, (delivery_id, source, received_at, kind), strict=True))
    said = {key: value for key, value in given.items() if value is not None}
    with progress.shown() as tell:
        written = write_manifest(folder, said=said, complete=complete or (), replace=replace, progress=tell)
    _show(written)
    typer.echo(f"Written: {folder / written.said.name}")


def _show(written: Inventory) -> None:
    from clew import output

    feeds = written.said.feeds
    of_file = {file: feed for feed, said in feeds.items() for file in said.files}
    output.print_rows(
        ["file", "feed", "rows"],
        [{"file": file, "feed": of_file.get(file), "rows": rows} for file, rows in written.rows.items()],
    )
    if not of_file:
        typer.echo("These are not laid out as feeds: load them with a mapping.")
    if complete := [feed for feed, said in feeds.items() if said.complete]:
        typer.echo(f"Complete: {', '.join(complete)}.")
    if written.said.received_at is None:
        typer.echo("It does not say when the delivery was received (--received-at).")
