"""Keys and indexes, derived from the schema and applied so often as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph.connection import Writer
from graph.properties import props
from graph.schema import FACT_RELATIONSHIPS, NODES

TOUCHED = "Touched"
"""Label of a fact that changed since the last derivation; derivation takes it away."""

NAMES_INDEX = "nominal_names"
"""Full-text index over the words of names; without stop words, since Will is a name."""


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
    return sorted(declared, key=lambda rule: rule.startswith("CREATE CONSTRAINT"))


def apply(writer: Writer) -> None:
    """Apply all keys and indexes and wait until they are ready; what is there already stays."""
    there = {row["name"] for row in writer.read("SHOW INDEXES YIELD name RETURN name")}
    writer.declare([statement for statement in statements() if _rule(statement) not in there])


def _rule(statement: str) -> str:
    """Return the name of the rule that a statement makes; the index behind a key has it too."""
    return statement.partition(" IF NOT EXISTS")[0].rpartition(" ")[2]
