"""Versions of a record have an order, and a checked row is read as it was written."""

from __future__ import annotations

from datetime import UTC, date, datetime

from graph.versions import WITHDRAWN, order, read, written


def test_the_version_recorded_last_is_the_greatest_and_one_without_a_time_the_least() -> None:
    early, late = datetime(2026, 3, 1), datetime(2026, 3, 2)
    assert order(None, "f") < order(early, "f") < order(late, "0")


def test_of_versions_recorded_at_one_time_that_which_takes_the_record_back_is_the_greatest() -> None:
    assert order(None, "f" * 16) < order(None, WITHDRAWN) < order(datetime(1900, 1, 1), "0")


def test_a_row_is_read_as_it_was_written() -> None:
    row = {
        "id": "n1",
        "by": None,
        "refs": {"person_ref": "n2"},
        "properties": {
            "on": date(2026, 3, 31),
            "at": datetime(2026, 3, 31, 22, 15),
            "received_at": datetime(2026, 4, 1, 6, tzinfo=UTC),
            "against": ["é", "\ud800"],
            "domestic": False,
            "age": 3,
        },
    }
    assert read(written(row)) == row
    assert written(row) == written(dict(reversed(row.items())))
