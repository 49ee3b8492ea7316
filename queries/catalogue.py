"""The catalogue: every question is a .cypher file whose header says what it answers, takes and returns.

The header is made of `//` comments, so that a file can be pasted into Neo4j Browser as it is:

    // purpose: one sentence for an assessor
    // caution: what the answer does not mean
    // param name: type [= default] -- meaning
    // column name: type -- meaning

Each restricted fact that a text matches has a name and a test of visibility in this form, and no other:

    (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))

An incident that a dyad lists needs none, if the dyad is chosen by the viewer's audience and is named in the pattern:

    (latest:Incident {incident_id: dyad.incident_ids[-1]})

`$groups` and `$audience` come from the viewer; everything else is declared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from graph import schema
from graph.errors import QueryFileError

KINDS = ("lookups", "networks", "patterns")
TYPES = (
    "str",
    "int",
    "float",
    "bool",
    "date",
    "datetime",
    "dict",
    "list[dict]",
    "list[str]",
    "list[date]",
    "list[int]",
    "list[bool]",
    "Place",
)
VIEWER = frozenset({"groups", "audience"})
"""Parameters that the viewer brings."""
AFTER = "after"
"""The parameter by which a list goes on from a place (queries/paging.py). Programs give it, people do not."""

_TAG = re.compile(r"// (?P<tag>\w+)(?: (?P<name>\w+))?: (?P<rest>.*)")
_REST = re.compile(r"(?P<type>[\w\[\]]+(?: \| None)?)(?: = (?P<default>\S+))? -- (?P<says>.+)")
_USED = re.compile(r"\$(\w+)")
VISIBLE = re.compile(
    r"\((?P<name>\w+)\.restricted_to IS NULL OR any\(g IN (?P=name)\.restricted_to WHERE g IN \$groups\)\)"
)
"""The one form of a test of visibility."""
FOR_AUDIENCE = re.compile(r"\$audience IN (?P<name>\w+)\.audiences")
"""The one form of the choice among what is stored by audience."""
LISTED = re.compile(r"\((?P<name>\w+):Incident \{incident_id: (?P<dyad>\w+)\.incident_ids\[-1\]\}\)")
"""The one form of an incident that needs no test: who may read a dyad may see what it lists."""
UNPROTECTED = re.compile(r"NOT coalesce\((?P<name>\w+)\.protected, false\)")
"""The one form of keeping out a protected address."""
_STRING = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_EVASIVE = re.compile(r"`|/[/*]|[(\[]\w*\s*:[^)\]{]*[!%$]")
"""What a reader of patterns could be misled by: quoted names, comments within lines, labels that are not named."""
_MAP = re.compile(r"([(\[][\w:|&! ]*)\{[^{}]*\}")
_MATCH = re.compile(
    r"\b(?:MATCH\b|EXISTS \{|COUNT \{|COLLECT \{)(?P<pattern>.*?)"
    r"(?=\b(?:WHERE|WITH|RETURN|MATCH|CALL|UNWIND|ORDER|UNION)\b|\})",
    re.S | re.I,
)
_ELEMENT = re.compile(r"\((?P<node>[^()]*)\)|\[(?P<relationship>[^\[\]]*)\]")
_UNTYPED = re.compile(r"--")
_PATTERN = re.compile(r"\)\s*<?-\s*[-\[]")
_NAME = re.compile(r"\s*(?P<name>\w*)\s*(?::\s*(?P<labels>[\w|&! ]+))?")

_RESTRICTED = (
    {model.__name__ for model in schema.FACT_NODES}
    | {model.TYPE for model in schema.FACT_RELATIONSHIPS if model.TYPE != "JUDGED"}
    | {"Revision", "Rejected"}
)
_BY_AUDIENCE = {"Dyad", "MEETS"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter: its type and default as written, and what it means."""

    type: str
    default: str | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the answer: its type as written, and what it means."""

    type: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A text that several questions ask, and conclude from in different ways, and the columns that it returns."""

    text: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question of the catalogue, as its file says."""

    name: str
    kind: str
    path: Path
    purpose: str
    caution: str
    params: Mapping[str, Param]
    columns: Mapping[str, Column]
    text: str
    returned: tuple[str, ...]
    """The columns that the text returns: those of the answer, or of the evidence that it is concluded from."""

    @property
    def options(self) -> Mapping[str, Param]:
        """Return the parameters that a person gives."""
        return {name: param for name, param in self.params.items() if name != AFTER}


@cache
def read(path: Path, evidence: Evidence | None = None) -> Query:
    """Read a .cypher file and hold it to its header; one that asks for evidence has no text of its own.

    Raises QueryFileError with path and line: an unknown tag or type, a missing purpose, caution or column, parameters
    that are used but not declared or declared but not used, a fact that is matched without a test of visibility.
    """
    said: dict[str, str] = {}
    params: dict[str, Param] = {}
    columns: dict[str, Column] = {}
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("//"):
            _read_tag(path, number, line, said, params, columns)
    for tag in ("purpose", "caution"):
        if tag not in said:
            raise _wrong(path, 1, f"the header has no `// {tag}:`")
    if not columns:
        raise _wrong(path, 1, "the header declares no column")
    text = "\n".join("" if line.startswith("//") else line for line in lines)
    if evidence and text.strip():
        raise _wrong(path, 1, "a question that asks for evidence has no text of its own")
    text = evidence.text if evidence else text
    used = set(_USED.findall(text)) - VIEWER
    if not used <= set(params) or (evidence is None and used != set(params)):
        raise _wrong(path, 1, f"parameters used and declared differ: {', '.join(sorted(used ^ set(params)))}")
    _hold_to_visibility(path, text)
    return Query(
        name=path.stem,
        kind=path.parent.name,
        path=path,
        purpose=said["purpose"],
        caution=said["caution"],
        params=MappingProxyType(params),
        columns=MappingProxyType(columns),
        text=text.strip(),
        returned=evidence.columns if evidence else tuple(columns),
    )


def _read_tag(
    path: Path, number: int, line: str, said: dict[str, str], params: dict[str, Param], columns: dict[str, Column]
) -> None:
    tag = _TAG.fullmatch(line)
    if tag is None or tag["tag"] not in {"purpose", "caution", "param", "column"}:
        raise _wrong(
            path, number, "a header line is `// purpose:`, `// caution:`, `// param name:` or `// column name:`"
        )
    if tag["tag"] in {"purpose", "caution"}:
        said[tag["tag"]] = tag["rest"]
        return
    rest = _REST.fullmatch(tag["rest"])
    if tag["name"] is None or rest is None or rest["type"].removesuffix(" | None") not in TYPES:
        raise _wrong(path, number, f"`// {tag['tag']} name: type -- meaning` with a type among {', '.join(TYPES)}")
    if tag["tag"] == "param":
        params[tag["name"]] = Param(type=rest["type"], default=rest["default"], says=rest["says"])
    else:
        columns[tag["name"]] = Column(type=rest["type"], says=rest["says"])


def _hold_to_visibility(path: Path, text: str) -> None:
    """Refuse a text that matches a fact without a test of whether the viewer may see it."""
    tested = Counter(found["name"] for found in VISIBLE.finditer(text))
    chosen = Counter(found["name"] for found in FOR_AUDIENCE.finditer(text))
    text = _STRING.sub("''", text)
    if evasive := _EVASIVE.search(text):
        number = text[: evasive.start()].count("\n") + 1
        raise _wrong(path, number, "labels and types are named and not quoted, and a comment has lines of its own")
    text = LISTED.sub(lambda found: f"({found['name']}:Listed)" if found["dyad"] in chosen else found[0], text)
    bare = _MAP.sub(r"\1", text)
    known = set(re.findall(r"\bAS (\w+)", bare)) | set(re.findall(r"[(\[](\w+):", bare))
    for match in _MATCH.finditer(bare):
        number = bare[: match.start("pattern")].count("\n") + 1
        if match["pattern"].count("(") != match["pattern"].count(")"):
            raise _wrong(path, number, "a pattern is tested by a WHERE after it, not by one within")
        if _UNTYPED.search(match["pattern"]):
            raise _wrong(path, number, "every relationship that is matched needs a type")
        for element in _ELEMENT.finditer(match["pattern"]):
            named = _NAME.match(element["node"] or element["relationship"] or "")
            name, labels = (named["name"], set(re.findall(r"\w+", named["labels"] or ""))) if named else ("", set())
            if not labels and name not in known:
                raise _wrong(path, number, "every node and relationship that is matched needs a label or a type")
            if labels & _RESTRICTED and not _spend(tested, name):
                raise _wrong(path, number, f"{_listed(labels)} is matched without a test of who may see it")
            if labels & _BY_AUDIENCE and not _spend(chosen, name):
                raise _wrong(path, number, f"{_listed(labels)} is matched without the choice of the audience")
    elsewhere = _MATCH.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), bare)
    if stray := _PATTERN.search(elsewhere):
        number = elsewhere[: stray.start()].count("\n") + 1
        raise _wrong(
            path, number, "a pattern stands in MATCH, EXISTS, COUNT or COLLECT, where what it matches is tested"
        )


def _spend(tests: Counter[str], name: str) -> bool:
    """Use up one test of a name, which may be matched in several scopes, each with its own; return if one was left."""
    tests[name] -= 1
    return tests[name] >= 0


def _listed(labels: set[str]) -> str:
    return " or ".join(sorted(labels))


def _wrong(path: Path, line: int, why: str) -> QueryFileError:
    return QueryFileError(f"{path.parent.parent.name}/{path.parent.name}/{path.name}:{line}: {why}.")


def catalogue() -> Mapping[str, Query]:
    """Return every question by its name.

    Raises QueryFileError for the first file that breaks the rules, or if two have the same name.
    """
    found: dict[str, Query] = {}
    for kind in KINDS:
        for path in sorted((Path(__file__).parent / kind).glob("*.cypher")):
            query: Query = import_module(f"queries.{kind}.{path.stem}").QUERY
            if query.name in found:
                raise _wrong(path, 1, "another question has this name")
            found[query.name] = query
    return MappingProxyType(found)
