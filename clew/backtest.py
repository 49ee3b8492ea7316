"""`clew backtest`: how many pairs a cluster of risk would have matched each month, and its overlap with the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.query import Format

if TYPE_CHECKING:
    from graph.reference.risk import Risk
    from queries.risk.backtest import Month

EXAMPLE = "Example: clew backtest C02 --months 6"

_COLUMNS = ("as_of", "dyads", "matched", "alone", "others")
_SECONDS = 600.0


def backtest(
    cluster: Annotated[str, typer.Argument(help="Id of a cluster, or the .toml file of a draft; nothing is written.")],
    months: Annotated[int, typer.Option(help="How many months back.", min=1, max=120)] = 12,
    groups: Annotated[str, typer.Option(help="Groups of records that the viewer may see, with commas.")] = "",
    how: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.TABLE,
) -> None:
    """Count how many pairs a cluster would have matched at the end of each past month, by what is known now.

    `alone` counts those that match no other cluster; `others` says how many match which other as well. It counts
    matches, not what came of them.
    """
    import asyncio

    from clew import progress
    from clew.database import found
    from graph import connection
    from graph.reference.roles import audience
    from graph.settings import Settings
    from queries.answer import Viewer
    from queries.risk.backtest import backtest

    settings = Settings.from_env()
    risk, cluster_id = _with(cluster)
    viewer = Viewer(audience=audience((each.strip() for each in groups.split(",") if each.strip()), settings.roles))
    address = found(settings)

    async def ask(tell: progress.Progress) -> list[Month]:
        async with connection.reader(address, _SECONDS) as reader:
            return await backtest(reader, viewer, risk, cluster_id, months, tell)

    with progress.shown() as tell:
        rows = [_row(each) for each in asyncio.run(ask(tell))]
    _show(rows, how)


def _with(cluster: str) -> tuple[Risk, str]:
    """Return the reference data, with a draft of a cluster in it if one is named, and the cluster's id."""
    from graph.errors import QuestionError
    from graph.reference.clusters import cluster as read
    from graph.reference.risk import shipped

    risk = shipped()
    if cluster.endswith(".toml"):
        draft = read(Path(cluster))
        return replace(risk, clusters=MappingProxyType({**risk.clusters, draft.cluster_id: draft})), draft.cluster_id
    if cluster not in risk.clusters:
        raise QuestionError(f"There is no cluster {cluster}. Known: {', '.join(risk.clusters)}; or name a .toml file.")
    return risk, cluster


def _row(month: Month) -> dict[str, Any]:
    others = ", ".join(f"{name} {dyads:,}" for name, dyads in month.others.most_common())
    return {
        "as_of": month.as_of,
        "dyads": month.dyads,
        "matched": month.matched,
        "alone": month.alone,
        "others": others,
    }


def _show(rows: list[dict[str, Any]], how: Format) -> None:
    import sys

    from clew import output

    if how is Format.JSON:
        output.print_json({"months": rows})
    elif how is Format.CSV:
        output.write_csv(sys.stdout, _COLUMNS, rows)
    else:
        output.print_rows(_COLUMNS, rows)
