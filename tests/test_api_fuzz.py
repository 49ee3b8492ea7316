"""Thousands of generated documents, sensible and senseless: none finds a fault, a hang or an answer without a form."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from api.errors import Code
from api.schema import schema
from graph.connection import Writer
from served import Served
from visibility import subjects

CORE = schema()._schema
DOCUMENTS = int(os.environ.get("CLEW_API_FUZZ", "1000"))
FAULTS = {Code.INTERNAL, Code.TIMEOUT, Code.UNAVAILABLE, Code.NOT_READY, Code.AUDIT_UNAVAILABLE}

VALUES: Sequence[Any] = (
    None, True, False, 0, 1, -1, 2, 7, 50, 100, 101, 10**6, 2**31, 2**63, -(2**63), 1.5, 1e308, "", "a", "high",
    "C02", "medium", "2026-04-01", "0001-01-01", "9999-12-31", "2026-04-01T00:00:00Z", "2026-13-45", "\x00", "é\u202e",
    "a" * 300, "'; MATCH (n) DETACH DELETE n //", "*:*", [], ["x"], {}, {"a": 1}, "WyJ0aHJlYXRfbGlzdCIsMV0",
)  # fmt: skip


class Writes:
    """Writes documents by lot, now and then with something in them that does not belong there."""

    def __init__(self, lot: random.Random, ids: Sequence[str]) -> None:
        self.lot, self.ids = lot, ids

    def document(self) -> tuple[str, dict[str, Any]]:
        """Return a document and its variables."""
        lot, given = self.lot, {}
        fields, declared = [], []
        assert CORE.query_type is not None
        for place in range(lot.choice((1, 1, 1, 2, 3))):
            name = lot.choice(sorted(CORE.query_type.fields))
            field = CORE.query_type.fields[name]
            arguments = []
            for each, argument in field.args.items():
                if lot.random() < 0.75:
                    variable = f"{each}{place}"
                    declared.append(f"${variable}: {argument.type if lot.random() < 0.97 else 'Int'}")
                    arguments.append(f"{each}: ${variable}")
                    if lot.random() < 0.95:
                        given[variable] = self.value(each)
            below = self.selection(get_named_type(field.type), 0)
            alias = f"a{place}: " if lot.random() < 0.8 else ""
            fields.append(alias + name + (f"({', '.join(arguments)})" if arguments else "") + below)
        text = "query Q" + (f"({', '.join(declared)})" if declared else "") + f" {{ {' '.join(fields)} }}"
        return self.spoiled(text), given

    def value(self, name: str) -> Any:
        """Return a value for an argument, an id of somebody more often than not where one is asked for."""
        if name in {"personId", "subjectId", "dyadId", "id"} and self.lot.random() < 0.7:
            return self.lot.choice(self.ids)
        if name == "suspects" and self.lot.random() < 0.7:
            return self.lot.choices(self.ids, k=self.lot.randrange(60))
        if name in {"asOf", "fromOn", "since", "changedSince"} and self.lot.random() < 0.7:
            return self.lot.choice(("2026-04-01", "2020-01-01"))
        if name == "first" and self.lot.random() < 0.7:
            return self.lot.randrange(1, 100)
        return self.lot.choice(VALUES)

    def selection(self, kind: GraphQLNamedType, depth: int) -> str:
        """Return what is asked for below a field."""
        if is_leaf_type(kind):
            return ""
        lot, inside = self.lot, []
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            for each in CORE.get_possible_types(kind):
                if lot.random() < 0.9:
                    inside.append(f"... on {each.name}{self.selection(each, depth + 1)}")
        elif isinstance(kind, GraphQLObjectType):
            for name, field in kind.fields.items():
                if lot.random() < 0.5:
                    steers = lot.choice(("", "", "", " @include(if: true)", " @skip(if: true)"))
                    alias = f"x{lot.randrange(9)}: " if lot.random() < 0.1 else ""
                    inside.append(f"{alias}{name}{steers}{self.selection(get_named_type(field.type), depth + 1)}")
        return f" {{ {' '.join(inside) or '__typename'} }}"

    def spoiled(self, text: str) -> str:
        """Return a text, one in ten with a piece of it gone, doubled or something else."""
        if self.lot.random() > 0.1:
            return text
        start = self.lot.randrange(len(text))
        end = min(len(text), start + self.lot.randrange(1, 20))
        return (
            text[:start] + self.lot.choice(("", text[start:end] * 2, "}", "{", "@x", "\x00", '"', "...")) + text[end:]
        )


def test_no_document_finds_a_fault(service: Served, sample: Writer) -> None:
    about = subjects(sample, {"people": [{"family_name": "Kell"}]})
    write = Writes(random.Random(20261126), [*about.people, *about.dyads])  # noqa: S311 -- a sample
    statuses: dict[int, int] = {}
    for _ in range(DOCUMENTS):
        query, given = write.document()
        answered = service.ask(query, "everything", **given)
        told = answered.json()
        statuses[answered.status_code] = statuses.get(answered.status_code, 0) + 1
        assert answered.status_code in {200, 400}, (query, given, told)
        for error in told.get("errors", ()):
            assert error["extensions"]["code"] in set(Code) - FAULTS, (query, given, told)
        assert ("data" in told) == (answered.status_code == 200), (query, given, told)
    assert statuses[200] > DOCUMENTS // 6
    assert statuses[400] > DOCUMENTS // 20
