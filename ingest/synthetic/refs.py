"""The systems' own ids. Those of two systems may look alike: only the system and the id together name a record."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

from ingest.synthetic import texts
from ingest.synthetic.draws import Flags, Ints
from ingest.synthetic.made import Made
from ingest.synthetic.texts import Column

SOURCES = ("rms", "legacy", "custody", "partner_agency", "assessment_unit")
"""Names of the systems, by number."""

_PERSON = ("N", "N", "CU", "PA", "")


class Refs:
    """Writes the ids of an area's records; a negative number is no record."""

    def __init__(self, made: Made) -> None:
        self._made = made
        self._area = made.area.number
        self._person = self._by_source(made.records.nominals.source, _PERSON)
        self._incident = self._by_source(made.incidents.source, ("I",) * len(SOURCES))
        self._address = self._by_source(made.address_rows.source, ("A",) * len(SOURCES))

    def _by_source(self, source: Ints, letters: tuple[str, ...]) -> Column:
        """Return the ids of records that each system numbers by itself."""
        number = np.empty(len(source), dtype=np.int64)
        found: list[str] = []
        for system, letter in enumerate(letters):
            at = np.flatnonzero(source == system)
            number[at] = len(found) + np.arange(len(at))
            found += texts.refs(letter, self._area, np.arange(len(at))).to_pylist()
        return texts.repeated(found, number)

    def person(self, nominals: Ints) -> Column:
        """Return ids of records of people."""
        return _of(self._person, nominals)

    def incident(self, incidents: Ints) -> Column:
        """Return ids of incidents."""
        return _of(self._incident, incidents)

    def address(self, addresses: Ints) -> Column:
        """Return ids of addresses."""
        return _of(self._address, addresses)

    def other(self, letter: str, places: Ints) -> Column:
        """Return ids of records that are numbered throughout, whatever the system."""
        return texts.refs(letter, self._area, places)

    def named_persons(self, visible: Flags) -> dict[int, list[str]]:
        """Return for each person as judged those records that may be seen, each as `source:id`."""
        found: dict[int, list[str]] = defaultdict(list)
        persons = self._made.judgements.person.tolist()
        for person, name, seen in zip(persons, self.named_nominals(), visible.tolist(), strict=True):
            if seen:
                found[person].append(name)
        return found

    def named_nominals(self) -> list[str]:
        """Return all records of people as `source:id`, which is what names one everywhere."""
        return _named(self._made.records.nominals.source, self._person)

    def named_incidents(self) -> list[str]:
        """Return all incidents as `source:id`."""
        return _named(self._made.incidents.source, self._incident)

    def named_addresses(self) -> list[str]:
        """Return all addresses as `source:id`."""
        return _named(self._made.address_rows.source, self._address)

    def named_forms(self) -> list[str]:
        """Return all risk forms as `source:id`."""
        return _named(self._made.forms.source, self.other("F", np.arange(len(self._made.forms.dyad))))


def _named(source: Ints, ids: Column) -> list[str]:
    named: list[str] = texts.joined(texts.chosen(SOURCES, source), ids, by=":").to_pylist()
    return named


def _of(ids: Column, places: Ints) -> Column:
    """Return the ids at these places; a negative one is none."""
    return texts.filled(ids.take(pa.array(places, mask=places < 0)))
