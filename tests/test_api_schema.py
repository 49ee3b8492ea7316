"""The schema: it is what is committed, it shows every question in its own words, and nothing of it is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    parse,
    validate,
)

from api.breaking import breaking
from api.preparation import SHIPPED
from api.publish import publish
from api.schema import schema
from api.shown import Text
from command import ROOT
from queries.catalogue import catalogue
from queries.lookups import person, timeline

SDL = schema()
CORE = SDL._schema
RELEASED = ROOT / "docs" / "released.graphql"
ASKED_OTHERWISE: dict[str, str] = {}
"""Questions whose field has another name than the question."""


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def fields() -> Iterator[tuple[str, GraphQLField]]:
    for kind in CORE.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not kind.name.startswith("__"):
            yield from ((f"{kind.name}.{name}", field) for name, field in kind.fields.items())


def test_every_question_has_its_field() -> None:
    assert CORE.query_type is not None
    asked = set(CORE.query_type.fields)
    assert {ASKED_OTHERWISE.get(name, camel(name)) for name in catalogue()} <= asked


def test_every_field_of_a_question_is_described_in_its_words() -> None:
    assert CORE.query_type is not None
    for name, query in catalogue().items():
        field = CORE.query_type.fields[camel(name)]
        assert field.description == f"{query.purpose} Caution: {query.caution}"
        for given, argument in field.args.items():
            param = next((query.params[each] for each in query.params if camel(each) == given), None)
            assert given in {"first", "after"} or (param is not None and argument.description == param.says)


def test_everything_is_described() -> None:
    for kind in CORE.type_map.values():
        if not kind.name.startswith("__") and not (is_leaf_type(kind) and not isinstance(kind, GraphQLEnumType)):
            assert kind.description, kind.name
        if isinstance(kind, GraphQLEnumType):
            assert all(value.description for value in kind.values.values()), kind.name
        if isinstance(kind, GraphQLInputObjectType):
            assert all(field.description for field in kind.fields.values()), kind.name
    for name, field in fields():
        assert field.description, name
        assert all(argument.description for argument in field.args.values()), name


def test_every_list_of_things_is_bounded_by_what_is_asked_for() -> None:
    """A list of objects at the top is a page or a list with `first`; within, it is a part of one record."""
    assert CORE.query_type is not None
    for name, field in CORE.query_type.fields.items():
        inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        assert not isinstance(inner, GraphQLList), name
        if str(get_named_type(inner)).endswith(("Connection", "Listing")):
            assert "first" in field.args or name == "dyadFeatures", name


def test_every_answer_says_what_must_be_known_with_it() -> None:
    assert CORE.query_type is not None
    for name in map(camel, catalogue()):
        kind = get_named_type(CORE.query_type.fields[name].type)
        kinds = getattr(kind, "types", [kind])
        assert any("about" in each.fields for each in kinds), name
        assert all("about" in each.fields for each in kinds if each.name != "NotFound"), name


def test_no_protected_or_internal_column_is_published_by_itself() -> None:
    shown = {name.lower() for name, _ in fields()}
    assert not [name for name in shown if re.search(r"restricted|audiences|protectedaddress|digest|received_at$", name)]


def test_a_field_that_the_question_lacks_cannot_be_published() -> None:
    with pytest.raises(TypeError, match="safe_address is not a column"):

        @publish(person.PersonRecord, person.QUERY)
        class Wrong:
            safe_address: str


def test_a_field_of_another_type_cannot_be_published() -> None:
    with pytest.raises(TypeError, match="grade is not of the type"):

        @publish(timeline.Happening, timeline.QUERY)
        class Wrong:
            grade: int


def test_names_are_published_so_that_they_can_be_withheld() -> None:
    """What tells who somebody is has a type that can say that it is withheld."""
    tells = re.compile(r"\.(\w*[nN]ame|\w*Names|alsoKnownAs|bornOn|addresses|identifiers|schools)$")
    named = {name: str(field.type) for name, field in fields() if tells.search(name)}
    # Who looked is told to auditors, who see no names but these.
    named.pop("ManyViewers.viewerNames")
    assert len(named) > 15
    assert {kind.strip("[]!") for kind in named.values()} <= {"Text", "Day"}
    assert Text is not None


def test_what_is_released_is_not_taken_back_without_a_decision() -> None:
    decided = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "docs" / "decisions").glob("*.md")))
    for change in breaking(RELEASED.read_text("utf-8"), SDL.as_str()):
        assert f"`{change}`" in decided, f"Breaks applications, and no decision says so: {change}"


def test_a_removed_field_is_refused() -> None:
    before = SDL.as_str()
    after = re.sub(r'\n  """[^"]*"""\n  band: String!', "", before, count=1)
    assert before != after
    (change,) = breaking(before, after)
    assert re.fullmatch(r"Field \w+\.band was removed\.", change)


def test_a_new_field_breaks_nothing() -> None:
    before = SDL.as_str()
    assert breaking(before, before.replace("type About {", "type About {\n  more: String")) == []


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.graphql")), ids=lambda path: path.stem)
def test_a_trusted_document_fits_the_schema(path: Path) -> None:
    assert validate(CORE, parse(path.read_text("utf-8"))) == []
