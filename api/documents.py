"""Renders the reference pages on the service: the schema, error codes, limits, trusted documents."""

from __future__ import annotations

from collections.abc import Mapping

from api.app import COST
from api.bodies import BYTES
from api.errors import MEANS, STATUS, Code
from api.limits import Limits
from api.preparation import SHIPPED, TOKENS, trusted
from api.purpose import Purpose
from api.questions import PAGE
from api.schema import NODES, schema
from graph.documents import GENERATED, table
from graph.reference.roles import roles


def pages() -> Mapping[str, str]:
    """Return the text of each page by its file name."""
    return {"api.md": api_page(), "schema.graphql": f"{schema().as_str()}\n"}


def api_page() -> str:
    """Return what a client must know beside the schema."""
    limits = Limits(max_cost=COST)
    return "\n".join(
        [
            f"# The service\n\n{GENERATED}",
            "GraphQL over HTTP at `/graphql`, by POST, `application/json`. The schema with every type, field and "
            "argument: [schema.graphql](schema.graphql). `/healthz` says whether a process lives, `/readyz` whether it "
            "can answer. What each question means: [questions](queries.md).\n",
            "## Roles\n",
            table(
                ("role", "for", "may", "groups", "claims"),
                (
                    (f"`{name}`", entry.says, _listed(entry.may), _listed(entry.groups), _listed(entry.claims))
                    for name, entry in roles().items()
                ),
            ),
            "## Purposes\n\nIn the header `X-Purpose: CODE[:reference]`, if the force asks for it (`CLEW_PURPOSE`).\n",
            "".join(f"- `{purpose}`\n" for purpose in Purpose),
            "## Errors\n\nIn `errors[].extensions.code`; an expected outcome is not an error but a type of its own, "
            "`NotFound` or `Withheld`.\n",
            table(
                ("code", "status", "means"),
                ((f"`{code}`", str(STATUS.get(code, _usual(code))), MEANS[code]) for code in Code),
            ),
            "## Limits\n\nWhat is beyond them is refused before anything is asked of the database.\n",
            table(
                ("of", "at most"),
                (
                    ("bytes of a body", str(BYTES)),
                    ("words and signs of a document", str(TOKENS)),
                    ("depth", str(limits.max_depth)),
                    ("cost: each field times the rows above it", str(limits.max_cost)),
                    ("aliases", str(limits.max_aliases)),
                    ("fields at the top", str(limits.max_root_fields)),
                    ("directives", str(limits.max_directives)),
                    ("operations in a document", str(limits.max_operations)),
                    ("rows of a page", str(PAGE)),
                    ("nodes and edges of a network", str(NODES)),
                ),
            ),
            "## Trusted documents\n\nSend the id as `documentId`, instead of `query`. Who may not send documents of "
            "their own sends these, or those in `CLEW_DOCUMENTS`.\n",
            *(f"`{each}`\n\n```graphql\n{text}```\n" for each, text in trusted(SHIPPED).items()),
        ]
    )


def _listed(words: frozenset[str] | frozenset[object]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(map(str, words))) or "none"


def _usual(code: Code) -> int:
    return 200 if code in {Code.BAD_USER_INPUT, Code.STALE_CURSOR} else 400
