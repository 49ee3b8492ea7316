"""Hypothesis strategies for several deliveries of one world: late, twice, corrected, taken back, in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from ingest.contracts import BY_NAME
from strategies import COVERT, Cell, Draw, Row, World, by_feed, worlds

FIRST = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
RECORDED = ("", "", "2026-03-01T08:00", "2026-03-02T08:00", "2026-03-03T08:00")
"""When a source recorded a version, if it says so; several versions may have been recorded at one time."""

DECIDES = ("people", "incidents", "involvements", "offences", "assessments", "relationships", "judgements")
"""Feeds that bear on a timeline; often only these are delivered, which takes half the time to load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows that are loaded together: all of one delivery, or some."""

    received_at: datetime
    delivery_id: str
    rows: World


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Deliveries in the order received, each whole; and the same rows in parts, in the order in which they are loaded.

    In steady ones no version of a record refers to another record or is restricted otherwise than its other versions.
    """

    received: Sequence[Part]
    loaded: Sequence[Part]
    steady: bool


@st.composite
def deliveries(draw: Draw) -> Deliveries:
    """Return what one world's records became, delivered over some days."""
    world: World = draw(worlds())
    steady: bool = draw(st.booleans())
    world = {**world, "judgements": _taken_back(draw, world.get("judgements", ()))}
    all_feeds: bool = draw(st.booleans())
    times = [FIRST + timedelta(days=day) for day in range(draw(st.sampled_from((3, 3, 4, 5))))]
    sent: list[list[Cell]] = [[] for _ in times]
    for feed, rows in world.items():
        for row in rows if all_feeds or feed in DECIDES else ():
            _send(draw, feed, row if steady else _uncovered(row), rows, sent, steady=steady)
    whole = [_part(at, f"D{number}", cells) for number, (at, cells) in enumerate(zip(times, sent, strict=True))]
    parts = [
        _part(at, f"D{number}.{piece}", cells)
        for number, (at, delivered) in enumerate(zip(times, sent, strict=True))
        for piece, cells in enumerate(_split(draw, delivered))
    ]
    return Deliveries(received=whole, loaded=draw(st.permutations(parts)), steady=steady)


def _taken_back(draw: Draw, judgements: Sequence[Row]) -> list[Row]:
    """Return judgements with more that take them back, and some that take those back."""
    found = list(judgements)
    for row in found:
        if len(row["judgement_ref"]) < 6 and draw(st.booleans()):
            said = {"by": "reviewer", "at": "2025-11-01", "reason": "compared again", "verdict": "undo"}
            found.append({**said, "judgement_ref": f"{row['judgement_ref']}u", "undoes": row["judgement_ref"]})
    return found


def _uncovered(row: Row) -> Row:
    """Return the row visible to somebody: where restrictions change, somebody has to see all versions."""
    return {column: text for column, text in row.items() if (column, text) != ("restricted_to", COVERT)}


def _send(draw: Draw, feed: str, row: Row, others: Sequence[Row], sent: list[list[Cell]], *, steady: bool) -> None:
    """Put versions of a row, and perhaps what takes it back, into some of the deliveries."""
    # Of every row many come early, so that those that refer to it need not all wait.
    when = st.sampled_from([0, *range(len(sent))])
    number = draw(st.sampled_from((1,) * 8 + (2, 2, 2, 3, 0)))
    for version in range(number):
        content = row if version == 0 else _altered(draw, feed, row, others, steady=steady)
        cells = _with(content, recorded_at=draw(st.sampled_from(RECORDED)) if number > 1 else "")
        for _ in range(draw(st.sampled_from((1, 1, 1, 1, 1, 1, 2)))):
            sent[draw(when)].append((feed, cells))
    if draw(st.sampled_from((False,) * 11 + (True,))):
        left = {*BY_NAME[feed].key, "source", *draw(st.sampled_from(((), ("restricted_to",))))}
        named = {column: text for column, text in row.items() if column in left}
        sent[draw(when)].append((feed, _with(named, withdrawn="yes", recorded_at=draw(st.sampled_from(RECORDED)))))


def _altered(draw: Draw, feed: str, row: Row, others: Sequence[Row], *, steady: bool) -> Row:
    """Return the row with what another row of its kind says in some columns, or in all."""
    alike = [each for each in others if (each.get("source"), each.get("role")) == (row.get("source"), row.get("role"))]
    other = _uncovered(draw(st.sampled_from(alike)))
    fixed = {*BY_NAME[feed].key, "source"}
    columns = sorted({*row, *other} - fixed)
    if feed != "judgements":
        if steady:
            columns = [each for each in columns if not each.endswith("_ref") and each != "restricted_to"]
        if columns:
            columns = draw(st.lists(st.sampled_from(columns), unique=True, min_size=1, max_size=3))
    return _with(row, **{column: other.get(column, "") for column in columns})


def _with(row: Row, **cells: str) -> Row:
    return {column: text for column, text in {**row, **cells}.items() if text}


def _split(draw: Draw, cells: Sequence[Cell]) -> list[list[Cell]]:
    """Return the rows of a delivery in one part, or in two."""
    if draw(st.sampled_from((True, True, False))):
        return [list(cells)]
    first = draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells)))
    return [[cell for cell, mine in zip(cells, first, strict=True) if mine is which] for which in (True, False)]


def _part(received_at: datetime, delivery_id: str, cells: Sequence[Cell]) -> Part:
    return Part(received_at=received_at, delivery_id=delivery_id, rows=by_feed(cells))
