"""What was planted in an area on purpose, with the records that hold it, as `source:id`."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from graph.reference.roles import Audience
from graph.terms import Verdict
from ingest.synthetic.dyads import Plan
from ingest.synthetic.incidents import NO_FLAG, Scene, Source
from ingest.synthetic.made import Made
from ingest.synthetic.nominals import NO_RECORD
from ingest.synthetic.pairing import pairings, view
from ingest.synthetic.refs import Refs
from ingest.synthetic.scenes import SUSPECT, VICTIM
from ingest.synthetic.truth import Entry

_WHY = {
    int(Scene.DYAD): "tied, both of age",
    int(Scene.UNKNOWN_SUSPECT): "no suspect is named",
    int(Scene.UNFLAGGED_NEIGHBOUR): "not tied",
    int(Scene.UNFLAGGED_CHILD): "the victim is under 16",
}


def planted(made: Made, refs: Refs, audience: Audience) -> dict[str, list[Entry]]:
    """Return the planted cases by kind; pairs are those of an audience that may see all records."""
    incident, nominal = refs.named_incidents(), refs.named_nominals()
    usual = [nominal[place] for place in made.records.in_system[Source.RMS].tolist()]
    return {
        "victims_of_one_suspect": _victims(made, usual),
        "new_partners": _new_partners(made, usual),
        "dyads_by_form_only": _form_only(made, refs),
        "crowded_incidents": _crowded(made, audience, incident, nominal),
        "unknown_suspects": _unknown(made, refs, incident),
        "unflagged_incidents": [
            {"incident": incident[at], "why": _WHY.get(int(made.incidents.scene[at]), "")}
            for at in np.flatnonzero(made.incidents.domestic == NO_FLAG).tolist()
        ],
        "duplicates": _duplicates(made, nominal),
        "twins": [{"one": usual[one], "other": usual[other]} for one, other in made.twins.tolist()],
        "contradicted_identities": [
            {"records": [nominal[each] for each in group]} for group in made.judgements.contradicted
        ],
        "undone_judgements": _undone(made, nominal),
        "hubs": _hubs(made, refs, nominal),
        "shared_identifiers": _shared(made, refs, usual),
    }


def _victims(made: Made, usual: list[str]) -> list[Entry]:
    """Return the first two victims of each suspect of several, and how they were made to be connected."""
    dyads = made.dyads
    first = np.flatnonzero((dyads.plan != Plan.SINGLE) & (dyads.nth == 0))
    return [
        {
            "suspect": usual[int(dyads.suspect[at])],
            "victims": [usual[int(dyads.victim[at])], usual[int(dyads.victim[at + 1])]],
            "how": Plan(int(dyads.plan[at])).name.lower(),
        }
        for at in first.tolist()
    ]


def _new_partners(made: Made, usual: list[str]) -> list[Entry]:
    around, dyads = made.families, made.dyads
    return [
        {"suspect": usual[int(dyads.suspect[dyad])], "new_partner": usual[person]}
        for person, dyad in zip(around.new_partners.tolist(), around.new_partners_dyad.tolist(), strict=True)
    ]


def _form_only(made: Made, refs: Refs) -> list[Entry]:
    form, nominal = refs.named_forms(), refs.named_nominals()
    at = np.flatnonzero(made.dyads.form_only[made.forms.dyad] & (made.form_suspect != NO_RECORD))
    return [
        {
            "form": form[each],
            "suspect": nominal[int(made.form_suspect[each])],
            "victim": nominal[int(made.form_victim[each])],
        }
        for each in at.tolist()
    ]


def _crowded(made: Made, audience: Audience, incident: list[str], nominal: list[str]) -> list[Entry]:
    """Return the incidents with several suspects or victims, whether the source says against whom, and the pairs."""
    rows = made.role_rows
    among = (rows.role == SUSPECT) | (rows.role == VICTIM)
    people: dict[int, dict[int, list[str]]] = defaultdict(lambda: {SUSPECT: [], VICTIM: []})
    named: dict[int, bool] = {}
    for at in np.flatnonzero(among).tolist():
        where, role = int(rows.incident[at]), int(rows.role[at])
        people[where][role].append(nominal[int(rows.nominal[at])])
        if role == SUSPECT:
            named[where] = named.get(where, True) and bool((rows.against[at] != NO_RECORD).any())
    found = pairings(made, view(made, audience))
    pairs: dict[int, list[list[str]]] = defaultdict(list)
    for suspect, victim, where in zip(
        found.suspect.tolist(), found.victim.tolist(), found.incident.tolist(), strict=True
    ):
        pairs[where].append([nominal[suspect], nominal[victim]])
    return [
        {
            "incident": incident[where],
            "suspects": there[SUSPECT],
            "victims": there[VICTIM],
            "named": named.get(where, False),
            "pairs": pairs[where],
        }
        for where, there in people.items()
        if len(there[SUSPECT]) > 1 or len(there[VICTIM]) > 1
    ]


def _unknown(made: Made, refs: Refs, incident: list[str]) -> list[Entry]:
    """Return the incidents with suspects whom nobody has named, and the forms after them that name no suspect."""
    form = refs.named_forms()
    follows = made.forms.incident
    nameless: dict[int, list[str]] = defaultdict(list)
    for at in np.flatnonzero((follows >= 0) & (made.form_suspect == NO_RECORD)).tolist():
        nameless[int(follows[at])].append(form[at])
    return [
        {"incident": incident[at], "unknown": int(made.unknown[at]), "nameless_forms": nameless[at]}
        for at in np.flatnonzero(made.unknown).tolist()
    ]


def _duplicates(made: Made, nominal: list[str]) -> list[Entry]:
    """Return each further record of a person beside the main one, and what was decided of the two."""
    said = {
        frozenset((judgement.one, judgement.other)): str(judgement.verdict)
        for judgement in made.judgements.decided
        if judgement.verdict in {Verdict.SAME, Verdict.UNSURE}
    }
    main = made.records.in_system[Source.RMS]
    return [
        {
            "records": [nominal[int(main[person])], nominal[place]],
            "judged": said.get(frozenset((int(main[person]), place))),
            "one_person": bool(made.judgements.person[place] == made.judgements.person[main[person]]),
        }
        for place, person in enumerate(made.records.nominals.person.tolist())
        if main[person] != place
    ]


def _undone(made: Made, nominal: list[str]) -> list[Entry]:
    decided = made.judgements.decided
    return [
        {
            "records": [nominal[decided[each.undoes].one], nominal[decided[each.undoes].other]],
            "verdict": str(decided[each.undoes].verdict),
        }
        for each in decided
        if each.verdict is Verdict.UNDO
    ]


def _hubs(made: Made, refs: Refs, nominal: list[str]) -> list[Entry]:
    """Return the hostel and the refuges with everyone who lives or lived there."""
    address = refs.named_addresses()
    site = made.address_rows.site[made.stay_rows.address]
    entries: list[Entry] = []
    for place, kind in (
        (made.places.hostel, "hostel"),
        (made.places.refuge, "refuge"),
        (made.places.agency_refuge, "refuge"),
    ):
        at = np.flatnonzero(site == place[0])
        people = [nominal[each] for each in made.stay_rows.nominal[at].tolist()]
        entries.append({"address": address[int(made.stay_rows.address[at[0]])], "kind": kind, "people": people})
    return entries


def _shared(made: Made, refs: Refs, usual: list[str]) -> list[Entry]:
    uses = made.things.uses
    ids = refs.other("X", made.things.shared_by_strangers).tolist()
    return [
        {"identifier": f"rms:{each}", "people": [usual[who] for who in uses.person[uses.thing == thing].tolist()]}
        for each, thing in zip(ids, made.things.shared_by_strangers.tolist(), strict=True)
    ]
