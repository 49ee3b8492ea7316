"""Who may see what, worked out from delivered rows; every question put for every subject; and texts with a hole."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graph.connection import Reader, Writer
from graph.reference.roles import audiences
from ingest.contracts import BY_NAME
from ingest.ids import opaque
from queries.answer import Viewer
from queries.catalogue import FOR_AUDIENCE, UNPROTECTED, VISIBLE, Query, catalogue
from queries.names import beginnings
from queries.patterns import dyad_features
from queries.risk.texts import CASE, EVIDENCE
from strategies import COVERT, RMS, Row, World

VIEWERS = tuple(Viewer(audience=each) for each in audiences())
"""One for each audience of the shipped role mapping."""

_EVERYTHING = max(VIEWERS, key=lambda viewer: len(viewer.audience.groups))

Params = dict[str, Any]
"""What one question is asked with, without what the viewer brings."""

OWN = {
    "people": "person_ref",
    "addresses": "address_ref",
    "schools": "school_ref",
    "identifiers": "identifier_ref",
    "incidents": "incident_ref",
    "assessments": "assessment_ref",
}
"""The column by which rows of other feeds name a row."""

INHERITS: Mapping[str, Mapping[str, str]] = {
    "people": {},
    "addresses": {},
    "schools": {},
    "identifiers": {},
    "incidents": {},
    "involvements": {"incident_ref": "incidents", "person_ref": "people"},
    "offences": {"incident_ref": "incidents"},
    "assessments": {"incident_ref": "incidents", "victim_ref": "people", "suspect_ref": "people"},
    "answers": {"assessment_ref": "assessments"},
    "relationships": {"person_ref": "people", "other_ref": "people"},
    "residences": {"person_ref": "people", "address_ref": "addresses"},
    "uses": {"person_ref": "people", "identifier_ref": "identifiers"},
    "attendances": {"person_ref": "people", "school_ref": "schools"},
    "appearances": {"identifier_ref": "identifiers", "incident_ref": "incidents"},
    "markers": {"person_ref": "people"},
    "judgements": {},
}
"""For each feed, those that are named before those that name them: which rows each row goes away with."""


def seen(world: World, groups: frozenset[str]) -> World:
    """Return the rows that a viewer with these groups may see.

    Judgements stay; whoever they name keeps a bare row, so that ids made from them are the same. An incident at a place
    that is gone stays without it.
    """
    assert INHERITS.keys() == BY_NAME.keys(), "tests/visibility.py does not say what rows of a feed go away with"
    gone: set[tuple[str, str, str]] = set()
    left: dict[str, list[Row]] = {}
    for feed, named in INHERITS.items():
        for row in world.get(feed, ()):
            if _admits(row, groups) and not any(_key(to, row, column) in gone for column, to in named.items()):
                left.setdefault(feed, []).append(row)
            elif feed in OWN:
                gone.add(_key(feed, row, OWN[feed]))
    left["incidents"] = [
        {column: text for column, text in row.items() if column != "address_ref"}
        if _key("addresses", row, "address_ref") in gone
        else row
        for row in left.get("incidents", [])
    ]
    left["people"] = [*left.get("people", []), *_bare(world, gone)]
    return {feed: rows for feed, rows in left.items() if rows}


def apart(world: World) -> tuple[World, World]:
    """Return the rows that other rows take back, which can only have been delivered before those, and all others."""

    def key(feed: str, row: Row) -> tuple[str, ...]:
        return (feed, row.get("source", RMS), *(row.get(column, "") for column in BY_NAME[feed].key))

    back = {key(feed, row) for feed, rows in world.items() for row in rows if "withdrawn" in row}
    before: dict[str, list[Row]] = {}
    after: dict[str, list[Row]] = {}
    for feed, rows in world.items():
        for row in rows:
            part = after if "withdrawn" in row or key(feed, row) not in back else before
            part.setdefault(feed, []).append(row)
    return before, after


def _admits(row: Row, groups: frozenset[str]) -> bool:
    return "restricted_to" not in row or not groups.isdisjoint(row["restricted_to"].split(";"))


def _key(feed: str, row: Row, column: str) -> tuple[str, str, str]:
    return (feed, row.get("source", RMS), row.get(column, ""))


def _bare(world: World, gone: set[tuple[str, str, str]]) -> Iterator[Row]:
    named = {
        (row.get(f"{which}_source") or row.get("source", RMS), row.get(f"{which}_ref"))
        for row in world.get("judgements", ())
        for which in ("person", "other")
    }
    for row in world.get("people", ()):
        _, source, ref = key = _key("people", row, "person_ref")
        if key in gone and (source, ref) in named:
            yield {"source": source, "person_ref": ref, "restricted_to": COVERT}


def masked(world: World) -> World:
    """Return the rows with other values wherever a value is masked: each protected place is elsewhere."""
    return {feed: [_elsewhere(row) for row in rows] if feed == "addresses" else rows for feed, rows in world.items()}


def _elsewhere(row: Row) -> Row:
    if row.get("protected") != "yes" and row.get("kind") != "refuge":
        return row
    other = {"line": "7 Elsewhere Road", "postcode": "ZZ9 9ZZ", "neighbourhood": "Elsewhere", "protected": "yes"}
    return {**row, **other, "kind": "public" if row.get("kind") == "home" else "home"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Whom and what one can ask about: ids in the graph, hidden ones too, and an invented one; words of names."""

    people: Sequence[str]
    dyads: Sequence[str]
    words: Sequence[str]
    facts: Sequence[Mapping[str, Any]] = ()
    """What dyads rest on, as whoever sees everything is told."""


LANES = 3
"""How many questions are under way at the same time."""

INVENTED = opaque("n", RMS, "nobody")
"""The id that a record of nobody would have."""

_PEOPLE = """
CALL () {
  MATCH (person:Person) RETURN person.person_id AS id
UNION
  MATCH (nominal:Nominal) RETURN nominal.nominal_id AS id
}
RETURN id ORDER BY id
"""
_DYADS = "MATCH (dyad:Dyad) RETURN DISTINCT dyad.dyad_id AS id ORDER BY id"


def subjects(writer: Writer, world: World) -> Subjects:
    """Return everybody and everything in the graph that a question can be about."""
    names = {
        word
        for row in world.get("people", ())
        for column in ("family_name", "given_names", "also_known_as")
        for word in row.get(column, "").split(";")
    }
    people = [*(row["id"] for row in writer.read(_PEOPLE)), INVENTED]
    asked = {"suspects": people, "as_of": date(2026, 4, 1), **_EVERYTHING.params()}
    return Subjects(
        people=people,
        dyads=[row["id"] for row in writer.read(_DYADS)],
        words=sorted({beginnings(word[:2]) for word in names - {""}}),
        facts=writer.read(dyad_features.QUERY.text, asked),
    )


PLACE: Mapping[str, Any] = {
    "score": 60,
    "last_on": date(2025, 2, 15),
    "dyad_id": "nm",
    "factor": "m",
    "to_on": date(2025, 2, 15),
    "assessment_id": "am",
    "incidents": 2,
    "victims": 2,
    "groups": 2,
    "suspect_id": "nm",
    "conflict": "both_sides",
    "happened_on": date(2025, 2, 15),
    "source_ref": "I2",
    "source": RMS,
    "person_id": "nm",
    "assessed_on": date(2025, 2, 15),
    "nominal_id": "nm",
    "between_sources": False,
    "subject": "born_on",
    "family_name": "Baxter",
    "given_names": "Bill",
    "incident_id": "im",
    "kind": "offence",
    "record_id": "om",
    "victim_id": "nm",
    "cluster_id": "C05",
    "value": "medium",
    "check": "waiting",
    "rows": 2,
    "of": 3,
    "feed": "incidents",
    "detail": None,
}
"""A place in the middle of every list that goes on from one: each question looks at its own columns."""


def _about(name: str, about: Subjects) -> Sequence[Any] | None:
    """Return the subjects that a parameter can name, or None if it does not name one."""
    return {
        "person_id": about.people,
        "subject_id": [*about.people, *about.dyads],
        "text": about.words,
        "dyad_id": about.dyads,
        "dyads": [about.facts],
        "persons": [about.people],
    }.get(name)


def _values(name: str, about: Subjects) -> Sequence[Any]:
    """Return the values that another parameter is tried with, the one that lets most through first."""
    return {
        "suspects": (None, about.people),
        "as_of": (None, date(2026, 4, 1), date(2024, 9, 15)),
        "from_on": (date(2024, 9, 15),),
        "born_on": (None, date(1985, 7, 19)),
        # Other times than now are answered by other texts; test_any_order.py and test_known_risk.py hold them to these.
        "known_at": (None,),
        "from_known_at": (None,),
        "check": (None, "waiting", "completeness"),
        "after": ({}, PLACE),
        "limit": (200, 2),
        "depth": (2, 1),
        "max_links": (50, 2),
        "max_victims": (50, 1),
        "max_suspects": (10, 1),
        "max_incidents": (20, 1),
        "min_victims": (2, 3),
        "min_incidents": (1, 2),
        "window_days": (0, 400),
        "unconnected": (False, True),
        "band": (None, "high"),
        "cluster": (None, "C02"),
        "grade": (None, "medium"),
        "neighbourhood": (None, "Harbour"),
        "changed_since": (None, date(2025, 5, 5)),
        "most_grade": ("medium", "standard"),
        "least_score": (0, 100),
        "least_clusters": (0, 2),
        "factor": (None, "strangulation"),
        "since": (None, date(2025, 6, 6)),
        "direction": (None, "down"),
        "by": ("grade", "neighbourhood", "month"),
        "least": (1, 3),
    }.get(name, ())


_PYTHON = {"str": str, "int": int, "bool": bool, "date": date, "datetime": datetime, "float": float, "Place": dict}


def _fits(declared: str, value: Any) -> bool:
    if value is None:
        return declared.endswith(" | None")
    plain = declared.removesuffix(" | None")
    return isinstance(value, list if plain.startswith("list[") else _PYTHON[plain])


def widest(query: Query, about: Subjects) -> list[Params]:
    """Return the parameters of a question about each subject, or about all, that let everything through."""
    named, tried = _parameters(query, about)
    widely = {name: values[0] for name, values in tried.items()}
    return [{**widely, **subject} for subject in named]


def narrower(query: Query, about: Subjects) -> list[Params]:
    """Return the parameters of questions that ask for less.

    A question about no subject is put once for each other value of each parameter; of those about one, every second
    subject's has another value of one of them.
    """
    named, tried = _parameters(query, about)
    widely = {name: values[0] for name, values in tried.items()}
    others = [{**widely, name: value} for name, values in tried.items() for value in values[1:]]
    others.append({name: values[-1] for name, values in tried.items()})
    if named == [{}]:
        return others
    return [{**others[place % len(others)], **subject} for place, subject in enumerate(named[::2])]


def _parameters(query: Query, about: Subjects) -> tuple[list[Params], dict[str, list[Any]]]:
    """Return the subjects that a query can be asked about, and the values that its other parameters are tried with."""
    named: list[Params] = [{}]
    tried: dict[str, list[Any]] = {}
    for name, param in query.params.items():
        if (found := _about(name, about)) is not None:
            named = [{**one, name: subject} for one in named for subject in found]
        else:
            tried[name] = [value for value in _values(name, about) if _fits(param.type, value)]
            assert tried[name], (
                f"{query.kind}/{query.name} takes {name}: {param.type}, which no test has a value for: "
                "add one to _about (if it names a subject) or to _values in tests/visibility.py"
            )
    return named, tried


async def answers(reader: Reader, viewer: Viewer, asked: Iterable[tuple[str, Params]]) -> list[str]:
    """Put texts with their parameters as a viewer, a few at a time, and return each answer as canonical JSON."""
    given = viewer.params()
    wanted = [(text, {**params, **given}) for text, params in asked]
    found = await asyncio.gather(*(reader.read(*wanted[start::LANES]) for start in range(LANES)))
    return [canonical(found[place % LANES][place // LANES]) for place in range(len(wanted))]


def canonical(rows: object) -> str:
    """Return an answer as text: equal only for the same rows, in the same order, byte for byte."""
    return json.dumps(rows, default=_written, sort_keys=True, ensure_ascii=False)


def _written(value: object) -> str:
    if isinstance(value, date):
        return f"{type(value).__name__} {value.isoformat()}"
    if isinstance(value, bytes | bytearray):
        return f"bytes {value.hex()}"
    raise TypeError(type(value).__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A query without one of its tests of visibility."""

    query: str
    variable: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.query}: {self.variable}, line {self.line}"


def each_text() -> list[Query]:
    """Return every text that tests visibility, once.

    Questions of one dyad ask its facts and then evidence, which others ask too: these are tried each on its own.
    """
    texts = {query.text: query for query in catalogue().values() if query.text != CASE.text}
    return [*texts.values(), EVIDENCE]


def mutants(query: Query) -> list[Mutant]:
    """Return a query's text once for each test of visibility in it, with that test always passed."""
    text = query.text
    lines = query.path.read_text("utf-8").splitlines()
    # What is asked for as evidence has no lines in the question's own file.
    first = lines.index(text.splitlines()[0]) + 1 if text.splitlines()[0] in lines else 1
    found = sorted(
        (match.start(), match.end(), match["name"])
        for form in (VISIBLE, FOR_AUDIENCE, UNPROTECTED)
        for match in form.finditer(text)
    )
    return [
        Mutant(
            query=query.name,
            variable=name,
            line=first + text[:start].count("\n"),
            text=f"{text[:start]}true{text[end:]}",
        )
        for start, end, name in found
    ]


_OTHER_FORM = re.compile(r"\.\w*(?:restricted_to|audiences|protected)\b|\$groups|\$audience")


def other_forms(query: Query) -> list[str]:
    """Return what in a text looks like a test of visibility and is written in none of the forms that are mutated."""
    text = query.text
    for form in (VISIBLE, FOR_AUDIENCE, UNPROTECTED):
        text = form.sub("", text)
    return _OTHER_FORM.findall(text)
