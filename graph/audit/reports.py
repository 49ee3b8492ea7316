"""What an auditor should look at: bursts, hours, persons that many look at, and areas that a viewer never works in.

Each says what happened and nothing of why: a threat list at night can be the night shift's work.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from graph.audit.readings import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A time in which a viewer read unusually many persons; windows that overlap are one burst."""

    viewer: str
    subjects: int
    looks: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfHours:
    """What a viewer read on one day outside the hours; the day is that of the force's zone."""

    viewer: str
    on: date
    subjects: int
    looks: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyViewers:
    """A time in which unusually many viewers read one person."""

    subject_id: str
    viewers: int
    viewer_names: tuple[str, ...]
    looks: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualArea:
    """Persons of an area that makes up little of what a viewer reads; `reads` are of the area, `of_reads` are all."""

    viewer: str
    area: str
    reads: int
    of_reads: int
    subject_ids: tuple[str, ...]
    first_at: datetime
    last_at: datetime


def bursts(looks: Iterable[Look], *, subjects: int = 100, minutes: float = 10) -> list[Burst]:
    """Return when a viewer read more than so many distinct persons within so many minutes."""
    read: dict[str, list[Read]] = defaultdict(list)
    for look in looks:
        read[look.viewer] += [(look.at, each) for each in look.subject_ids]
    return [
        Burst(
            viewer=viewer,
            subjects=len({subject for _, subject in crowd}),
            looks=len({at for at, _ in crowd}),
            first_at=crowd[0][0],
            last_at=crowd[-1][0],
        )
        for viewer in sorted(read)
        for crowd in _crowds(sorted(read[viewer]), subjects + 1, timedelta(minutes=minutes))
    ]


def out_of_hours(
    looks: Iterable[Look], *, zone: ZoneInfo, begins: time = time(7), ends: time = time(19)
) -> list[OutOfHours]:
    """Return who read on which day before or after the hours, or at a weekend at all."""
    outside: dict[tuple[str, date], list[Look]] = defaultdict(list)
    for look in looks:
        there = look.at.astimezone(zone)
        if there.weekday() >= 5 or not begins <= there.time() < ends:
            outside[look.viewer, there.date()].append(look)
    return [
        OutOfHours(
            viewer=viewer,
            on=on,
            subjects=len({each for look in found for each in look.subject_ids}),
            looks=len(found),
            first_at=min(look.at for look in found),
            last_at=max(look.at for look in found),
        )
        for (viewer, on), found in sorted(outside.items())
    ]


def many_viewers(looks: Iterable[Look], *, viewers: int = 10, days: float = 7) -> list[ManyViewers]:
    """Return when at least so many viewers read one person within so many days."""
    read: dict[str, list[Read]] = defaultdict(list)
    for look in looks:
        for subject in look.subject_ids:
            read[subject].append((look.at, look.viewer))
    return [
        ManyViewers(
            subject_id=subject,
            viewers=len(names := sorted({viewer for _, viewer in crowd})),
            viewer_names=tuple(names),
            looks=len(crowd),
            first_at=crowd[0][0],
            last_at=crowd[-1][0],
        )
        for subject in sorted(read)
        for crowd in _crowds(sorted(read[subject]), viewers, timedelta(days=days))
    ]


def unusual_areas(
    looks: Iterable[Look], areas: Mapping[str, str], *, percent: float = 2, days: float = 90
) -> list[UnusualArea]:
    """Return which persons a viewer read of areas with under so many percent of that viewer's reads.

    The reads of the days before each viewer's latest one count; persons without an area count for nothing.
    """
    read: dict[str, list[Read]] = defaultdict(list)
    for look in looks:
        read[look.viewer] += [(look.at, each) for each in look.subject_ids if each in areas]
    found = []
    for viewer in sorted(each for each in read if read[each]):
        from_at = max(read[viewer])[0] - timedelta(days=days)
        counted = sorted(each for each in read[viewer] if each[0] >= from_at)
        by_area = Counter(areas[subject] for _, subject in counted)
        for area in sorted(by_area):
            if by_area[area] * 100 < percent * len(counted):
                there = [each for each in counted if areas[each[1]] == area]
                found.append(
                    UnusualArea(
                        viewer=viewer,
                        area=area,
                        reads=len(there),
                        of_reads=len(counted),
                        subject_ids=tuple(sorted({subject for _, subject in there})),
                        first_at=there[0][0],
                        last_at=there[-1][0],
                    )
                )
    return found


Read = tuple[datetime, str]
"""When, and whom or by whom."""


def _crowds(reads: Sequence[Read], least: int, span: timedelta) -> list[Sequence[Read]]:
    """Return the stretches, of reads in order of time, made of windows with at least so many distinct names each."""
    within: Counter[str] = Counter()
    stretches: list[tuple[int, int]] = []
    first = 0
    for last, (at, name) in enumerate(reads):
        within[name] += 1
        while reads[first][0] < at - span:
            within[reads[first][1]] -= 1
            if not within[reads[first][1]]:
                del within[reads[first][1]]
            first += 1
        if len(within) >= least:
            if stretches and first <= stretches[-1][1]:
                stretches[-1] = (stretches[-1][0], last + 1)
            else:
                stretches.append((first, last + 1))
    return [reads[begin:end] for begin, end in stretches]
