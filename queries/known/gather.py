"""Reads all versions of what surrounds a person or a pair, in a few statements bounded by that neighbourhood."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from graph.connection import Reader, Row
from graph.reference.risk import shipped
from queries.answer import STATE, Viewer
from queries.catalogue import read
from queries.known.answers import Answers, answers
from queries.known.past import Past
from queries.known.records import Record, records
from queries.measures import groups

JUDGEMENTS = read(Path(__file__).with_name("judgements.cypher"))
TOUCHING = read(Path(__file__).with_name("touching.cypher"))
RECORDS = read(Path(__file__).with_name("records.cypher"))
SURROUNDING = read(Path(__file__).with_name("surrounding.cypher"))
CIRCUMSTANCES = read(Path(__file__).with_name("circumstances.cypher"))
LATEST = read(Path(__file__).with_name("latest.cypher"))
ANSWERS = read(Path(__file__).with_name("answers.cypher"))


Asked = tuple[str, Mapping[str, Any]]
"""A text and what it is asked with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All versions of what surrounds some people, as far as the viewer may see them, and what is derived now."""

    state: Row
    records: Mapping[str, Record]
    judgements: Mapping[str, Record]
    answers: Answers = field(default_factory=dict)

    def at(self, known_at: datetime, judged_at: datetime | None = None) -> Past:
        """Return what of it was known at a time; who was who then perhaps by what had been judged by another."""
        return Past(
            records=self.records,
            judgements=self.judgements,
            known_at=known_at,
            judged_at=judged_at or known_at,
            answers=self.answers,
        )


async def gather(reader: Reader, viewer: Viewer, subjects: Collection[str], *, signs: bool = False) -> Gathered:
    """Read all versions of what surrounds some nominals and those who may ever have been the same.

    That is their roles, ties and assessments, with the suspects, victims and offences of their incidents; with `signs`
    also the answers of the assessments, and the nominals' markers, homes and partners.
    """
    asks = viewer.params()

    def wanted(ids: Iterable[str], incidents: Iterable[str]) -> list[Asked]:
        asked = {"ids": sorted(ids), "incidents": sorted(incidents), **asks}
        return [(RECORDS.text, asked), *([(CIRCUMSTANCES.text, asked)] if signs else [])]

    judged = _Judged(reader, asks)
    around = await judged.mates(subjects)
    ids: set[str] = set()
    if signs:
        (rows,) = await reader.read((SURROUNDING.text, {"nominals": sorted(around), **asks}))
        ids |= {row["fact_id"] for row in rows}
    incidents: set[str] = set()
    for nominals in (around, set[str]()):
        asked = {"nominals": sorted(nominals), "incidents": sorted(incidents)}
        (rows,) = await reader.read((TOUCHING.text, {**asked, **asks}))
        ids |= {row["fact_id"] for row in rows}
        incidents |= {row["incident_id"] for row in rows if row["incident_id"] is not None}
    known = records(chain(*await reader.read(*wanted(ids, incidents))))
    forms = [fact_id for fact_id, record in known.items() if record.feed == "assessments"] if signs else []
    named = await judged.mates({ref for record in known.values() for ref in _refs(record)} | around | incidents, forms)
    answering = [(ANSWERS.text, {"forms": sorted(forms), **asks})] if signs else []
    (state,), *told = await reader.read((STATE, {}), *wanted(named, ()), *answering)
    given = answers(told.pop(), shipped().instruments) if signs else {}
    return Gathered(state=state, records={**known, **records(chain(*told))}, judgements=judged.records, answers=given)


def _refs(record: Record) -> Iterable[str]:
    return (ref for version in record.versions for ref in version.refs.values())


@dataclass(slots=True)
class _Judged:
    """All versions of the judgements that have to do with whatever was asked about, read step by step."""

    reader: Reader
    asks: Mapping[str, Any]
    records: dict[str, Record] = field(default_factory=dict)
    _rows: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    async def mates(self, ids: Collection[str], forms: Iterable[str] = ()) -> set[str]:
        """Return records with all nominals on whom it may depend who those among them were taken to be.

        Whom a judgement names, what it takes back and what takes it back is asked about in turn, until nothing is new;
        so is what retracts answers of forms.
        """
        wanted = {*ids, *forms} - self._asked
        while wanted:
            self._asked |= wanted
            (rows,) = await self.reader.read((JUDGEMENTS.text, {"ids": sorted(wanted), **self.asks}))
            self._rows |= {(row["fact_id"], row["recorded_at"], row["digest"]): row for row in rows}
            found = records(rows)
            wanted = {*found, *(ref for record in found.values() for ref in _refs(record))} - self._asked
        self.records = records(self._rows.values())
        among = _among(self.records)
        return {mate for each in ids for mate in among.get(each, [each])}


def _among(judgements: Mapping[str, Record]) -> dict[str, list[str]]:
    """Return for each nominal those whom judgements connect with it, itself among them."""
    pairs = [(judgement_id, ref) for judgement_id, record in judgements.items() for ref in _refs(record)]
    found: dict[str, list[str]] = {}
    for group in groups(pairs):
        nominals = [each for each in group if each not in judgements]
        found |= dict.fromkeys(nominals, nominals)
    return found
