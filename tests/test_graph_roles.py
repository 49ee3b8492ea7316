"""The role mapping says what each role sees and may do, and by which claims of a token it is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import AudienceError, ReferenceDataError
from graph.reference.roles import audience, audience_of, audiences, given, roles
from graph.terms import Permission

NOBODY = '[roles.reader]\nsays = "Reads."\ngroups = []\n'


def mapping_of(folder: Path, *entries: str) -> Path:
    file = folder / "roles.toml"
    file.write_text("\n".join([NOBODY, *entries]), "utf-8")
    return file


def test_a_role_is_given_by_any_one_of_its_claims(tmp_path: Path) -> None:
    file = mapping_of(tmp_path, '[roles.both]\nsays = "B."\ngroups = []\nclaims = ["north", "south"]')
    assert given(["south", "else"], roles(file)) == ("both",)
    assert given(["north", "south"], roles(file)) == ("both",)


def test_no_claim_gives_no_role_and_no_role_without_claims_is_given() -> None:
    assert given([], roles()) == ()
    assert given(["assessor", "developer", ""], roles()) == ()


def test_each_shipped_role_but_the_developer_s_has_a_claim_of_its_own() -> None:
    mapping = roles()
    claims = [claim for entry in mapping.values() for claim in entry.claims]
    assert len(claims) == len(set(claims))
    assert [name for name, entry in mapping.items() if not entry.claims] == ["developer"]
    assert given(claims, mapping) == tuple(name for name in mapping if name != "developer")


def test_only_the_auditor_audits_and_does_nothing_else() -> None:
    audits = {name: entry.may for name, entry in roles().items() if Permission.AUDIT in entry.may}
    assert audits == {"auditor": {Permission.AUDIT}}


def test_an_audience_is_found_in_a_mapping_that_is_read_already() -> None:
    mapping = roles()
    for each in audiences():
        assert audience_of(each.groups, mapping) == audience(each.groups) == each


def test_groups_of_no_role_are_no_audience() -> None:
    with pytest.raises(AudienceError, match="not an audience of the role mapping"):
        audience_of(["professional_standards"], roles())


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('[roles.odd]\nsays = "O."\ngroups = []\nmay = ["rule"]', "odd may only"),
        ('[roles.odd]\nsays = "O."\ngroups = []\nmay = ["audit", "ask"]', "odd may audit, so it may do nothing else"),
        ('[roles.odd]\nsays = "O."\ngroups = []\nclaims = [""]', "odd needs `claims`"),
        ('[roles.odd]\nsays = "O."\ngroups = []\nclaims = "all"', "odd needs `claims`"),
        ('[roles.odd]\nsays = "O."\ngroups = ["A-B"]', "odd needs `says` and `groups`"),
    ],
)
def test_a_wrong_role_is_named(entry: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=says):
        roles(mapping_of(tmp_path, entry))


def test_what_is_no_mapping_is_refused_by_the_name_of_its_file(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"^nowhere\.toml is not a role mapping"):
        roles(tmp_path / "nowhere.toml")


def test_somebody_must_be_without_groups(tmp_path: Path) -> None:
    file = tmp_path / "roles.toml"
    file.write_text(NOBODY.replace("[]", '["sensitive"]'), "utf-8")
    with pytest.raises(ReferenceDataError, match="needs a role without groups"):
        roles(file)
