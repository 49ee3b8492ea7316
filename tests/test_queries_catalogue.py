"""Each question's file, its Python and the server agree; a file that breaks the rules says where."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
from ast import literal_eval
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from asking import function
from graph import schema, terms
from graph.connection import Address, Reader, Writer, reader
from graph.errors import DatabaseUnavailable, QueryFileError
from graph.properties import props
from queries.answer import Answer, Viewer
from queries.catalogue import VIEWER, Query, catalogue, read

QUERIES = tuple(catalogue().values())
each_question = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


def row_of(query: Query) -> type[Any]:
    returned = get_type_hints(function(query))["return"]
    assert get_origin(returned) is Answer
    (row,) = get_args(returned)
    assert isinstance(row, type)
    return row


@each_question
def test_header_and_function_agree(query: Query) -> None:
    asks = function(query)
    assert inspect.iscoroutinefunction(asks)
    signature = inspect.signature(asks)
    taken = list(signature.parameters.values())
    assert [(each.name, each.annotation) for each in taken[:2]] == [("reader", "Reader"), ("viewer", "Viewer")]
    hints = get_type_hints(asks)
    assert (hints["reader"], hints["viewer"]) == (Reader, Viewer)
    assert {each.kind for each in taken[2:]} <= {inspect.Parameter.KEYWORD_ONLY}
    assert {each.name: each.annotation for each in taken[2:]} == {
        name: param.type for name, param in query.params.items()
    }
    assert (asks.__kwdefaults__ or {}) == {
        name: literal_eval(param.default) for name, param in query.params.items() if param.default is not None
    }


def as_declared(row: type[Any], name: str) -> str:
    """Return a column's type as a header says it: what a row has a class of its own for is a map there."""
    kind = get_type_hints(row)[name]
    if get_origin(kind) is list and is_dataclass(get_args(kind)[0]):
        return "list[dict]"
    written: str = row.__annotations__[name]
    return written


@each_question
def test_header_and_row_agree(query: Query) -> None:
    row = row_of(query)
    assert is_dataclass(row)
    assert {name: as_declared(row, name) for name in row.__annotations__} == {
        name: column.type for name, column in query.columns.items()
    }


@each_question
def test_every_list_is_limited_by_a_parameter_or_by_the_ids_asked_for(query: Query) -> None:
    if "limit" in query.params:
        assert query.text.endswith("LIMIT $limit") or re.search(r"LIMIT \$limit\b", query.text)
    else:
        assert "suspects" in query.params
    assert re.search(r"\nORDER BY [^\n]+(\nLIMIT \$limit)?$", query.text), "the answer is not in a stated order"


def explained(database: Address, query: Query) -> tuple[list[str], str, list[str], dict[str, Any]]:
    async def asked() -> tuple[list[str], str, list[str], dict[str, Any]]:
        async with reader(database, notifications=True) as opened:
            return await opened.explain(query.text, dict.fromkeys({*query.params, *VIEWER}))

    return asyncio.run(asked())


def of_an_empty_property(remark: str) -> bool:
    """Whether it says that there is no such property, of one that is declared and that nothing in the sample has."""
    unknown = re.match(r"01N52 .*The property `(\w+)` does not exist", remark)
    return unknown is not None and unknown[1] in PROPERTIES


def operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", []):
        yield from operators(child)


@each_question
def test_the_server_agrees(sample: Writer, database: Address, caplog: pytest.LogCaptureFixture, query: Query) -> None:
    caplog.set_level(logging.CRITICAL, logger="neo4j.notifications")
    columns, kind, remarks, plan = explained(database, query)
    assert columns == list(query.returned)
    assert kind == "r"
    assert [
        remark for remark in remarks if remark.startswith(("01N", "03N")) and not of_an_empty_property(remark)
    ] == []
    assert [name for name in operators(plan) if "AllNodesScan" in name or "AllRelationshipsScan" in name] == []


DECLARED = {model: set(props(model)) for model in (*schema.NODES, *schema.RELATIONSHIPS)}
LABELS = {model.__name__ for model in schema.NODES} | {"Touched"}
TYPES = {model.TYPE for model in schema.RELATIONSHIPS}
PROPERTIES = {name for names in DECLARED.values() for name in names}


@each_question
def test_every_label_type_and_property_is_declared(query: Query) -> None:
    text = re.sub(r"'[^']*'", "''", query.text)
    named = {word for words in re.findall(r"(?<=[\w(\[]):((?:\w+[|&])*\w+)", text) for word in re.split(r"[|&]", words)}
    assert named <= LABELS | TYPES
    assert named & LABELS
    matched = set(re.findall(r"[(\[](\w+):[A-Z]", text))
    got = {(owner, name) for owner, name in re.findall(r"\b([a-z]\w*)\.(\w+)", text) if owner in matched}
    assert {name for _, name in got} <= PROPERTIES
    inline = {key for entries in re.findall(r"\(\w*:\w+ \{([^}]*)\}\)", text) for key in re.findall(r"(\w+):", entries)}
    assert inline <= PROPERTIES


@each_question
def test_kinds_of_ties_are_those_of_the_vocabulary(query: Query) -> None:
    outside = set(terms.RelationshipType) - set(terms.DOMESTIC_TYPES)
    for listed in re.findall(r"NOT \w+\.kind IN (\[[^\]]*\])", query.text):
        assert set(literal_eval(listed)) == outside
    known = {term.value for kinds in terms.Term.__subclasses__() for term in kinds}
    assert set(re.findall(r"\.kind(?:, '\w+'\))? = '(\w+)'", query.text)) <= known
    assert not re.search(r"(?<!NOT )\b\w+\.kind IN \[", query.text)


def test_what_is_asked_cannot_write(sample: Writer, database: Address) -> None:
    before = sample.read("MATCH (n) RETURN count(n) AS nodes")

    async def write() -> None:
        async with reader(database) as opened:
            await opened.read(("CREATE (p:Person {person_id: 'x'}) RETURN p.person_id AS id", {}))

    with pytest.raises(DatabaseUnavailable, match=r"refused a statement: Neo\.ClientError\.Statement\.AccessMode"):
        asyncio.run(write())
    assert sample.read("MATCH (n) RETURN count(n) AS nodes") == before


def test_what_takes_too_long_is_stopped_with_a_sentence(graph: Writer, database: Address) -> None:
    async def ask() -> None:
        async with reader(database, 0.2) as opened:
            await opened.read(("UNWIND range(1, 1000000000) AS x WITH x WHERE x % 7 = 8 RETURN count(x) AS n", {}))

    with pytest.raises(DatabaseUnavailable, match=r"took longer than the 0\.2 s that it may \(CLEW_READ_SECONDS\)"):
        asyncio.run(ask())


GOOD = """// purpose: Who.
// caution: Nothing.
// param person_id: str -- The person.
// column name: str -- The name.
MATCH (record:Nominal {nominal_id: $person_id})
WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
RETURN record.family_name AS name
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "lookups" / "who.cypher"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return path


def test_a_file_says_everything_of_its_question(tmp_path: Path) -> None:
    query = read(written(tmp_path / "queries", GOOD))
    assert (query.name, query.kind, query.purpose, query.caution) == ("who", "lookups", "Who.", "Nothing.")
    assert [(name, param.type, param.default) for name, param in query.params.items()] == [("person_id", "str", None)]
    assert [(name, column.says) for name, column in query.columns.items()] == [("name", "The name.")]
    assert query.text.startswith("MATCH (record:Nominal")


VISIBLE = "(record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("// purpose: Who.\n", "", ":1: the header has no `// purpose:`"),
        ("// caution: Nothing.\n", "", ":1: the header has no `// caution:`"),
        ("// caution: Nothing.", "// warning: Nothing.", ":2: a header line is"),
        ("// caution: Nothing.", "// Nothing.", ":2: a header line is"),
        ("person_id: str --", "person_id: text --", ":3: `// param name: type -- meaning` with a type among"),
        ("person_id: str --", "person_id --", ":3: a header line is"),
        ("// column name: str -- The name.\n", "", ":1: the header declares no column"),
        ("// column name: str -- The name.", "// column: str -- The name.", ":4: `// column name: type"),
        ("// param person_id: str -- The person.\n", "", ":1: parameters used and declared differ: person_id"),
        ("$person_id", "'x'", ":1: parameters used and declared differ: person_id"),
        (f"WHERE {VISIBLE}\n", "", ":5: Nominal is matched without a test of who may see it"),
        (VISIBLE, VISIBLE.replace("record", "other"), ":5: Nominal is matched without a test of who may see it"),
        (VISIBLE, VISIBLE.replace("any", "all"), ":5: Nominal is matched without a test of who may see it"),
        (
            "(record:Nominal {nominal_id: $person_id})",
            "(record:Nominal {nominal_id: $person_id})-[:USES]->(x:School)",
            "5",
        ),
        ("(record:Nominal {nominal_id: $person_id})", "(record {nominal_id: $person_id})", "needs a label or a type"),
        (
            "(record:Nominal {nominal_id: $person_id})",
            "(record:Nominal {nominal_id: $person_id})--(p:Person)",
            "needs a type",
        ),
        ("(record:Nominal {nominal_id: $person_id})", "(record:Nominal {nominal_id: $person_id}), (:Dyad)", "audience"),
        ("WHERE (rec", "WHERE (record)-[:USES]->(:Identifier)\n  AND (rec", ":6: a pattern stands in MATCH"),
        ("record.family_name AS", "[(record)-->(x:School) | x.name][0] AS", ":7: a pattern stands in MATCH"),
    ],
)
def test_a_file_that_breaks_a_rule_says_where(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    path = written(tmp_path / "queries", GOOD.replace(old, new))
    with pytest.raises(QueryFileError) as refused:
        read(path)
    assert str(refused.value).startswith("queries/lookups/who.cypher:")
    assert says in str(refused.value)


def test_the_viewers_parameters_are_not_declared() -> None:
    assert all(not VIEWER & query.params.keys() for query in QUERIES)
