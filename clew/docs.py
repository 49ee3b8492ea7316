"""`clew docs`: writes the reference pages, or says which of them are not current."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: clew docs --templates delivery"


def docs(
    folder: Annotated[Path, typer.Argument(help="Folder of the pages.", show_default=True)] = Path("docs"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a page is not current.")] = False,
    templates: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write an empty delivery instead: each feed's file, its header."),
    ] = None,
) -> None:
    """Write the reference pages, or an empty delivery.

    The pages are on the graph, the feeds, the questions, the commands, the settings, the errors and the terms.
    """
    from graph.errors import ClewError

    if templates is not None:
        from ingest.documents import templates as files

        _write(templates, files(), replace=False)
        typer.echo(f"{len(files())} files in {templates}.")
        return
    made = pages()
    if not check:
        _write(folder, made, replace=True)
        typer.echo(f"{len(made)} pages in {folder}.")
        return
    stale = [name for name, text in made.items() if _read(folder / name) != text]
    if stale:
        raise ClewError(f"Not current in {folder}: {', '.join(stale)}. Run `clew docs` and look at what changed.")


def pages() -> Mapping[str, str]:
    """Return the text of each generated page by its file name."""
    from api.documents import pages as of_the_service
    from clew.documents import pages as of_commands
    from graph.documents import pages as of_graph
    from ingest.documents import pages as of_feeds
    from queries.documents import pages as of_queries

    return {**of_graph(), **of_feeds(), **of_queries(), **of_commands(), **of_the_service()}


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def _write(folder: Path, files: Mapping[str, str], *, replace: bool) -> None:
    """Write files; without `replace` one that is there already is refused, since it may hold a delivery."""
    from graph.errors import ClewError

    there = [name for name in files if (folder / name).exists()]
    if there and not replace:
        raise ClewError(f"{folder} holds {there[0]} already; name an empty folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise ClewError(f"{folder} cannot be written: {error.strerror}.") from None
