"""An area as rows of the feeds, in the words of the contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from graph.terms import ANSWER_BYTES, Grade, Sex
from ingest.synthetic import markers as markers_
from ingest.synthetic import names, places, scenes, texts, things
from ingest.synthetic.arrivals import judged, undone
from ingest.synthetic.cast import KINDS
from ingest.synthetic.draws import Ints
from ingest.synthetic.forms import INSTRUMENTS
from ingest.synthetic.incidents import Incidents, Source
from ingest.synthetic.made import Made
from ingest.synthetic.offences import OUTCOMES, codes
from ingest.synthetic.refs import SOURCES, Refs
from ingest.synthetic.restrictions import GROUPS
from ingest.synthetic.schools import SCHOOLS
from ingest.synthetic.texts import Column, Columns

_SEXES = (Sex.FEMALE, Sex.MALE, Sex.UNKNOWN)


def feeds(made: Made, refs: Refs, recorded: Mapping[str, Ints]) -> Iterator[tuple[str, Columns]]:
    """Yield each feed of an area, in the order of its ids; `recorded` says when each row was, by feed."""
    of = _sources(made)

    def stamp(feed: str) -> Columns:
        return _stamp(made, feed, of.get(feed, Source.RMS), recorded[feed])

    yield "people", {**_people(made, refs), **stamp("people")}
    yield "addresses", {**_addresses(made, refs), **stamp("addresses")}
    yield "schools", {**_schools(made, refs), **stamp("schools")}
    yield "identifiers", {**_identifiers(made, refs), **stamp("identifiers")}
    yield "incidents", {**_incidents(made, refs), **stamp("incidents")}
    yield "relationships", {**_relationships(made, refs), **stamp("relationships")}
    yield "residences", {**_residences(made, refs), **stamp("residences")}
    yield "uses", {**_uses(made, refs), **stamp("uses")}
    yield "attendances", {**_attendances(made, refs), **stamp("attendances")}
    yield "markers", {**_markers(made, refs), **stamp("markers")}
    yield "involvements", {**_involvements(made, refs), **stamp("involvements")}
    yield "appearances", {**_appearances(made, refs), **stamp("appearances")}
    yield "offences", {**_offences(made, refs), **stamp("offences")}
    yield "assessments", {**_assessments(made, refs), **stamp("assessments")}
    yield "answers", _answers(made, refs, recorded["assessments"])
    yield "judgements", {**_judgements(made, refs), **stamp("judgements")}


def _sources(made: Made) -> dict[str, Ints | Source]:
    """Return the system of each row, by feed, or the one of all its rows."""
    incidents = made.incidents.source
    return {
        "people": made.records.nominals.source,
        "addresses": made.address_rows.source,
        "incidents": incidents,
        "relationships": made.tie_rows.source,
        "residences": made.records.nominals.source[made.stay_rows.nominal],
        "markers": made.markers.source,
        "involvements": incidents[made.role_rows.incident],
        "offences": incidents[made.offences.incident],
        "assessments": made.forms.source,
        "judgements": Source.ASSESSMENT_UNIT,
    }


def _stamp(made: Made, feed: str, source: Ints | Source, recorded: Ints) -> Columns:
    """Return the columns that every feed has."""
    sources = np.broadcast_to(np.asarray(source, dtype=np.int64), recorded.shape)
    stamp = {"source": texts.chosen(SOURCES, sources), "recorded_at": texts.moments(recorded)}
    if feed in made.restricted:
        stamp["restricted_to"] = texts.chosen(GROUPS, made.restricted[feed])
    return stamp


def _people(made: Made, refs: Refs) -> Columns:
    held = made.records.nominals
    return {
        "person_ref": refs.person(np.arange(len(held.person))),
        "family_name": texts.given(held.family),
        "given_names": texts.given(held.given),
        "also_known_as": texts.given(held.also),
        "born_on": texts.days(held.born),
        "sex": texts.chosen(_SEXES, held.sex),
    }


def _addresses(made: Made, refs: Refs) -> Columns:
    rows, sites = made.address_rows, made.places.addresses
    named = names.neighbourhoods(made.area.number, places.NEIGHBOURHOODS)
    return {
        "address_ref": refs.address(np.arange(len(rows.site))),
        "line": texts.repeated(sites.line, rows.site),
        "postcode": texts.repeated(sites.postcode, rows.site),
        "neighbourhood": texts.repeated(named, sites.neighbourhood[rows.site]),
        "kind": texts.chosen(places.KINDS, sites.kind[rows.site]),
        "protected": texts.flags(sites.protected[rows.site].astype(np.int64)),
    }


def _schools(made: Made, refs: Refs) -> Columns:
    named = names.schools(made.area.number, SCHOOLS)
    return {
        "school_ref": refs.other("S", np.arange(len(named))),
        "name": texts.given(named),
    }


def _identifiers(made: Made, refs: Refs) -> Columns:
    rows = made.things.identifiers
    return {
        "identifier_ref": refs.other("X", np.arange(len(rows.kind))),
        "kind": texts.chosen(things.KINDS, rows.kind),
        "value": texts.given(rows.value),
        "description": texts.given(rows.description),
    }


def _incidents(made: Made, refs: Refs) -> Columns:
    rows = made.incidents
    named = names.neighbourhoods(made.area.number, places.NEIGHBOURHOODS)
    site = made.address_rows.site[np.maximum(made.incident_address, 0)]
    hood = np.where(made.incident_address >= 0, made.places.addresses.neighbourhood[site], rows.dyad % len(named))
    return {
        "incident_ref": refs.incident(np.arange(len(rows.dyad))),
        "reported_at": texts.moments(rows.reported),
        "occurred_from": texts.moments(rows.began, rows.day_only),
        "occurred_until": texts.moments(rows.ended, rows.day_only),
        "kind": _kinds(rows),
        "domestic": texts.flags(rows.domestic),
        "neighbourhood": texts.repeated(named, hood),
        "unknown_suspects": texts.wholes(made.unknown),
        "address_ref": refs.address(made.incident_address),
    }


def _kinds(rows: Incidents) -> Column:
    said = ("Incident, no crime", "Incident, crime", "Domestic incident, no crime", "Domestic incident, crime")
    return texts.chosen(said, 2 * (rows.domestic == 1).astype(np.int64) + rows.crime)


def _relationships(made: Made, refs: Refs) -> Columns:
    rows = made.tie_rows
    return {
        "person_ref": refs.person(rows.one),
        "other_ref": refs.person(rows.other),
        "kind": texts.chosen(KINDS, rows.kind),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
    }


def _residences(made: Made, refs: Refs) -> Columns:
    rows = made.stay_rows
    return {
        "person_ref": refs.person(rows.nominal),
        "address_ref": refs.address(rows.address),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
    }


def _uses(made: Made, refs: Refs) -> Columns:
    rows = made.things.uses
    nominal = made.records.in_system[Source.RMS, rows.person]
    return {
        "person_ref": refs.person(nominal),
        "identifier_ref": refs.other("X", rows.thing),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
    }


def _attendances(made: Made, refs: Refs) -> Columns:
    rows = made.attendances
    nominal = made.records.in_system[Source.RMS, rows.person]
    return {
        "person_ref": refs.person(nominal),
        "school_ref": refs.other("S", rows.school),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
    }


def _markers(made: Made, refs: Refs) -> Columns:
    rows = made.markers
    return {
        "marker_ref": refs.other("M", np.arange(len(rows.person))),
        "person_ref": refs.person(made.marker_nominal),
        "kind": texts.chosen(markers_.KINDS, rows.kind),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
    }


def _involvements(made: Made, refs: Refs) -> Columns:
    rows = made.role_rows
    return {
        "incident_ref": refs.incident(rows.incident),
        "person_ref": refs.person(rows.nominal),
        "role": texts.chosen(scenes.ROLES, rows.role),
        "age": texts.wholes(rows.age),
        "against": texts.listed(refs.person(rows.against[:, 0]), refs.person(rows.against[:, 1])),
    }


def _appearances(made: Made, refs: Refs) -> Columns:
    return {
        "identifier_ref": refs.other("X", made.things.appeared),
        "incident_ref": refs.incident(made.things.appeared_in),
    }


def _offences(made: Made, refs: Refs) -> Columns:
    rows = made.offences
    code, title = zip(*codes(), strict=True)
    return {
        "offence_ref": refs.other("O", np.arange(len(rows.incident))),
        "incident_ref": refs.incident(rows.incident),
        "code": texts.chosen(code, np.where(rows.missing == 1, -1, rows.code)),
        "description": texts.chosen(title, rows.code),
        "outcome": texts.chosen(OUTCOMES, rows.outcome),
        "against": refs.person(made.offence_against),
    }


def _assessments(made: Made, refs: Refs) -> Columns:
    rows = made.forms
    instrument, version = zip(*INSTRUMENTS, strict=True)
    return {
        "assessment_ref": refs.other("F", np.arange(len(rows.dyad))),
        "instrument": texts.chosen(instrument, rows.instrument),
        "version": texts.chosen(version, rows.instrument),
        "assessed_at": texts.moments(rows.assessed, rows.day_only),
        "grade": texts.chosen(tuple(Grade), made.grade),
        "suspect_ref": refs.person(made.form_suspect),
        "victim_ref": refs.person(made.form_victim),
        "incident_ref": refs.incident(rows.incident),
    }


def _answers(made: Made, refs: Refs, recorded: Ints) -> Columns:
    words = [""] * (max(ANSWER_BYTES.values()) + 1)
    for said, byte in ANSWER_BYTES.items():
        words[byte] = said
    form, item, answer = [], [], []
    named: list[str] = []
    for filled in made.answered:
        row, column = np.nonzero(filled.answers)
        by_code = filled.instrument.instrument == "dara"
        form.append(filled.forms[row])
        item.append(column + len(named))
        answer.append(filled.answers[row, column])
        named += [each.code if by_code else each.number for each in filled.instrument.main]
    forms = np.concatenate(form)
    order = np.argsort(forms, kind="stable")
    forms = forms[order]
    return {
        "assessment_ref": refs.other("F", np.arange(len(made.forms.dyad))).take(forms),
        "item": texts.chosen(named, np.concatenate(item)[order]),
        "answer": texts.chosen(words, np.concatenate(answer)[order]),
        "source": texts.chosen(SOURCES, made.forms.source[forms]),
        "recorded_at": texts.moments(recorded).take(forms),
    }


def _judgements(made: Made, refs: Refs) -> Columns:
    told, places_ = made.judgements, np.arange(len(made.judgements.decided))
    one, other = judged(made)
    source = made.records.nominals.source
    return {
        "judgement_ref": refs.other("J", places_),
        "verdict": texts.given([each.verdict for each in told.decided]),
        "person_ref": refs.person(one),
        "person_source": texts.chosen(SOURCES, np.where(one >= 0, source[one], -1)),
        "other_ref": refs.person(other),
        "other_source": texts.chosen(SOURCES, np.where(other >= 0, source[other], -1)),
        "undoes": refs.other("J", undone(made)),
        "by": texts.given([f"Assessor {officer}" for officer in told.officer.tolist()]),
        "at": texts.moments(told.minute),
        "reason": texts.given(told.reason),
    }
