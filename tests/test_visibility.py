"""What a viewer may not see leaves no trace in any answer, and every test of that in every query is needed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest

from asking import answer
from cells import twin_of
from deliver import RECEIVED, conclude, deliver, wipe
from graph.connection import Address, Writer, reader
from graph.errors import QueryFileError
from ingest.ids import opaque
from plans import plans_kept
from queries.answer import Viewer
from queries.catalogue import Param, Query, catalogue, read
from strategies import RMS, World, worlds
from visibility import (
    INVENTED,
    VIEWERS,
    Mutant,
    Params,
    Subjects,
    answers,
    apart,
    each_text,
    masked,
    mutants,
    narrower,
    other_forms,
    seen,
    subjects,
    widest,
)
from witness_inputs import hidden_inputs
from witnesses import restricted_since, witness

__all__ = ["plans_kept"]

Ask = Callable[[Query, Subjects], list[Params]]
Put = Callable[[Viewer, Iterable[tuple[str, Params]]], list[str]]

GRAPHS = int(os.environ.get("CLEW_VISIBILITY_GRAPHS", "50"))
"""How many generated graphs to try."""

AT_ONCE = 10
"""Graphs of one seed. Few, because after these Hypothesis mostly varies what it has made before."""

SIMPLEST = 2
"""The first graphs of every seed are the simplest there are; they do not count."""

PHASES = (hypothesis.Phase.generate, *([hypothesis.Phase.shrink] if os.environ.get("CLEW_VISIBILITY_SHRINK") else []))
"""What fails is made as small as it can be only on demand (CLEW_VISIBILITY_SHRINK=1): it takes five minutes a seed."""

SEEDS = range(-(-GRAPHS // AT_ONCE))

each_question = pytest.mark.parametrize("query", tuple(catalogue().values()), ids=lambda query: query.name)


def on_worlds(seed: int, test: Callable[[World], None]) -> None:
    """Run a test on generated deliveries, the same for the same seed."""
    limits = hypothesis.settings(max_examples=SIMPLEST + AT_ONCE, phases=PHASES, database=None)
    hypothesis.seed(seed)(limits(hypothesis.given(worlds())(test)))()


@pytest.fixture(scope="module")
def put(database: Address) -> Iterator[Put]:
    """Put questions as a viewer; returns each answer as canonical JSON."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        opened = runner.run(stack.enter_async_context(reader(database)))
        yield lambda viewer, asked: runner.run(answers(opened, viewer, asked))
        runner.run(stack.aclose())


def fill(graph: Writer, world: World) -> None:
    """Let the graph hold these rows and what follows from them, and nothing else."""
    wipe(graph)
    before, rows = apart(world)
    if before:
        deliver(graph, before, received_at=RECEIVED - timedelta(days=1), delivery_id="D0")
    report = deliver(graph, rows)
    # The witness has a row that is rejected, for those who may see it.
    assert all(each.rule.startswith("longer than") for each in report.rejects), report.rejects
    conclude(graph)


def hold_to_removal(graph: Writer, put: Put, world: World, *asks: Ask) -> None:
    """Compare what every viewer is told of all rows and of those that the viewer may see, masked values changed."""
    visible = {viewer: seen(world, viewer.audience.groups) for viewer in VIEWERS}
    concerned = [viewer for viewer in VIEWERS if masked(visible[viewer]) != world]
    if not concerned:
        return
    fill(graph, world)
    about = subjects(graph, world)
    asked = [(query, params) for query in catalogue().values() for ask in asks for params in ask(query, about)]
    texts = [(query.text, params) for query, params in asked]
    told = {viewer: put(viewer, texts) for viewer in concerned}
    for viewer in concerned:
        fill(graph, masked(visible[viewer]))
        expected, what = put(viewer, texts), "masked"
        if told[viewer] != expected:
            fill(graph, visible[viewer])
            if told[viewer] != (unmasked := put(viewer, texts)):
                expected, what = unmasked, "restricted"
            for (query, params), has, should in zip(asked, told[viewer], expected, strict=True):
                assert has == should, f"{query.name} as {viewer.audience.name} with {params} shows what is {what}"


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_restricted_or_masked_changes_no_answer(seed: int, empty: Writer, put: Put) -> None:
    on_worlds(seed, lambda world: hold_to_removal(empty, put, world, widest, narrower))


def test_what_is_restricted_or_masked_in_the_witness_changes_no_answer(empty: Writer, put: Put) -> None:
    for world in (witness(), *hidden_inputs()):
        hold_to_removal(empty, put, world, widest)


def test_every_test_of_visibility_is_needed(empty: Writer, put: Put) -> None:
    texts = each_text()
    alive = [each for query in texts for each in mutants(query)]

    def look(world: World) -> None:
        if alive:
            fill(empty, world)
            alive[:] = survivors(put, texts, alive, subjects(empty, world))

    look(witness())
    deliver(empty, restricted_since(), received_at=RECEIVED + timedelta(days=1))
    alive[:] = survivors(put, texts, alive, subjects(empty, witness()))
    for world in hidden_inputs():
        look(world)
    for seed in SEEDS:
        on_worlds(seed, look)
    says = "Without these no answer changes: say in a witness in tests what each is for, or take it away."
    assert not alive, "\n".join([says, *map(str, alive)])


def survivors(put: Put, texts: Iterable[Query], tried: Iterable[Mutant], about: Subjects) -> list[Mutant]:
    """Return the texts that answer as the whole text does, whoever asks and whatever is asked."""
    alive = list(tried)
    for ask in (widest, narrower):
        for viewer in VIEWERS:
            for query in texts:
                if mine := [each for each in alive if each.query == query.name]:
                    asked = ask(query, about)
                    told = put(viewer, [(query.text, params) for params in asked])
                    for each in mine:
                        if put(viewer, [(each.text, params) for params in asked]) != told:
                            alive.remove(each)
    return alive


@each_question
def test_tests_of_visibility_have_no_other_form(query: Query) -> None:
    assert other_forms(query) == []


def test_what_is_restricted_is_answered_like_what_is_not_there(empty: Writer, database: Address) -> None:
    fill(empty, witness())
    hidden = ("closed", "hidden suspect", "hidden victim", "hidden assessed", twin_of("open"), twin_of("suspect"))
    asked = [(query, name) for query in catalogue().values() for name in ("person_id", "subject_id")]
    asked = [(query, name) for query, name in asked if name in query.params]
    assert {query.name for query, _ in asked} >= {"person", "timeline", "linked_victims", "ego_network"}
    for query, name in asked:
        of_nobody = answer(database, query, **{name: INVENTED})
        assert of_nobody.rows == []
        assert of_nobody.cut is None
        restricted = [{name: opaque("n", RMS, ref)} for ref in hidden]
        assert any(answer(database, query, ("sensitive",), **subject).rows for subject in restricted)
        for subject in restricted:
            assert answer(database, query, **subject) == of_nobody


def test_a_parameter_without_a_value_to_try_says_where_to_add_one() -> None:
    query = next(iter(catalogue().values()))
    strange = replace(query, params={"shoe_size": Param(type="int", default=None, says="Size.")})
    with pytest.raises(AssertionError, match=r"takes shoe_size: int, which no test has a value for: add one to"):
        widest(strange, Subjects(people=[], dyads=[], words=[]))


def visible(name: str) -> str:
    return f"({name}.restricted_to IS NULL OR any(g IN {name}.restricted_to WHERE g IN $groups))"


LISTED = "(i:Incident {incident_id: dyad.incident_ids[-1]})"
CHOSEN = "$audience IN dyad.audiences"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("MATCH (:Nominal) RETURN 1 AS x", "Nominal is matched without"),
        ("MATCH (n:Nominal) RETURN 1 AS x", "Nominal is matched without"),
        ("match (n:Nominal) RETURN 1 AS x", "Nominal is matched without"),
        ("MATCH (n:Nominal&Touched) RETURN 1 AS x", "Nominal or Touched is matched without"),
        ("MATCH (n:!Person) RETURN 1 AS x", "labels and types are named"),
        ("MATCH (n:%) RETURN 1 AS x", "labels and types are named"),
        ("MATCH (n:$($groups[0])) RETURN 1 AS x", "labels and types are named"),
        ("MATCH (n:`Nominal`) RETURN 1 AS x", "labels and types are named and not quoted"),
        ("MATCH (n:Nominal {source: 'a}b'}) RETURN 1 AS x", "Nominal is matched without"),
        ("MATCH (n:Nominal WHERE n.sex = 'male') RETURN 1 AS x", "not by one within"),
        ("MATCH (n)-[:IS]->(p:Person) RETURN 1 AS x", "needs a label or a type"),
        ("MATCH (p:Person) OPTIONAL MATCH (p)<-[:IS]-(n:Nominal) RETURN 1 AS x", "Nominal is matched without"),
        ("MATCH (p:Person) WHERE EXISTS { (p)<-[:IS]-(:Nominal) } RETURN 1 AS x", "Nominal is matched without"),
        ("MATCH (p:Person) RETURN COUNT { (p)<-[:IS]-(n:Nominal) } AS x", "Nominal is matched without"),
        ("MATCH (p:Person) RETURN [(p)<-[:IS]-(n:Nominal) | 1] AS x", "a pattern stands in MATCH"),
        (f"MATCH (n:Nominal) RETURN 1 AS x // {visible('n')}", "a comment has lines of its own"),
        (f"MATCH (n:Nominal) /* {visible('n')} */ RETURN 1 AS x", "a comment has lines of its own"),
        (f"MATCH (n:Nominal), (m:Nominal) WHERE {visible('n')} RETURN 1 AS x", "Nominal is matched without"),
        (f"MATCH (n:Nominal)-[:USES]->(t:Identifier) WHERE {visible('n')} AND {visible('t')}", "USES is matched"),
        (f"MATCH (n:Nominal)-[r]->(t:Identifier) WHERE {visible('n')} AND {visible('t')}", "needs a label or a type"),
        (f"MATCH (n:Nominal)-->(t:Identifier) WHERE {visible('n')} AND {visible('t')}", "needs a type"),
        (
            f"MATCH (n:Nominal) WHERE {visible('n')} WITH 1 AS x MATCH (n:Address) RETURN x",
            "Address is matched without",
        ),
        ("MATCH (d:Dyad) RETURN 1 AS x", "Dyad is matched without the choice of the audience"),
        ("MATCH (p:Person)-[:MEETS]->(d:Definition) RETURN 1 AS x", "MEETS is matched without the choice"),
        ("MATCH (d:Dyad), (i:Incident {incident_id: d.incident_ids[-1]}) RETURN 1 AS x", "Dyad is matched without"),
        (f"MATCH (dyad:Dyad), {LISTED.replace('dyad', 'other')} WHERE {CHOSEN} RETURN 1 AS x", "Incident is matched"),
        (f"MATCH (dyad:Dyad), {LISTED}, (i:Incident) WHERE {CHOSEN} RETURN 1 AS x", "Incident is matched"),
        (f"MATCH (dyad:Dyad), {LISTED}-[:RECORDS]->(o:Offence) WHERE {CHOSEN} RETURN 1 AS x", "Offence is matched"),
    ],
)
def test_a_text_that_evades_the_test_of_visibility_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "queries" / "lookups" / "leak.cypher"
    path.parent.mkdir(parents=True)
    path.write_text(f"// purpose: Leaks.\n// caution: None.\n// column x: int -- Nothing.\nWITH 1 AS one\n{text}\n")
    with pytest.raises(QueryFileError) as refused:
        read(path)
    assert str(refused.value).startswith("queries/lookups/leak.cypher:5: ")
    assert says in str(refused.value)
