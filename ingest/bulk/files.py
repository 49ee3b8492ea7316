"""The files that Neo4j's own importer reads: one for each kind of node and of relationship, as CSV with types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, get_args, get_origin

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from graph.engine.store import ARRAY, Source
from graph.properties import Property, props
from ingest.sheet import Sheet, moments

_TYPES: Mapping[Any, str] = {
    str: "string",
    int: "long",
    bool: "boolean",
    date: "date",
    datetime: "localdatetime",
    bytes: "byte[]",
}
_ZONED = frozenset({"received_at", "answers_received_at"})
"""Properties that are instants; all other times are local, as they were delivered."""


def header(declared: Property) -> str:
    """Return how the importer is told of a property: its name and its type."""
    if get_origin(declared.type) is list:
        (inside,) = get_args(declared.type)
        return f"{declared.name}:{_named(declared.name, inside)}[]"
    return f"{declared.name}:{_named(declared.name, declared.type)}"


def _named(name: str, kind: Any) -> str:
    return "datetime" if name in _ZONED else _TYPES[kind]


def cells(column: pa.Array) -> pa.Array:
    """Return a column as the importer has it written."""
    kind = column.type
    if pa.types.is_list(kind):
        return pc.call_function("binary_join", [column, pa.scalar(ARRAY)])
    if pa.types.is_timestamp(kind):
        written = column.cast(pa.string())
        return pc.call_function(
            "replace_substring", [written], pc.ReplaceSubstringOptions(" ", "T", max_replacements=1)
        )
    return column


class Files:
    """The importer's files in a folder, open until the end of a `with`; each grows with every call of `add`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, tuple[BinaryIO, tuple[str, ...]]] = {}
        self._sources: dict[str, Source] = {}

    def __enter__(self) -> Files:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file, _ in self._open.values():
            file.close()

    def sources(self) -> list[Source]:
        """Return what the importer is to read."""
        return list(self._sources.values())

    def nodes(self, model: type[Any], key: str, columns: Mapping[str, pa.Array]) -> None:
        """Add nodes of a kind; properties that are not among the columns are absent."""
        label = model.__name__
        ends = {f"{key}:ID({label})": columns[key]}
        self._add(Source(kind=label, node=True, file=self._folder / f"node-{label}.csv"), ends, model, key, columns)

    def relationships(
        self, model: type[Any], ends: tuple[str, str], key: str | None, columns: Mapping[str, pa.Array]
    ) -> None:
        """Add relationships of a kind between the labels of `ends`, with the ids of both as columns start and end."""
        start, end = ends
        named = {f":START_ID({start})": columns["start"], f":END_ID({end})": columns["end"]}
        if key is not None:
            named[key] = columns[key]
        source = Source(kind=model.TYPE, node=False, file=self._folder / f"relationship-{model.TYPE}-{start}-{end}.csv")
        self._add(source, named, model, key, columns)

    def _add(
        self,
        source: Source,
        ends: Mapping[str, pa.Array],
        model: type[Any],
        key: str | None,
        columns: Mapping[str, pa.Array],
    ) -> None:
        count = len(next(iter(ends.values())))
        written = dict(ends)
        for name, declared in props(model).items():
            if name != key:
                column = columns.get(name)
                written[header(declared)] = pa.nulls(count, pa.string()) if column is None else cells(column)
        name = source.file.name
        if name not in self._open:
            self._sources[name] = source
            self._open[name] = (source.file.open("wb"), tuple(written))
            self._open[name][0].write(",".join(written).encode() + b"\n")
        file, header_ = self._open[name]
        if header_ != tuple(written):
            raise AssertionError(f"{name}: the columns of one block are not those of another.")
        table = pa.table(list(written.values()), names=list(written))
        pacsv.write_csv(table, file, pacsv.WriteOptions(include_header=False, batch_size=2**14))


def answer_columns(sheet: Sheet, start: int, count: int, provenance: Mapping[str, str]) -> dict[str, pa.Array]:
    """Return what the importer has written of the answers of so many forms of a sheet, one after the other."""
    texts: dict[str, npt.NDArray[Any]] = {
        name: np.full(count, None, dtype=object)
        for name in (
            "answers",
            "answers_recorded_at",
            "answer_rows",
            "answers_received_at",
            "answers_batches",
            "answers_files",
        )
    }
    for some in sheet.answered(start, count):
        at = some.forms - start
        texts["answers"][at] = _listed(some.answers.T).to_pylist()
        texts["answer_rows"][at] = _listed(some.rows.T).to_pylist()
        recorded = moments(some.recorded)
        if some.each is not None:
            each = _joined([moments(column).fill_null("") for column in some.each.T])
            differ = pc.call_function("match_substring", [each], pc.MatchSubstringOptions("-"))
            recorded = pc.call_function("if_else", [differ, each, recorded])
        texts["answers_recorded_at"][at] = recorded.to_pylist()
        texts["answers_received_at"][at] = provenance["received_at"]
        texts["answers_batches"][at] = provenance["batch"]
        texts["answers_files"][at] = some.files
    return {name: pa.array(column, pa.string()) for name, column in texts.items()}


def _listed(columns: npt.NDArray[Any]) -> pa.Array:
    return _joined([pa.array(column).cast(pa.string()) for column in columns])


def _joined(columns: Sequence[pa.Array]) -> pa.Array:
    return pc.call_function("binary_join_element_wise", [*columns, pa.scalar(ARRAY)])
