"""A delivery made by hand in which every test of visibility matters: what chance rarely brings together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import cells as say
from strategies import Cell, World, by_feed


def witness() -> World:
    """Return the delivery; whatever is restricted in it is restricted to one group, which some viewers do not have."""
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
    return by_feed(chain.from_iterable(told))


def restricted_since() -> World:
    """Return what is delivered after conclusions were drawn from the witness: an incident of a pair is restricted.

    The pair lists it until conclusions are drawn anew. What a question was told of the state may be older than that.
    """
    incident, *_ = say.incident("n1", "repeating", "repeated")
    feed, row = say.hidden(incident)
    return by_feed([(feed, {**row, "recorded_at": "2026-03-03"})])


def _records() -> Iterator[Cell]:
    """Say what is recorded of a person, with all of it visible but one part at a time."""
    yield say.person("open")
    yield say.hidden(say.person("closed"))
    yield from say.twin("open", first=False)
    yield from (
        *(
            say.row("addresses", address_ref=ref, line=f"Line of {ref}")
            for ref in ("place", "other place", "third place")
        ),
        *(
            say.row("identifiers", identifier_ref=ref, kind="phone", value=f"Value of {ref}")
            for ref in ("thing", "toy")
        ),
        *(say.row("schools", school_ref=ref, name=f"Name of {ref}") for ref in ("school", "academy")),
        say.row("addresses", address_ref="safe", line="1 Refuge Road", protected="yes"),
        say.row("addresses", address_ref="other safe", line="3 Refuge Road", protected="yes"),
    )
    yield say.hidden(say.row("addresses", address_ref="hidden place", line="Line of a hidden place"))
    yield say.hidden(say.row("addresses", address_ref="hidden refuge", line="2 Refuge Road", protected="yes"))
    yield say.hidden(
        say.row("identifiers", identifier_ref="hidden thing", kind="phone", value="Value of a hidden thing")
    )
    yield say.hidden(say.row("schools", school_ref="hidden school", name="Name of a hidden school"))
    for ref in ("place", "safe", "hidden place", "hidden refuge"):
        yield say.stay("open", ref)
    yield say.hidden(say.stay("open", "other place"))
    yield say.hidden(say.stay("open", "other safe"))
    yield say.stay("closed", "third place")
    for feed, column, visible, other, hidden in (
        ("uses", "identifier_ref", "thing", "toy", "hidden thing"),
        ("attendances", "school_ref", "school", "academy", "hidden school"),
    ):
        yield say.row(feed, person_ref="open", **{column: visible})
        yield say.row(feed, person_ref="open", **{column: hidden})
        yield say.row(feed, person_ref="closed", **{column: visible})
        yield say.hidden(say.row(feed, person_ref="open", **{column: other}))
    yield say.row("markers", marker_ref="m1", person_ref="open", kind="bail")
    yield say.hidden(say.row("markers", marker_ref="m2", person_ref="open", kind="warning"))
    yield say.row("markers", marker_ref="m3", person_ref="closed", kind="bail")
    yield say.person("friend")
    for kind, hide in (("friend", say.visible), ("neighbour", say.hidden)):
        yield hide(say.tie("open", "friend", kind))
        yield hide(say.tie("friend", "open", kind))
    yield say.tie("open", "closed", "colleague")
    yield say.tie("closed", "open", "colleague")
    # Two steps away: through a friend, a friend's hidden twin, and to what is hidden there.
    yield from say.twin("friend", first=False)
    for ref in ("far", "farther", "farthest"):
        yield say.person(ref)
    yield say.hidden(say.person("hidden far"))
    yield say.tie("friend", "far")
    yield say.hidden(say.tie("friend", "farther"))
    yield say.tie("friend", "hidden far")
    yield say.tie(say.twin_of("friend"), "farthest")
    yield say.stay("friend", "safe")


def _incidents() -> Iterator[Cell]:
    """Say what happened with everything visible but one part at a time."""
    yield from (say.person(ref) for ref in ("suspect", "victim"))
    yield from say.twin("suspect", first=False)
    yield from (
        say.hidden(say.person("hidden suspect")),
        say.hidden(say.person("hidden victim")),
        say.person("other victim"),
    )
    for ref in ("i1", "i2", "i3"):
        yield from say.incident(ref, "suspect", "victim")
    hidden, *roles = say.incident("hidden incident", "suspect", "victim", "2025-03-03")
    yield from (say.hidden(hidden), *roles)
    yield say.row("offences", offence_ref="o1", incident_ref="i1", code="8/6")
    yield say.hidden(say.row("offences", offence_ref="o2", incident_ref="i1", code="8/7"))
    yield say.row("offences", offence_ref="o3", incident_ref="hidden incident", code="8/8")
    yield say.hidden(say.role("suspect", "i1", "witness"))
    yield say.role("hidden suspect", "i1", "suspect")
    yield say.role("hidden victim", "i2", "victim")
    yield say.hidden(say.role("other victim", "i2", "victim"))
    yield say.row("appearances", identifier_ref="thing", incident_ref="i1")
    yield say.hidden(say.row("appearances", identifier_ref="thing", incident_ref="i2"))
    yield say.row("appearances", identifier_ref="thing", incident_ref="hidden incident")
    yield say.row("appearances", identifier_ref="hidden thing", incident_ref="i3")
    # An offence against a hidden twin of the victim is one against a stranger for who cannot see the twin.
    yield from say.twin("victim", first=False)
    yield say.row("offences", offence_ref="o4", incident_ref="i2", code="8/9", against=say.twin_of("victim"))


def _forms() -> Iterator[Cell]:
    """Say what was assessed with everything visible but one part at a time."""
    yield from (say.person(ref) for ref in ("assessed", "assessed suspect"))
    yield from (say.hidden(say.person(ref)) for ref in ("hidden assessed", "hidden assessed suspect"))
    named = {"suspect_ref": "assessed suspect"}
    yield say.form("f1", "assessed", **named)
    yield say.hidden(say.form("f2", "assessed", **named))
    yield say.form("f3", "hidden assessed", **named)
    yield say.form("f4", "assessed", suspect_ref="hidden assessed suspect")
    yield say.form("f5", "assessed", incident_ref="hidden incident", **named)
    yield say.form("f6", "assessed")
    yield say.hidden(say.form("f7", "assessed"))
    yield say.form("f8", "hidden assessed")
    yield say.form("f9", "assessed", incident_ref="hidden incident")
    # Of nobody because it names none and two are suspected, as far as one can see.
    yield say.form("f10", "assessed", incident_ref="i3")
    yield say.hidden(say.role("assessed suspect", "i3", "suspect"))
    yield say.role("hidden suspect", "i3", "suspect")


def _names() -> Iterator[Cell]:
    """Say that people have hidden records whose names would come first, and one that judgements keep apart."""
    yield from (say.person(ref) for ref in ("repeating", "repeated"))
    yield from (*say.twin("repeating", first=True), *say.twin("repeated", first=True))
    yield from (*say.incident("n1", "repeating", "repeated"), *say.incident("n2", "repeating", "repeated"))
    yield from (say.person("apart"), say.hidden(say.person("hidden apart")))
    yield from (say.same("apart", "hidden apart"), say.same("apart", "hidden apart", "different"))


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
        told = say.row("assessments", assessment_ref=form, instrument="dash", version="2009", **named)
        yield say.hidden(told) if form == "r4" else told
        yield say.row("answers", assessment_ref=form, item="18", answer=answer)
    last, *roles = say.incident("r5", "repeating", "repeated", "2025-08-08")
    yield from (say.hidden(last), *roles)


def _signs() -> Iterator[Cell]:
    """Say that a pair has signs of risk beyond a form, with one part of each hidden at a time."""
    yield from (say.person("signing"), *say.twin("signing", first=False), say.person("signed"))
    yield from say.incident("signs", "signing", "signed")
    yield say.hidden(say.row("markers", marker_ref="sign of victim", person_ref="signed", kind="warning"))
    yield say.hidden(say.row("markers", marker_ref="sign of suspect", person_ref="signing", kind="bail"))
    yield say.row("markers", marker_ref="sign of twin", person_ref=say.twin_of("signing"), kind="warning")
    # Only who has separated moves away from the suspect.
    yield say.tie("signing", "signed", "ex_partner", from_on="2025-01-01")
    yield from (say.person("partner"), say.hidden(say.person("hidden partner")))
    yield say.hidden(say.tie("signing", "partner", "partner", from_on="2025-02-02"))
    yield say.tie("signing", "hidden partner", "partner", from_on="2025-03-03")
    yield say.row("addresses", address_ref="sign refuge", protected="yes")
    yield say.row("addresses", address_ref="sign home")
    yield say.hidden(say.row("addresses", address_ref="hidden sign home"))
    for place, hide in (("sign refuge", say.visible), ("sign home", say.hidden), ("hidden sign home", say.visible)):
        yield hide(say.stay("signed", place, from_on="2025-02-02"))


def _pairs() -> Iterator[Cell]:
    """Say what makes a pair, or an assessment one of a pair, with one part of it hidden at a time."""
    for number, (ref, other, hide) in enumerate(
        (
            ("s", "v", say.hidden),
            ("s twin", "v", say.visible),
            ("s", "v twin", say.visible),
        )
    ):
        # A tie decides whether the incident is domestic: its source has no flag.
        suspect, victim = f"p{number} s", f"p{number} v"
        yield from (
            say.person(suspect),
            say.person(victim),
            *say.twin(suspect, first=False),
            *say.twin(victim, first=False),
        )
        yield say.row("incidents", incident_ref=f"p{number}", reported_at="2025-01-01")
        yield say.role(suspect, f"p{number}", "suspect", age="40")
        yield say.role(victim, f"p{number}", "victim", age="40")
        ends = {"s": suspect, "v": victim, "s twin": say.twin_of(suspect), "v twin": say.twin_of(victim)}
        yield hide(say.tie(ends[ref], ends[other]))
    # A form without a suspect is of the only one: here of the only one whom everyone sees.
    for ref, rivals in (
        ("q0", ()),
        ("q1", (say.hidden(say.person("q1 rival")), say.role("q1 rival", "q1", "suspect"))),
    ):
        yield from (say.person(f"{ref} s"), say.person(f"{ref} v"), *say.incident(ref, f"{ref} s", f"{ref} v"), *rivals)
        yield say.form(f"{ref} form", f"{ref} v", incident_ref=ref)
    yield from (say.person("q0 rival"), say.hidden(say.role("q0 rival", "q0", "suspect")))
    yield from (*say.twin("q0 v", first=False), say.form("q0 form of twin", say.twin_of("q0 v"), incident_ref="q0"))
    yield say.hidden(say.form("q0 hidden form", "q0 v", incident_ref="q0"))


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
            tie = say.tie(_end(name, "a", part == "first"), _end(name, "b", part == "second"), kind)
            yield from _victims(name)
            yield say.hidden(tie) if part == "tie" else tie


def _through_a_relative() -> Iterator[Cell]:
    for part in (*SIDES, "nearer", "farther", "near end", "far end"):
        name = f"relative {part}"
        nearer = say.tie(_end(name, "a", part == "first"), _end(name, "c", part == "near end"))
        farther = say.tie(_end(name, "c", part == "far end"), _end(name, "b", part == "second"))
        yield from (*_victims(name), say.person(f"{name} c"), *say.twin(f"{name} c", first=False))
        yield say.hidden(nearer) if part == "nearer" else nearer
        yield say.hidden(farther) if part == "farther" else farther


def _through_a_home() -> Iterator[Cell]:
    for part in (*SIDES, "home", "refuge", "stay", "other stay"):
        name = f"home {part}"
        home = say.row("addresses", address_ref=name, kind="home", protected="yes" if part == "refuge" else "no")
        stay, other_stay = (
            say.stay(_end(name, "a", part == "first"), name),
            say.stay(_end(name, "b", part == "second"), name),
        )
        yield from _victims(name)
        yield say.hidden(home) if part == "home" else home
        yield say.hidden(stay) if part == "stay" else stay
        yield say.hidden(other_stay) if part == "other stay" else other_stay


def _through_an_incident() -> Iterator[Cell]:
    for part in (*SIDES, "incident", "role", "other role", "own", "own role"):
        name = f"incident {part}"
        incident = say.row("incidents", incident_ref=name, reported_at="2025-01-01", domestic="no")
        role = say.role(_end(name, "a", part == "first"), name, "witness")
        other_role = say.role(_end(name, "b", part == "second"), name, "witness")
        yield from _victims(name)
        yield say.hidden(incident) if part == "incident" else incident
        yield say.hidden(role) if part == "role" else role
        yield say.hidden(other_role) if part == "other role" else other_role
        # The suspect was there too, so the incident connects nobody: but not for who cannot see that.
        if part == "own role":
            yield say.hidden(say.role(f"{name} s", name, "party"))
        elif part == "own":
            yield say.role(say.twin_of(f"{name} s", first=True), name, "party")


def _end(name: str, who: str, twin: bool) -> str:
    """Return the reference of somebody's visible record, or of the hidden twin."""
    return say.twin_of(f"{name} {who}") if twin else f"{name} {who}"


def _victims(name: str) -> Iterator[Cell]:
    """Say that somebody is suspected against two people, each with a hidden twin, `a` before `b`."""
    yield from (say.person(f"{name} s"), *say.twin(f"{name} s", first=True))
    for victim, day in (("a", "2024-01-01"), ("b", "2024-02-02")):
        yield from (say.person(f"{name} {victim}"), *say.twin(f"{name} {victim}", first=False))
        yield from say.incident(f"{name} {victim}", f"{name} s", f"{name} {victim}", day)


def _conflicts() -> Iterator[Cell]:
    """Say what contradicts itself, with one part of it hidden at a time."""
    yield say.row("people", person_ref="disputed", born_on="1990-01-02")
    yield say.hidden(say.row("people", person_ref="disputed twin", born_on="1990-02-01"))
    yield say.same("disputed", "disputed twin")
    yield from (say.person("torn"), *say.twin("torn", first=False), say.person("other torn"))
    twin = say.twin_of("torn")
    for part in ("suspect", "suspicion", "incident", "harm", "victim"):
        incident, suspicion, harm = say.incident(
            f"torn {part}", twin if part == "suspect" else "torn", twin if part == "victim" else "torn"
        )
        yield say.hidden(incident) if part == "incident" else incident
        yield say.hidden(suspicion) if part == "suspicion" else suspicion
        yield say.hidden(harm) if part == "harm" else harm
    for part in ("suspect", "form", "victim", "incident"):
        ends = {"suspect_ref": twin if part == "suspect" else "torn", "victim": twin if part == "victim" else "torn"}
        follows = {"incident_ref": "torn incident"} if part == "incident" else {}
        form = say.form(f"torn {part}", **ends, **follows)
        yield say.hidden(form) if part == "form" else form
    yield from _reversed(twin)
    for part in ("record", "role", "incident"):
        name = f"young {part}"
        yield from (say.person(name), *say.twin(name, first=False))
        incident = say.row("incidents", incident_ref=name, reported_at="2025-01-01")
        role = say.role(say.twin_of(name) if part == "record" else name, name, "suspect", age="9")
        yield say.hidden(incident) if part == "incident" else incident
        yield say.hidden(role) if part == "role" else role


def _reversed(twin: str) -> Iterator[Cell]:
    """Say that the suspect of a form is a victim and no suspect in its incident, as far as one can see."""
    for role in ("victim", "suspect"):
        for part in ("role", "record"):
            name = f"reversed {role} {part}"
            yield say.row("incidents", incident_ref=name, reported_at="2025-01-01")
            yield say.form(name, "other torn", suspect_ref="torn", incident_ref=name)
            said = say.role(twin if part == "record" else "torn", name, role)
            yield say.hidden(said) if part == "role" else said
            if role == "suspect":
                yield say.role("torn", name, "victim")


def _unfinished() -> Iterator[Cell]:
    """Say what is missing: values, and records that others refer to, with one of these hidden at a time."""
    yield say.row("schools", school_ref="nameless school")
    yield say.row("identifiers", identifier_ref="nameless thing", kind="phone")
    yield say.row("incidents", incident_ref="at hidden place", reported_at="2025-01-01", address_ref="hidden place")
    yield say.hidden(say.row("schools", school_ref="rejected", name=TOO_LONG))
    yield say.hidden(say.tie("open", "absent"))
    yield say.tie("absent", "closed")
    yield say.role("absent", "hidden incident", "witness")
    yield say.stay("absent", "hidden place")
    yield say.row("uses", person_ref="absent", identifier_ref="hidden thing")
    yield say.row("attendances", person_ref="absent", school_ref="hidden school")
    # What waits for a record that waits itself, or was taken back, which not everybody may know.
    yield say.hidden(say.form("hidden waiting", "absent"))
    yield say.hidden(say.row("incidents", incident_ref="taken back", reported_at="2025-01-01"))
    yield say.hidden(say.row("incidents", incident_ref="taken back", withdrawn="yes"))
    yield say.form("waiting", "open", incident_ref="taken back")
    for form in ("hidden waiting", "waiting"):
        yield say.row("answers", assessment_ref=form, item="1", answer="yes")


TOO_LONG = "Name of a school " * 20
"""What no name may be as long as: the row is rejected."""
