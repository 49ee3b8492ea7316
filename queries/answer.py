"""How a question is put and what comes back: the viewer, the rows, what was cut, and as of when it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from graph.connection import Reader, Row
from graph.errors import AudienceError, DatabaseRefused, QuestionError
from graph.reference.roles import Audience
from queries.catalogue import AFTER, Query
from queries.paging import hold_to_run

T = TypeVar("T")

STATE = """
OPTIONAL MATCH (derivation:Derivation {derivation_id: 'current'})
RETURN derivation.as_of AS as_of, derivation.known_at AS known_at, derivation.state AS state,
       derivation.audiences AS audiences, coalesce(derivation.run, 0) AS run,
       coalesce(derivation.definitions, []) + coalesce(derivation.risk, []) AS versions
"""
"""Tells what is derived."""
_DERIVED = ("as_of", "known_at", "state", "audiences", "run", "versions")
MOST = 10_000
"""Rows that one question may ask for."""
EVER = date.max
"""Asked for where everything that is known counts: the server plans a text anew if a day is not given."""
_ROOM = 20
"""Groups that a list of a viewer's has room for. The server plans a text anew for a list of another order of length."""
_NO_GROUP = ";"
"""Fills the room. Nothing is restricted to it: it parts the groups of a record, and no role may have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks, as far as it decides what there is to see."""

    audience: Audience

    def params(self) -> dict[str, Any]:
        """Return the parameters that every text takes from the viewer, alike in shape whatever the groups are."""
        groups = sorted(self.audience.groups)
        return {"groups": groups + [_NO_GROUP] * (_ROOM - len(groups)), "audience": self.audience.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """The rows of an answer and what must be known with them.

    `cut` says by what the list was shortened, or is None. `as_of` and `known_at` say which state of the force's
    knowledge the stored conclusions hold for; `state` is `stale` while facts came in that are not concluded from yet.
    `run` tells one derivation from another, `versions` are the definitions, clusters and weights that it used.
    """

    query: Query
    rows: list[T]
    cut: str | None
    as_of: date | None
    known_at: datetime | None
    state: str
    run: int
    versions: list[str]


async def ask(reader: Reader, viewer: Viewer, query: Query, row: type[T], params: Mapping[str, Any]) -> Answer[T]:
    """Ask a question and return its typed rows.

    One row more than `limit` is fetched, so that a cut is known and said. Raises QuestionError if the limit is out of
    bounds, DatabaseRefused if nothing is derived yet or a new restriction is not applied yet, AudienceError if nothing
    is stored for the viewer's audience, StaleCursor if `after` is a place in another derivation.
    """
    limit = params.get("limit")
    hold_to_limit(limit)
    asked = {**params, **viewer.params()}
    if limit is not None:
        asked["limit"] = limit + 1
    if AFTER in params:
        # A map in any case: whatever is in it, and if nothing is, the server has one plan for it.
        asked[AFTER] = dict(params[AFTER] or {})
    state, rows = await told(reader, query, asked)
    refuse_unready(state, viewer)
    hold_to_run(state["run"], params.get(AFTER))
    return answered(query, [row(**each) for each in rows], limit, state)


async def told(reader: Reader, query: Query, params: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """Return what is derived, and the rows of a question's text, read after that by the same statement."""
    ((state,),) = await reader.read((in_one_row(query), params))
    return state, [dict(zip(query.returned, each, strict=True)) for each in state.pop("rows")]


def in_one_row(query: Query) -> str:
    """Return the text by which a question is asked: all its rows as lists, beside what is derived.

    To the driver each row is a message of its own, and each statement a wait. What is derived is read first: were it
    read last, what a restriction hides could be read before a derivation ends, and be told as what holds after it.
    """
    rows = f"CALL () {{\n{query.text}\n}}\nRETURN collect([{', '.join(query.returned)}]) AS rows"
    return f"CALL () {{{STATE}}}\nCALL (run) {{\n{rows}\n}}\nRETURN {', '.join(_DERIVED)}, rows"


def hold_to_limit(limit: int | None) -> None:
    """Raise QuestionError if a limit is out of bounds."""
    if limit is not None and not 0 < limit <= MOST:
        raise QuestionError(f"limit must lie between 1 and {MOST}.")


def answered(query: Query, rows: list[T], limit: int | None, state: Mapping[str, Any]) -> Answer[T]:
    """Return the answer that these rows are, of which there is one too many if it is cut."""
    return Answer(
        query=query,
        rows=rows[:limit],
        cut=f"limit: more than {limit} rows" if limit is not None and len(rows) > limit else None,
        as_of=state["as_of"],
        known_at=state["known_at"],
        state=state["state"],
        run=state["run"],
        versions=state["versions"],
    )


def refuse_unready(state: Mapping[str, Any], viewer: Viewer) -> None:
    """Raise DatabaseRefused or AudienceError if what is derived cannot be told to this viewer now."""
    if state["audiences"] is None:
        raise DatabaseRefused("Nothing is concluded from the records yet; run `clew derive`.")
    if state["state"] == "withheld":
        raise DatabaseRefused(
            "A record was restricted and the conclusions do not reflect it yet; ask again after `clew derive`."
        )
    if viewer.audience.name not in state["audiences"]:
        raise AudienceError("Nothing is stored for this audience: the role mapping changed. Run `clew derive --full`.")
