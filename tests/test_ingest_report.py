"""Counts that must balance, and the file of rejects."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graph.errors import ClewError
from ingest.delivery import Reject
from ingest.report import FeedCounts, Report, write_rejects


def test_a_report_whose_counts_balance_is_itself() -> None:
    counts = FeedCounts(
        feed="people", delivered=15, created=1, changed=2, unchanged=3, waiting=4, rejected=5, promoted=9
    )
    report = Report(delivery_id="d1", counts=(counts, FeedCounts(feed="schools")))
    assert report.balanced() is report


@pytest.mark.parametrize("lost", [-1, 1])
def test_a_row_lost_or_won_is_an_error(lost: int) -> None:
    right = FeedCounts(feed="people", delivered=3, created=3)
    wrong = FeedCounts(feed="schools", delivered=3 + lost, created=1, changed=1, unchanged=1, promoted=lost)
    with pytest.raises(ClewError, match="schools: "):
        Report(delivery_id="d1", counts=(right, wrong)).balanced()


def test_rejects_are_written_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    rejects = [
        Reject(feed="people", file="one, two.csv", row=2, column="born_on", rule="before 1900"),
        Reject(feed="people", file="\udcff.csv", row=3, column="", rule="has 2 cells where the header has 3"),
    ]
    write_rejects(path, rejects)
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["feed", "file", "row", "column", "rule"],
            ["people", "one, two.csv", "2", "born_on", "before 1900"],
            ["people", "\\udcff.csv", "3", "", "has 2 cells where the header has 3"],
        ]


def test_without_rejects_only_the_header_is_written(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    write_rejects(path, [])
    assert path.read_text(encoding="utf-8").splitlines() == ["feed,file,row,column,rule"]
