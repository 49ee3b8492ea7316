"""Who asks has the permissions and the audience of their roles together; nobody audits what they ask."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.callers import SENTENCE, Caller, Reason, caller, reason_of, refused
from api.sign_in import MOST_CHARACTERS, Authenticator
from graph.errors import NotPermitted, SettingsError, SignInRefused
from graph.reference.roles import RoleEntry, roles
from graph.settings import Settings
from graph.terms import Permission
from signing import Provider

MAPPING = roles()


def with_roles(*named: str) -> Caller:
    return caller("officer-1", "token", named, MAPPING)


@pytest.mark.parametrize(
    ("role", "asks", "names", "free_form", "introspects", "audits"),
    [
        ("assessor", True, True, False, False, False),
        ("analyst", True, False, True, False, False),
        ("supervisor", True, True, False, False, False),
        ("professional_standards", True, True, False, False, False),
        ("auditor", False, False, False, False, True),
        ("application", True, False, False, False, False),
        ("developer", True, True, True, True, False),
    ],
)
def test_what_each_shipped_role_may_do(
    role: str, asks: bool, names: bool, free_form: bool, introspects: bool, audits: bool
) -> None:
    found = with_roles(role)
    may = (found.asks, found.sees_names, found.free_form, found.introspects, found.audits)
    assert may == (asks, names, free_form, introspects, audits)
    assert found.audience.groups == MAPPING[role].groups
    assert (found.roles, found.documents) == ((role,), None)


def test_roles_add_up() -> None:
    both = with_roles("analyst", "supervisor")
    assert (both.free_form, both.sees_names, both.audience.name) == (True, True, "sensitive")
    assert both.roles == ("analyst", "supervisor")


def test_roles_that_the_mapping_does_not_know_give_nothing() -> None:
    assert with_roles("assessor", "chief") == with_roles("assessor")


@pytest.mark.parametrize("named", [(), ("chief",), ("",)])
def test_without_a_known_role_nothing_is_permitted(named: tuple[str, ...]) -> None:
    with pytest.raises(NotPermitted, match="You have no role here"):
        with_roles(*named)


@pytest.mark.parametrize("other", sorted(MAPPING.keys() - {"auditor"}))
def test_nobody_audits_what_they_ask(other: str) -> None:
    with pytest.raises(NotPermitted, match="Nobody audits what they ask"):
        with_roles("auditor", other)


def test_groups_that_together_are_no_audience_are_refused() -> None:
    entry = RoleEntry(says="O.", groups=frozenset({"courts"}), may=frozenset({Permission.ASK}), claims=frozenset())
    with pytest.raises(NotPermitted, match="do not go together"):
        caller("officer-1", "token", ["supervisor", "court"], {**MAPPING, "court": entry})


def test_who_is_held_to_documents_may_send_no_others() -> None:
    held = caller("officer-1", "token", ["analyst"], MAPPING, documents=["a", "b"])
    assert (held.documents, held.free_form) == (frozenset({"a", "b"}), False)


def test_what_is_taken_away_cannot_be_done() -> None:
    held = caller("officer-1", "token", ["developer"], MAPPING, without=[Permission.INTROSPECT, Permission.FREE_FORM])
    assert held.may == {Permission.ASK, Permission.NAMES}


@pytest.mark.parametrize("subject", ["", "  ", "x" * 201, "officer\n1", "\x00"])
def test_a_subject_that_cannot_be_recorded_is_nobody(subject: str) -> None:
    with pytest.raises(SignInRefused) as error:
        caller(subject, "token", ["assessor"], MAPPING)
    assert reason_of(error.value) is Reason.CLAIMS
    assert caller("x" * 200, "token", ["assessor"], MAPPING).subject == "x" * 200


def test_every_reason_has_the_same_sentence() -> None:
    assert {str(refused(reason)) for reason in Reason} == {SENTENCE}
    assert [reason_of(refused(reason)) for reason in Reason] == list(Reason)


def outcome(authenticator: Authenticator, header: str | None) -> Reason | Caller:
    """Return who asks, or why nobody could be told; the sentence must not tell."""
    try:
        return asyncio.run(authenticator.caller(header))
    except SignInRefused as refusal:
        found = refusal
    assert str(found) == SENTENCE
    return reason_of(found)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_in_any_case(scheme: str, tmp_path: Path) -> None:
    provider = Provider()
    found = outcome(Authenticator(provider.settings(tmp_path)), f"{scheme} {provider.token('assessor')}")
    assert found == with_roles("assessor")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, Reason.MISSING),
        ("", Reason.MISSING),
        ("Bearer", Reason.MALFORMED),
        ("Bearer ", Reason.MALFORMED),
        ("Basic dXNlcjpwYXNz", Reason.MALFORMED),
        ("Bearer a b", Reason.MALFORMED),
        ("Bearer a.b.c", Reason.MALFORMED),
        ("Bearer é.b.c", Reason.MALFORMED),
        ("Bearer ..", Reason.MALFORMED),
        ("Bearer clew_", Reason.MALFORMED),
        (f"Bearer clew_{'a' * 12}_{'A' * 43}", Reason.UNKNOWN_KEY),
        (f"Bearer {'a' * MOST_CHARACTERS}", Reason.TOO_LONG),
    ],
)
def test_a_header_that_tells_nobody_is_refused(header: str | None, reason: Reason, tmp_path: Path) -> None:
    assert outcome(Authenticator(Provider().settings(tmp_path), developer=True), header) is reason


def test_without_a_provider_no_token_is_taken(tmp_path: Path) -> None:
    settings = replace(Settings.from_env({}), home=tmp_path)
    assert outcome(Authenticator(settings), Provider().bearer("assessor")) is Reason.NO_ISSUER


@pytest.mark.parametrize("more", [{"jwks": None}, {"token_issuer": None}])
def test_half_a_provider_is_refused_at_the_start(more: dict[str, None], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CLEW_JWKS and CLEW_TOKEN_ISSUER belong together"):
        Authenticator(Provider().settings(tmp_path, **more))


def damaged(token: str) -> st.SearchStrategy[str]:
    """Tokens of which a part is replaced, removed or put elsewhere."""
    pieces = st.integers(0, len(token))
    cut = st.tuples(pieces, pieces, st.text(max_size=20)).map(lambda at: token[: at[0]] + at[2] + token[at[1] :])
    return cut.filter(lambda text: text.strip(" ") != token)


PROVIDER = Provider()


@given(
    st.one_of(
        st.text(max_size=300),
        st.text(max_size=300).map("Bearer {}".format),
        st.text("abcdefghijklmnopqrstuvwxyzABC0123456789-_.", max_size=200).map("Bearer {}".format),
        st.binary(max_size=300).map(lambda sent: "Bearer " + sent.decode("latin-1")),
        st.text('{}[]":,.alg0', max_size=200).map(lambda text: f"Bearer clew_{text}"),
        damaged(PROVIDER.token("assessor")).map("Bearer {}".format),
    )
)
def test_rubbish_is_refused_and_nothing_else_happens(header: str) -> None:
    with TemporaryDirectory() as home:
        authenticator = Authenticator(PROVIDER.settings(Path(home)))
        assert isinstance(outcome(authenticator, header), Reason)
