"""The clusters of risk that Clew ships, and that their examples match or miss as they say."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from graph.reference.cluster_examples import Example
from graph.reference.clusters import COUNTED, MEASURES, PACKAGED, SIGNS, Cluster, Holds, Member, clusters
from graph.reference.instruments import Scope, instruments

SHIPPED = clusters()

HARM = {"105/01": 1, "005/01": 1460}
"""Days of harm of the offences that examples of escalating harm use: only that the second is far worse matters."""


def _examples(kind: str) -> list[tuple[Cluster, Example]]:
    return [(cluster, example) for cluster in SHIPPED.values() for example in getattr(cluster, kind)]


def _called(value: Cluster | Example) -> str:
    return value.cluster_id if isinstance(value, Cluster) else value.says


@pytest.mark.parametrize(("cluster", "example"), _examples("matches"), ids=_called)
def test_what_matches_matches(cluster: Cluster, example: Example) -> None:
    assert [group.says for group in cluster.groups if not _holds_together(group.members, group.at_least, example)] == []


@pytest.mark.parametrize(("cluster", "example"), _examples("misses"), ids=_called)
def test_what_must_not_match_does_not(cluster: Cluster, example: Example) -> None:
    assert not all(_holds_together(group.members, group.at_least, example) for group in cluster.groups)


def test_no_group_can_go() -> None:
    for cluster in SHIPPED.values():
        fails = [
            [group.says for group in cluster.groups if not _holds_together(group.members, group.at_least, example)]
            for example in cluster.misses
        ]
        for group in cluster.groups:
            assert [group.says] in fails, f"{cluster.cluster_id} needs an example that misses by {group.says} alone"


def _holds_together(members: tuple[Member, ...], at_least: int, example: Example) -> bool:
    return sum(_holds(member, example) for member in members) >= at_least


def _holds(member: Member, example: Example) -> bool:
    if member.factor is not None:
        return _factor_holds(member, member.factor, example)
    if member.sign is not None:
        return _sign_holds(member, member.sign, example)
    return any(_in_time(member, day, example) and _listed(code, member.offences) for day, code in example.offences)


def _factor_holds(member: Member, factor: str, example: Example) -> bool:
    known = [form for form in sorted(example.forms, key=lambda form: form.on) if form.on <= example.as_of]
    if member.holds is Holds.NOW:
        asked = [form for form in known if factor in form.yes + form.no + form.dont_know]
        return bool(asked) and factor in asked[-1].yes
    days = {form.on for form in known if factor in form.yes and _in_time(member, form.on, example)}
    return len(days) >= member.times


def _sign_holds(member: Member, sign: str, example: Example) -> bool:
    if sign == "escalation_frequency":
        offences_alone = {day for day, _ in example.offences} - set(example.incidents)
        last, before = _last_and_before([(day, 1) for day in (*example.incidents, *offences_alone)], 90, example.as_of)
        return last > before and last >= 2
    if sign == "escalation_harm":
        last, before = _last_and_before([(day, HARM[code]) for day, code in example.offences], 180, example.as_of)
        return last > before > 0
    begun = [each for each in example.signs if each.sign == sign and _in_time(member, each.on, example)]
    if member.holds is Holds.NOW:
        return any(each.until is None or each.until >= example.as_of for each in begun)
    return bool(begun)


def _in_time(member: Member, day: date, example: Example) -> bool:
    if member.days is not None and day <= example.as_of - timedelta(days=member.days):
        return False
    return day <= example.as_of


def _last_and_before(counts: list[tuple[date, int]], days: int, as_of: date) -> tuple[int, int]:
    middle = as_of - timedelta(days=days)
    first = middle - timedelta(days=days)
    last = sum(count for day, count in counts if middle < day <= as_of)
    return last, sum(count for day, count in counts if first < day <= middle)


def _listed(code: str, offences: tuple[str, ...]) -> bool:
    return code in offences or f"{code[:3]}/*" in offences


def test_the_whole_catalogue_is_shipped_in_order() -> None:
    numbers = [f"C{number:02}" for number in range(1, 18)]
    assert list(SHIPPED) == [*numbers[:2], "C02b", *numbers[2:]]


def test_factors_are_what_a_form_asks_and_hold_as_long_as_its_item_says() -> None:
    forms = instruments()
    sub_items = {"drugs", "alcohol", "mental_health"}
    known = sub_items.union(item.factor for form in forms.values() for item in form.items)
    holds = {Scope.EVER: Holds.EVER, Scope.NOW: Holds.NOW, Scope.WINDOW: Holds.WITHIN}
    police = {item.factor: (holds[item.scope], item.days) for item in forms["dash", "2009"].items}
    for member in _members():
        if member.factor is not None:
            assert member.factor in known
            assert police.get(member.factor, (member.holds, member.days)) == (member.holds, member.days)


def test_every_sign_is_explained() -> None:
    assert all(says.endswith(".") for says in SIGNS.values())
    assert set(COUNTED) < set(SIGNS)
    assert {member.sign for member in _members()} - {None} <= set(SIGNS)


def test_every_cluster_says_what_it_is_and_what_nobody_knows_in_one_sentence() -> None:
    for cluster in SHIPPED.values():
        for sentence in (cluster.says, cluster.limits, *(e.says for e in (*cluster.matches, *cluster.misses))):
            assert sentence.endswith(".")
            assert ". " not in sentence
            assert "?" not in sentence
        assert cluster.sources


def test_every_source_is_cited_and_can_be_found() -> None:
    for cluster in SHIPPED.values():
        assert {effect.source for effect in cluster.effects} == set(cluster.sources)
        for source in cluster.sources:
            assert "http" in source or "Domestic Violence Report" in source or "College of Policing" in source


def test_only_an_odds_ratio_that_was_read_has_an_interval() -> None:
    found = [effect for cluster in SHIPPED.values() for effect in cluster.effects]
    assert {effect.measure for effect in found} == set(MEASURES)
    assert [(effect.low, effect.value, effect.high) for effect in found if effect.low is not None] == [
        (3.91, 6.7, 11.49),
        (4.53, 7.48, 12.35),
    ]


def test_several_figures_stand_side_by_side() -> None:
    trigger = [effect.value for effect in SHIPPED["C01"].effects if effect.value is not None]
    assert trigger == [8.98, 2.9, 3.1, 4.21, 300]
    assert [effect.note for effect in SHIPPED["C01"].effects[:3]] == ["numbers not verified in the source"] * 3


@pytest.mark.parametrize("word", ["probability", "predict", "900%", "900 %", "900 per cent"])
def test_no_file_calls_a_figure_what_it_is_not(word: str) -> None:
    for path in PACKAGED.iterdir():
        assert word not in path.read_text(encoding="utf-8").lower(), path.name


def test_clusters_cannot_be_changed() -> None:
    cluster = SHIPPED["C01"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        cluster.version = "2027.1"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError):
        SHIPPED["C18"] = cluster  # type: ignore[index] # pyright: ignore[reportIndexIssue]


def _members() -> Iterator[Member]:
    return (member for cluster in SHIPPED.values() for group in cluster.groups for member in group.members)
