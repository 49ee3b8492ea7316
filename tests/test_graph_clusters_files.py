"""A file with a cluster of a force's own: what it can say, and what a wrong one is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from graph.errors import ReferenceDataError
from graph.reference.cluster_examples import Example, FormExample, SignExample
from graph.reference.clusters import Cluster, Effect, Holds, Member, clusters

GOOD = """
cluster_id = "L01"
version = "2026.1"
name = "Local cluster"
says = "A cluster of our own."
limits = "Nobody has studied it."

[sources]
us = "We made it up."

[[effects]]
measure = "odds ratio"
value = 3
low = 1.5
high = 6.25
of = "nobody"
source = "us"
note = "invented"

[[effects]]
measure = "none"
of = "nobody else"
source = "us"

[[groups]]
says = "Two of three"
at_least = 2

[[groups.of]]
factor = "shouting"
holds = "ever"
times = 2

[[groups.of]]
offence = ["008/67", "019/*"]
holds = "within"
days = 90

[[groups.of]]
sign = "release"
holds = "within"
days = 30

[[groups]]
says = "One of two"

[[groups.of]]
factor = "fear"
holds = "now"

[[groups.of]]
sign = "escalation_frequency"
holds = "now"

[[matches]]
says = "It matches."
as_of = 2026-06-30
forms = [{ on = 2026-01-01, yes = ["fear"], no = ["shouting"] }]
offences = [{ on = 2026-05-01, code = "019/08" }]
incidents = [2026-05-03, 2026-05-02]
signs = [{ sign = "release", on = 2026-06-01, until = 2026-06-02 }, { sign = "suspect_bail", on = 2026-06-02 }]

[[misses]]
says = "It does not match."
as_of = 2026-06-30
forms = []
"""


def test_a_force_brings_its_own_cluster(tmp_path: Path) -> None:
    (cluster,) = _read(tmp_path, GOOD).values()
    assert (cluster.cluster_id, cluster.version, cluster.sources) == ("L01", "2026.1", ("We made it up.",))
    assert cluster.effects[0] == Effect(
        measure="odds ratio", value=3, low=1.5, high=6.25, of="nobody", source="We made it up.", note="invented"
    )
    assert (cluster.effects[1].value, cluster.effects[1].note) == (None, None)
    two, one = cluster.groups
    assert (two.says, two.at_least, one.at_least) == ("Two of three", 2, 1)
    nothing = Member(factor=None, offences=(), sign=None, holds=Holds.EVER, days=None, times=1)
    assert two.members == (
        dataclasses.replace(nothing, factor="shouting", times=2),
        dataclasses.replace(nothing, offences=("008/67", "019/*"), holds=Holds.WITHIN, days=90),
        dataclasses.replace(nothing, sign="release", holds=Holds.WITHIN, days=30),
    )
    assert cluster.matches == (
        Example(
            says="It matches.",
            as_of=date(2026, 6, 30),
            forms=(FormExample(on=date(2026, 1, 1), yes=("fear",), no=("shouting",), dont_know=()),),
            offences=((date(2026, 5, 1), "019/08"),),
            incidents=(date(2026, 5, 3), date(2026, 5, 2)),
            signs=(
                SignExample(sign="release", on=date(2026, 6, 1), until=date(2026, 6, 2)),
                SignExample(sign="suspect_bail", on=date(2026, 6, 2), until=None),
            ),
        ),
    )
    assert cluster.misses[0].forms == cluster.misses[0].incidents == ()


def test_a_cluster_without_effects_says_that_none_was_found(tmp_path: Path) -> None:
    (cluster,) = _read(tmp_path, _without("[[effects]]", "[[groups]]")(GOOD)).values()
    assert cluster.effects == ()
    assert cluster.sources == ("We made it up.",)


def _read(folder: Path, text: str) -> Mapping[str, Cluster]:
    (folder / "l01-local.toml").write_text(text, encoding="utf-8")
    return clusters(folder)


def _replace(old: str, new: str) -> Callable[[str], str]:
    def spoil(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return spoil


def _without(start: str, end: str | None = None) -> Callable[[str], str]:
    return lambda text: text[: text.index(start)] + ("" if end is None else text[text.index(end) :])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_replace('"2026.1"', '"2026.1'), "is not TOML"),
        (_replace('"L01"', '"l1"'), "has a `cluster_id` that does not look like"),
        (_replace('"L01"', '"L02"'), r"holds L02: name the file l02-, a few words, \.toml"),
        (_replace('"2026.1"', '"June"'), "has a `version` that does not look like"),
        (_replace('name = "Local cluster"', 'name = ""'), "needs `name` as a text"),
        (_replace('says = "A cluster of our own."\n', ""), "needs `says` as a text"),
        (_replace('limits = "Nobody has studied it."\n', ""), "needs `limits` as a text"),
        (_replace("limits =", "weight = 3\nlimits ="), "has `weight`, which means nothing there"),
        (_replace('us = "We made it up."\n', ""), r"needs a table \[sources\]"),
        (_replace('"odds ratio"', '"chance"'), "effects 1: needs `measure` as one of: odds ratio, times"),
        (_replace("value = 3\n", ""), "effects 1: needs `value` unless its measure is none, and only then"),
        (_replace('"none"', '"none"\nvalue = 2'), "effects 2: needs `value` unless its measure is none"),
        (_replace("value = 3", 'value = "3"'), "effects 1: needs `value` as a number above 0"),
        (_replace("value = 3", "value = true"), "effects 1: needs `value` as a number above 0"),
        (_replace("value = 3", "value = inf"), "effects 1: needs `value` as a number above 0"),
        (_replace("value = 3", "value = -3"), "effects 1: needs `value` as a number above 0"),
        (_replace("low = 1.5\n", ""), "effects 1: needs both `low` and `high` with `value` between them"),
        (_replace("high = 6.25\n", ""), "effects 1: needs both `low` and `high`"),
        (_replace("low = 1.5", "low = 3.5"), "effects 1: needs both `low` and `high`"),
        (_replace('"none"', '"none"\nlow = 1\nhigh = 2'), "effects 2: needs both `low` and `high`"),
        (_replace('of = "nobody"\n', ""), "effects 1: needs `of` as a text"),
        (_replace('source = "us"', 'source = "them"'), r"effects 1: cites them, which \[sources\] lacks: add it"),
        (_replace('note = "invented"', 'remark = "x"'), "effects 1: has `remark`"),
        (_without("[[groups]]", "[[matches]]"), r"needs at least one table \[\[groups\]\]"),
        (_replace('says = "Two of three"\n', ""), "groups 1: needs `says` as a text"),
        (_replace("at_least = 2", "at_least = 4"), r"groups 1: has `at_least` 4 of 3: lower it or add a"),
        (_replace("at_least = 2", "at_least = 0"), "groups 1: needs `at_least` as a whole number above 0"),
        (_replace("at_least = 2", "at_most = 2"), "groups 1: has `at_most`"),
        (
            _replace("[[matches]]", '[[groups]]\nsays = "Empty"\n\n[[matches]]'),
            r"groups 3: needs at least one table \[\[of\]\]",
        ),
        (_replace('factor = "fear"\n', ""), "groups 2, of 1: needs exactly one of: factor, offence, sign"),
        (_replace('"fear"\n', '"fear"\nsign = "release"\n'), "groups 2, of 1: needs exactly one of: factor, offence"),
        (_replace('factor = "fear"', 'factor = "Fear"'), "groups 2, of 1: has a `factor` that does not look like"),
        (_replace('factor = "fear"', 'item = "fear"'), "groups 2, of 1: has `item`"),
        (_replace('"008/67"', '"8/67"'), r"groups 1, of 2: has the offence 8/67: write one as 008/67, or all of a"),
        (_replace('["008/67", "019/*"]', '"008/67"'), "groups 1, of 2: needs `offence` as a list"),
        (_replace('"release"', '"wedding"'), "groups 1, of 3: needs `sign` as one of: separation, new_partner"),
        (_replace('holds = "now"', 'holds = "often"'), "groups 2, of 1: needs `holds` as one of: ever, now, within"),
        (
            _replace('holds = "within"\ndays = 90', 'holds = "now"'),
            "groups 1, of 2: needs `holds` as one of: ever, within",
        ),
        (
            _replace('holds = "within"\ndays = 30', 'holds = "ever"'),
            "groups 1, of 3: needs `holds` as one of: now, within",
        ),
        (
            _replace('frequency"\nholds = "now"', 'frequency"\nholds = "within"\ndays = 9'),
            "groups 2, of 2: needs `holds` as one of: now\\.",
        ),
        (_replace("days = 90\n", ""), "groups 1, of 2: needs `days` if it holds within, and only then"),
        (_replace('holds = "now"', 'holds = "now"\ndays = 3'), "groups 2, of 1: needs `days` if it holds within"),
        (_replace("days = 90", "days = 0"), "groups 1, of 2: needs `days` as a whole number above 0"),
        (_replace("times = 2", "times = 0"), "groups 1, of 1: needs `times` as a whole number above 0"),
        (_replace('holds = "now"', 'holds = "now"\ntimes = 2'), "groups 2, of 1: has `times`, which needs a factor"),
        (_replace("days = 30", "days = 30\ntimes = 2"), "groups 1, of 3: has `times`, which needs a factor"),
        (_without("[[matches]]", "[[misses]]"), r"needs at least one table \[\[matches\]\]"),
        (_without("[[misses]]"), r"needs at least one table \[\[misses\]\]"),
        (_replace('says = "It matches."\n', ""), "matches 1: needs `says` as a text"),
        (_replace("as_of = 2026-06-30\nforms = []", "forms = []"), "misses 1: needs `as_of` as a day, written 2026-"),
        (_replace("as_of = 2026-06-30", "as_of = 2026-06-30T12:00:00"), "matches 1: needs `as_of` as a day"),
        (_replace("forms = []", "score = 3"), "misses 1: has `score`"),
        (_replace("on = 2026-01-01", "at = 2026-01-01"), "matches 1, forms 1: has `at`"),
        (_replace("on = 2026-01-01, ", ""), "matches 1, forms 1: needs `on` as a day"),
        (_replace(', yes = ["fear"], no = ["shouting"]', ""), "matches 1, forms 1: needs an answer: name a factor"),
        (
            _replace('yes = ["fear"]', 'yes = ["fera"]'),
            "matches 1, forms 1: names fera, which no group asks for: name one of fear, shouting",
        ),
        (_replace('no = ["shouting"]', 'no = ["fear"]'), "matches 1, forms 1: answers fear twice: keep one answer"),
        (_replace('yes = ["fear"]', "yes = false"), "matches 1, forms 1: needs `yes` as a list"),
        (_replace('code = "019/08"', 'code = "019/*"'), "matches 1, offences 1: has a `code` that does not look like"),
        (_replace("on = 2026-05-01", "on = 5"), "matches 1, offences 1: needs `on` as a day"),
        (_replace('code = "019/08"', 'offence = "019/08"'), "matches 1, offences 1: has `offence`"),
        (_replace("2026-05-03, 2026-05-02", '"May"'), "matches 1: needs `incidents` as a list of days, each written"),
        (_replace("[2026-05-03, 2026-05-02]", "2026-05-03"), "matches 1: needs `incidents` as a list of days"),
        (
            _replace('sign = "release", on', 'sign = "escalation_harm", on'),
            "matches 1, signs 1: needs `sign` as one of",
        ),
        (
            _replace("until = 2026-06-02", "until = 2026-05-02"),
            "matches 1, signs 1: ends before it begins: put `until`",
        ),
        (_replace("until = 2026-06-02", "to = 2026-06-02"), "matches 1, signs 1: has `to`"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, spoil: Callable[[str], str], says: str) -> None:
    with pytest.raises(ReferenceDataError, match=says) as caught:
        _read(tmp_path, spoil(GOOD))
    assert str(caught.value).startswith(str(tmp_path / "l01-local.toml"))


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "l01-again.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=r"l01-local\.toml: holds L01, as another file does"):
        _read(tmp_path, GOOD)


def test_a_folder_without_clusters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="holds no cluster"):
        clusters(tmp_path)
