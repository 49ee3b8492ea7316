"""The texts that turn facts into a dyad's ledger, clusters and score, to be asked alone or one into the next."""

from __future__ import annotations

from pathlib import Path

from queries.catalogue import Evidence, Query, read
from queries.patterns import dyad_features

EVIDENCE = read(Path(__file__).with_name("evidence.cypher"))
CONCLUDE = read(Path(__file__).with_name("conclude.cypher"))

_DYADS = "UNWIND $dyads AS dyad\n"
_CASES = (
    "UNWIND $cases AS each\n"
    "WITH each.dyad AS dyad, each.forms AS told, each.offences AS offences, each.signs AS records\n"
)


_TOLD = "RETURN dyad, forms, offences, signs"
_CONCLUDED = "RETURN dyad, ledger, matches, counts, harm, score, band, parts, next_change_on"


def _within(query: Query, head: str, tail: str = "") -> str:
    """Return a text without its head and tail, to stand between others that bring and take the same variables."""
    if not (query.text.startswith(head) and query.text.endswith(tail)):
        raise ValueError(f"{query.path.name} does not begin and end as it should.")
    return query.text.removeprefix(head).removesuffix(tail)


FROM_FACTS = (
    "CALL () {\n"
    f"{dyad_features.QUERY.text}\n"
    "}\n"
    f"WITH {{{', '.join(f'{name}: {name}' for name in dyad_features.QUERY.columns)}}} AS dyad\n"
)
"""Brings each dyad of `$suspects` as its features."""
WITH_RISK = (
    f"{_within(EVIDENCE, _DYADS, _TOLD)}"
    "WITH dyad, forms AS told, offences, signs AS records\n"
    f"{_within(CONCLUDE, _CASES, _CONCLUDED)}"
)
"""Follows a text that brings `dyad`, and brings what `conclude` returns."""

_SUSPECTS = "UNWIND $suspects AS suspect_id\n"
CASE = Evidence(
    text=(
        "CALL () {\n"
        "WITH split($dyad_id, '>')[0] AS suspect_id\n"
        f"{_within(dyad_features.QUERY, _SUSPECTS)}\n"
        "}\n"
        "WITH *\n"
        "WHERE suspect_id + '>' + victim_id = $dyad_id\n"
        f"WITH {{{', '.join(f'{name}: {name}' for name in dyad_features.QUERY.columns)}}} AS dyad\n"
        f"{_within(EVIDENCE, _DYADS, _TOLD)}"
        f"{_TOLD}\n"
        "ORDER BY dyad.victim_id\n"
        "LIMIT $limit"
    ),
    columns=tuple(EVIDENCE.columns),
)
"""All that one dyad's ledger, clusters and score are concluded from; no row if there is no such dyad."""

_INPUTS = read(Path(__file__).with_name("inputs.cypher"))
INPUTS = Evidence(text=_INPUTS.text, columns=tuple(_INPUTS.columns))
"""Which kinds of record there are at all: a cluster whose inputs no record holds cannot be assessed."""

SUSPECTED = read(Path(__file__).with_name("suspected.cypher"))
MATCHED = f"{FROM_FACTS}{WITH_RISK}\nRETURN [found IN matches | found.cluster_id] AS clusters, count(*) AS dyads"
"""How many dyads of `$suspects` match which clusters together."""

NOTHING = {
    "dyad": {name: [] for name in dyad_features.QUERY.columns},
    "forms": [],
    "offences": [],
    "signs": [],
}
"""The evidence where there is none yet."""
