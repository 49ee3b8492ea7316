"""`clew audit`: whether the record of who looked is as it was written, and what in it an auditor should look at."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.query import Format

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph.audit.readings import Look
    from graph.settings import Settings

EXAMPLE = "Example: clew audit verify"


class Report(StrEnum):
    """What an auditor may ask for."""

    BURSTS = "bursts"
    OUT_OF_HOURS = "out_of_hours"
    MANY_VIEWERS = "many_viewers"


def audit(context: typer.Context) -> None:
    """Verify the record of who looked, or report on it."""
    width = {} if context.terminal_width is None else {"terminal_width": context.terminal_width}
    commands()(args=context.args or ["--help"], prog_name="clew audit", **width)


def commands() -> typer.Typer:
    """Return the commands on the record."""
    app = typer.Typer(
        help=audit.__doc__,
        epilog=EXAMPLE,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command("verify", epilog=EXAMPLE)(verify)
    app.command("report", epilog="Example: clew audit report bursts --since 2026-01-01")(report)
    return app


def verify() -> None:
    """Say whether every row of the record is there, as and where it was written."""
    from graph.audit import verify as verification
    from graph.audit.places import folders
    from graph.settings import Settings

    held = verification.verify(*folders(Settings.from_env()))
    typer.echo(
        f"The record is as it was written: {held.chains:,} chains, {held.rows:,} rows, {held.days:,} days; "
        f"{held.cut_short:,} cut short by a kill, {held.unfinished:,} looks unfinished."
    )


def report(
    kind: Annotated[Report, typer.Argument(help="What to look for.", show_default=False)],
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="First day that counts; not given: all."),
    ] = None,
    how: Annotated[Format, typer.Option("--format", help="How the list is written.")] = Format.TABLE,
) -> None:
    """List what an auditor should look at; it shows what happened, and nothing of why.

    bursts: a viewer reads more than 100 persons within 10 minutes. out_of_hours: reads before 7:00, after 19:00 or at a
    weekend. many_viewers: 10 viewers or more read one person within 7 days.
    """
    from graph.audit import reports
    from graph.audit.places import folders
    from graph.audit.readings import looks
    from graph.settings import Settings

    settings = Settings.from_env()
    folder, _ = folders(settings)
    from_at = None if since is None else since.replace(tzinfo=settings.time_zone)
    found = _found(kind, looks(folder, from_at), settings)
    row = {
        Report.BURSTS: reports.Burst,
        Report.OUT_OF_HOURS: reports.OutOfHours,
        Report.MANY_VIEWERS: reports.ManyViewers,
    }[kind]
    _show(kind, [each.name for each in fields(row)], [asdict(each) for each in found], how, settings)


def _found(kind: Report, read: Iterable[Look], settings: Settings) -> Sequence[Any]:
    from graph.audit import reports

    match kind:
        case Report.BURSTS:
            return reports.bursts(read)
        case Report.OUT_OF_HOURS:
            return reports.out_of_hours(read, zone=settings.time_zone)
        case Report.MANY_VIEWERS:
            return reports.many_viewers(read)


def _show(
    kind: Report, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], how: Format, settings: Settings
) -> None:
    from clew import output

    if how is Format.JSON:
        output.print_json({"report": kind, "rows": rows})
    elif how is Format.CSV:
        output.write_csv(sys.stdout, columns, rows)
    elif rows:
        output.print_rows(columns, [output.local(row, settings.time_zone) for row in rows])
    else:
        typer.echo("Nothing in the record is of this kind.")
