"""Small worlds of risk: strategies for forms and for all other records, and the examples of clusters as evidence."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from graph.connection import Row as Given
from graph.reference.cluster_examples import Example
from graph.reference.clusters import COUNTED, SIGNS, clusters
from graph.reference.risk import shipped
from graph.terms import ANSWER_BYTES, NOT_DELIVERED, AddressKind, Answer, Level, MarkerKind
from ingest.contracts import FEEDS
from ingest.ids import opaque
from reckon import Evidence, Form, Sign
from recount import tables
from strategies import COVERT, GROUPS, RMS, Cell, Draw, Row, by_feed

AS_OF = date(2026, 4, 1)
"""The day on which all is received."""

DASH = ("dash", "2009")
SUSPECT, VICTIM = "suspect", "victim"
OTHERS = ("other", "third")
PAIR = ">".join(opaque("n", RMS, ref) for ref in (SUSPECT, VICTIM))
BYSTANDERS = ("bystander", "passer_by")
"""A suspect and a victim of their own, whom everyone may see, so that nobody sees nothing."""

FORM_DAYS = ("2024-09-30", "2024-10-01", "2025-04-01", "2025-04-02", "2025-12-24", "2026-03-31")
"""Few, so that forms meet on one day; the first four lie on both sides of the windows of 548 and of 365 days."""

TIMES = ("", "", "T00:15", "T09:00", "T09:00", "T23:30")
FACTORS = {
    "strangulation", "breach", "separation", "pregnant_recent_baby", "drugs_alcohol_mh", "drugs", "alcohol", "isolated",
    "control_jealous", "monitoring", "more_often", "getting_worse", "other_person_threat",
}  # fmt: skip
"""Of each scope, on one form and on several, asked by yes or no and by how often."""

AGES = (0, 1, 29, 30, 31, 89, 90, 91, 179, 180, 181, 359, 360, 364, 365, 366, 729, 730, 731, 2000)
"""Days before AS_OF: on both sides of every edge."""

RECENT = (*range(5, 85, 8), *range(95, 355, 20))
AHEAD = (-1, -30, -400)
MEMBERS = [one for each in clusters().values() for group in each.groups for one in group.members]
CODES = sorted({code.replace("*", "01") for each in MEMBERS for code in each.offences})
ASKED = sorted({each.factor for each in MEMBERS if each.factor})
RECORDED = sorted(SIGNS.keys() - {*COUNTED})
ODD_CODES = ("", "", "8/6", "105/1", "19/8", "8/77", "008/39", "019C", "19", "120", "13A", "XYZ", "149/00")


def ago(days: int) -> str:
    """Return the day so many days before AS_OF."""
    return str(AS_OF - timedelta(days=days))


def cell(feed: str, **cells: str) -> Cell:
    """Return a row without its empty cells."""
    return feed, {"source": RMS} | {column: text for column, text in cells.items() if text}


def bystanders() -> list[Cell]:
    """Return everyone, and something of each kind about two: `recount` cannot read a table of nothing."""
    one, other = BYSTANDERS
    return [
        *(cell("people", person_ref=ref) for ref in (SUSPECT, VICTIM, *OTHERS, *BYSTANDERS)),
        *incident("elsewhere", ago(40), *BYSTANDERS),
        cell("offences", offence_ref="o", incident_ref="elsewhere", code="105/01"),
        cell("markers", marker_ref="m", person_ref=one, kind="bail"),
        cell("relationships", person_ref=one, other_ref=other, kind="knows"),
        cell("addresses", address_ref="a", kind="home"),
        cell("residences", person_ref=other, address_ref="a"),
        *form("f", DASH, ago(40), {"1": "yes"}, suspect_ref=one, victim_ref=other),
    ]


def incident(ref: str, reported_at: str, suspect: str, *victims: str) -> list[Cell]:
    """Return a domestic incident."""
    roles = [(suspect, "suspect"), *((victim, "victim") for victim in victims)]
    return [
        cell("incidents", incident_ref=ref, reported_at=reported_at, domestic="yes", unknown_suspects="0"),
        *(cell("involvements", incident_ref=ref, person_ref=who, role=role) for who, role in roles),
    ]


def form(ref: str, instrument: tuple[str, str], assessed_at: str, answers: dict[str, str], **more: str) -> list[Cell]:
    """Return a form that names the suspect and the victim, with its answers by item."""
    named = dict(zip(("instrument", "version"), instrument, strict=True))
    named |= {"assessed_at": assessed_at, "suspect_ref": SUSPECT, "victim_ref": VICTIM, **more}
    return [
        cell("assessments", assessment_ref=ref, **named),
        *(cell("answers", assessment_ref=ref, item=item, answer=answer) for item, answer in answers.items()),
    ]


def history() -> list[Cell]:
    """Return control, violence and isolation, so that a trigger or a marker of honour alone completes a cluster."""
    return [*bystanders(), *form("said", DASH, ago(500), {"4": "yes", "15": "yes", "16": "yes"})]


PARTED = [
    *incident("i", ago(5), SUSPECT, VICTIM),
    cell("relationships", person_ref=SUSPECT, other_ref=VICTIM, kind="ex_partner", from_on=ago(1000)),
    cell("addresses", address_ref="a0", kind="home"),
]
LATER = {
    "offence": [cell("offences", offence_ref="o0", incident_ref="i", code="008/77")],
    "marker of the suspect": [cell("markers", marker_ref="m0", person_ref=SUSPECT, kind="custody", until_on=ago(9))],
    "marker of the victim": [cell("markers", marker_ref="m0", person_ref=VICTIM, kind="honour")],
    "tie": [cell("relationships", person_ref=OTHERS[0], other_ref=SUSPECT, kind="partner", from_on=ago(9))],
    "home": [cell("residences", person_ref=VICTIM, address_ref="a0", from_on=ago(9))],
    "form": form("f1", ("dara", "2022"), ago(0), {"12": "occasionally"}),
}


def denial() -> list[Cell]:
    """Return a later form that says no to everything."""
    return form("no", DASH, "2026-04-15", {item.number: "no" for item in shipped().instruments[DASH].items})


@st.composite
def forms(draw: Draw) -> list[Cell]:
    """Return one to six forms of one suspect and one victim."""
    rows = bystanders()
    days = draw(st.lists(st.sampled_from(FORM_DAYS), min_size=1, max_size=3, unique=True))
    for number in range(draw(st.integers(1, 6))):
        rows += _form(draw, f"f{number}", days)
    return rows


def _form(draw: Draw, ref: str, days: Sequence[str] = FORM_DAYS) -> list[Cell]:
    key = draw(st.sampled_from(sorted(shipped().instruments)))
    asked = [item for item in shipped().instruments[key].items if item.factor in FACTORS]
    answers = {}
    for item in asked:
        usual = ("never", "often") if "never" in item.answers else ("yes", "no")
        answer = _pick(draw, ("", *usual * 3, *sorted(item.answers)))
        if answer:
            answers[draw(st.sampled_from((item.number, item.code)))] = answer
    return form(ref, key, _pick(draw, days) + _pick(draw, TIMES), answers)


@st.composite
def records(draw: Draw) -> list[Cell]:
    """Return forms, incidents, offences, markers, ties and homes of a few people, some restricted."""
    rows = history()
    for number in range(draw(st.integers(0, 1))):
        rows += _form(draw, f"f{number}")
    for number in range(draw(st.integers(2, 6))):
        rows += _incident(draw, f"i{number}")
    for number in range(draw(st.integers(1, 4))):
        who, kind = _pick(draw, (SUSPECT, SUSPECT, VICTIM, OTHERS[0])), _pick(draw, ("honour", "custody", *MarkerKind))
        rows.append(cell("markers", marker_ref=f"m{number}", person_ref=who, kind=kind, **_span(draw, ahead=True)))
    pairs = ((SUSPECT, VICTIM), (VICTIM, SUSPECT), (SUSPECT, OTHERS[0]), (OTHERS[1], SUSPECT), (VICTIM, OTHERS[0]))
    ties = st.tuples(st.sampled_from(pairs), st.sampled_from(("partner", "ex_partner", "sibling")))
    for (one, other), kind in draw(st.lists(ties, min_size=1, max_size=4, unique=True)):
        rows.append(cell("relationships", person_ref=one, other_ref=other, kind=kind, **_span(draw)))
    for number in range(draw(st.integers(1, 3))):
        place, kind, hidden = f"a{number}", _pick(draw, ("", *AddressKind)), _pick(draw, ("", "no", "yes"))
        rows.append(cell("addresses", address_ref=place, kind=kind, protected=hidden))
        who = _pick(draw, (VICTIM, VICTIM, SUSPECT))
        rows.append(cell("residences", person_ref=who, address_ref=place, **_span(draw)))
    return [_restricted(draw, *row) for row in rows]


def _incident(draw: Draw, ref: str) -> list[Cell]:
    day, time = ago(draw(st.sampled_from((*AGES, *RECENT)))), _pick(draw, TIMES)
    victims = draw(st.sampled_from(((VICTIM,), (VICTIM, OTHERS[0]))))
    rows = incident(ref, day + (time if day != str(AS_OF) else ""), SUSPECT, *victims)
    for number in range(draw(st.integers(0, 2))):
        code = _pick(draw, (*CODES, *ODD_CODES, *ODD_CODES))
        against = _pick(draw, ("", VICTIM, f"absent;{VICTIM}", OTHERS[0], "absent"))
        rows.append(cell("offences", offence_ref=f"{ref}o{number}", incident_ref=ref, code=code, against=against))
    return rows


def _span(draw: Draw, *, ahead: bool = False) -> dict[str, str]:
    """Return a first and a last day, either perhaps missing."""
    ages = (*AGES, *(AHEAD if ahead else ()))
    one, other = (_pick(draw, ("", *map(ago, ages))) for _ in range(2))
    return dict(zip(("from_on", "until_on"), sorted((one, other)) if one and other else (one, other), strict=True))


def anything(random: Random) -> Evidence:
    """Return evidence of any kind, on both sides of every edge, in the order in which the question takes it."""

    def day(*others: int) -> date:
        return AS_OF - timedelta(days=random.choice((*AGES, *RECENT, *others)))

    forms = [
        Form(
            on=day(),
            at=random.choice((None, "09:00", "10:00")),
            says={each: random.choice((*ANSWERS,)) for each in asked},
        )
        for asked in (random.sample(ASKED, 8) for _ in range(random.randrange(6)))
    ]
    offences = sorted((day(), random.choice((*CODES, *ODD_CODES, "105/01"))) for _ in range(random.randrange(5)))
    spans = [
        (random.choice((None, day(*AHEAD))), random.choice((None, day(*AHEAD)))) for _ in range(random.randrange(5))
    ]
    return Evidence(
        incidents=sorted([*(day() for _ in range(random.randrange(6))), *(on for on, _ in offences)]),
        forms=sorted(forms, key=lambda each: (each.on, each.at or "z")),
        offences=offences,
        signs=[Sign(name=random.choice(RECORDED), since=since, until=until) for since, until in spans],
    )


def _restricted(draw: Draw, feed: str, row: Row) -> Cell:
    always = (SUSPECT, VICTIM, *BYSTANDERS) if feed == "people" else BYSTANDERS
    if feed == "answers" or row.get("incident_ref") == "elsewhere" or row.get("person_ref") in always:
        return feed, row
    return cell(feed, **row, restricted_to=_pick(draw, ("",) * 14 + ("sensitive", GROUPS[2], COVERT)))


def _pick(draw: Draw, choices: Sequence[str]) -> str:
    return str(draw(st.sampled_from(choices)))


def parted(rows: Sequence[Cell], parts: int, random: Random) -> list[dict[str, list[Row]]]:
    """Return the rows in a random order, in so many random parts."""
    shuffled = [(random.randrange(parts), each) for each in random.sample(rows, len(rows))]
    return [by_feed([each for where, each in shuffled if where == part]) for part in range(parts)]


def as_read(rows: Sequence[Cell]) -> dict[str, pd.DataFrame]:
    """Return the rows as `recount` reads them from files."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "1").mkdir()
        for feed in FEEDS:
            with (Path(folder) / "1" / f"{feed.name}.csv").open("w", newline="", encoding="utf-8") as file:
                written = csv.DictWriter(file, [column.name for column in feed.all_columns])
                written.writeheader()
                written.writerows(row for name, row in rows if name == feed.name)
        return tables(Path(folder))


ANSWERS = {"yes": Level.ALL_THE_TIME, "no": Level.NEVER, "dont_know": Answer.DONT_KNOW}
"""Each answer of an example, and what says the same where a form asks how often."""


def encoded(given: Form) -> list[list[Any]]:
    """Return a form as the question takes it: as several of one day, where no one form asks about all of it."""
    rows, left, known = list[list[Any]](), dict(given.says), shipped().instruments.values()
    while left:
        asks = max(known, key=lambda each: len(left.keys() & {item.factor for item in each.items}))
        answered = [NOT_DELIVERED] * len(asks.items)
        for item in asks.items:
            if said := left.pop(item.factor, None):
                answered[item.place] = ANSWER_BYTES[ANSWERS[said] if Level.NEVER in item.answers else said]
        assert any(answered), "no form asks about that"
        name = f"{asks.instrument} {asks.version}"
        rows.append([f"{name} of {given.on}", given.on, given.at, name, bytes(answered), []])
    return rows


def evidence_of(example: Example) -> Evidence:
    """Return an example as evidence."""
    alone = {day for day, _ in example.offences} - {*example.incidents}
    return Evidence(
        incidents=[*example.incidents, *alone],
        forms=[
            Form(on=each.on, at=None, says={name: said for said in ANSWERS for name in getattr(each, said)})
            for each in sorted(example.forms, key=lambda each: each.on)
        ],
        offences=sorted(example.offences),
        signs=[Sign(name=each.sign, since=each.on, until=each.until) for each in example.signs],
    )


def case(on_it: Evidence) -> Given:
    """Return evidence as the question takes it."""
    days = list(on_it.incidents)
    return {
        "dyad": {"incident_ids": [f"i{place}" for place in range(len(days))], "incident_on": days},
        "forms": [row for each in on_it.forms for row in encoded(each)],
        "offences": [[f"o{place}", *offence] for place, offence in enumerate(on_it.offences)],
        "signs": [[each.name, each.since, each.until, f"s{place}"] for place, each in enumerate(on_it.signs)],
    }
