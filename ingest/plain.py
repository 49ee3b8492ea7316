"""Takes the plain rows of a delivered table in columns: those whose every cell is written as its contract says.

What this takes is what the check of cells one by one would make of it (a test says so); all other rows are left to
that, and so is every fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.properties import props
from graph.reference.instruments import Instrument
from graph.terms import ANSWER_BYTES, AddressKind, Role
from graph.words import words
from ingest.batch import Batch, Places, no_rows
from ingest.columns import MOMENT, Flags, Read, flags, missing, read, texts_of
from ingest.contracts.feed import Column, Feed, Kind
from ingest.delivery import FILE, ROW, Delivery
from ingest.facts import AND, DEFAULTS, END, IS, LETTERS
from ingest.ids import BETWEEN, digests, opaques

Forms = Mapping[tuple[str, str], Instrument]

_SLOW = frozenset({"judgements"})
"""Feeds whose rows are few and whose rules are many."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The plain rows of a table: each column as read, with the place and the source of each row."""

    feed: Feed
    read: Mapping[str, Read]
    source: pa.Array
    count: int

    def values(self, name: str) -> pa.Array:
        """Return a column, which may not be there."""
        return self.read[name].values if name in self.read else pa.nulls(self.count, pa.string())


def plain(
    feed: Feed, frame: pd.DataFrame, delivery: Delivery, *, zone: ZoneInfo, received_on: date, forms: Forms
) -> tuple[Batch, Places]:
    """Return the facts of the plain rows, and the places of the others."""
    count = len(frame)
    everything = np.arange(count)
    if feed.name in _SLOW or not count:
        return no_rows(), everything
    texts = {column.name: texts_of(frame[column.name]) for column in feed.all_columns if column.name in frame}
    if any(each is None for each in texts.values()):
        return no_rows(), everything
    found = {
        name: read(feed, feed.column(name), column, zone=zone, received_on=received_on)
        for name, column in texts.items()
    }
    source = found["source"].values if "source" in found else pa.nulls(count, pa.string())
    if delivery.source is not None:
        source = source.fill_null(delivery.source)
    rows = _Rows(feed, found, source, count)
    sound = ~missing(source)
    for each in found.values():
        sound &= each.plain
    for holds in _rules(rows, forms):
        sound &= holds
    kept, left = np.flatnonzero(sound), np.flatnonzero(~sound)
    if not kept.size:
        return no_rows(), everything
    files, numbers = pa.array(frame[FILE], pa.string()), pa.array(frame[ROW], pa.int64())
    if left.size:
        where = pa.array(kept)
        rows = _Rows(feed, {name: _taken(each, where) for name, each in found.items()}, source.take(where), len(kept))
        files, numbers = _whole(files).take(where), _whole(numbers).take(where)
    return _batch(rows, _whole(files), _whole(numbers)), left


def _whole(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _taken(column: Read, where: pa.Array) -> Read:
    untimed = None if column.untimed is None else column.untimed[np.asarray(where)]
    return Read(values=column.values.take(where), plain=column.plain[np.asarray(where)], untimed=untimed)


def _rules(rows: _Rows, forms: Forms) -> Iterator[Flags]:
    """Yield for each rule between cells of which rows it holds for certain."""
    feed, there = rows.feed, rows.read
    if "withdrawn" in there:
        yield ~flags(there["withdrawn"].values)
    for column in feed.columns:
        if column.required:
            yield ~missing(rows.values(column.name))
    for first, last in (("from_on", "until_on"), ("occurred_from", "occurred_until")):
        if first in there and last in there:
            yield _in_order(there[first], there[last])
    match feed.name:
        case "relationships":
            yield flags(_call("not_equal", rows.values("person_ref"), rows.values("other_ref")))
        case "involvements" if "against" in there:
            yield flags(_call("equal", rows.values("role"), pa.scalar(str(Role.SUSPECT)))) | missing(
                there["against"].values
            )
        case "assessments":
            named = _joined(rows.values("instrument"), rows.values("version"), by=BETWEEN)
            yield flags(_call("is_in", named, pc.SetLookupOptions(pa.array([BETWEEN.join(each) for each in forms]))))
        case "answers" if "restricted_to" in there:
            yield missing(there["restricted_to"].values)


def _in_order(first: Read, last: Read) -> Flags:
    began, ended = (each.values.cast(MOMENT).cast(pa.int64()).fill_null(0) for each in (first, last))
    start, end = np.asarray(began), np.asarray(ended)
    held: Flags = start <= end
    for each in (first, last):
        if each.untimed is not None:
            day = 86_400_000_000
            held |= each.untimed & (start // day <= end // day)
    return held | missing(first.values) | missing(last.values)


def _batch(rows: _Rows, files: pa.Array, numbers: pa.Array) -> Batch:
    refs = {
        column.name: _ids(rows, column, rows.values(column.name))
        for column in rows.feed.columns
        if column.refers and column.refers.waits and column.name in rows.read
    }
    held = _properties(rows)
    recorded = held.pop("recorded_at", None)
    by = None if rows.feed.by is None else rows.values(rows.feed.by)
    if rows.feed.name == "answers":
        ids = _joined(refs["assessment_ref"], rows.values("item"), by=".")
        told = pa.array([f"{byte:02}" for byte in ANSWER_BYTES.values()])
        held["digest"] = told.take(_call("index_in", held["answer"], pc.SetLookupOptions(pa.array(list(ANSWER_BYTES)))))
    else:
        ids = opaques(rows.feed.letter, _joined(rows.source, *_keys(rows), by=BETWEEN))
        held["digest"] = digests(_content(held, refs, by))
    if recorded is not None:
        held["recorded_at"] = recorded
    return Batch(ids=ids, properties={**held, FILE: files, ROW: numbers}, refs=refs, by=by)


def _keys(rows: _Rows) -> Iterator[pa.Array]:
    for name in rows.feed.key:
        yield _text(rows.values(name)).fill_null("")


def _ids(rows: _Rows, column: Column, values: pa.Array) -> pa.Array:
    """Return the ids of the records that the values of a column name; none for one that is missing."""
    assert column.refers is not None  # noqa: S101 -- told by the caller's condition
    named = rows.values(column.refers.source) if column.refers.source != "source" else rows.source
    whose = rows.source if named is rows.source else _call("coalesce", named, rows.source)
    letter = LETTERS[column.refers.to]
    if not values.null_count:
        return opaques(letter, _joined(whose, values, by=BETWEEN))
    there = np.flatnonzero(~missing(values))
    some = pa.array(there)
    made = opaques(letter, _joined(whose.take(some), values.take(some), by=BETWEEN))
    where = np.full(len(values), -1)
    where[there] = np.arange(len(there))
    return made.take(pa.array(where, mask=where < 0))


def _properties(rows: _Rows) -> dict[str, pa.Array]:
    found: dict[str, pa.Array] = {}
    for column in rows.feed.all_columns:
        default = DEFAULTS.get((rows.feed.name, column.name))
        if column.property is None or (column.name not in rows.read and default is None):
            continue
        if column.name == "source":
            found["source"] = rows.source
        elif column.name not in rows.read:
            found[column.property] = pa.array([default] * rows.count)
        else:
            found |= _filled(rows, column, rows.read[column.name], default)
    if "source" not in found:
        found["source"] = rows.source
    match rows.feed.name:
        case "addresses" if "kind" in rows.read:
            refuge = _call("equal", rows.values("kind"), pa.scalar(str(AddressKind.REFUGE))).fill_null(False)
            found["protected"] = _call("or", found["protected"], refuge)
        case "people":
            found["name_words"] = _name_words(rows)
        case "assessments":
            found["names_suspect"] = pa.array(~missing(rows.values("suspect_ref")))
    return found


def _filled(rows: _Rows, column: Column, there: Read, default: Any) -> dict[str, pa.Array]:
    name, values = str(column.property), there.values
    if default is not None:
        values = values.fill_null(default)
    if column.kind is Kind.MOMENT:
        on = f"{name.removesuffix('_at')}_on"
        if on in props(rows.feed.models[0]):
            timed = pa.array(~there.untimed) if there.untimed is not None else pa.array([True] * rows.count)
            return {
                on: values.cast(pa.date32(), safe=False),
                name: _call("if_else", timed, values, pa.scalar(None, MOMENT)),
            }
        return {name: values}
    if column.kind is Kind.TEXTS and column.refers is not None:
        return {name: _lists_of_ids(rows, LETTERS[column.refers.to], values)}
    if column.refers is not None:
        return {name: _ids(rows, column, values)}
    return {name: values}


def _lists_of_ids(rows: _Rows, letter: str, values: pa.Array) -> pa.Array:
    """Return lists of references as sorted lists of ids."""
    if values.null_count == len(values):
        return values
    whose = rows.source.take(_call("list_parent_indices", values))
    flat = opaques(letter, _joined(whose, values.flatten(), by=BETWEEN)).to_pylist()
    sizes = _call("list_value_length", values).to_pylist()
    found: list[list[str] | None] = []
    at = 0
    for size in sizes:
        found.append(None if size is None else sorted(flat[at : at + size]))
        at += size or 0
    return pa.array(found, pa.list_(pa.string()))


def _name_words(rows: _Rows) -> pa.Array:
    """Return the words of all names of each row."""
    others = rows.values("also_known_as")
    more = _call("binary_join", others, pa.scalar(" ")) if pa.types.is_list(others.type) else others
    whole = _joined(
        rows.values("given_names").fill_null(""), rows.values("family_name").fill_null(""), more.fill_null(""), by=" "
    ).dictionary_encode()
    folded = [" ".join(words(text)) for text in whole.dictionary.to_pylist()]
    return pa.array(folded, pa.string()).take(whole.indices)


def _content(held: Mapping[str, pa.Array], refs: Mapping[str, pa.Array], by: pa.Array | None) -> pa.Array:
    """Return all that each row says as one text, as `facts` does."""
    parts = [_joined(pa.scalar(f"{name}{IS}"), _text(held[name]), pa.scalar(END)) for name in sorted(held)]
    parts += [_joined(pa.scalar(f">{name}{IS}"), refs[name], pa.scalar(END)) for name in sorted(refs)]
    if by is not None:
        parts.append(_joined(pa.scalar("="), by))
    return _call("binary_join_element_wise", *parts, pa.scalar(""), pc.JoinOptions(null_handling="skip"))


def _text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_list(kind):
        return _call("binary_join", column, pa.scalar(AND))
    return column if pa.types.is_string(kind) else column.cast(pa.string())


def _joined(*texts: Any, by: str = "") -> pa.Array:
    return _call("binary_join_element_wise", *texts, pa.scalar(by))


def _call(function: str, *values: Any) -> Any:
    *given, options = values if isinstance(values[-1], pc.FunctionOptions) else (*values, None)
    return pc.call_function(function, list(given), options)
