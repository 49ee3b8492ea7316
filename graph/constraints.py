"""Keys and indexes, derived from the schema and applied so often as one likes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from graph.connection import Writer
from graph.properties import props
from graph.schema import FACT_RELATIONSHIPS, NODES

TOUCHED = "Touched"
"""Label of a fact that changed since the last derivation; derivation takes it away."""

_STAYS_AS_IT_IS = frozenset({"Address", "Identifier", "School"})

NAMES_INDEX = "nominal_names"
"""Full-text index over the words of names; without stop words, since Will is a name."""

_THERE = "SHOW INDEXES YIELD name, state, owningConstraint RETURN name, state, owningConstraint AS key"


def touch(**ends: str) -> str:
    """Return the clause that marks ends of a relationship that changed, given by their variables with their labels.

    An address, a phone or a school stays as it is when somebody comes or goes: whomever that concerns is at the other
    end, and all others who were ever there need not be concluded about again.
    """
    marked = [f"{name}:{TOUCHED}" for name, label in ends.items() if label not in _STAYS_AS_IT_IS]
    return f"SET {', '.join(marked)}" if marked else ""


def key(model: type[Any]) -> str:
    """Return the name of the property that is the key of a node or relationship."""
    return next(name for name, declared in props(model).items() if declared.prop.key)


def rules(model: type[Any]) -> Iterator[str]:
    """Yield one idempotent statement for each key and index of a node or relationship."""
    kind = getattr(model, "TYPE", None)
    pattern = f"()-[n:{kind}]-()" if kind else f"(n:{model.__name__})"
    for name, declared in props(model).items():
        rule = f"{kind or model.__name__}_{name}".lower()
        if declared.prop.key:
            yield f"CREATE CONSTRAINT {rule} IF NOT EXISTS FOR {pattern} REQUIRE n.{name} IS UNIQUE"
        elif declared.prop.index:
            yield f"CREATE INDEX {rule} IF NOT EXISTS FOR {pattern} ON (n.{name})"
    if together := getattr(model, "UNIQUE", None):
        rule = f"{model.__name__}_{'_'.join(together)}".lower()
        listed = ", ".join(f"n.{name}" for name in together)
        yield f"CREATE CONSTRAINT {rule} IF NOT EXISTS FOR {pattern} REQUIRE ({listed}) IS UNIQUE"
    if words := getattr(model, "FULLTEXT", None):
        listed = ", ".join(f"n.{name}" for name in words)
        yield (
            f"CREATE FULLTEXT INDEX {NAMES_INDEX} IF NOT EXISTS FOR {pattern} ON EACH [{listed}] "
            "OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}}"
        )


def statements() -> list[str]:
    """Return the statements for everything that is declared: first indexes, which fill by themselves, then keys."""
    declared = [rule for model in NODES + FACT_RELATIONSHIPS for rule in rules(model)]
    return sorted(declared, key=_is_key)


def apply(writer: Writer, wanted: Iterable[str] | None = None) -> None:
    """Apply all keys and indexes, or those wanted, and wait until they are ready; what is there and whole stays.

    A server that ends while it makes one, or has no more room, leaves half of it: an index that failed, or one of a key
    without its key, which would never be ready. It is made anew.
    """
    there = {row["name"]: row for row in writer.read(_THERE)}
    half_made, missing = [], []
    for statement in statements() if wanted is None else wanted:
        found = there.get(rule := _rule(statement))
        if found is None:
            missing.append(statement)
        elif found["key"] is None and _is_key(statement):
            half_made.append(f"DROP INDEX {rule} IF EXISTS")
            missing.append(statement)
        elif found["state"] == "FAILED":
            half_made.append(f"DROP {'CONSTRAINT' if found['key'] else 'INDEX'} {rule} IF EXISTS")
            missing.append(statement)
    writer.declare([*half_made, *missing])


READY = "SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN collect(name) AS names"
"""Tells which keys and indexes a database can use."""


def names() -> list[str]:
    """Return the name of each key and index."""
    return [_rule(statement) for statement in statements()]


def _is_key(statement: str) -> bool:
    return statement.startswith("CREATE CONSTRAINT")


def _rule(statement: str) -> str:
    """Return the name of the rule that a statement makes; the index behind a key has it too."""
    return statement.partition(" IF NOT EXISTS")[0].rpartition(" ")[2]
