"""`clew queries`: what may be asked."""

from __future__ import annotations

from typing import Annotated

import typer

from clew.query import Format

EXAMPLE = "Example: clew queries"


def queries(
    how: Annotated[Format, typer.Option("--format", help="How the list is written.")] = Format.TABLE,
) -> None:
    """List the questions that `clew query` can ask."""
    import json
    import sys

    from clew import output
    from queries.catalogue import catalogue

    rows = [
        {"question": query.name, "kind": query.kind, "answers": query.purpose, "caution": query.caution}
        for query in catalogue().values()
    ]
    if how is Format.JSON:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif how is Format.CSV:
        output.write_csv(sys.stdout, ["question", "kind", "answers", "caution"], rows)
    else:
        output.print_list(["question", "answers"], rows)
        typer.echo("\nHow to ask one: clew query NAME --help")
