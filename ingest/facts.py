"""Turns checked cells into facts: ids, properties, references and the digest of what was delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from graph.properties import props
from graph.terms import ANSWER_BYTES, AddressKind
from graph.versions import WITHDRAWN
from graph.words import words
from ingest.contracts import FEEDS
from ingest.contracts.feed import Column, Feed, Kind
from ingest.delivery import FILE, ROW, FactRow
from ingest.ids import digest, opaque
from ingest.values import Value, day, moment

LETTERS = {feed.fills.__name__: feed.letter for feed in FEEDS if isinstance(feed.fills, type) and feed.start is None}
"""Letter of each kind of node; a judgement, though a relationship, is referred to as well."""
LETTERS["Judgement"] = next(feed.letter for feed in FEEDS if feed.name == "judgements")

IS, AND, END = "\x1f", "\x1d", "\x1e"
"""What stands in the text of which the digest is made: after a name, between several values, after the last."""

DEFAULTS: Mapping[tuple[str, str], Any] = {("addresses", "protected"): False, ("incidents", "unknown_suspects"): 0}
"""What a missing value of these columns means; any other missing value stays absent."""

Columns = Mapping[str, Sequence[Value]]


class _Ids(dict[tuple[str, str, str], str]):
    """Ids by letter, source and the source's own id, each made once: the same people stand in many rows."""

    def __missing__(self, key: tuple[str, str, str]) -> str:
        made = self[key] = opaque(*key)
        return made


def facts(feed: Feed, cells: Columns, files: Sequence[str], rows: Sequence[int]) -> list[FactRow]:
    """Return the fact of each row; every cell must have passed the rules of its feed."""
    if not rows:
        return []
    ids = _Ids()
    references = _references(feed, cells, ids)
    properties = _properties(feed, cells, ids)
    nothing = [None] * len(rows)
    recorded = properties.pop("recorded_at", nothing)
    own = _own_ids(feed, cells, references)
    roles = cells[feed.by] if feed.by is not None else nothing
    gone = cells.get("withdrawn", nothing)
    linked, filled = _present(references, len(rows)), _present(properties, len(rows))
    found = []
    for fact_id, by, refs, held, at, file, row, taken_back in zip(
        own, roles, linked, filled, recorded, files, rows, gone, strict=True
    ):
        if taken_back:
            left, said = _taken_back(feed, refs, held)
        elif feed.name == "answers":
            left, said = refs, held
            # The answer alone, however its item is named: so it is compared on its form and while it waits for that.
            said["digest"] = f"{ANSWER_BYTES[held['answer']]:02}"
        else:
            left, said = refs, held
            # The digest is of what the source says, wherever and whenever it said so: place and time come after.
            said["digest"] = digest(_content(held, refs, by))
        if at is not None:
            said["recorded_at"] = at
        said[FILE], said[ROW] = file, row
        found.append(FactRow(fact_id, said, left, None if by is None else str(by)))
    return found


def _taken_back(feed: Feed, refs: dict[str, str], held: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Return what is left of a row that takes its record back: it refers to nothing, but for an answer to its form."""
    left: dict[str, Any] = {name: held[name] for name in ("source", "item", "restricted_to") if name in held}
    # Who may know of it tells two apart that were recorded at one time.
    digest = " ".join((WITHDRAWN, *left.get("restricted_to", ())))
    return refs if feed.name == "answers" else {}, {**left, "digest": digest}


def _content(held: Mapping[str, Any], refs: Mapping[str, str], by: Value) -> str:
    """Return all that a row says as one text; no value holds the control characters that keep them apart."""
    said = [f"{name}{IS}{_told(value)}{END}" for name, value in sorted(held.items())]
    said += [f">{name}{IS}{ref}{END}" for name, ref in sorted(refs.items())]
    return "".join(said) if by is None else f"{''.join(said)}={by}"


def _told(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, bool):
        return "true" if value else "false"
    return AND.join(value) if isinstance(value, list) else str(value)


def _present(columns: Mapping[str, Sequence[Any]], count: int) -> Iterable[dict[str, Any]]:
    """Yield each row as the values that it has."""
    if not columns:
        return ({} for _ in range(count))
    names = tuple(columns)
    return (
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    )


def _references(feed: Feed, cells: Columns, ids: _Ids) -> dict[str, list[str | None]]:
    """Return the ids that each row refers to, by column; those that a row need not wait for are properties instead."""
    found: dict[str, list[str | None]] = {}
    for column in feed.columns:
        refers = column.refers
        if refers is None or not refers.waits or column.name not in cells:
            continue
        letter = LETTERS[refers.to]
        refs: Sequence[Any] = cells[column.name]
        found[column.name] = [
            None if ref is None else ids[letter, source, ref]
            for ref, source in zip(refs, _sources(column, cells), strict=True)
        ]
    return found


def _sources(column: Column, cells: Columns) -> Sequence[Any]:
    """Return the system of what each row refers to by a column: the row's own, if it names no other."""
    own = cells["source"]
    if column.refers is None or column.refers.source not in cells:
        return own
    named = cells[column.refers.source]
    return own if named is own else [source or by_default for source, by_default in zip(named, own, strict=True)]


def _own_ids(feed: Feed, cells: Columns, references: Mapping[str, Sequence[str | None]]) -> list[str]:
    if feed.name == "answers":
        return [f"{form}.{item}" for form, item in zip(references["assessment_ref"], cells["item"], strict=True)]
    nothing = [None] * len(cells["source"])
    keys = [map(_key, cells.get(name, nothing)) for name in feed.key]
    return [opaque(feed.letter, *parts) for parts in zip(map(str, cells["source"]), *keys, strict=True)]


def _key(value: Value) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _properties(feed: Feed, cells: Columns, ids: _Ids) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for column in feed.all_columns:
        default = DEFAULTS.get((feed.name, column.name))
        if column.property is None or (column.name not in cells and default is None):
            continue
        values = cells.get(column.name) or [None] * len(cells["source"])
        if default is not None:
            values = [default if value is None else value for value in values]
        found |= _filled(feed, column, values, _sources(column, cells), ids)
    if feed.name == "addresses" and "kind" in cells:
        found["protected"] = [
            protected or kind == AddressKind.REFUGE
            for protected, kind in zip(found["protected"], cells["kind"], strict=True)
        ]
    if feed.name == "people":
        nothing: list[Any] = [None] * len(cells["source"])
        names = [cells.get(name, nothing) for name in ("family_name", "given_names", "also_known_as")]
        found["name_words"] = [_words(*row) for row in zip(*names, strict=True)]
    if feed.name == "assessments":
        found["names_suspect"] = [ref is not None for ref in cells.get("suspect_ref", [None] * len(cells["source"]))]
    return found


def _words(family: str | None, given: str | None, others: Sequence[str] | None) -> str:
    """Return the words of all names, which a search looks in; never nothing, so that a correction replaces the old."""
    return " ".join(words(" ".join([given or "", family or "", *(others or ())])))


def _filled(
    feed: Feed, column: Column, values: Sequence[Any], sources: Sequence[Any], ids: _Ids
) -> dict[str, list[Any]]:
    """Return the property that a column fills, or for a moment whose day counts by itself both."""
    name = str(column.property)
    if column.kind is Kind.MOMENT:
        on = f"{name.removesuffix('_at')}_on"
        if on in props(feed.models[0]):
            days = [None if at is None else day(at) for at in values]
            # `day` gives a day back as it is: a moment that is its own day came without a time.
            times = [None if at is None or at is on_day else at for at, on_day in zip(values, days, strict=True)]
            return {on: days, name: times}
        return {name: [None if at is None else moment(at) for at in values]}
    if column.kind is Kind.TEXTS and column.refers is not None:
        letter = LETTERS[column.refers.to]
        return {
            name: [
                None if refs is None else sorted(ids[letter, source, ref] for ref in refs)
                for refs, source in zip(values, sources, strict=True)
            ]
        }
    if column.refers is not None:
        letter = LETTERS[column.refers.to]
        return {
            name: [
                None if ref is None else ids[letter, source, ref] for ref, source in zip(values, sources, strict=True)
            ]
        }
    if column.kind is Kind.TEXTS:
        return {name: [None if texts is None else list(texts) for texts in values]}
    return {name: list(values)}
