"""`clew query`: each question is a command of its own, made from its header, and answers in three formats."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path

import pytest

from clew.documents import help_of
from command import clew
from graph.connection import Address, Writer
from queries.catalogue import Query, catalogue
from queries.documents import example, option

QUESTIONS = sorted(catalogue().values(), key=lambda query: query.name)
SERIAL = ("query", "serial_perpetrators")


def help_of_question(query: Query) -> str:
    return " ".join(help_of("query", query.name).split())


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda query: query.name)
def test_help_has_the_words_of_the_header(query: Query) -> None:
    shown = help_of_question(query)
    assert query.purpose in shown
    assert f"Caution: {query.caution}" in shown
    for name, param in query.options.items():
        assert option(name) in shown
        assert param.says in shown
    assert shown.endswith(f"Example: {example(query)}")


def test_no_parameter_takes_the_name_of_an_option_that_every_question_has() -> None:
    assert not [query.name for query in QUESTIONS if query.params.keys() & {"groups", "format", "purpose", "help"}]


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda query: query.name)
def test_the_example_of_each_question_works(
    query: Query,
    sample: Writer,
    database: Address,
    tmp_path: Path,
) -> None:
    run = clew(*shlex.split(example(query))[1:], home=tmp_path, database=database)
    assert run.returncode == 0, run.stderr
    shown = run.stdout
    assert shown.startswith(query.purpose)
    assert f"Caution: {query.caution}" in shown
    assert "Data as of " in shown


def test_json_says_what_must_be_known_to_read_the_rows(sample: Writer, database: Address, tmp_path: Path) -> None:
    run = clew(*SERIAL, "--format", "json", home=tmp_path, database=database)
    answer = json.loads(run.stdout)
    assert list(answer) == ["query", "as_of", "known_at", "state", "caution", "cut", "rows"]
    assert answer["query"] == "serial_perpetrators"
    assert answer["state"] == "ready"
    assert answer["rows"]
    assert list(answer["rows"][0]) == list(catalogue()["serial_perpetrators"].columns)


def test_csv_has_the_same_rows_and_nothing_else(sample: Writer, database: Address, tmp_path: Path) -> None:
    as_json = json.loads(clew(*SERIAL, "--format", "json", home=tmp_path, database=database).stdout)["rows"]
    as_csv = list(
        csv.DictReader(io.StringIO(clew(*SERIAL, "--format", "csv", home=tmp_path, database=database).stdout))
    )
    assert [row["suspect_id"] for row in as_csv] == [row["suspect_id"] for row in as_json]
    assert [row["incident_ids"].split(";") for row in as_csv] == [row["incident_ids"] for row in as_json]
    assert [row["last_on"] for row in as_csv] == [row["last_on"] for row in as_json]


def test_a_piped_table_shortens_no_id_and_has_no_colour(sample: Writer, database: Address, tmp_path: Path) -> None:
    rows = json.loads(clew(*SERIAL, "--format", "json", home=tmp_path, database=database).stdout)["rows"]
    shown = clew(*SERIAL, home=tmp_path, database=database).stdout
    assert all(each in shown for row in rows for each in (row["suspect_id"], *row["victim_ids"], *row["incident_ids"]))
    assert "\x1b" not in shown
    assert "…" not in shown


def test_a_cut_is_said(sample: Writer, database: Address, tmp_path: Path) -> None:
    whole = json.loads(clew("query", "freshness", "--format", "json", home=tmp_path, database=database).stdout)
    assert whole["cut"] is None
    assert len(whole["rows"]) > 1
    shown = clew("query", "freshness", "--limit", "1", home=tmp_path, database=database).stdout
    assert "Not all is shown (limit: more than 1 rows); ask for more with --limit." in shown


def test_an_empty_answer_says_what_to_do(sample: Writer, database: Address, tmp_path: Path) -> None:
    run = clew("query", "person", "--person-id", "nosuch", home=tmp_path, database=database)
    assert run.returncode == 0
    assert "Nothing in the graph answers this." in run.stdout
    assert "clew query freshness" in run.stdout


def test_groups_that_no_role_has_are_refused(sample: Writer, database: Address, tmp_path: Path) -> None:
    run = clew("query", "freshness", "--groups", "nosuch", home=tmp_path, database=database)
    assert (run.returncode, run.stdout) == (1, "")
    assert "audience" in run.stderr
    assert "nosuch" not in run.stderr


def test_groups_are_separated_by_commas(sample: Writer, database: Address, tmp_path: Path) -> None:
    groups = "professional_standards, sensitive"
    assert clew("query", "freshness", "--groups", groups, home=tmp_path, database=database).returncode == 0


def test_a_limit_out_of_bounds_is_refused(sample: Writer, database: Address, tmp_path: Path) -> None:
    run = clew("query", "freshness", "--limit", "0", home=tmp_path, database=database)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("clew: limit must lie between 1 and ")


def test_lists_are_separated_by_commas(sample: Writer, database: Address, tmp_path: Path) -> None:
    asked = (*SERIAL, "--format", "json")
    ids = [row["suspect_id"] for row in json.loads(clew(*asked, home=tmp_path, database=database).stdout)["rows"]]
    only = json.loads(clew(*asked, "--suspects", f"{ids[0]},nosuch", home=tmp_path, database=database).stdout)["rows"]
    assert [row["suspect_id"] for row in only] == ids[:1]


def test_a_day_counts_what_was_known_by_then(sample: Writer, database: Address, tmp_path: Path) -> None:
    run = clew(*SERIAL, "--as-of", "1900-01-01", "--format", "json", home=tmp_path, database=database)
    assert json.loads(run.stdout)["rows"] == []


def test_before_anything_is_loaded_the_sentence_says_what_to_do(
    empty: Writer, database: Address, tmp_path: Path
) -> None:
    run = clew("query", "freshness", home=tmp_path, database=database)
    assert (run.returncode, run.stdout) == (1, "")
    assert "clew derive" in run.stderr or "clew load" in run.stderr
