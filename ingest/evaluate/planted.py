"""Measures how much of what was planted on purpose is found, for the audience that may see all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set

from graph.terms import Verdict
from ingest.evaluate.asked import Graph
from ingest.evaluate.cases import (
    CONNECTIONS,
    UNATTRIBUTABLE,
    VICTIMS,
    Key,
    address,
    form,
    identifier,
    incident,
    nominal,
    person,
)
from ingest.evaluate.measured import Measured, compared
from ingest.evaluate.told import Told

ASKED = (
    "victims_of_one_suspect",
    "new_partners",
    "dyads_by_form_only",
    "crowded_incidents",
    "unknown_suspects",
    "unflagged_incidents",
    "duplicates",
    "twins",
    "contradicted_identities",
    "undone_judgements",
    "hubs",
    "shared_identifiers",
)
"""The planted kinds for which there is a question."""

_HOW = {
    "sisters": "family",
    "mother_and_daughter": "family",
    "same_household": "household",
    "shared_incident": "incident",
}
"""How the victims of one suspect are connected, by how they were planted; unrelated ones are not."""

_PLANTED = ("planted",)

_TIED = "tied, both of age"
"""Why an incident without a flag makes a pair."""


async def planted(truth: Told, graph: Graph, audience: str, found: Mapping[str, Set[Key]]) -> list[Measured]:
    """Return what of the planted cases was found; `found` is what this audience was answered by rule."""
    return [
        await _victims(truth, graph, audience, found),
        await _new_partners(truth, graph, audience),
        await _shared(truth, graph, audience),
        *await _hubs(truth, graph, audience),
        *await _pairs(truth, graph, audience),
        *await _unknown(truth, graph, audience, found),
        *await _identities(truth, graph, audience),
    ]


async def _victims(truth: Told, graph: Graph, audience: str, found: Mapping[str, Set[Key]]) -> Measured:
    connected = {key[:3]: key[3] for key in found.get(CONNECTIONS, ())}
    there = right = 0
    async for _kind, entry, persons in graph.resolved(truth, _PLANTED, ["victims_of_one_suspect"]):
        suspect = person([entry["suspect"]], persons)
        victims = sorted(person([each], persons) for each in entry["victims"])
        both = all((suspect, victim) in found.get(VICTIMS, ()) for victim in victims)
        there += 1
        right += both and connected.get((suspect, *victims)) == _HOW.get(entry["how"])
    kind = "planted: two victims of one suspect, and whether they are connected"
    return Measured(kind=kind, audience=audience, there=there, found=None, right=right)


async def _new_partners(truth: Told, graph: Graph, audience: str) -> Measured:
    there = right = 0
    async for _kind, entry, persons in graph.resolved(truth, _PLANTED, ["new_partners"]):
        partner = person([entry["new_partner"]], persons)
        there += 1
        right += f"is partner of {partner}" in await graph.ties(person([entry["suspect"]], persons))
    return Measured(
        kind="planted: new partners of serial suspects", audience=audience, there=there, found=None, right=right
    )


async def _shared(truth: Told, graph: Graph, audience: str) -> Measured:
    there = right = 0
    async for _kind, entry, persons in graph.resolved(truth, _PLANTED, ["shared_identifiers"]):
        first, *others = (person([each], persons) for each in entry["people"])
        linked, _ = await graph.linked(first, identifier(entry["identifier"]))
        there += 1
        right += {first, *others} <= set(linked)
    kind = "planted: phones that strangers share"
    return Measured(kind=kind, audience=audience, there=there, found=None, right=right)


async def _hubs(truth: Told, graph: Graph, audience: str) -> list[Measured]:
    """Return how far networks cut short what a hostel links, say by how much, and never show a refuge."""
    there, right = Counter[str](), Counter[str]()
    async for _kind, entry, persons in graph.resolved(truth, _PLANTED, ["hubs"]):
        place, people = address(entry["address"]), [person([each], persons) for each in entry["people"]]
        whole = await graph.linked(people[0], place, max_links=len(people))
        kind = _HOSTEL if entry["kind"] == "hostel" else _REFUGE
        there[kind] += 1
        if kind == _HOSTEL:
            some, left_out = await graph.linked(people[0], place, max_links=len(people) - 1)
            in_full = (sorted(whole[0]), whole[1]) == (sorted(people), 0)
            right[kind] += in_full and (len(some), left_out) == (len(people) - 1, 1)
        else:
            right[kind] += whole == ([], None)
    return [
        Measured(kind=kind, audience=audience, there=there[kind], found=None, right=right[kind])
        for kind in (_HOSTEL, _REFUGE)
    ]


_HOSTEL = "planted: hostels whose links a network counts and cuts short"
_REFUGE = "planted: refuges that a network does not show"


async def _pairs(truth: Told, graph: Graph, audience: str) -> list[Measured]:
    """Return how far crowded incidents, incidents without a flag and forms without an incident make the right pairs."""
    pairs: dict[str, Key] = {}
    crowds: dict[str, set[Key]] = {}
    async for kind, entry, persons in graph.resolved(truth, _PLANTED, ["dyads_by_form_only", "crowded_incidents"]):
        if kind == "crowded_incidents":
            crowds[incident(entry["incident"])] = {
                (person([suspect], persons), person([victim], persons)) for suspect, victim in entry["pairs"]
            }
        else:
            pairs[form(entry["form"])] = (person([entry["suspect"]], persons), person([entry["victim"]], persons))
    why = {incident(entry["incident"]): entry["why"] for _, entry in truth.cases(_PLANTED, ["unflagged_incidents"])}
    made, of = await graph.paired({*why, *crowds}, pairs)
    right = sum(of.get(each) == pair for each, pair in pairs.items())
    tied = {(each,) for each, said in why.items() if said == _TIED}
    return [
        Measured(
            kind="planted: pairs that only a form names", audience=audience, there=len(pairs), found=None, right=right
        ),
        compared(
            "planted: pairs of incidents with several suspects or victims",
            audience,
            {(each, *pair) for each, of_it in crowds.items() for pair in of_it},
            {(each, *pair) for each in crowds for pair in made.get(each, ())},
        ),
        compared(
            "planted: incidents without a flag that make a pair",
            audience,
            tied,
            {(each,) for each in why if each in made},
        ),
    ]


async def _unknown(truth: Told, graph: Graph, audience: str, found: Mapping[str, Set[Key]]) -> list[Measured]:
    """Return how far suspects whom nobody has named are counted, and forms after those incidents are of nobody."""
    nobody = {key[0] for key in found.get(UNATTRIBUTABLE, ())}
    counts: set[Key] = set()
    forms: set[Key] = set()
    for _kind, entry in truth.cases(_PLANTED, ["unknown_suspects"]):
        where = incident(entry["incident"])
        counts.add((where, entry["unknown"]))
        forms |= {(where, form(each)) for each in entry["nameless_forms"]}
    counted: set[Key] = set()
    unattributed: set[Key] = set()
    async for row in graph.unknown_suspects():
        counted.add((row["incident_id"], row["unknown_suspects"]))
        unattributed |= {(row["incident_id"], each) for each in row["assessment_ids"] if each in nobody}
    return [
        compared("planted: incidents with suspects whom nobody named, and how many", audience, counts, counted),
        compared("planted: forms without a suspect after these incidents", audience, forms, unattributed),
    ]


async def _identities(truth: Told, graph: Graph, audience: str) -> list[Measured]:
    """Return how far records are one person, or are kept apart, as judgements settle it."""
    one: set[Key] = set()
    joined: set[Key] = set()
    contradicted: set[Key] = set()
    apart, kept_apart = Counter[str](), Counter[str]()
    kinds = ("duplicates", "twins", "undone_judgements", _CONTRADICTED)
    async for kind, entry, persons in graph.resolved(truth, _PLANTED, kinds):
        if kind == _CONTRADICTED:
            contradicted |= {(nominal(each),) for each in entry["records"]}
            continue
        pair = (entry["one"], entry["other"]) if kind == "twins" else tuple(entry["records"])
        first, second = (persons.get(nominal(each)) for each in pair)
        if kind == "duplicates":
            key = tuple(map(nominal, pair))
            one |= {key} if entry["one_person"] else set()
            joined |= {key} if first is not None and first == second else set()
        elif kind == "twins" or entry["verdict"] == Verdict.SAME:
            apart[kind] += 1
            kept_apart[kind] += None not in {first, second} and first != second
    measured = [
        compared("planted: records of one person, as judged", audience, one, joined),
        compared("planted: records that a judgement keeps apart", audience, contradicted, await graph.contradicted()),
    ]
    for kind, says in (("twins", "twins who are two persons"), ("undone_judgements", "joins that were taken back")):
        measured.append(
            Measured(kind=f"planted: {says}", audience=audience, there=apart[kind], found=None, right=kept_apart[kind])
        )
    return measured


_CONTRADICTED = "contradicted_identities"
