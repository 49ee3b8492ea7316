"""A delivery made by hand in which every test of visibility matters: what chance rarely brings together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count

from ingest.ids import opaque
from strategies import RMS, Row, World

Cell = tuple[str, Row]
"""A row and its feed."""


def witness() -> World:
    """Return the delivery; whatever is restricted in it is restricted to one group, which some viewers do not have."""
    rows: dict[str, list[Row]] = {}
    told = (
        _records(),
        _incidents(),
        _forms(),
        _names(),
        _risk(),
        _signs(),
        _pairs(),
        _serial(),
        _conflicts(),
        _unfinished(),
    )
    for feed, row in chain.from_iterable(told):
        rows.setdefault(feed, []).append(row)
    return rows


def hidden_inputs() -> Iterator[World]:
    """Yield deliveries that hold one record of each input of clusters of risk, each time with another part hidden."""
    told = (
        (dict(_a_form()), ("form", "assessed", "followed", "accused")),
        (dict(_an_offence()), ("incident", "offence")),
        (dict(_a_marker()), ("owner", "marker")),
        (dict(_a_tie()), ("one", "tie", "other")),
        (dict(_a_home("home")), ("resident", "stay", "home")),
        (dict(_a_home("refuge", protected="yes")), ("",)),
    )
    for number in range(max(len(parts) for _, parts in told)):
        rows: dict[str, list[Row]] = {}
        for cells, parts in told:
            for part, cell in cells.items() if number < len(parts) else ():
                feed, row = _hidden(cell) if part == parts[number] else cell
                rows.setdefault(feed, []).append(row)
        yield rows


def _a_form() -> Iterator[tuple[str, Cell]]:
    yield "assessed", _person("assessed")
    yield "accused", _person("accused")
    yield "followed", _row("incidents", incident_ref="followed", reported_at="2025-01-01")
    yield "form", _form("form", "assessed", suspect_ref="accused", incident_ref="followed")
    yield "answer", _row("answers", assessment_ref="form", item="1", answer="yes")


def _an_offence() -> Iterator[tuple[str, Cell]]:
    yield "incident", _row("incidents", incident_ref="incident", reported_at="2025-01-01")
    yield "offence", _row("offences", offence_ref="offence", incident_ref="incident", code="8/6")


def _a_marker() -> Iterator[tuple[str, Cell]]:
    yield "owner", _person("owner")
    yield "marker", _row("markers", marker_ref="marker", person_ref="owner", kind="bail")


def _a_tie() -> Iterator[tuple[str, Cell]]:
    yield "one", _person("one")
    yield "other", _person("other")
    yield "tie", _tie("one", "other", "partner")


def _a_home(ref: str, **cells: str) -> Iterator[tuple[str, Cell]]:
    yield "resident", _person(f"resident of {ref}")
    yield "home", _row("addresses", address_ref=ref, **cells)
    yield "stay", _stay(f"resident of {ref}", ref, from_on="2025-01-01")


def _hidden(cell: Cell) -> Cell:
    feed, row = cell
    return feed, {**row, "restricted_to": "sensitive"}


def _visible(cell: Cell) -> Cell:
    return cell


def _row(feed: str, **cells: str) -> Cell:
    return feed, cells


def _person(ref: str) -> Cell:
    return _row("people", person_ref=ref, family_name=f"Name of {ref}")


def _same(ref: str, other: str, verdict: str = "same") -> Cell:
    said = {"verdict": verdict, "by": "reviewer", "at": "2025-10-01", "reason": "compared"}
    return _row("judgements", judgement_ref=f"{ref} {verdict} {other}", person_ref=ref, other_ref=other, **said)


def _role(ref: str, incident: str, role: str, **cells: str) -> Cell:
    return _row("involvements", person_ref=ref, incident_ref=incident, role=role, **cells)


def _tie(ref: str, other: str, kind: str = "sibling", **cells: str) -> Cell:
    return _row("relationships", person_ref=ref, other_ref=other, kind=kind, **cells)


def _stay(ref: str, place: str, **cells: str) -> Cell:
    return _row("residences", person_ref=ref, address_ref=place, **cells)


def _form(ref: str, victim: str, **cells: str) -> Cell:
    said = {"instrument": "dash", "version": "2009", "assessed_at": "2025-05-05", "grade": "high"}
    return _row("assessments", assessment_ref=ref, victim_ref=victim, **said, **cells)


def _incident(ref: str, suspect: str, victim: str, day: str = "2025-01-01") -> Iterator[Cell]:
    """Say that a domestic incident was reported, with one suspect and one victim."""
    yield _row("incidents", incident_ref=ref, reported_at=day, domestic="yes", neighbourhood=f"Place of {ref}")
    yield _role(suspect, ref, "suspect")
    yield _role(victim, ref, "victim")


def _twin(ref: str, *, first: bool) -> Iterable[Cell]:
    """Say that a hidden record is the same person, its id before that of the visible one, or after it."""
    twin = twin_of(ref, first=first)
    return _hidden(_person(twin)), _same(ref, twin)


def twin_of(ref: str, *, first: bool = False) -> str:
    """Return the reference of a record whose id comes before that of another record, or after it."""
    own = opaque("n", RMS, ref)
    twins = (f"{ref} twin{number}" for number in count())
    return next(twin for twin in twins if (opaque("n", RMS, twin) < own) is first)


def _records() -> Iterator[Cell]:
    """Say what is recorded of a person, with all of it visible but one part at a time."""
    yield _person("open")
    yield _hidden(_person("closed"))
    yield from _twin("open", first=False)
    yield from (
        *(_row("addresses", address_ref=ref, line=f"Line of {ref}") for ref in ("place", "other place", "third place")),
        *(_row("identifiers", identifier_ref=ref, kind="phone", value=f"Value of {ref}") for ref in ("thing", "toy")),
        *(_row("schools", school_ref=ref, name=f"Name of {ref}") for ref in ("school", "academy")),
        _row("addresses", address_ref="safe", line="1 Refuge Road", protected="yes"),
        _row("addresses", address_ref="other safe", line="3 Refuge Road", protected="yes"),
    )
    yield _hidden(_row("addresses", address_ref="hidden place", line="Line of a hidden place"))
    yield _hidden(_row("addresses", address_ref="hidden refuge", line="2 Refuge Road", protected="yes"))
    yield _hidden(_row("identifiers", identifier_ref="hidden thing", kind="phone", value="Value of a hidden thing"))
    yield _hidden(_row("schools", school_ref="hidden school", name="Name of a hidden school"))
    for ref in ("place", "safe", "hidden place", "hidden refuge"):
        yield _stay("open", ref)
    yield _hidden(_stay("open", "other place"))
    yield _hidden(_stay("open", "other safe"))
    yield _stay("closed", "third place")
    for feed, column, visible, other, hidden in (
        ("uses", "identifier_ref", "thing", "toy", "hidden thing"),
        ("attendances", "school_ref", "school", "academy", "hidden school"),
    ):
        yield _row(feed, person_ref="open", **{column: visible})
        yield _row(feed, person_ref="open", **{column: hidden})
        yield _row(feed, person_ref="closed", **{column: visible})
        yield _hidden(_row(feed, person_ref="open", **{column: other}))
    yield _row("markers", marker_ref="m1", person_ref="open", kind="bail")
    yield _hidden(_row("markers", marker_ref="m2", person_ref="open", kind="warning"))
    yield _row("markers", marker_ref="m3", person_ref="closed", kind="bail")
    yield _person("friend")
    for kind, hide in (("friend", _visible), ("neighbour", _hidden)):
        yield hide(_tie("open", "friend", kind))
        yield hide(_tie("friend", "open", kind))
    yield _tie("open", "closed", "colleague")
    yield _tie("closed", "open", "colleague")
    # Two steps away: through a friend, a friend's hidden twin, and to what is hidden there.
    yield from _twin("friend", first=False)
    for ref in ("far", "farther", "farthest"):
        yield _person(ref)
    yield _hidden(_person("hidden far"))
    yield _tie("friend", "far")
    yield _hidden(_tie("friend", "farther"))
    yield _tie("friend", "hidden far")
    yield _tie(twin_of("friend"), "farthest")
    yield _stay("friend", "safe")


def _incidents() -> Iterator[Cell]:
    """Say what happened with everything visible but one part at a time."""
    yield from (_person(ref) for ref in ("suspect", "victim"))
    yield from _twin("suspect", first=False)
    yield from (_hidden(_person("hidden suspect")), _hidden(_person("hidden victim")), _person("other victim"))
    for ref in ("i1", "i2", "i3"):
        yield from _incident(ref, "suspect", "victim")
    hidden, *roles = _incident("hidden incident", "suspect", "victim", "2025-03-03")
    yield from (_hidden(hidden), *roles)
    yield _row("offences", offence_ref="o1", incident_ref="i1", code="8/6")
    yield _hidden(_row("offences", offence_ref="o2", incident_ref="i1", code="8/7"))
    yield _row("offences", offence_ref="o3", incident_ref="hidden incident", code="8/8")
    yield _hidden(_role("suspect", "i1", "witness"))
    yield _role("hidden suspect", "i1", "suspect")
    yield _role("hidden victim", "i2", "victim")
    yield _hidden(_role("other victim", "i2", "victim"))
    yield _row("appearances", identifier_ref="thing", incident_ref="i1")
    yield _hidden(_row("appearances", identifier_ref="thing", incident_ref="i2"))
    yield _row("appearances", identifier_ref="thing", incident_ref="hidden incident")
    yield _row("appearances", identifier_ref="hidden thing", incident_ref="i3")
    # An offence against a hidden twin of the victim is one against a stranger for who cannot see the twin.
    yield from _twin("victim", first=False)
    yield _row("offences", offence_ref="o4", incident_ref="i2", code="8/9", against=twin_of("victim"))


def _forms() -> Iterator[Cell]:
    """Say what was assessed with everything visible but one part at a time."""
    yield from (_person(ref) for ref in ("assessed", "assessed suspect"))
    yield from (_hidden(_person(ref)) for ref in ("hidden assessed", "hidden assessed suspect"))
    named = {"suspect_ref": "assessed suspect"}
    yield _form("f1", "assessed", **named)
    yield _hidden(_form("f2", "assessed", **named))
    yield _form("f3", "hidden assessed", **named)
    yield _form("f4", "assessed", suspect_ref="hidden assessed suspect")
    yield _form("f5", "assessed", incident_ref="hidden incident", **named)
    yield _form("f6", "assessed")
    yield _hidden(_form("f7", "assessed"))
    yield _form("f8", "hidden assessed")
    yield _form("f9", "assessed", incident_ref="hidden incident")
    # Of nobody because it names none and two are suspected, as far as one can see.
    yield _form("f10", "assessed", incident_ref="i3")
    yield _hidden(_role("assessed suspect", "i3", "suspect"))
    yield _role("hidden suspect", "i3", "suspect")


def _names() -> Iterator[Cell]:
    """Say that people have hidden records whose names would come first, and one that judgements keep apart."""
    yield from (_person(ref) for ref in ("repeating", "repeated"))
    yield from (*_twin("repeating", first=True), *_twin("repeated", first=True))
    yield from (*_incident("n1", "repeating", "repeated"), *_incident("n2", "repeating", "repeated"))
    yield from (_person("apart"), _hidden(_person("hidden apart")))
    yield from (_same("apart", "hidden apart"), _same("apart", "hidden apart", "different"))


def _risk() -> Iterator[Cell]:
    """Say that the pair of the hidden names has clusters of risk, a yes that a no contradicts and a grade that falls.

    Each would be another with what is hidden.
    """
    for form, day, grade, answer in (
        ("r1", "2025-05-05", "high", "yes"),
        ("r2", "2025-06-06", "high", "yes"),
        ("r3", "2025-07-07", "medium", "no"),
        ("r4", "2025-08-08", "standard", "no"),
    ):
        named = {"suspect_ref": "repeating", "victim_ref": "repeated", "grade": grade, "assessed_at": day}
        told = _row("assessments", assessment_ref=form, instrument="dash", version="2009", **named)
        yield _hidden(told) if form == "r4" else told
        yield _row("answers", assessment_ref=form, item="18", answer=answer)
    last, *roles = _incident("r5", "repeating", "repeated", "2025-08-08")
    yield from (_hidden(last), *roles)


def _signs() -> Iterator[Cell]:
    """Say that a pair has signs of risk beyond a form, with one part of each hidden at a time."""
    yield from (_person("signing"), *_twin("signing", first=False), _person("signed"))
    yield from _incident("signs", "signing", "signed")
    yield _hidden(_row("markers", marker_ref="sign of victim", person_ref="signed", kind="warning"))
    yield _hidden(_row("markers", marker_ref="sign of suspect", person_ref="signing", kind="bail"))
    yield _row("markers", marker_ref="sign of twin", person_ref=twin_of("signing"), kind="warning")
    # Only who has separated moves away from the suspect.
    yield _tie("signing", "signed", "ex_partner", from_on="2025-01-01")
    yield from (_person("partner"), _hidden(_person("hidden partner")))
    yield _hidden(_tie("signing", "partner", "partner", from_on="2025-02-02"))
    yield _tie("signing", "hidden partner", "partner", from_on="2025-03-03")
    yield _row("addresses", address_ref="sign refuge", protected="yes")
    yield _row("addresses", address_ref="sign home")
    yield _hidden(_row("addresses", address_ref="hidden sign home"))
    for place, hide in (("sign refuge", _visible), ("sign home", _hidden), ("hidden sign home", _visible)):
        yield hide(_stay("signed", place, from_on="2025-02-02"))


def _pairs() -> Iterator[Cell]:
    """Say what makes a pair, or an assessment one of a pair, with one part of it hidden at a time."""
    for number, (ref, other, hide) in enumerate(
        (
            ("s", "v", _hidden),
            ("s twin", "v", _visible),
            ("s", "v twin", _visible),
        )
    ):
        # A tie decides whether the incident is domestic: its source has no flag.
        suspect, victim = f"p{number} s", f"p{number} v"
        yield from (_person(suspect), _person(victim), *_twin(suspect, first=False), *_twin(victim, first=False))
        yield _row("incidents", incident_ref=f"p{number}", reported_at="2025-01-01")
        yield _role(suspect, f"p{number}", "suspect", age="40")
        yield _role(victim, f"p{number}", "victim", age="40")
        ends = {"s": suspect, "v": victim, "s twin": twin_of(suspect), "v twin": twin_of(victim)}
        yield hide(_tie(ends[ref], ends[other]))
    # A form without a suspect is of the only one: here of the only one whom everyone sees.
    for ref, rivals in (("q0", ()), ("q1", (_hidden(_person("q1 rival")), _role("q1 rival", "q1", "suspect")))):
        yield from (_person(f"{ref} s"), _person(f"{ref} v"), *_incident(ref, f"{ref} s", f"{ref} v"), *rivals)
        yield _form(f"{ref} form", f"{ref} v", incident_ref=ref)
    yield from (_person("q0 rival"), _hidden(_role("q0 rival", "q0", "suspect")))
    yield from (*_twin("q0 v", first=False), _form("q0 form of twin", twin_of("q0 v"), incident_ref="q0"))
    yield _hidden(_form("q0 hidden form", "q0 v", incident_ref="q0"))


SIDES = ("first", "second")
"""Which of two victims is linked to the other by a record that is hidden."""


def _serial() -> Iterator[Cell]:
    """Say that suspects have two victims each, with a path between them of which one part is hidden."""
    yield from _through_a_tie()
    yield from _through_a_relative()
    yield from _through_a_home()
    yield from _through_an_incident()


def _through_a_tie() -> Iterator[Cell]:
    for kind in ("sibling", "lives_with"):
        for part in (*SIDES, "tie"):
            name = f"{kind} {part}"
            tie = _tie(_end(name, "a", part == "first"), _end(name, "b", part == "second"), kind)
            yield from _victims(name)
            yield _hidden(tie) if part == "tie" else tie


def _through_a_relative() -> Iterator[Cell]:
    for part in (*SIDES, "nearer", "farther", "near end", "far end"):
        name = f"relative {part}"
        nearer = _tie(_end(name, "a", part == "first"), _end(name, "c", part == "near end"))
        farther = _tie(_end(name, "c", part == "far end"), _end(name, "b", part == "second"))
        yield from (*_victims(name), _person(f"{name} c"), *_twin(f"{name} c", first=False))
        yield _hidden(nearer) if part == "nearer" else nearer
        yield _hidden(farther) if part == "farther" else farther


def _through_a_home() -> Iterator[Cell]:
    for part in (*SIDES, "home", "refuge", "stay", "other stay"):
        name = f"home {part}"
        home = _row("addresses", address_ref=name, kind="home", protected="yes" if part == "refuge" else "no")
        stay, other_stay = _stay(_end(name, "a", part == "first"), name), _stay(_end(name, "b", part == "second"), name)
        yield from _victims(name)
        yield _hidden(home) if part == "home" else home
        yield _hidden(stay) if part == "stay" else stay
        yield _hidden(other_stay) if part == "other stay" else other_stay


def _through_an_incident() -> Iterator[Cell]:
    for part in (*SIDES, "incident", "role", "other role", "own", "own role"):
        name = f"incident {part}"
        incident = _row("incidents", incident_ref=name, reported_at="2025-01-01", domestic="no")
        role = _role(_end(name, "a", part == "first"), name, "witness")
        other_role = _role(_end(name, "b", part == "second"), name, "witness")
        yield from _victims(name)
        yield _hidden(incident) if part == "incident" else incident
        yield _hidden(role) if part == "role" else role
        yield _hidden(other_role) if part == "other role" else other_role
        # The suspect was there too, so the incident connects nobody: but not for who cannot see that.
        if part == "own role":
            yield _hidden(_role(f"{name} s", name, "party"))
        elif part == "own":
            yield _role(twin_of(f"{name} s", first=True), name, "party")


def _end(name: str, who: str, twin: bool) -> str:
    """Return the reference of somebody's visible record, or of the hidden twin."""
    return twin_of(f"{name} {who}") if twin else f"{name} {who}"


def _victims(name: str) -> Iterator[Cell]:
    """Say that somebody is suspected against two people, each with a hidden twin, `a` before `b`."""
    yield from (_person(f"{name} s"), *_twin(f"{name} s", first=True))
    for victim, day in (("a", "2024-01-01"), ("b", "2024-02-02")):
        yield from (_person(f"{name} {victim}"), *_twin(f"{name} {victim}", first=False))
        yield from _incident(f"{name} {victim}", f"{name} s", f"{name} {victim}", day)


def _conflicts() -> Iterator[Cell]:
    """Say what contradicts itself, with one part of it hidden at a time."""
    yield _row("people", person_ref="disputed", born_on="1990-01-02")
    yield _hidden(_row("people", person_ref="disputed twin", born_on="1990-02-01"))
    yield _same("disputed", "disputed twin")
    yield from (_person("torn"), *_twin("torn", first=False), _person("other torn"))
    twin = twin_of("torn")
    for part in ("suspect", "suspicion", "incident", "harm", "victim"):
        incident, suspicion, harm = _incident(
            f"torn {part}", twin if part == "suspect" else "torn", twin if part == "victim" else "torn"
        )
        yield _hidden(incident) if part == "incident" else incident
        yield _hidden(suspicion) if part == "suspicion" else suspicion
        yield _hidden(harm) if part == "harm" else harm
    for part in ("suspect", "form", "victim", "incident"):
        ends = {"suspect_ref": twin if part == "suspect" else "torn", "victim": twin if part == "victim" else "torn"}
        follows = {"incident_ref": "torn incident"} if part == "incident" else {}
        form = _form(f"torn {part}", **ends, **follows)
        yield _hidden(form) if part == "form" else form
    yield from _reversed(twin)
    for part in ("record", "role", "incident"):
        name = f"young {part}"
        yield from (_person(name), *_twin(name, first=False))
        incident = _row("incidents", incident_ref=name, reported_at="2025-01-01")
        role = _role(twin_of(name) if part == "record" else name, name, "suspect", age="9")
        yield _hidden(incident) if part == "incident" else incident
        yield _hidden(role) if part == "role" else role


def _reversed(twin: str) -> Iterator[Cell]:
    """Say that the suspect of a form is a victim and no suspect in its incident, as far as one can see."""
    for role in ("victim", "suspect"):
        for part in ("role", "record"):
            name = f"reversed {role} {part}"
            yield _row("incidents", incident_ref=name, reported_at="2025-01-01")
            yield _form(name, "other torn", suspect_ref="torn", incident_ref=name)
            said = _role(twin if part == "record" else "torn", name, role)
            yield _hidden(said) if part == "role" else said
            if role == "suspect":
                yield _role("torn", name, "victim")


def _unfinished() -> Iterator[Cell]:
    """Say what is missing: values, and records that others refer to, with one of these hidden at a time."""
    yield _row("schools", school_ref="nameless school")
    yield _row("identifiers", identifier_ref="nameless thing", kind="phone")
    yield _row("incidents", incident_ref="at hidden place", reported_at="2025-01-01", address_ref="hidden place")
    yield _hidden(_row("schools", school_ref="rejected", name=TOO_LONG))
    yield _hidden(_tie("open", "absent"))
    yield _tie("absent", "closed")
    yield _role("absent", "hidden incident", "witness")
    yield _stay("absent", "hidden place")
    yield _row("uses", person_ref="absent", identifier_ref="hidden thing")
    yield _row("attendances", person_ref="absent", school_ref="hidden school")
    # What waits for a record that waits itself, or was taken back, which not everybody may know.
    yield _hidden(_form("hidden waiting", "absent"))
    yield _hidden(_row("incidents", incident_ref="taken back", reported_at="2025-01-01"))
    yield _hidden(_row("incidents", incident_ref="taken back", withdrawn="yes"))
    yield _form("waiting", "open", incident_ref="taken back")
    for form in ("hidden waiting", "waiting"):
        yield _row("answers", assessment_ref=form, item="1", answer="yes")


TOO_LONG = "Name of a school " * 20
"""What no name may be as long as: the row is rejected."""
