"""Reads all versions of what surrounds a person or a pair, in a few statements bounded by that neighbourhood."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph.connection import Reader, Row
from queries.answer import STATE, Viewer
from queries.catalogue import read
from queries.known.past import Past
from queries.known.records import Record, records
from queries.measures import groups

JUDGEMENTS = read(Path(__file__).with_name("judgements.cypher"))
TOUCHING = read(Path(__file__).with_name("touching.cypher"))
RECORDS = read(Path(__file__).with_name("records.cypher"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All versions of what surrounds some people, as far as the viewer may see them, and what is derived now."""

    state: Row
    records: Mapping[str, Record]
    judgements: Mapping[str, Record]

    def at(self, known_at: datetime) -> Past:
        """Return what of it was known at a time."""
        return Past(records=self.records, judgements=self.judgements, known_at=known_at)


async def gather(reader: Reader, viewer: Viewer, subjects: Collection[str]) -> Gathered:
    """Read all versions of what surrounds some nominals and those who may ever have been the same.

    That is their roles, ties and assessments, with the suspects, victims and offences of their incidents.
    """
    asks = viewer.params()
    (rows,) = await reader.read((JUDGEMENTS.text, asks))
    judgements = records(rows)
    mates = _mates(judgements)
    around = _closed(subjects, mates)
    ids: set[str] = set()
    incidents: set[str] = set()
    for nominals in (around, set[str]()):
        asked = {"nominals": sorted(nominals), "incidents": sorted(incidents)}
        (rows,) = await reader.read((TOUCHING.text, {**asked, **asks}))
        ids |= {row["fact_id"] for row in rows}
        incidents |= {row["incident_id"] for row in rows if row["incident_id"] is not None}
    (rows,) = await reader.read((RECORDS.text, {"ids": sorted(ids), "incidents": sorted(incidents), **asks}))
    known = records(rows)
    named = _closed({ref for record in known.values() for ref in _refs(record)} | around | incidents, mates)
    (state,), rows = await reader.read((STATE, {}), (RECORDS.text, {"ids": sorted(named), "incidents": [], **asks}))
    return Gathered(state=state, records={**known, **records(rows)}, judgements=judgements)


def _refs(record: Record) -> Iterable[str]:
    return (ref for version in record.versions for ref in version.refs.values())


def _mates(judgements: Mapping[str, Record]) -> dict[str, list[str]]:
    """Return for each nominal all on whom it may depend who it was taken to be."""
    pairs = [
        (judgement_id, ref)
        for judgement_id, record in judgements.items()
        for version in record.versions
        for ref in version.refs.values()
    ]
    found: dict[str, list[str]] = {}
    for group in groups(pairs):
        nominals = [each for each in group if each not in judgements]
        found |= dict.fromkeys(nominals, nominals)
    return found


def _closed(ids: Iterable[str], mates: Mapping[str, list[str]]) -> set[str]:
    return {mate for each in ids for mate in mates.get(each, [each])}
