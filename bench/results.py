"""Renders figures: a table for the terminal, and the page that shows both sizes side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from bench.lines import LINES, P95, Line, Run, Value
from bench.machine import sentence
from bench.stages import STAGES
from graph.documents import table

SIZES = ("demo", "force", "metropolitan")

_HEAD = """# Results

Written by `make bench`; do not edit. The figures behind it are in `bench/results`. Everything in the force is invented.
"""

NEVER = (
    "that one load and ten of its pieces give the same graph, and what a load leaves that is killed: the tests do "
    "(`make order`, `make torture`)",
    "several clients at one time, and a client on another machine: one connection asked and wrote",
    "a cold disk: the server is started anew before the questions, the operating system keeps what it has read",
    "other sizes of memory, other disks, and the next line of Neo4j",
)
"""What no run measures."""

_PERCENTILES = ("cold_ms", "p50_ms", "p95_ms", "p99_ms", "most_rows")
_ASKED = ("cold", "p50", "p95", "p99", "rows, most")


def kept(folder: Path) -> list[Run]:
    """Return the runs whose figures are kept in a folder, the smaller size first."""
    files = [folder / f"{size}.json" for size in SIZES]
    return [json.loads(file.read_text("utf-8")) for file in files if file.exists()]


def in_terminal(run: Run) -> str:
    """Return the figures of one run in columns."""
    rows = [("figure", "", "to be", "met")]
    rows += [(f"{line.section}: {line.says}", *_cells(line, run)) for line in LINES if line.value(run) is not None]
    rows += [(f"p95, ms: {name}", *_p95(name, run)) for name in _questions([run])]
    rows += [(f"{kind}: recall, precision", *cells) for kind, cells in _evaluated(run).items()]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *(f"Not measured: {each}." for each in _failures(run))])


def page(runs: Sequence[Run]) -> str:
    """Return the page of results in Markdown, all sizes side by side."""
    sections = [_HEAD, *map(_conditions, runs)]
    for title, lines in groupby(LINES, key=lambda line: line.section):
        head = ["", *(cell for run in runs for cell in (str(run["size"]), "to be", "met"))]
        rows = [
            (
                f"{line.says}{', ' if line.unit else ''}{line.unit}",
                *(cell for run in runs for cell in _cells(line, run)),
            )
            for line in lines
        ]
        sections.append(f"## {title}\n\n{table(head, rows)}")
    sections += [*_parts(runs), _asked(runs), *_found(runs), _unmeasured(runs)]
    return "\n".join(sections)


def _conditions(run: Run) -> str:
    stages = run["stages"].values()
    loads = [stage["load"] for stage in stages if "load" in stage]
    days = sorted({stage["on"][:10] for stage in stages if "on" in stage})
    when = " to ".join(dict.fromkeys((days[0], days[-1]))) if days else run["date"]
    versions = ", ".join(f"{name} {number}" for name, number in run["versions"].items())
    busy = (
        f" The load average at the beginning of a stage was {min(loads):.1f} to {max(loads):.1f}"
        f"{', so other work shared the cores' if max(loads) > run['machine']['cores'] else ''}."
        if loads
        else ""
    )
    return (
        f"**{str(run['size']).capitalize()}**, seed {run['seed']}, {when}: {sentence(run['machine'])}; "
        f"heap {run['heap']}, page cache {run['page_cache']}; {versions}.{busy}\n"
    )


def _cells(line: Line, run: Run) -> tuple[str, str, str]:
    """Return a figure, what it is to be, and whether it is."""
    met = line.met(run)
    return _written(line.value(run), line.unit), line.target(run), _said(met)


def _said(met: bool | None) -> str:
    return "" if met is None else ("yes" if met else "**no**")


def _written(value: Value, unit: str = "") -> str:
    if value is None:
        return "not measured"
    if isinstance(value, bool | str):
        return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else value
    if unit in {"s", "times"}:
        return f"{value:,.1f}" if value >= 10 else f"{value:.2f}"
    if unit == "ms":
        return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
    return f"{value:,.0f}"


def _questions(runs: Sequence[Run]) -> list[str]:
    return list(dict.fromkeys(name for run in runs for name in run["stages"].get("ask", {}).get("questions", ())))


def _p95(name: str, run: Run) -> tuple[str, str, str]:
    value = run["stages"].get("ask", {}).get("questions", {}).get(name, {}).get("p95_ms")
    most = P95.get(name.partition(" of the ")[0].partition(",")[0], {}).get(run["size"])
    if ", as known at" in name:
        most = None
    met = None if most is None or value is None else value <= most
    return _written(value, "ms"), "" if most is None else f"at most {most:,}", _said(met)


def _asked(runs: Sequence[Run]) -> str:
    """Return what each question took; cold is its first call after the start of the server."""
    rows = []
    for name in _questions(runs):
        for run in runs:
            if asked := run["stages"].get("ask", {}).get("questions", {}).get(name):
                cells = [_written(asked.get(each), "ms" if each.endswith("ms") else "") for each in _PERCENTILES]
                failed = f" ({asked['failed']})" if "failed" in asked else ""
                rows.append((name + failed, str(run["size"]), str(asked.get("calls", 0)), *cells, *_p95(name, run)[1:]))
    head = ("question", "size", "calls", *_ASKED, "p95 to be", "met")
    return (
        "## Questions\n\nMilliseconds from the call to the typed rows, one client. Cold is the first call of a "
        "question after the start of the server; the others are warm, asked in turn for a viewer without groups and "
        f"one with all.\n\n{table(head, rows)}"
    )


def _parts(runs: Sequence[Run]) -> Iterator[str]:
    """Yield where the time of loading and deriving went."""
    rows = [
        (f"{stage}: {what}", *(_written(_part(run, stage, group, what), "s") for run in runs))
        for stage in ("bulk", "bolt", "again", "late", "delta", "loop", "cartography")
        for group in ("phases", "derive_phases", "by_kind")
        for what in dict.fromkeys(name for run in runs for name in run["stages"].get(stage, {}).get(group, ()))
    ]
    if rows:
        yield f"## Where the time goes\n\nSeconds, as each part says of itself.\n\n{table(('', *_names(runs)), rows)}"


def _part(run: Run, stage: str, group: str, what: str) -> Value:
    seconds: float | None = run["stages"].get(stage, {}).get(group, {}).get(what)
    return seconds


def _names(runs: Sequence[Run]) -> tuple[str, ...]:
    return tuple(str(run["size"]) for run in runs)


def _evaluated(run: Run) -> dict[str, tuple[str, str, str]]:
    """Return for each kind of what was planted recall and precision, what they are to be, and whether they are."""
    found: dict[str, tuple[str, str, str]] = {}
    for each in run["stages"].get("evaluate", {}).get("found", {}).get("measured", ()):
        shares = [each["recall"], each["precision"]]
        said = f"{', '.join(map(_percent, shares))} of {each['there']:,}"
        met = all(share in {None, 1.0} for share in shares)
        found[f"{each['kind'].replace('_', ' ')}, {each['audience']}"] = (said, "100 %", _said(met))
    return found


def _percent(share: float | None) -> str:
    """Return a share in percent; what is not quite all is not rounded up to it."""
    return "-" if share is None else f"{int(share * 10_000) / 100:.2f} %"


def _found(runs: Sequence[Run]) -> Iterator[str]:
    """Yield what was found of what was planted, all sizes side by side."""
    evaluated = [_evaluated(run) for run in runs]
    kinds = list(dict.fromkeys(kind for found in evaluated for kind in found))
    if kinds:
        head = ["", *(cell for run in runs for cell in (str(run["size"]), "to be", "met"))]
        missing = ("not measured", "", "")
        rows = [(kind, *(cell for found in evaluated for cell in found.get(kind, missing))) for kind in kinds]
        yield (
            "## What is found of what was planted\n\nRecall and precision of so many cases, by audience; no precision "
            f"where more of a kind is there than was planted.\n\n{table(head, rows)}"
        )


def _failures(run: Run) -> list[str]:
    return [f"{name} ({stage['failed']})" for name, stage in run["stages"].items() if "failed" in stage]


def _unmeasured(runs: Sequence[Run]) -> str:
    lines = [f"{run['size']}: {each}" for run in runs for each in _failures(run)]
    for run in runs:
        if later := run["stages"].get("evaluate", {}).get("found", {}).get("not_asked_yet"):
            lines.append(f"{run['size']}: planted and not asked for yet: {', '.join(later).replace('_', ' ')}")
    for run in runs:
        if missing := [name for name in STAGES if name not in run["stages"]]:
            lines.append(f"{run['size']}: {', '.join(missing)}")
    return "## Not measured\n\n" + "".join(f"- {each}.\n" for each in (*lines, *NEVER))
