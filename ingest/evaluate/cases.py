"""What a truth says is to be found by the stated rules, as keys that can be compared with what the graph answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ingest.evaluate.told import Entry
from ingest.facts import LETTERS
from ingest.ids import opaque

Key = tuple[str | int, ...]
"""A case: the ids that make it, and what else must be right of it."""

SUSPECTS, VICTIMS, INCIDENTS, GROUPS, CONNECTIONS = (
    "serial suspects",
    "serial suspects: their victims",
    "serial suspects: their incidents",
    "serial suspects: groups of victims without a path",
    "serial suspects: connections among victims",
)
REPEATS, RECIPROCAL, ATTRIBUTED, UNATTRIBUTABLE = (
    "repeat dyads",
    "reciprocal pairs",
    "forms taken to be of the only suspect",
    "forms that are of nobody known",
)
CONTRADICTED, CONTRADICTING = "contradicted answers", "contradicted answers: the forms that say yes and later no"
KINDS = (
    SUSPECTS,
    VICTIMS,
    INCIDENTS,
    GROUPS,
    CONNECTIONS,
    REPEATS,
    RECIPROCAL,
    CONTRADICTED,
    CONTRADICTING,
    ATTRIBUTED,
    UNATTRIBUTABLE,
)

Persons = Mapping[str, str]
"""The person of each record, by the record's id; one that the graph does not hold is missing."""


def nominal(record: str) -> str:
    """Return the id of a record of a person that is named as `source:id`."""
    return _id("Nominal", record)


def incident(record: str) -> str:
    """Return the id of an incident that is named as `source:id`."""
    return _id("Incident", record)


def form(record: str) -> str:
    """Return the id of a risk form that is named as `source:id`."""
    return _id("Assessment", record)


def identifier(record: str) -> str:
    """Return the id of a phone or another thing that is named as `source:id`."""
    return _id("Identifier", record)


def address(record: str) -> str:
    """Return the id of an address that is named as `source:id`."""
    return _id("Address", record)


def _id(label: str, record: str) -> str:
    source, _, ref = record.partition(":")
    return opaque(LETTERS[label], source, ref)


def person(records: Iterable[str], persons: Persons) -> str:
    """Return the one person of all these records; what can be nobody's id if they are not one, or not there."""
    ids = [nominal(record) for record in records]
    found = {persons.get(each) for each in ids}
    (only,) = found if len(found) == 1 else (None,)
    return only or f"not one person: {', '.join(ids)}"


def records(entry: Entry) -> Iterator[str]:
    """Yield every record of a person that a case names."""
    for name in ("suspect", "victim", "one", "other", "new_partner"):
        if name in entry:
            yield from [entry[name]] if isinstance(entry[name], str) else entry[name]
    yield from entry.get("records", ())
    yield from entry.get("people", ())
    for pair in entry.get("pairs", ()):
        yield from pair
    for each in entry.get("victims", ()):
        yield from (each,) if isinstance(each, str) else each["victim"]


def _serial(entry: Entry, persons: Persons) -> Iterator[tuple[str, Key]]:
    suspect = person(entry["suspect"], persons)
    yield SUSPECTS, (suspect,)
    for victim in entry["victims"]:
        yield VICTIMS, (suspect, person(victim["victim"], persons))
        for each in victim["incidents"]:
            yield INCIDENTS, (suspect, incident(each))
    yield GROUPS, (suspect, entry["groups"])
    for connected in entry["connected"]:
        one, other = sorted(person(each, persons) for each in connected["victims"])
        yield CONNECTIONS, (suspect, one, other, connected["how"])


def _repeat(entry: Entry, persons: Persons) -> Iterator[tuple[str, Key]]:
    incidents = sorted(map(incident, entry["incidents"]))
    pair = person(entry["suspect"], persons), person(entry["victim"], persons)
    yield REPEATS, (*pair, entry["incidents_ever"], *incidents)


def _reciprocal(entry: Entry, persons: Persons) -> Iterator[tuple[str, Key]]:
    yield RECIPROCAL, tuple(sorted((person(entry["one"], persons), person(entry["other"], persons))))


def contradicting(pair: Key, factor: str, yes: Iterable[str], later_no: Iterable[str]) -> Key:
    """Return the key of an answer of a pair that is contradicted, with the forms that say so."""
    return (*pair, factor, "yes", *sorted(yes), "no", *sorted(later_no))


def _contradicted(entry: Entry, persons: Persons) -> Iterator[tuple[str, Key]]:
    pair = person(entry["suspect"], persons), person(entry["victim"], persons)
    yield CONTRADICTED, (*pair, entry["factor"])
    yes, later_no = map(form, entry["yes"]), map(form, entry["later_no"])
    yield CONTRADICTING, contradicting(pair, entry["factor"], yes, later_no)


def _attributed(entry: Entry, persons: Persons) -> Iterator[tuple[str, Key]]:
    yield ATTRIBUTED, (form(entry["form"]), person(entry["suspect"], persons))


def _unattributable(entry: Entry, persons: Persons) -> Iterator[tuple[str, Key]]:
    yield UNATTRIBUTABLE, (form(entry["form"]), person(entry["victim"], persons))


FOUND: Mapping[str, Callable[[Entry, Persons], Iterator[tuple[str, Key]]]] = {
    "serial_suspects": _serial,
    "repeat_dyads": _repeat,
    "reciprocal_pairs": _reciprocal,
    "contradicted_answers": _contradicted,
    "attributed_forms": _attributed,
    "unattributable_forms": _unattributable,
}
"""How each list of what is to be found by rule becomes keys."""
