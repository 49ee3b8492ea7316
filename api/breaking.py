"""Says what in a new schema breaks the applications that use the one before."""

from __future__ import annotations

from graphql import build_schema, find_breaking_changes


def breaking(before: str, after: str) -> list[str]:
    """Return each change between two schemas, given as SDL, that can break an application, as a sentence."""
    return sorted(change.description for change in find_breaking_changes(build_schema(before), build_schema(after)))
