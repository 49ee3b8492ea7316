"""The statements that create facts from columns, as many at once as a transaction holds.

Times go to the server as text and are read there: the driver takes a hundred times as long to write one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from graph.constraints import TOUCHED, key, touch
from graph.properties import props
from ingest.batch import Batch
from ingest.contracts.feed import Column, Feed
from ingest.statements import key_of

_ROWS = "UNWIND range(0, $last) AS i\n"
_PROVENANCE = ("batch", "received_at")


def columns(batch: Batch) -> dict[str, list[Any]]:
    """Return the properties of facts as the statements take them."""
    return {name: _sent(column) for name, column in batch.properties.items()}


def _sent(column: pa.Array) -> list[Any]:
    kind = column.type
    sent: list[Any] = (
        column.cast(pa.string()) if pa.types.is_timestamp(kind) or pa.types.is_date(kind) else column
    ).to_pylist()
    return sent


def nodes(model: type[Any], names: Sequence[str], *, touches: bool) -> str:
    """Return the statement that creates nodes with these properties, from $ids and the columns by their names."""
    label = f"{model.__name__}:{TOUCHED}" if touches else model.__name__
    return f"{_ROWS}CREATE (:{label} {{{key(model)}: $ids[i], {_properties(model, names)}}})"


def relationships(model: type[Any], names: Sequence[str], *, touches: bool) -> str:
    """Return the statement that creates relationships with these properties between $start and $end."""
    start, end = model.ENDS[0].start, model.ENDS[0].end
    mark = f"\n{touch(start=start, end=end)}" if touches else ""
    return (
        f"{_ROWS}{_found('start', start, '$start[i]')}{_found('end', end, '$end[i]')}"
        f"CREATE (start)-[:{model.TYPE} {{{key(model)}: $ids[i], {_properties(model, names)}}}]->(end){mark}"
    )


def links(label: str, column: Column, *, touches: bool) -> str:
    """Return the statement that links nodes $ids to those that a column names, $to."""
    assert column.refers is not None  # noqa: S101 -- asked only for columns that make a link
    left, right = ("-", "->") if column.refers.outward else ("<-", "-")
    mark = f"\n{touch(end=column.refers.to)}" if touches else ""
    return (
        f"{_ROWS}{_found('n', label, '$ids[i]')}{_found('end', column.refers.to, '$to[i]')}"
        f"CREATE (n){left}[:{column.refers.link}]{right}(end){mark}"
    )


ANSWERS = f"""
UNWIND range(0, $last) AS i
MATCH (form:Assessment {{assessment_id: $ids[i]}})
USING INDEX form:Assessment(assessment_id)
SET form.answers = $answers[i], form.answer_rows = $answer_rows[i], form.answers_recorded_at = $answers_recorded_at[i],
    form.answers_received_at = [$received_at], form.answers_batches = [$batch], form.answers_files = [$answers_files[i]]
FOREACH (_ IN CASE WHEN $touches THEN [1] ELSE [] END | SET form:{TOUCHED})
"""
"""Sets the answers of forms that had none."""


def _found(name: str, label: str, value: str) -> str:
    # Held to the key's index: on a graph that was small when the plan was made, it would scan.
    return f"MATCH ({name}:{label} {{{key_of(label)}: {value}}})\nUSING INDEX {name}:{label}({key_of(label)})\n"


def _properties(model: type[Any], names: Sequence[str]) -> str:
    declared = props(model)
    said = [f"{name}: ${name}" for name in _PROVENANCE]
    return ", ".join(said + [f"{name}: {_read(declared[name].type, f'${name}[i]')}" for name in names])


def _read(kind: Any, value: str) -> str:
    if kind is datetime:
        return f"localdatetime(replace({value}, ' ', 'T'))"
    return f"date({value})" if kind is date else value


def links_of(feed: Feed) -> list[Column]:
    """Return the columns of a feed of nodes that make a relationship."""
    return [column for column in feed.columns if column.refers and column.refers.link]
