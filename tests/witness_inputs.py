"""Deliveries that hold one record of each input of clusters of risk, in which every test of visibility matters."""

from __future__ import annotations

from collections.abc import Iterator

import cells as say
from strategies import Cell, World, by_feed


def hidden_inputs() -> Iterator[World]:
    """Yield deliveries that hold one record of each input of clusters of risk, each time with another part hidden."""
    told = (
        (dict(_a_form()), ("form", "assessed", "followed", "accused")),
        (dict(_an_offence()), ("incident", "offence")),
        (dict(_a_marker()), ("owner", "marker")),
        (dict(_a_tie()), ("one", "tie", "other")),
        (dict(_a_home("home")), ("resident", "stay", "home")),
        (dict(_a_home("refuge", protected="yes")), ("",)),
    )
    for number in range(max(len(parts) for _, parts in told)):
        yield by_feed(
            say.hidden(cell) if part == parts[number] else cell
            for cells, parts in told
            if number < len(parts)
            for part, cell in cells.items()
        )


def _a_form() -> Iterator[tuple[str, Cell]]:
    yield "assessed", say.person("assessed")
    yield "accused", say.person("accused")
    yield "followed", say.row("incidents", incident_ref="followed", reported_at="2025-01-01")
    yield "form", say.form("form", "assessed", suspect_ref="accused", incident_ref="followed")
    yield "answer", say.row("answers", assessment_ref="form", item="1", answer="yes")


def _an_offence() -> Iterator[tuple[str, Cell]]:
    yield "incident", say.row("incidents", incident_ref="incident", reported_at="2025-01-01")
    yield "offence", say.row("offences", offence_ref="offence", incident_ref="incident", code="8/6")


def _a_marker() -> Iterator[tuple[str, Cell]]:
    yield "owner", say.person("owner")
    yield "marker", say.row("markers", marker_ref="marker", person_ref="owner", kind="bail")


def _a_tie() -> Iterator[tuple[str, Cell]]:
    yield "one", say.person("one")
    yield "other", say.person("other")
    yield "tie", say.tie("one", "other", "partner")


def _a_home(ref: str, **cells: str) -> Iterator[tuple[str, Cell]]:
    yield "resident", say.person(f"resident of {ref}")
    yield "home", say.row("addresses", address_ref=ref, **cells)
    yield "stay", say.stay(f"resident of {ref}", ref, from_on="2025-01-01")
