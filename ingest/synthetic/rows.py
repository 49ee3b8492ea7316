"""An area as rows of the feeds, in the words of the contracts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graph.terms import ANSWER_BYTES, Grade, Sex
from ingest.synthetic import markers as markers_
from ingest.synthetic import names, places, scenes, texts, things
from ingest.synthetic.cast import KINDS
from ingest.synthetic.draws import ABSENT, Ints, Texts
from ingest.synthetic.forms import INSTRUMENTS
from ingest.synthetic.identity import Judgement
from ingest.synthetic.incidents import Incidents, Source
from ingest.synthetic.made import Made
from ingest.synthetic.offences import OUTCOMES, codes
from ingest.synthetic.refs import SOURCES, Refs
from ingest.synthetic.restrictions import GROUPS
from ingest.synthetic.schools import SCHOOLS
from ingest.synthetic.size import MINUTES

Columns = dict[str, Texts]
"""A feed: its columns by name, equally long."""

_SEXES = (Sex.FEMALE, Sex.MALE, Sex.UNKNOWN)


def feeds(made: Made, refs: Refs) -> Iterator[tuple[str, Columns]]:
    """Yield each feed of an area, in the order of its ids."""
    yield "people", _people(made, refs)
    yield "addresses", _addresses(made, refs)
    yield "schools", _schools(made, refs)
    yield "identifiers", _identifiers(made, refs)
    yield "incidents", _incidents(made, refs)
    yield "relationships", _relationships(made, refs)
    yield "residences", _residences(made, refs)
    yield "uses", _uses(made, refs)
    yield "attendances", _attendances(made, refs)
    yield "markers", _markers(made, refs)
    yield "involvements", _involvements(made, refs)
    yield "appearances", _appearances(made, refs)
    yield "offences", _offences(made, refs)
    yield "assessments", _assessments(made, refs)
    yield "answers", _answers(made, refs)
    yield "judgements", _judgements(made, refs)


def _stamp(made: Made, feed: str, source: Ints | Source, recorded: Ints) -> Columns:
    """Return the columns that every feed has."""
    sources = np.broadcast_to(np.asarray(source, dtype=np.int64), recorded.shape)
    stamp = {"source": texts.chosen(SOURCES, sources), "recorded_at": texts.moments(recorded)}
    if feed in made.restricted:
        stamp["restricted_to"] = texts.chosen(GROUPS, made.restricted[feed])
    return stamp


def _none(count: int) -> Ints:
    return np.full(count, ABSENT)


def _known(made: Made, nominals: Ints, start: Ints) -> Ints:
    """Return when a system may have learned something of people: when it first met them, or when it began."""
    began = np.where(start == ABSENT, ABSENT, start * MINUTES + 720)
    return np.minimum(np.maximum(made.records.nominals.recorded[nominals] + 60, began), made.area.last_minute)


def _people(made: Made, refs: Refs) -> Columns:
    held = made.records.nominals
    return {
        "person_ref": refs.person(np.arange(len(held.person))),
        "family_name": held.family,
        "given_names": held.given,
        "also_known_as": held.also,
        "born_on": texts.days(held.born),
        "sex": texts.chosen(_SEXES, held.sex),
        **_stamp(made, "people", held.source, held.recorded),
    }


def _addresses(made: Made, refs: Refs) -> Columns:
    rows, sites = made.address_rows, made.places.addresses
    named = names.neighbourhoods(made.area.number, places.NEIGHBOURHOODS)
    return {
        "address_ref": refs.address(np.arange(len(rows.site))),
        "line": sites.line[rows.site],
        "postcode": sites.postcode[rows.site],
        "neighbourhood": named[sites.neighbourhood[rows.site]],
        "kind": texts.chosen(places.KINDS, sites.kind[rows.site]),
        "protected": texts.flags(sites.protected[rows.site].astype(np.int64)),
        **_stamp(made, "addresses", rows.source, _none(len(rows.site))),
    }


def _schools(made: Made, refs: Refs) -> Columns:
    named = names.schools(made.area.number, SCHOOLS)
    return {
        "school_ref": refs.other("S", np.arange(len(named))),
        "name": named,
        **_stamp(made, "schools", Source.RMS, _none(len(named))),
    }


def _identifiers(made: Made, refs: Refs) -> Columns:
    rows = made.things.identifiers
    return {
        "identifier_ref": refs.other("X", np.arange(len(rows.kind))),
        "kind": texts.chosen(things.KINDS, rows.kind),
        "value": rows.value,
        "description": rows.description,
        **_stamp(made, "identifiers", Source.RMS, _none(len(rows.kind))),
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
        "neighbourhood": named[hood],
        "unknown_suspects": texts.wholes(made.unknown),
        "address_ref": refs.address(made.incident_address),
        **_stamp(made, "incidents", rows.source, rows.recorded),
    }


def _kinds(rows: Incidents) -> Texts:
    said = ("Incident, no crime", "Incident, crime", "Domestic incident, no crime", "Domestic incident, crime")
    return texts.chosen(said, 2 * (rows.domestic == 1).astype(np.int64) + rows.crime)


def _relationships(made: Made, refs: Refs) -> Columns:
    rows = made.tie_rows
    began = np.where(rows.start > made.area.first_day, rows.start, ABSENT)
    recorded = np.maximum(_known(made, rows.one, began), _known(made, rows.other, began))
    return {
        "person_ref": refs.person(rows.one),
        "other_ref": refs.person(rows.other),
        "kind": texts.chosen(KINDS, rows.kind),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
        **_stamp(made, "relationships", rows.source, recorded),
    }


def _residences(made: Made, refs: Refs) -> Columns:
    rows = made.stay_rows
    return {
        "person_ref": refs.person(rows.nominal),
        "address_ref": refs.address(rows.address),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
        **_stamp(
            made, "residences", made.records.nominals.source[rows.nominal], _known(made, rows.nominal, rows.start)
        ),
    }


def _uses(made: Made, refs: Refs) -> Columns:
    rows = made.things.uses
    nominal = made.records.in_system[Source.RMS, rows.person]
    return {
        "person_ref": refs.person(nominal),
        "identifier_ref": refs.other("X", rows.thing),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
        **_stamp(made, "uses", Source.RMS, _known(made, nominal, rows.start)),
    }


def _attendances(made: Made, refs: Refs) -> Columns:
    rows = made.attendances
    nominal = made.records.in_system[Source.RMS, rows.person]
    return {
        "person_ref": refs.person(nominal),
        "school_ref": refs.other("S", rows.school),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
        **_stamp(made, "attendances", Source.RMS, _known(made, nominal, rows.start)),
    }


def _markers(made: Made, refs: Refs) -> Columns:
    rows = made.markers
    return {
        "marker_ref": refs.other("M", np.arange(len(rows.person))),
        "person_ref": refs.person(made.marker_nominal),
        "kind": texts.chosen(markers_.KINDS, rows.kind),
        "from_on": texts.days(rows.start),
        "until_on": texts.days(rows.end),
        **_stamp(made, "markers", rows.source, _known(made, made.marker_nominal, rows.start)),
    }


def _involvements(made: Made, refs: Refs) -> Columns:
    rows = made.role_rows
    return {
        "incident_ref": refs.incident(rows.incident),
        "person_ref": refs.person(rows.nominal),
        "role": texts.chosen(scenes.ROLES, rows.role),
        "age": texts.wholes(rows.age),
        "against": texts.listed(*(refs.person(column) for column in rows.against.T)),
        **_stamp(made, "involvements", made.incidents.source[rows.incident], made.incidents.recorded[rows.incident]),
    }


def _appearances(made: Made, refs: Refs) -> Columns:
    return {
        "identifier_ref": refs.other("X", made.things.appeared),
        "incident_ref": refs.incident(made.things.appeared_in),
        **_stamp(made, "appearances", Source.RMS, made.incidents.recorded[made.things.appeared_in]),
    }


def _offences(made: Made, refs: Refs) -> Columns:
    rows = made.offences
    code, title = zip(*codes(), strict=True)
    return {
        "offence_ref": refs.other("O", np.arange(len(rows.incident))),
        "incident_ref": refs.incident(rows.incident),
        "code": np.where(rows.missing == 1, "", np.array(code)[rows.code]),
        "description": np.array(title)[rows.code],
        "outcome": texts.chosen(OUTCOMES, rows.outcome),
        "against": refs.person(made.offence_against),
        **_stamp(made, "offences", made.incidents.source[rows.incident], made.incidents.recorded[rows.incident]),
    }


def _assessments(made: Made, refs: Refs) -> Columns:
    rows = made.forms
    instrument, version = zip(*INSTRUMENTS, strict=True)
    return {
        "assessment_ref": refs.other("F", np.arange(len(rows.dyad))),
        "instrument": np.array(instrument)[rows.instrument],
        "version": np.array(version)[rows.instrument],
        "assessed_at": texts.moments(rows.assessed, rows.day_only),
        "grade": texts.chosen(tuple(Grade), made.grade),
        "suspect_ref": refs.person(made.form_suspect),
        "victim_ref": refs.person(made.form_victim),
        "incident_ref": refs.incident(rows.incident),
        **_stamp(made, "assessments", rows.source, rows.recorded),
    }


def _answers(made: Made, refs: Refs) -> Columns:
    words = np.full(max(ANSWER_BYTES.values()) + 1, "", dtype="<U16")
    words[list(ANSWER_BYTES.values())] = list(ANSWER_BYTES)
    form, item, answer = [], [], []
    for filled in made.answered:
        row, column = np.nonzero(filled.answers)
        by_code = filled.instrument.instrument == "dara"
        named = np.array([each.code if by_code else str(each.number) for each in filled.instrument.items])
        form.append(filled.forms[row])
        item.append(named[column])
        answer.append(words[filled.answers[row, column]])
    forms = np.concatenate(form)
    order = np.argsort(forms, kind="stable")
    forms = forms[order]
    each = refs.other("F", np.arange(len(made.forms.dyad)))
    return {
        "assessment_ref": each[forms],
        "item": np.concatenate(item)[order],
        "answer": np.concatenate(answer)[order],
        "source": texts.chosen(SOURCES, made.forms.source)[forms],
        "recorded_at": texts.moments(made.forms.recorded)[forms],
    }


def _judgements(made: Made, refs: Refs) -> Columns:
    told, places_ = made.judgements, np.arange(len(made.judgements.decided))
    one = np.array([each.one for each in told.decided], dtype=np.int64)
    other = np.array([each.other for each in told.decided], dtype=np.int64)
    source = made.records.nominals.source
    undoes = np.array([each.undoes for each in told.decided], dtype=np.int64)
    return {
        "judgement_ref": refs.other("J", places_),
        "verdict": np.array([_verdict(each) for each in told.decided]),
        "person_ref": refs.person(one),
        "person_source": texts.chosen(SOURCES, np.where(one >= 0, source[one], -1)),
        "other_ref": refs.person(other),
        "other_source": texts.chosen(SOURCES, np.where(other >= 0, source[other], -1)),
        "undoes": refs.other("J", undoes),
        "by": np.array([f"Assessor {officer}" for officer in told.officer.tolist()]),
        "at": texts.moments(told.minute),
        "reason": np.array(told.reason),
        **_stamp(made, "judgements", Source.ASSESSMENT_UNIT, told.minute),
    }


def _verdict(judgement: Judgement) -> str:
    return str(judgement.verdict)
