"""What the systems hold: everything that is so, written down with the records of people that each of them has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.terms import DOMESTIC_TYPES
from ingest.synthetic.cast import TIE, People, Ties
from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import ABSENT, Ints, chance
from ingest.synthetic.forms import Forms
from ingest.synthetic.incidents import Incidents, Source
from ingest.synthetic.markers import Markers
from ingest.synthetic.nominals import NO_RECORD, Records
from ingest.synthetic.offences import Offences
from ingest.synthetic.places import NOWHERE, Places
from ingest.synthetic.scenes import NOBODY, SUSPECT, VICTIM, Roles
from ingest.synthetic.size import MINUTES, Area, Part

_DOMESTIC = np.array([TIE[kind] for kind in DOMESTIC_TYPES])


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRows:
    """Roles by record of a person; an age or a record that is not given is ABSENT or NO_RECORD."""

    incident: Ints
    nominal: Ints
    role: Ints
    age: Ints
    against: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class TieRows:
    """Ties by record of a person, in each system that knows both."""

    source: Ints
    one: Ints
    other: Ints
    kind: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRows:
    """Addresses in each system; `site` is the place itself."""

    source: Ints
    site: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class StayRows:
    """Residences by record of a person and of an address."""

    nominal: Ints
    address: Ints
    start: Ints
    end: Ints


def role_rows(area: Area, people: People, incidents: Incidents, roles: Roles, records: Records) -> RoleRows:
    """Return the roles; the former system always knows how old suspect and victim were."""
    numbers = area.numbers(Part.RECORDED)
    source = incidents.source[roles.incident]
    age = people.ages(roles.person, incidents.reported[roles.incident] // MINUTES)
    certain = (source == Source.LEGACY) & ((roles.role == SUSPECT) | (roles.role == VICTIM))
    known = certain | chance(numbers, len(age), 0.7)
    against = np.stack(
        [
            np.where(column == NOBODY, NO_RECORD, records.in_incident(column, roles.incident, source))
            for column in roles.against.T
        ],
        axis=1,
    )
    return RoleRows(
        incident=roles.incident,
        nominal=records.in_incident(roles.person, roles.incident, source),
        role=roles.role,
        age=np.where(known & (age >= 0), age, ABSENT),
        against=against,
    )


def tie_rows(area: Area, ties: Ties, records: Records) -> TieRows:
    """Return the ties: all in the main system, older ones in the former one, domestic ones at the agency."""
    parts = []
    for source in (Source.RMS, Source.LEGACY, Source.PARTNER_AGENCY):
        held = records.in_system[source]
        at = (held[ties.person] != NO_RECORD) & (held[ties.other] != NO_RECORD)
        end = ties.end
        if source is Source.LEGACY:
            at &= ties.start < area.switch_day
            end = np.where(end < area.switch_day, end, ABSENT)
        elif source is Source.PARTNER_AGENCY:
            at &= np.isin(ties.kind, _DOMESTIC)
        parts.append(
            TieRows(
                source=np.full(int(at.sum()), int(source)),
                one=held[ties.person[at]],
                other=held[ties.other[at]],
                kind=ties.kind[at],
                start=ties.start[at],
                end=end[at],
            )
        )
    return joined(parts)


def form_nominals(forms: Forms, records: Records) -> tuple[Ints, Ints]:
    """Return the records of suspect and victim that each form names; NO_RECORD: none."""
    source = forms.source
    follows = np.maximum(forms.incident, 0)
    with_incident = forms.incident >= 0
    found = []
    for person in (forms.suspect, forms.victim):
        there = np.where(with_incident, records.in_incident(person, follows, source), records.in_system[source, person])
        found.append(np.where(person == NOBODY, NO_RECORD, there))
    return found[0], found[1]


def address_rows(places: Places, incidents: Incidents, sites: Ints) -> tuple[AddressRows, Ints]:
    """Return the addresses of each system, and the row of each incident's own; NO_RECORD: none is known."""
    everywhere = np.arange(len(places.addresses.kind))
    main = np.setdiff1d(everywhere, places.agency_refuge)
    former = np.unique(sites[(incidents.source == Source.LEGACY) & (sites != NOWHERE)])
    rows = joined(
        [
            AddressRows(source=np.full(len(site), int(source)), site=site)
            for source, site in (
                (Source.RMS, main),
                (Source.LEGACY, former),
                (Source.PARTNER_AGENCY, places.agency_refuge),
            )
        ]
    )
    row_of = np.full((len(Source), len(everywhere)), NO_RECORD)
    row_of[rows.source, rows.site] = np.arange(len(rows.site))
    at = np.where(sites == NOWHERE, NO_RECORD, row_of[incidents.source, np.maximum(sites, 0)])
    return rows, at


def stay_rows(places: Places, records: Records, addresses: AddressRows) -> StayRows:
    """Return the residences, in the order of their people."""
    row_of = np.full((len(Source), len(places.addresses.kind)), NO_RECORD)
    row_of[addresses.source, addresses.site] = np.arange(len(addresses.site))
    stays = places.residences
    source = np.where(stays.agency, Source.PARTNER_AGENCY, Source.RMS)
    rows = StayRows(
        nominal=records.in_system[source, stays.person],
        address=row_of[source, stays.address],
        start=stays.start,
        end=stays.end,
    )
    return taken(rows, np.lexsort((rows.start, rows.address, rows.nominal)))


def marker_nominals(markers: Markers, records: Records) -> Ints:
    """Return the record that each marker stands on."""
    return records.in_system[markers.source, markers.person]


def offence_against(offences: Offences, incidents: Incidents, records: Records) -> Ints:
    """Return the victim's record that each offence names; NO_RECORD: none."""
    there = records.in_incident(offences.against, offences.incident, incidents.source[offences.incident])
    return np.where(offences.against == NOBODY, NO_RECORD, there)
