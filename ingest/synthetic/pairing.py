"""Which pairs of suspect and victim follow from an area's records for one audience, by the rules that Clew states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.reference.roles import Audience
from graph.terms import DOMESTIC_TYPES
from ingest.synthetic.cast import TIE
from ingest.synthetic.draws import Flags, Ints, expand, ranges
from ingest.synthetic.incidents import DOMESTIC, NO_FLAG
from ingest.synthetic.made import Made
from ingest.synthetic.nominals import NO_RECORD
from ingest.synthetic.restrictions import GROUPS
from ingest.synthetic.scenes import SUSPECT, VICTIM

OF_AGE = 16
_DOMESTIC_KINDS = np.array([TIE[kind] for kind in DOMESTIC_TYPES])


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What an audience may see: a flag for each record; what hangs on a hidden record is hidden too."""

    nominals: Flags
    incidents: Flags
    roles: Flags
    ties: Flags
    stays: Flags
    forms: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairings:
    """Suspect, victim and incident, by number of person as judged, each once, in that order."""

    suspect: Ints
    victim: Ints
    incident: Ints


def view(made: Made, audience: Audience) -> View:
    """Return what an audience may see of an area."""
    open_to = np.array([not text or bool(audience.groups & set(text.split(";"))) for text in GROUPS])
    seen = {feed: open_to[groups] for feed, groups in made.restricted.items()}
    nominals, incidents = seen["people"], seen["incidents"]
    forms, follows = made.forms, made.forms.incident
    names = made.form_suspect
    return View(
        nominals=nominals,
        incidents=incidents,
        roles=seen["involvements"] & incidents[made.role_rows.incident] & nominals[made.role_rows.nominal],
        ties=seen["relationships"] & nominals[made.tie_rows.one] & nominals[made.tie_rows.other],
        stays=seen["residences"] & nominals[made.stay_rows.nominal] & seen["addresses"][made.stay_rows.address],
        forms=seen["assessments"]
        & (incidents[follows] | (follows < 0))
        & (nominals[names] | (names == NO_RECORD))
        & nominals[made.form_victim]
        & (forms.dyad >= 0),
    )


def pairings(made: Made, seen: View) -> Pairings:
    """Return every suspect paired with every victim against whom a source names him, or with all where it names none.

    The incident is flagged domestic, or has no flag and the two are tied and of age.
    """
    rows, person = made.role_rows, made.judgements.person
    victims = np.flatnonzero(seen.roles & (rows.role == VICTIM))
    suspects = np.flatnonzero(seen.roles & (rows.role == SUSPECT))
    starts, counts = ranges(rows.incident[victims], len(made.incidents.dyad))
    at = rows.incident[suspects]
    owner, place = expand(starts[at], counts[at])
    suspect, victim = suspects[owner], victims[place]
    against = rows.against[suspect]
    meant = (against == NO_RECORD).all(axis=1) | (against == rows.nominal[victim][:, None]).any(axis=1)
    one, other = person[rows.nominal[suspect]], person[rows.nominal[victim]]
    flag = made.incidents.domestic[rows.incident[suspect]]
    of_age = (rows.age[suspect] >= OF_AGE) & (rows.age[victim] >= OF_AGE)
    domestic = (flag == DOMESTIC) | ((flag == NO_FLAG) & of_age & _tied(made, seen, one, other))
    kept = meant & domestic & (one != other)
    found = np.unique(np.stack([one[kept], other[kept], rows.incident[suspect[kept]]]), axis=1)
    return Pairings(suspect=found[0], victim=found[1], incident=found[2])


def _tied(made: Made, seen: View, one: Ints, other: Ints) -> Flags:
    """Return which pairs of persons have a tie that counts as domestic, whichever way round."""
    person, rows = made.judgements.person, made.tie_rows
    at = seen.ties & np.isin(rows.kind, _DOMESTIC_KINDS)
    tied = _both_ways(person[rows.one[at]], person[rows.other[at]])
    return np.isin(_both_ways(one, other), tied)


def _both_ways(one: Ints, other: Ints) -> Ints:
    return np.minimum(one, other) * 2**32 + np.maximum(one, other)


def attributed(made: Made, seen: View, pairs: Pairings) -> tuple[Ints, Flags]:
    """Return for each form its suspect by number of person, and which forms that name none get one all the same.

    That is the one suspect paired with the victim in the incident, if nobody unknown is suspected; NO_RECORD: none.
    """
    person, follows = made.judgements.person, made.forms.incident
    named = np.where(made.form_suspect == NO_RECORD, NO_RECORD, person[made.form_suspect])
    key = pairs.incident * 2**32 + pairs.victim
    order = np.argsort(key, kind="stable")
    only, first, counts = np.unique(key[order], return_index=True, return_counts=True)
    wanted = np.where(follows >= 0, follows, 0) * 2**32 + person[made.form_victim]
    place = np.minimum(np.searchsorted(only, wanted), len(only) - 1)
    found = (only[place] == wanted) & (counts[place] == 1) & (follows >= 0) & (made.unknown[follows] == 0)
    taken_as = (named == NO_RECORD) & found & seen.forms
    return np.where(taken_as, pairs.suspect[order][first[place]], named), taken_as
