"""Over HTTP, for every field of the schema: what a viewer may not see leaves no trace in any byte of any answer."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import hypothesis
import pytest
from graphql import GraphQLField, GraphQLScalarType, get_named_type, is_list_type, is_non_null_type

from api.schema import schema
from cells import twin_of
from graph.connection import Writer
from graph.reference.roles import Audience
from ingest.ids import opaque
from queries.answer import Viewer
from served import SEES, Served
from strategies import RMS, World, worlds
from test_visibility import fill
from visibility import INVENTED, Subjects, masked, seen, subjects
from whole import needed, roots, whole
from witnesses import witness

CORE = schema()._schema
FIELDS = roots(CORE)
GRAPHS = int(os.environ.get("CLEW_API_VISIBILITY_GRAPHS", "2"))
"""How many generated graphs to try beside those that were made for it."""

VIEWERS = {role: Viewer(audience=Audience(groups=frozenset(groups))) for role, groups in SEES.items()}

OTHER = {
    "after": (),
    "asOf": (date(2026, 4, 1), date(2024, 9, 15)),
    "fromOn": (date(2024, 9, 15),),
    "first": (100, 2),
    "band": ("high",),
    "neighbourhood": ("Harbour",),
    "changedSince": (date(2025, 5, 5),),
    "unconnected": (True,),
    "minVictims": (1,),
    "leastScore": (0,),
    "least": (1,),
    "by": ("neighbourhood",),
    "check": ("completeness",),
}
"""Values that arguments are tried with beside their defaults; whoever adds a field adds what it lacks."""

Asked = tuple[str, str, dict[str, Any]]
"""A field, its document and what it is asked with."""


def about_whom(name: str, about: Subjects) -> list[Any] | None:
    """Return the subjects that an argument can name, or None if it names none."""
    return {
        "personId": list(about.people),
        "subjectId": [*about.people, *about.dyads],
        "dyadId": list(about.dyads),
        "id": [*about.people, *about.dyads],
        "text": [re.findall(r"\w+", word)[0] for word in about.words],
        "persons": [list(about.people[start : start + 50]) for start in range(0, len(about.people), 50)],
        "suspects": [list(about.people[start : start + 50]) for start in range(0, len(about.people), 50)],
    }.get(name)


def variables(field: GraphQLField, about: Subjects) -> Iterator[dict[str, Any]]:
    """Yield what a field is asked with: about each subject, every second one with less or on another day."""
    must = needed(field)
    named = next((name for name in must if about_whom(name, about) is not None), None)
    others = [name for name in must if name != named]
    assert all(OTHER.get(name) for name in others), f"no value for {others}: add one to OTHER"
    fixed = {name: OTHER[name][0] for name in others}
    whom: list[dict[str, Any]] = [{named: each} for each in about_whom(named, about) or ()] if named else [{}]
    changes = [{name: value} for name in field.args for value in OTHER.get(name, ())]
    for place, subject in enumerate(whom):
        yield {**fixed, **subject, **(changes[place // 2 % len(changes)] if changes and place % 2 else {})}
    if not named:
        yield from ({**fixed, **change} for change in changes)


def asked(about: Subjects) -> list[Asked]:
    """Return all that is asked: every field of the schema, with everything below it."""
    documents = {name: whole(CORE, name) for name in FIELDS}
    return [(name, documents[name], given) for name, field in FIELDS.items() for given in variables(field, about)]


def put(service: Served, role: str, wanted: list[Asked]) -> list[bytes]:
    """Return the body of each answer."""
    bearer = {"authorization": service.bearer(role)}
    found = []
    for _, document, given in wanted:
        said = json.loads(json.dumps(given, default=lambda day: day.isoformat()))
        answered = service.post({"query": document, "variables": said}, headers=bearer)
        assert answered.status_code == 200, answered.text
        found.append(answered.content)
    return found


def hold_to_removal(service: Served, graph: Writer, world: World) -> None:
    """Compare what every viewer is told of all rows and of those that the viewer may see, masked values changed."""
    visible = {role: masked(seen(world, viewer.audience.groups)) for role, viewer in VIEWERS.items()}
    concerned = [role for role in visible if visible[role] != world]
    if not concerned:
        return
    fill(graph, world)
    wanted = asked(subjects(graph, world))
    told = {role: put(service, role, wanted) for role in concerned}
    for role in concerned:
        fill(graph, visible[role])
        for (name, _, given), has, should in zip(wanted, told[role], put(service, role, wanted), strict=True):
            assert has == should, f"{name} as {role} with {given} shows what is hidden"


def test_what_is_restricted_or_masked_changes_no_byte(service: Served, empty: Writer) -> None:
    hold_to_removal(service, empty, witness())


def test_what_is_restricted_or_masked_in_any_graph_changes_no_byte(service: Served, empty: Writer) -> None:
    limits = hypothesis.settings(max_examples=2 + GRAPHS, phases=(hypothesis.Phase.generate,), database=None)
    hypothesis.seed(7)(limits(hypothesis.given(worlds())(lambda world: hold_to_removal(service, empty, world))))()


TELLS = {
    "people": ("family_name", "given_names", "also_known_as"),
    "addresses": ("line", "postcode"),
    "identifiers": ("value", "description"),
    "schools": ("name",),
}
"""What tells who or where somebody is, as it is delivered."""


def renamed(world: World) -> World:
    """Return the rows with other names wherever something tells who or where somebody is."""
    return {
        feed: [
            {**row, **{column: _other(row[column]) for column in TELLS.get(feed, ()) if row.get(column)}}
            for row in rows
        ]
        for feed, rows in world.items()
    }


def _other(text: str) -> str:
    return ";".join("".join(chr(ord("z") - ord(letter) % 26) for letter in word) or "x" for word in text.split(";"))


def test_names_change_no_byte_of_what_is_told_without_names(service: Served, empty: Writer) -> None:
    world = witness()
    other = renamed(world)
    assert other != world
    fill(empty, world)
    wanted = [each for each in asked(subjects(empty, world)) if each[0] != "searchPeople"]
    told = put(service, "blind", wanted)
    with_names = put(service, "tester", wanted)
    fill(empty, other)
    for (name, _, given), has, should in zip(wanted, told, put(service, "blind", wanted), strict=True):
        assert has == should, f"{name} with {given} shows what names there are"
    assert with_names != put(service, "tester", wanted)


def test_who_works_without_names_does_not_search_by_them(service: Served, sample: Writer) -> None:
    answered = service.ask('{ searchPeople(text: "a") { nodes { personId } } }', "blind")
    assert answered.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_what_is_restricted_is_the_same_bytes_as_what_is_not_there(service: Served, empty: Writer) -> None:
    fill(empty, witness())
    hidden = [
        opaque("n", RMS, ref)
        for ref in ("closed", "hidden suspect", "hidden victim", "hidden assessed", twin_of("open"), twin_of("suspect"))
    ]
    shown = opaque("n", RMS, "open")
    by_id = [name for name, field in FIELDS.items() if {"personId", "subjectId", "dyadId", "id"} & set(field.args)]
    assert len(by_id) > 8
    for name in by_id:
        (argument,) = {"personId", "subjectId", "dyadId", "id"} & set(FIELDS[name].args)
        ids = hidden if argument != "dyadId" else [f"{each}>{shown}" for each in hidden]
        nobody = INVENTED if argument != "dyadId" else f"{INVENTED}>{shown}"
        more: Mapping[str, Any] = {"fromOn": date(2024, 9, 15)} if "fromOn" in FIELDS[name].args else {}
        wanted = [(name, whole(CORE, name), {argument: each, **more}) for each in [nobody, *ids]]
        answers = put(service, "tester", wanted)
        assert len(set(answers)) == 1, name


def test_every_argument_can_be_asked_with_something() -> None:
    for field in FIELDS.values():
        for name, argument in field.args.items():
            kind = get_named_type(argument.type)
            assert isinstance(kind, GraphQLScalarType)
            assert not is_list_type(argument.type) or name in {"suspects", "persons"}
            assert not is_non_null_type(argument.type) or kind is not None


@pytest.mark.parametrize("role", ["auditor"])
def test_who_audits_asks_nothing_of_people(service: Served, sample: Writer, role: str) -> None:
    answered = service.ask("{ threatList { nodes { score } } }", role)
    assert answered.status_code in {400, 403}, answered.text
