"""Documents: parsed, held to the schema and measured once, and kept; and those that are trusted, by their ids."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    parse,
    specified_rules,
    validate,
)

from graph.errors import SettingsError

TOKENS = 1_500
"""Words and signs of a document at most."""

_KEPT = 256
_ERRORS = 5
SHIPPED = Path(__file__).with_name("trusted")
_RULES = tuple(specified_rules)
_RULES_WITHOUT_INTROSPECTION = (*specified_rules, NoSchemaIntrospectionCustomRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that was parsed and held to the schema: it can be executed if it has no errors."""

    sha256: str
    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]


class Documents:
    """Prepares documents and keeps the latest ones, so that the same text is parsed and held to the schema once."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: OrderedDict[tuple[str, bool], Prepared] = OrderedDict()

    def prepared(self, text: str, *, introspect: bool) -> Prepared:
        """Return a document with what is wrong with it, at most five errors.

        Without `introspect` it may not ask for the schema.
        """
        key = (text, introspect)
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept
        self._kept[key] = made = self._prepare(text, _RULES if introspect else _RULES_WITHOUT_INTROSPECTION)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made

    def _prepare(self, text: str, rules: tuple[type, ...]) -> Prepared:
        hashed = sha256(text.encode()).hexdigest()
        try:
            document = parse(text, max_tokens=TOKENS)
        except (GraphQLSyntaxError, RecursionError) as wrong:
            error = wrong if isinstance(wrong, GraphQLError) else GraphQLError("The document is nested too deeply.")
            return Prepared(sha256=hashed, document=None, errors=(error,))
        errors = validate(self._schema, document, rules, max_errors=_ERRORS, hide_suggestions=True)
        return Prepared(sha256=hashed, document=document, errors=tuple(errors[:_ERRORS]))


def document_id(text: str) -> str:
    """Return the id of a document: the hash of its text, as GraphQL over HTTP writes it."""
    return "sha256:" + sha256(text.encode()).hexdigest()


def trusted(*folders: Path) -> Mapping[str, str]:
    """Return the text of each trusted document by its id.

    Raises SettingsError if a folder cannot be read or holds none.
    """
    found: dict[str, str] = {}
    for folder in folders:
        try:
            texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.graphql"))]
        except (OSError, UnicodeDecodeError):
            raise SettingsError("CLEW_DOCUMENTS is not usable: it should be a folder of .graphql files.") from None
        if not texts:
            raise SettingsError("CLEW_DOCUMENTS is not usable: its folder holds no .graphql file.")
        found |= {document_id(text): text for text in texts}
    return found
