"""Asks the graph by Clew's own questions and returns what they answer as keys; no answer is cut."""

from __future__ import annotations

from ast import literal_eval
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable
from itertools import islice
from typing import Any

from graph.connection import Reader, Row
from ingest.evaluate import cases
from ingest.evaluate.cases import Key
from ingest.evaluate.told import Entry, Place, Told
from queries.answer import STATE, Viewer, refuse_unready
from queries.catalogue import Query
from queries.evaluation.texts import DYADS, PERSONS
from queries.lookups import person
from queries.networks import ego_network
from queries.patterns import contradicted_identities, repeat_dyads, serial_perpetrators, unattributed_assessments

_PAGE = 5_000
"""Rows of one page."""

_MANY = 2_000
"""Cases whose records are looked up at one time."""

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

    async def sharing(self, person_id: str, thing: str) -> set[str]:
        """Return who is linked to a thing in the network around a person."""
        rows = await self.whole(ego_network.QUERY, person_id=person_id)
        ends = [(row["source_id"], row["target_id"]) for row in rows if row["item"] == "edge"]
        return {end for pair in ends if thing in pair for end in pair} - {thing}

    async def dyads(self) -> AsyncIterator[Row]:
        """Yield every stored pair."""
        after = ""
        while rows := await self.whole(DYADS, after=after, limit=_PAGE):
            for row in rows:
                yield row
            after = rows[-1]["dyad_id"]

    async def found(self, window_days: int) -> dict[str, set[Key]]:
        """Return what is found by rule, by kind."""
        found: dict[str, set[Key]] = defaultdict(set)
        for row in await self.whole(serial_perpetrators.QUERY):
            _serial(row, found)
        for row in await self.whole(repeat_dyads.QUERY, window_days=window_days):
            pair = (row["suspect_id"], row["victim_id"])
            found[cases.REPEATS].add((*pair, row["incidents_ever"], *sorted(row["incident_ids"])))
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

    async def paired(self, incidents: Collection[str], forms: Collection[str]) -> tuple[set[str], dict[str, Key]]:
        """Return which of some incidents make a pair, and of which pair each of some forms is."""
        among: set[str] = set()
        of: dict[str, Key] = {}
        async for row in self.dyads():
            among.update(each for each in row["incident_ids"] if each in incidents)
            for form in row["assessment_ids"]:
                if form in forms:
                    of[form] = (row["suspect_id"], row["victim_id"])
        return among, of


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
