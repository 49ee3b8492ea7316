"""Renders the reference page on the questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.documents import GENERATED, table
from queries.catalogue import KINDS, Query, catalogue

_KINDS = {
    "lookups": "One record by its id, or a search.",
    "networks": "One neighbourhood, as nodes and edges.",
    "patterns": "One answer for the whole force.",
    "measures": "Figures on groups of people.",
}


def pages() -> Mapping[str, str]:
    """Return the text of each page by its file name."""
    return {"queries.md": queries_page()}


def queries_page() -> str:
    """Return what may be asked, with each question's caution, parameters and columns."""
    asked = catalogue()
    sections = [f"# Questions\n\n{GENERATED}"]
    sections.append(
        "What may be asked, in the words of each question's own file. A pattern is a lead, not a finding: read each "
        "answer with its caution. Every question also takes `--groups`, the groups of records that the viewer may see, "
        "and `--format`.\n"
    )
    for kind in KINDS:
        of_kind = [query for query in asked.values() if query.kind == kind]
        sections.append(f"## {kind.capitalize()}\n\n{_KINDS[kind]}\n")
        sections.append(
            table(("question", "answers"), ((f"[{each.name}](#{each.name})", each.purpose) for each in of_kind))
        )
        sections += [section for query in of_kind for section in _query(query)]
    return "\n".join(sections)


def example(query: Query) -> str:
    """Return a command that asks the question, with an invented value for each parameter that it requires."""
    words = ["clew", "query", query.name]
    for name, param in query.options.items():
        if param.default is None:
            words += [option(name), _INVENTED[param.type.removesuffix(" | None")]]
    return " ".join(words)


def option(name: str) -> str:
    """Return the command's option for a parameter."""
    return f"--{name.replace('_', '-')}"


_INVENTED = {
    "str": "nkxqotj3vrpd6ahlm",
    "int": "2",
    "float": "0.5",
    "bool": "true",
    "date": "2026-03-31",
    "datetime": "2026-03-31T22:15",
    "list[str]": "nkxqotj3vrpd6ahlm",
}


def _query(query: Query) -> Iterator[str]:
    yield f"### {query.name}\n\n{query.purpose}\n\n**Caution.** {query.caution}\n"
    if query.options:
        rows = [
            (f"`{option(name)}`", f"`{param.type}`", _default(param.default), param.says)
            for name, param in query.options.items()
        ]
        yield table(("parameter", "type", "when not given", "means"), rows)
    yield table(
        ("column", "type", "means"),
        ((f"`{name}`", f"`{column.type}`", column.says) for name, column in query.columns.items()),
    )
    yield f"```console\n$ {example(query)}\n```\n"


def _default(default: str | None) -> str:
    return "required" if default is None else f"`{default}`"
