"""What an auditor is told of who looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from graph.audit import reports
from graph.audit.entries import Kind
from graph.audit.readings import Look, looks, rows
from trails import ALICE, BOB, ENTRY, LONDON, OUTCOME, Clock, Place, at, look, place

__all__ = ["place"]


def test_looks_are_answered_consultations_and_disclosures_of_a_time(place: Place) -> None:
    clock = Clock(at(2, 23, 59))
    trail = place.opened(clock)
    look(trail)
    look(trail, replace(ENTRY, kind=Kind.ALTERATION))
    look(trail, outcome=replace(OUTCOME, ok=False, code="NOT_FOUND", subjects=[]))
    look(trail, replace(ENTRY, kind=Kind.DISCLOSURE, client="key:k1"), replace(OUTCOME, ok=False, code="LATE"))
    across = trail.intent(replace(ENTRY, viewer="officer-2"))
    clock.now = at(3, 0, 1)
    trail.outcome(across, OUTCOME)
    look(trail)
    trail.close()
    found = list(looks(place.folder))
    assert [(each.viewer, each.kind, each.client) for each in found] == [
        ("officer-1", Kind.CONSULTATION, "token"),
        ("officer-1", Kind.DISCLOSURE, "key:k1"),
        ("officer-2", Kind.CONSULTATION, "token"),
        ("officer-1", Kind.CONSULTATION, "token"),
    ]
    assert found[0].subject_ids == (ALICE, BOB)
    assert found[0].at == at(2, 23, 59)
    assert list(looks(place.folder, at(3, 0))) == found[3:]
    assert [row["n"] for row in rows(place.folder, date(2026, 3, 3))] == [11, 12, 13, 14]


def seen(viewer: str, when: datetime, *ids: str) -> Look:
    return Look(viewer=viewer, client="token", at=when, kind=Kind.CONSULTATION, subject_ids=ids)


def test_a_burst_is_more_than_so_many_persons_in_so_many_minutes() -> None:
    quick = [seen("a", at(2, 9, minute), str(minute)) for minute in range(12)]
    slow = [seen("b", at(2, 9 + minute), str(minute)) for minute in range(12)]
    again = [seen("c", at(2, 9, minute), "same") for minute in range(12)]
    found = reports.bursts([*slow, *reversed(quick), *again], subjects=3, minutes=5)
    assert found == [reports.Burst(viewer="a", subjects=12, looks=12, first_at=at(2, 9, 0), last_at=at(2, 9, 11))]
    assert reports.bursts(quick, subjects=6, minutes=5) == []
    assert [each.subjects for each in reports.bursts(quick, subjects=5, minutes=5)] == [12]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from("pqrst")), max_size=25), st.integers(1, 4), st.integers(1, 9)
)
def test_a_burst_is_there_exactly_when_some_window_is_too_full(
    read: list[tuple[int, str]], most: int, minutes: int
) -> None:
    full = any(
        len({person for other, person in read if minute - minutes <= other <= minute}) > most for minute, _ in read
    )
    found = reports.bursts([seen("a", at(2, 9, minute), who) for minute, who in read], subjects=most, minutes=minutes)
    assert bool(found) == full
    assert all(each.subjects > most for each in found)
    assert all(one.last_at < other.first_at for one, other in pairwise(found))


def test_out_of_hours_is_by_the_force_s_own_clock() -> None:
    summer = datetime(2026, 7, 1, 18, 30, tzinfo=UTC)  # a Wednesday; 19:30 in London
    saturday = datetime(2026, 7, 4, 11, 0, tzinfo=UTC)
    early = datetime(2026, 1, 7, 6, 59, tzinfo=UTC)
    found = reports.out_of_hours(
        [
            seen("a", summer, ALICE),
            seen("a", summer + timedelta(minutes=1), ALICE, BOB),
            seen("a", summer - timedelta(hours=1), BOB),
            seen("b", saturday, ALICE),
            seen("b", early, ALICE),
            seen("b", early + timedelta(minutes=1), ALICE),
        ],
        zone=LONDON,
    )
    assert [(each.viewer, each.on.isoformat(), each.subjects, each.looks) for each in found] == [
        ("a", "2026-07-01", 2, 2),
        ("b", "2026-01-07", 1, 1),
        ("b", "2026-07-04", 1, 1),
    ]
    assert (found[0].first_at, found[0].last_at) == (summer, summer + timedelta(minutes=1))
    assert len(reports.out_of_hours([seen("b", early, ALICE)], zone=LONDON, begins=time(6))) == 0


def test_many_viewers_are_those_of_one_person_within_days() -> None:
    read = [seen(f"v{number}", at(2 + number), ALICE, BOB if number < 2 else ALICE) for number in range(5)]
    (found,) = reports.many_viewers(read, viewers=3, days=2)
    assert (found.subject_id, found.viewers, found.looks) == (ALICE, 5, 8)
    assert found.viewer_names == ("v0", "v1", "v2", "v3", "v4")
    assert (found.first_at, found.last_at) == (at(2), at(6))
    assert reports.many_viewers(read, viewers=4, days=2) == []


def test_an_area_is_unusual_for_whom_it_is_little_of_what_they_read_lately() -> None:
    areas = {ALICE: "north", BOB: "south"}
    often = [seen("a", at(2, 9, minute), ALICE, "nowhere") for minute in range(59)]
    (found,) = reports.unusual_areas([*often, seen("a", at(3), BOB), seen("b", at(3), BOB)], areas)
    assert (found.viewer, found.area, found.reads, found.of_reads, found.subject_ids) == ("a", "south", 1, 60, (BOB,))
    assert (found.first_at, found.last_at) == (at(3), at(3))
    # Of two reads, one is not little; and what lies too far back is not counted at all.
    assert reports.unusual_areas([seen("a", at(2), ALICE), seen("a", at(3), BOB)], areas) == []
    assert reports.unusual_areas([*often, seen("a", at(2) + timedelta(days=91), BOB)], areas) == []
    assert reports.unusual_areas([*often, seen("a", at(3), BOB)], areas, percent=1) == []
