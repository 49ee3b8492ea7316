"""The risk factors that Clew ships, and what happens to a file of them that is wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.documents import terms_page
from graph.errors import ReferenceDataError
from graph.reference.factors import Scope, factors

GOOD = """
[sources]
us = "We made it up."

[shouting]
says = "Shouting."
scope = "window"
days = 90
high_risk = false
sources = ["us"]

[fear]
says = "Fear."
scope = "now"
high_risk = true
sources = ["us"]
"""

PARTS = (
    "first_injury",
    "threat_to_kill_",
    "hurt_others_",
    "drugs",
    "alcohol",
    "mental_health",
    "breach_",
    "criminal_history_",
)
"""How the names of the factors of parts of items begin."""


def test_the_factors_stand_in_the_order_of_the_police_form() -> None:
    names = [each.factor for each in factors()]
    assert len(set(names)) == len(names) == 57
    whole = [name for name in names if name == "drugs_alcohol_mh" or not name.startswith(PARTS)]
    assert whole[:5] == ["injury_current", "very_frightened", "afraid_of", "isolated", "depressed_suicidal_victim"]
    assert whole.index("strangulation") == 17
    assert whole[26:] == [
        "criminal_history",
        "monitoring",
        "jealousy",
        "humiliation",
        "threat_to_harm",
        "physical_violence",
        "property_damage",
        "children_present",
        "child_access",
    ]


def test_only_what_expires_has_days() -> None:
    windows = {each.factor: each.days for each in factors() if each.scope is Scope.WINDOW}
    year = dict.fromkeys(("separation", "drugs_alcohol_mh", "drugs", "alcohol", "mental_health"), 365)
    assert windows == {**year, "pregnant_recent_baby": 548}
    assert all(each.days is None for each in factors() if each.scope is not Scope.WINDOW)


def test_the_published_list_has_eighteen_markers_of_which_two_are_one() -> None:
    marked = {each.factor for each in factors() if each.high_risk}
    assert len(marked - {"threat_children"}) == 18
    assert {"hurt_children", "threat_children", "strangulation", "perp_suicidal"} <= marked
    assert marked.isdisjoint({"injury_current", "financial", "breach", "criminal_history"})
    for each in factors():
        assert each.high_risk is any("18 high-risk factors" in source for source in each.sources)


def test_every_factor_says_where_it_comes_from_in_few_words_of_ours() -> None:
    for each in factors():
        assert each.sources
        assert each.says.endswith(".")
        assert len(each.says) <= 80
        assert "?" not in each.says


def test_every_factor_has_its_place_among_the_terms() -> None:
    page = terms_page()
    assert all(f"\n| `{each.factor}` | " in page for each in factors())
    assert (
        "| `separation` | Separation, or an attempt at it, within a year. | 365 days | marker | 6 | 20 | 6 | 6 |"
        in page
    )
    assert "| ever | marker | 15 | 12 | 18 | 15 |" in page


def test_a_force_brings_its_own_factors(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(GOOD, "utf-8")
    shouting, fear = factors(path)
    assert (shouting.factor, shouting.scope, shouting.days, shouting.high_risk) == ("shouting", Scope.WINDOW, 90, False)
    assert (fear.factor, fear.scope, fear.days, fear.sources) == ("fear", Scope.NOW, None, ("We made it up.",))


def test_factors_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        factors()[0].says = "Else."  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]


def _replace(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_replace('"Fear."', '"Fear.'), "is not TOML"),
        (_replace('[sources]\nus = "We made it up."\n', ""), r"needs a table \[sources\]"),
        (_replace('us = "We made it up."', "us = 3"), r"\[sources\]: needs `us` as a text"),
        (lambda text: text[: text.index("[shouting]")], "holds no factor: give each a table of its own"),
        (_replace("[sources]", "colour = 3\n[sources]"), r"needs a table \[colour\]"),
        (_replace("[fear]", "[Fear]"), "has a factor Fear: name it with a-z, 0-9 and _, a letter first"),
        (_replace('says = "Fear."', 'says = ""'), "factor fear: needs `says` as a text"),
        (_replace('scope = "now"', 'scope = "always"'), "factor fear: needs `scope` as one of: ever, window, now"),
        (_replace('scope = "now"', 'scope = "now"\ndays = 3'), "factor fear: needs `days` if its scope is window, and"),
        (_replace("days = 90\n", ""), "factor shouting: needs `days` if its scope is window, and only then"),
        (_replace("days = 90", "days = 0"), "factor shouting: needs `days` as a whole number above 0"),
        (_replace("high_risk = true\n", ""), "factor fear: needs `high_risk` as true or false"),
        (
            _replace('sources = ["us"]', "sources = []"),
            "factor shouting: needs `sources` as a list of at least one text",
        ),
        (_replace('["us"]', '["them"]'), r"factor shouting: cites them, which \[sources\] lacks: add it there"),
        (
            _replace("high_risk = true", "high_risk = true\nweight = 2"),
            "factor fear: has `weight`, which means nothing",
        ),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, spoil: Callable[[str], str], says: str) -> None:
    path = tmp_path / "factors.toml"
    path.write_text(spoil(GOOD), "utf-8")
    with pytest.raises(ReferenceDataError, match=says) as caught:
        factors(path)
    assert str(caught.value).startswith(str(path))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "factors.toml").write_bytes(GOOD.replace("Fear.", "Angst für").encode("latin-1"))
    with pytest.raises(ReferenceDataError, match="not UTF-8"):
        factors(tmp_path / "factors.toml")
