"""Asks the graph by Clew's own questions and returns what they answer as keys; no answer is cut."""

from __future__ import annotations

from ast import literal_eval
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable
from itertools import islice
from typing import Any

from graph.connection import Reader, Row
from graph.reference.risk import shipped
from ingest.evaluate import cases
from ingest.evaluate.cases import Key
from ingest.evaluate.told import Entry, Place, Told
from queries.answer import STATE, Viewer, refuse_unready
from queries.catalogue import Query
from queries.evaluation.texts import CONTRADICTIONS, DYADS, PERSONS, UNKNOWN_SUSPECTS
from queries.lookups import person
from queries.networks import ego_network
from queries.patterns import (
    contradicted_answers,
    contradicted_identities,
    repeat_dyads,
    serial_perpetrators,
    unattributed_assessments,
)
from queries.risk.rules import rules

_PAGE = 5_000
"""Rows of one page."""

_MANY = 2_000
"""Cases whose records are looked up at one time."""

_SOME = 500
"""Suspects whose ledgers are reckoned at one time."""

_ALL = 2**31 - 1
"""More rows than there are."""


class Graph:
    """What one viewer is answered."""

    def __init__(self, reader: Reader, viewer: Viewer) -> None:
        self._reader, self.viewer = reader, viewer

    async def whole(self, query: Query, **params: Any) -> list[Row]:
        """Return all rows of an answer; parameters that are not given are as its header says."""
        usual = {name: literal_eval(each.default) for name, each in query.params.items() if each.default is not None}
        asked = {**usual, "limit": _ALL, **params, **self.viewer.params()}
        (state,), rows = await self._reader.read((STATE, {}), (query.text, asked))
        refuse_unready(state, self.viewer)
        return rows

    async def state(self) -> Row:
        """Return what is derived."""
        ((state,),) = await self._reader.read((STATE, {}))
        refuse_unready(state, self.viewer)
        return state

    async def persons(self, records: Iterable[str]) -> dict[str, str]:
        """Return the person of each record by the record's id."""
        ids = sorted(set(map(cases.nominal, records)))
        found: dict[str, str] = {}
        for start in range(0, len(ids), _PAGE):
            for row in await self.whole(PERSONS, records=ids[start : start + _PAGE]):
                found[row["nominal_id"]] = row["person_id"]
        return found

    async def resolved(
        self, truth: Told, under: Place, kinds: Collection[str]
    ) -> AsyncIterator[tuple[str, Entry, cases.Persons]]:
        """Yield the cases of some kinds, each with the persons of its records, which are looked up many at a time."""
        wanted = truth.cases(under, kinds)
        while some := list(islice(wanted, _MANY)):
            persons = await self.persons(record for _, entry in some for record in cases.records(entry))
            for kind, entry in some:
                yield kind, entry, persons

    async def ties(self, person_id: str) -> list[str]:
        """Return what a person is to others and they to that person."""
        return [tie for row in await self.whole(person.QUERY, person_id=person_id) for tie in row["ties"]]

    async def linked(self, person_id: str, thing: str, **params: Any) -> tuple[list[str], int | None]:
        """Return to what a thing is linked in the network around a person, link by link, and how many it leaves out.

        None where the network does not show the thing.
        """
        rows = await self.whole(ego_network.QUERY, person_id=person_id, **params)
        ends = [(row["source_id"], row["target_id"]) for row in rows if row["item"] == "edge"]
        left_out = [row["left_out"] for row in rows if row["item"] == "node" and row["id"] == thing]
        linked = [one if other == thing else other for one, other in ends if thing in {one, other}]
        return linked, left_out[0] if left_out else None

    async def dyads(self) -> AsyncIterator[Row]:
        """Yield every stored pair."""
        async for row in self._pages(DYADS, "dyad_id"):
            yield row

    async def unknown_suspects(self) -> AsyncIterator[Row]:
        """Yield every incident with suspects whom nobody has named."""
        async for row in self._pages(UNKNOWN_SUSPECTS, "incident_id"):
            yield row

    async def _pages(self, query: Query, key: str) -> AsyncIterator[Row]:
        after = ""
        while rows := await self.whole(query, after=after, limit=_PAGE):
            for row in rows:
                yield row
            after = rows[-1][key]

    async def found(self, window_days: int) -> dict[str, set[Key]]:
        """Return what is found by rule, by kind."""
        found: dict[str, set[Key]] = defaultdict(set)
        for row in await self.whole(serial_perpetrators.QUERY):
            _serial(row, found)
        for row in await self.whole(repeat_dyads.QUERY, window_days=window_days):
            pair = (row["suspect_id"], row["victim_id"])
            found[cases.REPEATS].add((*pair, row["incidents_ever"], *sorted(row["incident_ids"])))
        for row in await self.whole(contradicted_answers.QUERY):
            found[cases.CONTRADICTED].add((row["suspect_id"], row["victim_id"], row["factor"]))
        found[cases.CONTRADICTING] = await self._contradicting({str(key[0]) for key in found[cases.CONTRADICTED]})
        for row in await self.whole(unattributed_assessments.QUERY):
            found[cases.UNATTRIBUTABLE].add((row["assessment_id"], row["victim_id"]))
        once: set[Key] = set()
        async for row in self.dyads():
            suspect, victim = row["suspect_id"], row["victim_id"]
            for form, attributed in zip(row["assessment_ids"], row["attributed"], strict=True):
                if attributed:
                    found[cases.ATTRIBUTED].add((form, suspect))
            if row["incident_ids"]:
                if (victim, suspect) in once:
                    once.discard((victim, suspect))
                    found[cases.RECIPROCAL].add(tuple(sorted((suspect, victim))))
                else:
                    once.add((suspect, victim))
        return found

    async def contradicted(self) -> set[Key]:
        """Return the records that a judgement keeps apart."""
        return {(row["nominal_id"],) for row in await self.whole(contradicted_identities.QUERY)}

    async def _contradicting(self, suspects: Collection[str]) -> set[Key]:
        """Return which forms contradict each other, in the ledgers of the dyads of some suspects."""
        state, ids = await self.state(), sorted(suspects)
        asked = {"as_of": state["as_of"], "rules": rules(shipped(), ()), **self.viewer.params()}
        found: set[Key] = set()
        for start in range(0, len(ids), _SOME):
            (rows,) = await self._reader.read((CONTRADICTIONS, {**asked, "suspects": ids[start : start + _SOME]}))
            for row in rows:
                pair = (row["suspect_id"], row["victim_id"])
                found |= {cases.contradicting(pair, *said) for said in row["contradicted"]}
        return found

    async def paired(
        self, incidents: Collection[str], forms: Collection[str]
    ) -> tuple[dict[str, set[Key]], dict[str, Key]]:
        """Return which pairs some incidents make, if any, and of which pair each of some forms is."""
        made: dict[str, set[Key]] = defaultdict(set)
        of: dict[str, Key] = {}
        async for row in self.dyads():
            pair = (row["suspect_id"], row["victim_id"])
            for each in row["incident_ids"]:
                if each in incidents:
                    made[each].add(pair)
            for form in row["assessment_ids"]:
                if form in forms:
                    of[form] = pair
        return made, of


def _serial(row: Row, found: dict[str, set[Key]]) -> None:
    suspect = row["suspect_id"]
    found[cases.SUSPECTS].add((suspect,))
    found[cases.VICTIMS] |= {(suspect, victim) for victim in row["victim_ids"]}
    found[cases.INCIDENTS] |= {(suspect, each) for each in row["incident_ids"]}
    found[cases.GROUPS].add((suspect, row["groups"]))
    for said in row["connections"]:
        pair, _, how = said.rpartition(": ")
        one, other = sorted(pair.split(" and "))
        found[cases.CONNECTIONS].add((suspect, one, other, how))
