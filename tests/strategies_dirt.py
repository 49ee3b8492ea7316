"""Hypothesis strategies for delivered tables, with every kind of dirt that cells can have."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from hypothesis import strategies as st

from graph.terms import ANSWER_BYTES
from ingest.contracts import FEEDS
from ingest.contracts.feed import Column, Feed, Kind
from ingest.delivery import FILE, ROW, Reject, Table

REFS = st.integers(min_value=1, max_value=4).map(lambda number: f"R{number}")
DAYS = st.dates(min_value=pd.Timestamp("2024-01-01").date(), max_value=pd.Timestamp("2026-03-31").date())
CLEAN = {
    Kind.TEXT: REFS,
    Kind.TEXTS: st.lists(REFS, min_size=1, max_size=3).map(";".join),
    Kind.DATE: DAYS.map(str),
    Kind.MOMENT: st.one_of(DAYS.map(str), DAYS.map(lambda day: f"{day}T22:15"), DAYS.map(lambda day: f"{day} 01:30Z")),
    Kind.WHOLE: st.integers(min_value=0, max_value=90).map(str),
    Kind.FLAG: st.sampled_from(("yes", "No", "TRUE", "f", "0")),
}
DIRT = st.one_of(
    st.sampled_from(
        (
            "",
            "   ",
            ";",
            " ; ; ",
            "team_a;;team_b",
            "1753-01-01",
            "2031-05-06",
            "9999-12-31T23:59:59-23:59",
            "0001-01-01T00:00+23:59",
            "2026-02-30",
            "31/12/2025",
            "2025-W14-2",
            "20251231",
            "2026-03-08T25:61",
            "-17",
            "3.0",
            "3.5",
            "٣٤٥٦",
            "NaN",
            "null",
            "maybe",
            "Ofsted;Social care",
            "sus\udcffpect",
            "\ud800\udc00",
            "\udce9t\udce9",
            "zwei\nZeilen",
            "tab\tbed",
            "nul\x00byte",
            "next\x85line",
            "para\u2029graph",
            "\ufeffmarked",
            "x" * 41,
            "é" * 201,
            "huge" * 30_000,
            "9" * 5_000,
            "O'Brien \u202e\u200d",
        )
    ),
    st.text(max_size=12),
)


def clean_cells(feed: Feed, column: Column) -> st.SearchStrategy[str]:
    """Return values that the column takes."""
    if column.terms is not None:
        return st.sampled_from([str(term) for term in column.terms])
    if column.name == "instrument":
        return st.sampled_from(("dash", "Dash", "dara"))
    if column.name == "version":
        return st.sampled_from(("2009", "2022"))
    if (feed.name, column.name) == ("answers", "item"):
        return st.sampled_from(("18", "Strangulation", "6"))
    if (feed.name, column.name) == ("answers", "answer"):
        return st.sampled_from([str(answer) for answer in ANSWER_BYTES])
    return CLEAN[column.kind]


@st.composite
def tables(draw: st.DrawFn, feeds: Sequence[Feed] = FEEDS) -> Table:
    """Return a table of any feed: clean rows, dirty ones, the same one twice, and some that could not be read."""
    feed = draw(st.sampled_from(feeds))
    columns = [column for column in feed.all_columns if column.required or draw(st.booleans())]
    dirty = draw(st.sampled_from((0, 1, 3)))
    rows = [
        [
            draw(DIRT if draw(st.integers(0, 9)) < dirty else _mostly(column, clean_cells(feed, column)))
            for column in columns
        ]
        for _ in range(draw(st.integers(0, 5)))
    ]
    if rows:
        rows += draw(st.lists(st.sampled_from(rows), max_size=2))
    names = [column.name for column in columns]
    frame = pd.DataFrame(rows, columns=pd.Index(names, dtype=object), dtype=object)
    frame[FILE] = f"{feed.name}.csv"
    frame[ROW] = range(2, len(rows) + 2)
    faults = [
        Reject(feed=feed.name, file=f"{feed.name}.csv", row=row, column="", rule=rule)
        for row in draw(st.lists(st.integers(100, 102), max_size=3))
        for rule in ("has 2 cells where the header has 3",)
    ]
    return Table(feed=feed.name, frame=frame, faults=tuple(faults))


def _mostly(column: Column, cells: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return cells if column.required else st.one_of(cells, cells, st.none())
