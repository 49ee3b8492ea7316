"""One area, made in order: who there is, what happened, what the systems hold of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.synthetic import recorded
from ingest.synthetic.answers import Answered, answered, grades
from ingest.synthetic.cast import Cast, People, Ties
from ingest.synthetic.draws import Ints, some
from ingest.synthetic.dyads import Dyads, Plan, dyads
from ingest.synthetic.families import Families, families
from ingest.synthetic.forms import Forms, forms
from ingest.synthetic.identity import Judgements, judgements
from ingest.synthetic.incidents import Incidents, Scene, Source, incidents, series
from ingest.synthetic.markers import Markers, markers
from ingest.synthetic.nominals import Records, records
from ingest.synthetic.offences import Offences, offences
from ingest.synthetic.places import Places, places, sites
from ingest.synthetic.principals import Pairs, pairs, principals
from ingest.synthetic.recorded import AddressRows, RoleRows, StayRows, TieRows
from ingest.synthetic.restrictions import restrictions
from ingest.synthetic.scenes import Roles, roles
from ingest.synthetic.schools import Attendances, attendances
from ingest.synthetic.size import MINUTES, Area, Part
from ingest.synthetic.things import Things, things

REFERRED = 0.03
"""Share of pairs that the partner agency knows too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An area: what is so, and what the systems hold of it."""

    area: Area
    dyads: Dyads
    pairs: Pairs
    families: Families
    people: People
    ties: Ties
    twins: Ints
    incidents: Incidents
    unknown: Ints
    roles: Roles
    offences: Offences
    places: Places
    attendances: Attendances
    things: Things
    markers: Markers
    forms: Forms
    answered: list[Answered]
    grade: Ints
    records: Records
    judgements: Judgements
    role_rows: RoleRows
    tie_rows: TieRows
    form_suspect: Ints
    form_victim: Ints
    address_rows: AddressRows
    incident_address: Ints
    stay_rows: StayRows
    marker_nominal: Ints
    offence_against: Ints
    restricted: dict[str, Ints]


def make(area: Area) -> Made:
    """Make one area of a force."""
    drawn, cast = dyads(area), Cast()
    told = series(area, drawn)
    twins = principals(area, drawn, told.first, cast)
    met = pairs(area, drawn, told.first, told.last, cast.people())
    around = families(area, drawn, met, cast)
    happened = incidents(area, drawn, around, told)
    involved, unknown = roles(area, drawn, around, happened, cast)
    people, ties = cast.people(), cast.ties()
    crimes = offences(area, drawn, happened, involved, people)
    referred = _referred(area, drawn)
    at = places(area, drawn, met, around, people, np.unique(drawn.victim[referred]))
    school = attendances(area, people, around.children)
    objects = things(area, drawn, met, around, happened)
    states = markers(area, drawn, met, happened)
    completed = forms(area, drawn, met, happened, involved, referred)
    with_children = np.bincount(around.children_dyad, minlength=len(drawn.suspect)) > 0
    filled, gravity = answered(area, drawn, completed, with_children)
    known = np.concatenate([drawn.suspect[referred], drawn.victim[referred]])
    arrested = states.person[states.source == Source.CUSTODY]
    held = records(area, drawn, happened, involved, people, arrested, known, twins)
    decided = judgements(area, drawn, happened, involved, people, held, twins)
    site = sites(area, happened.dyad, happened.reported // MINUTES, happened.scene == Scene.DYAD, at)
    addresses, incident_address = recorded.address_rows(at, happened, site)
    role_rows = recorded.role_rows(area, people, happened, involved, held)
    tie_rows = recorded.tie_rows(area, ties, held)
    stay_rows = recorded.stay_rows(at, held, addresses)
    suspect, victim = recorded.form_nominals(completed, held)
    sizes = {
        "people": len(held.nominals.person),
        "incidents": len(happened.dyad),
        "involvements": len(role_rows.nominal),
        "offences": len(crimes.incident),
        "assessments": len(completed.dyad),
        "relationships": len(tie_rows.one),
        "addresses": len(addresses.site),
        "residences": len(stay_rows.nominal),
        "identifiers": len(objects.identifiers.kind),
        "uses": len(objects.uses.person),
        "markers": len(states.person),
        "attendances": len(school.person),
        "appearances": len(objects.appeared),
    }
    # Only addresses that nothing happened at: an incident whose address nobody may see has none, or is none itself.
    quiet = np.setdiff1d(np.arange(len(addresses.site)), incident_address)
    return Made(
        area=area,
        dyads=drawn,
        pairs=met,
        families=around,
        people=people,
        ties=ties,
        twins=twins,
        incidents=happened,
        unknown=unknown,
        roles=involved,
        offences=crimes,
        places=at,
        attendances=school,
        things=objects,
        markers=states,
        forms=completed,
        answered=filled,
        grade=grades(area, gravity),
        records=held,
        judgements=decided,
        role_rows=role_rows,
        tie_rows=tie_rows,
        form_suspect=suspect,
        form_victim=victim,
        address_rows=addresses,
        incident_address=incident_address,
        stay_rows=stay_rows,
        marker_nominal=recorded.marker_nominals(states, held),
        offence_against=recorded.offence_against(crimes, happened, held),
        restricted=restrictions(area, sizes, {"addresses": quiet}, _telling(area, drawn, happened, held)),
    )


def _telling(area: Area, drawn: Dyads, happened: Incidents, held: Records) -> dict[str, Ints]:
    """Return records whose restriction changes what an audience is told.

    Those are the only incident of a suspect's second victim, one of two incidents of the last year, a suspect and a
    victim of a suspect of several, and a victim of five or more incidents.
    """
    own = np.flatnonzero(happened.scene == Scene.DYAD)
    recent = own[happened.reported[own] >= (area.last_day - 300) * MINUTES]
    counts = np.bincount(happened.dyad[recent], minlength=len(drawn.suspect))
    twice = recent[(counts[happened.dyad[recent]] == 2) & drawn.ordinary[happened.dyad[recent]]]
    second = (drawn.plan == Plan.UNRELATED) & (drawn.nth == 1) & (drawn.incidents == 1)
    alone = own[second[happened.dyad[own]]]
    several = np.flatnonzero((drawn.plan == Plan.UNRELATED) & (drawn.nth == 0))
    often = np.flatnonzero(drawn.ordinary & (drawn.incidents >= 5) & (drawn.incidents < 10))
    people = np.concatenate([drawn.suspect[several[:1]], drawn.victim[several[1:2]], drawn.victim[often[:3]]])
    return {
        "incidents": np.concatenate([alone[:3], twice[:6:2]]),
        "people": held.in_system[Source.RMS, people],
    }


def _referred(area: Area, drawn: Dyads) -> Ints:
    """Return the dyads that the partner agency knows."""
    usual = np.flatnonzero(drawn.reverse_of < 0)
    return some(area.numbers(Part.REFERRALS), usual, round(REFERRED * len(usual)))
