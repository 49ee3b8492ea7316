"""`clew derive`: brings what is concluded from the records up to date."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from graph.connection import Writer
    from graph.settings import Settings

EXAMPLE = "Example: clew derive --full"


def derive(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="Day to conclude for; not given: the day of the latest delivery.",
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Conclude everything anew, not only what a change can reach.")
    ] = False,
) -> None:
    """Conclude what follows from the records; `clew load` does it too.

    Persons from judgements, dyads of suspect and victim, and who meets which definition of serial.
    """
    from clew.database import found
    from graph import connection
    from graph.settings import Settings

    settings = Settings.from_env()
    with connection.writer(found(settings)) as writer:
        conclude(writer, settings, as_of=as_of.date() if as_of else None, full=full)


def conclude(writer: Writer, settings: Settings, *, as_of: date | None = None, full: bool = False) -> None:
    """Derive, and print what changed."""
    from clew import progress
    from graph.reference.roles import audiences
    from ingest.derive.derive import derive as concluded

    with progress.shown() as tell:
        summary = concluded(
            writer,
            audiences=audiences(settings.roles),
            zone=settings.time_zone,
            as_of=as_of,
            full=full,
            progress=tell,
        )
    what = "everything" if summary.full else "what changes can reach"
    typer.echo(f"Concluded {what}, as of {summary.as_of}: {summary.suspects:,} suspects looked at.")
    for name, done in (("dyads", summary.dyads), ("definitions met", summary.meets)):
        said = ", ".join(f"{number:,} {each}" for each, number in sorted(done.items()) if number)
        typer.echo(f"  {name}: {said or 'no change'}")
