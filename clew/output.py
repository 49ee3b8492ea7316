"""Writes an answer: as a table for people, as JSON or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from queries.answer import Answer

WIDTH_OF_A_FILE = 160
"""Columns that a line may have where the output is no terminal."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_table(answer: Answer[Any], zone: ZoneInfo) -> None:
    """Print an answer for people, with what must be known to read it; times are those of the force's zone."""
    rows = [local(asdict(row), zone) for row in answer.rows]
    write = _console()
    _say(write, answer.query.purpose)
    if rows:
        print_rows(list(answer.query.columns), rows)
    else:
        _say(
            write,
            "\nNothing in the graph answers this. Look at the ids and the dates asked for; `clew query freshness` says "
            "what has been delivered.\n",
        )
    if answer.cut:
        _say(write, f"Not all is shown ({answer.cut}); ask for more with --limit.")
    _say(write, f"Caution: {answer.query.caution}")
    _say(write, _holds_for(answer, zone))


def _holds_for(answer: Answer[Any], zone: ZoneInfo) -> str:
    said = f"as of {_text(answer.as_of)}" if answer.as_of else ""
    known = f"known at {_shown(answer.known_at.astimezone(zone))}" if answer.known_at else ""
    behind = "" if answer.state == "ready" else " Facts came in since: `clew derive` brings the conclusions up to date."
    return f"Data {', '.join(each for each in (said, known) if each) or 'of no date'}.{behind}"


def local(row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Return a row whose instants are in a zone; times without one are in the force's already."""
    return {
        name: value.astimezone(zone) if isinstance(value, datetime) and value.tzinfo else value
        for name, value in row.items()
    }


def as_json(answer: Answer[Any]) -> None:
    """Print an answer as one JSON object."""
    said = {
        "query": answer.query.name,
        "as_of": answer.as_of,
        "known_at": answer.known_at,
        "state": answer.state,
        "caution": answer.query.caution,
        "cut": answer.cut,
        "rows": [asdict(row) for row in answer.rows],
    }
    print_json(said)


def print_json(said: Mapping[str, Any]) -> None:
    """Print one JSON object; dates as ISO."""
    json.dump(said, sys.stdout, default=_text, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def as_csv(answer: Answer[Any]) -> None:
    """Print the rows of an answer as CSV: dates as ISO, lists joined by a semicolon."""
    write_csv(sys.stdout, list(answer.query.columns), (asdict(row) for row in answer.rows))


def write_csv(file: Any, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV that a spreadsheet shows and does not execute."""
    file.write(_line(columns))
    file.writelines(_line([harmless(row[column]) for column in columns]) for row in rows)


def _line(cells: Sequence[str]) -> str:
    """Return a line of CSV; one that ends in a line feed alone would leave a carriage return in a cell unquoted."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"


def harmless(value: Any) -> str:
    """Return a cell's text; one that a spreadsheet would take for a formula begins with an apostrophe."""
    text = _text(value)
    is_text = isinstance(value, str | list | tuple)
    return f"'{text}" if is_text and text.startswith(_BEGINS_A_FORMULA) else text


def print_rows(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as a table, or one below the other where a table would be too wide; no value is shortened."""
    write = _console()
    cells = _cells(columns, rows)
    width = sum(
        max([cell_len(column), *(cell_len(line[number]) for line in cells)]) + 3
        for number, column in enumerate(columns)
    )
    write.print()
    if width <= write.width:
        _print(write, _table(columns, rows, cells))
        write.print()
        return
    for number, line in enumerate(cells, 1):
        _print(write, _record(columns, line, number))
        write.print()


def print_list(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows of sentences as a table whose cells are wrapped."""
    _print(_console(), _table(columns, rows, _cells(columns, rows)))


def _cells(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [[_printable(_shown(row[column])) for column in columns] for row in rows]


def _print(write: Console, shown: Table) -> None:
    """Print a table without the spaces that would fill up its lines."""
    with write.capture() as printed:
        write.print(shown)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in printed.get().splitlines())


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], cells: Sequence[Sequence[str]]) -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for column in columns:
        number = all(type(row[column]) in (int, float, type(None)) for row in rows)
        shown.add_column(column, justify="right" if number else "left", overflow="fold")
    for line in cells:
        shown.add_row(*map(Text, line))
    return shown


def _record(columns: Sequence[str], line: Sequence[str], number: int) -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    shown.add_column(no_wrap=True, style="bold")
    shown.add_column(overflow="fold")
    shown.add_row(Text(f"{number}."), "")
    for column, cell in zip(columns, line, strict=True):
        if cell:
            shown.add_row(Text(column), Text(cell))
    return shown


def _shown(value: Any) -> str:
    """Return a value as people write it."""
    match value:
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case list() | tuple():
            return ", ".join(map(_shown, value))
        case _:
            return _text(value)


def _text(value: Any) -> str:
    """Return a value as programs read it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case list() | tuple():
            return ";".join(map(_text, value))
        case _:
            return str(value)


def _printable(text: str) -> str:
    """Return a text that can do nothing to a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _say(write: Console, text: str) -> None:
    write.print(Text(text))


def _console() -> Console:
    width = None if sys.stdout.isatty() else WIDTH_OF_A_FILE
    return Console(width=width, highlight=False, soft_wrap=False)
