"""In which of the three deliveries each record comes, and when a system recorded it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.synthetic.draws import ABSENT, Flags, Ints, chance, smallest
from ingest.synthetic.incidents import Source
from ingest.synthetic.made import Made
from ingest.synthetic.nominals import NO_RECORD
from ingest.synthetic.schools import SCHOOLS
from ingest.synthetic.size import MINUTES, Part

DELIVERIES = ("1-history", "2-late", "3-latest")
"""The folders of the deliveries, in the order in which they are received."""

HISTORY, LATE, LATEST = range(len(DELIVERIES))

SENT_LATE = 0.2
"""Share of what other systems recorded in the year before the first delivery that comes only with the second."""

_OTHERS = (Source.CUSTODY, Source.PARTNER_AGENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """For each feed when each row was recorded (ABSENT: not said) and in which delivery it comes, both by row.

    `ended` is the last day that the row says, by feed, where it must not lie after the day of receipt: a delivery of
    before that day holds the row without it, and a later one holds the row again. `could_be_late` and `late` count what
    other systems recorded in the year before the first delivery, and what of it comes with the second.
    """

    recorded: dict[str, Ints]
    delivery: dict[str, Ints]
    ended: dict[str, Ints]
    could_be_late: int
    late: int


def arrivals(made: Made) -> Arrivals:
    """Return when everything was recorded and in which delivery it comes.

    A row comes when what it refers to is there. The answers of forms that come late come later still: the second
    delivery is without them.
    """
    recorded = _recorded(made)
    cuts = np.array(made.area.cuts)
    first = {feed: np.searchsorted(cuts, minutes, side="right") for feed, minutes in recorded.items()}
    first = {feed: np.minimum(number, LATEST).astype(np.int64) for feed, number in first.items()}
    could, late = _late(made, recorded)
    for feed, chosen in late.items():
        first[feed][chosen] = LATE
    people, incidents = first["people"], first["incidents"]

    def after(feed: str, *referred: tuple[Ints, Ints]) -> None:
        for arrived, to in referred:
            there = arrived[np.maximum(to, 0)] if len(arrived) else np.zeros(len(to), dtype=np.int64)
            first[feed] = np.maximum(first[feed], np.where(to >= 0, there, HISTORY))

    roles, forms, things, main = made.role_rows, made.forms, made.things, made.records.in_system[Source.RMS]
    after("involvements", (incidents, roles.incident), (people, roles.nominal))
    for column in roles.against.T:
        after("involvements", (people, column))
    after("offences", (incidents, made.offences.incident), (people, made.offence_against))
    after("relationships", (people, made.tie_rows.one), (people, made.tie_rows.other))
    after("residences", (people, made.stay_rows.nominal))
    after("uses", (people, main[things.uses.person]))
    after("attendances", (people, main[made.attendances.person]))
    after("markers", (people, made.marker_nominal))
    after("appearances", (incidents, things.appeared_in))
    after("assessments", (incidents, forms.incident), (people, made.form_suspect), (people, made.form_victim))
    one, other = judged(made)
    after("judgements", (people, one), (people, other))
    after("judgements", (first["judgements"], undone(made)))
    first["answers"] = np.where(first["assessments"] == LATE, LATEST, first["assessments"])
    _with_the_first_that_needs_them(made, first)
    return Arrivals(
        recorded=recorded,
        delivery=first,
        ended={
            "relationships": made.tie_rows.end,
            "residences": made.stay_rows.end,
            "uses": things.uses.end,
            "attendances": made.attendances.end,
        },
        could_be_late=sum(int(each.sum()) for each in could.values()),
        late=sum(int(each.sum()) for each in late.values()),
    )


def judged(made: Made) -> tuple[Ints, Ints]:
    """Return the two records that each judgement is about; NO_RECORD: none."""
    decided = made.judgements.decided
    one, other = ([each.one for each in decided], [each.other for each in decided])
    return np.array(one, dtype=np.int64), np.array(other, dtype=np.int64)


def undone(made: Made) -> Ints:
    """Return the judgement that each judgement takes back; a negative number: none."""
    return np.array([each.undoes for each in made.judgements.decided], dtype=np.int64)


def _recorded(made: Made) -> dict[str, Ints]:
    """Return when each row was recorded: things that are only named by others say nothing of it."""
    nominals, incidents, ties = made.records.nominals, made.incidents, made.tie_rows
    main = made.records.in_system[Source.RMS]
    began = np.where(ties.start > made.area.first_day, ties.start, ABSENT)
    return {
        "people": nominals.recorded,
        "addresses": np.full(len(made.address_rows.site), ABSENT),
        "schools": np.full(SCHOOLS, ABSENT),
        "identifiers": np.full(len(made.things.identifiers.kind), ABSENT),
        "incidents": incidents.recorded,
        "relationships": np.maximum(_known(made, ties.one, began), _known(made, ties.other, began)),
        "residences": _known(made, made.stay_rows.nominal, made.stay_rows.start),
        "uses": _known(made, main[made.things.uses.person], made.things.uses.start),
        "attendances": _known(made, main[made.attendances.person], made.attendances.start),
        "markers": _known(made, made.marker_nominal, made.markers.start),
        "involvements": incidents.recorded[made.role_rows.incident],
        "appearances": incidents.recorded[made.things.appeared_in],
        "offences": incidents.recorded[made.offences.incident],
        "assessments": made.forms.recorded,
        "judgements": made.judgements.minute,
    }


def _known(made: Made, nominals: Ints, start: Ints) -> Ints:
    """Return when a system may have learned something of people: when it first met them, or when it began."""
    began = np.where(start == ABSENT, ABSENT, start * MINUTES + 720)
    return np.minimum(np.maximum(made.records.nominals.recorded[nominals] + 60, began), made.area.last_minute)


def _late(made: Made, recorded: dict[str, Ints]) -> tuple[dict[str, Flags], dict[str, Flags]]:
    """Return what other systems could have sent late, and what of it they did."""
    numbers = made.area.numbers(Part.ARRIVALS)
    until = made.area.cuts[HISTORY]
    could, late = {}, {}
    for feed, source in (
        ("relationships", made.tie_rows.source),
        ("markers", made.markers.source),
        ("assessments", made.forms.source),
    ):
        minutes = recorded[feed]
        among = np.isin(source, _OTHERS) & (minutes < until) & (minutes >= until - 365 * MINUTES)
        chosen = np.zeros(len(among), dtype=np.bool_)
        chosen[among] = chance(numbers, int(among.sum()), SENT_LATE)
        could[feed], late[feed] = among, chosen
    return could, late


def _with_the_first_that_needs_them(made: Made, first: dict[str, Ints]) -> None:
    """Let addresses and things come with the first row that names them; what none names is there from the start."""
    at, uses = made.incident_address, made.things.uses
    somewhere = at != NO_RECORD
    first["addresses"] = _earliest(
        len(made.address_rows.site),
        np.concatenate([made.stay_rows.address, at[somewhere]]),
        np.concatenate([first["residences"], first["incidents"][somewhere]]),
    )
    first["identifiers"] = _earliest(
        len(made.things.identifiers.kind),
        np.concatenate([uses.thing, made.things.appeared]),
        np.concatenate([first["uses"], first["appearances"]]),
    )
    first["schools"] = np.zeros(SCHOOLS, dtype=np.int64)


def _earliest(count: int, places: Ints, arrived: Ints) -> Ints:
    found = smallest(count, places, arrived, len(DELIVERIES))
    return np.where(found == len(DELIVERIES), HISTORY, found)
