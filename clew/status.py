"""`clew status`: which Neo4j is used, what is in it, and how fresh that is."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.query import Format

if TYPE_CHECKING:
    from graph.connection import Address
    from graph.contents import Contents
    from graph.settings import Settings
    from queries.answer import Answer

EXAMPLE = "Example: clew status --format json"

_STATES = {
    None: "nothing is concluded yet; run `clew derive`",
    "ready": "up to date",
    "stale": "facts came in since; run `clew derive`",
    "withheld": "a restriction came in since and is not applied; no question is answered until `clew derive`",
}


def status(
    how: Annotated[Format, typer.Option("--format", help="table or json; here csv is refused.")] = Format.TABLE,
) -> None:
    """Say which Neo4j is used, what is in it, and how fresh that is.

    Counts by label and relationship type are of all records, restricted ones included; freshness is what a viewer
    without groups sees.
    """
    from clew.database import found
    from graph import connection
    from graph.contents import contents
    from graph.settings import Settings

    if how is Format.CSV:
        raise typer.BadParameter("should be table or json", param_hint="--format")
    settings = Settings.from_env()
    address = found(settings)
    with connection.writer(address) as writer:
        held = contents(writer)
    fresh = _freshness(settings) if held.state in ("ready", "stale") else None
    if how is Format.JSON:
        _as_json(address, held, fresh)
    else:
        _as_table(address, held, fresh, settings)


def _freshness(settings: Settings) -> Answer[Any]:
    from clew.query import answer

    return answer("freshness", {}, [], settings)


def _as_json(address: Address, held: Contents, fresh: Answer[Any] | None) -> None:
    from clew import output

    feeds = None if fresh is None else [asdict(row) for row in fresh.rows]
    output.print_json({"uri": address.uri, "database": address.database, **asdict(held), "feeds": feeds})


def _as_table(address: Address, held: Contents, fresh: Answer[Any] | None, settings: Settings) -> None:
    from clew import output

    typer.echo(f"Neo4j {held.version} {held.edition} at {address.uri}, database {address.database}")
    typer.echo(f"holds: {held.kind or 'nothing yet; run `clew load`'}" + (" records" if held.kind else ""))
    as_of = f", as of {held.as_of}" if held.as_of else ""
    typer.echo(f"conclusions: {_STATES.get(held.state, held.state)}{as_of}")
    for name, counts in (("label", held.labels), ("relationship type", held.relationship_types)):
        if counts:
            output.print_rows([name, "number"], [{name: each, "number": number} for each, number in counts.items()])
    if fresh is not None and fresh.rows:
        columns = ["source", "feed", "records", "last_received_at", "last_on", "longest_gap_days"]
        output.print_rows(columns, [output.local(asdict(row), settings.time_zone) for row in fresh.rows])
