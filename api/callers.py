"""What a caller is: somebody who asks, with what their roles let them see and do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from graph.errors import AudienceError, NotPermitted, SignInRefused
from graph.reference.roles import Audience, RoleEntry, audience_of
from graph.terms import Permission

MOST_CHARACTERS = 200
"""Characters that a subject may have."""

SENTENCE = "Sign in again: what came with the request does not say who asks."
"""What every refusal says, whatever was wrong, so that nobody learns by trying."""


class Reason(StrEnum):
    """Why nobody could be told from a request; for counters and the record of who looked, never for who asked."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    NO_ISSUER = "no_issuer"
    NO_KEYS = "no_keys"
    HEADER = "header"
    ALGORITHM = "algorithm"
    UNKNOWN_KEY = "unknown_key"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, by what they signed in, and what they may see and do."""

    subject: str
    client: str
    roles: tuple[str, ...]
    may: frozenset[Permission]
    audience: Audience
    documents: frozenset[str] | None = None

    @property
    def asks(self) -> bool:
        """Whether they may ask about people and the force."""
        return Permission.ASK in self.may

    @property
    def free_form(self) -> bool:
        """Whether they may send documents that are not trusted ones."""
        return Permission.FREE_FORM in self.may and self.documents is None

    @property
    def sees_names(self) -> bool:
        """Whether names, and what else identifies somebody, are shown to them."""
        return Permission.NAMES in self.may

    @property
    def audits(self) -> bool:
        """Whether they read who looked."""
        return Permission.AUDIT in self.may

    @property
    def introspects(self) -> bool:
        """Whether they may ask for the schema."""
        return Permission.INTROSPECT in self.may


def caller(
    subject: str,
    client: str,
    roles: Iterable[str],
    mapping: Mapping[str, RoleEntry],
    *,
    documents: Iterable[str] | None = None,
    without: Iterable[Permission] = (),
) -> Caller:
    """Return the caller who has these roles, held to these trusted documents if any are named.

    Roles that the mapping does not know give nothing; nor do they let anybody do what is named in `without`. Raises
    SignInRefused for a subject that cannot be recorded; NotPermitted if no role is known, if one who audits may do
    anything else, or if the groups of the roles together are no audience.
    """
    if not subject.strip() or len(subject) > MOST_CHARACTERS or not subject.isprintable():
        raise refused(Reason.CLAIMS)
    named = set(roles)
    known = {name: entry for name, entry in mapping.items() if name in named}
    if not known:
        raise NotPermitted(
            "You have no role here: ask whoever manages access for one, or give one of your claims to a role in the "
            "role mapping."
        )
    may = frozenset[Permission]().union(*(entry.may for entry in known.values())) - frozenset(without)
    if Permission.AUDIT in may and len(may) > 1:
        raise NotPermitted("Nobody audits what they ask: sign in without the auditor's role, or with nothing else.")
    groups = frozenset[str]().union(*(entry.groups for entry in known.values()))
    try:
        seen = audience_of(groups, mapping)
    except AudienceError:
        raise NotPermitted(
            "Your roles do not go together: sign in with fewer of them, or add a role that has the groups of all of "
            "them to the role mapping."
        ) from None
    return Caller(
        subject=subject,
        client=client,
        roles=tuple(known),
        may=may,
        audience=seen,
        documents=None if documents is None else frozenset(documents),
    )


def refused(reason: Reason) -> SignInRefused:
    """Return the refusal to raise: the same sentence for every reason, which only `reason_of` tells."""
    refusal = SignInRefused(SENTENCE)
    vars(refusal)["reason"] = reason
    return refusal


def reason_of(refusal: SignInRefused) -> Reason:
    """Return why a sign-in was refused."""
    return Reason(vars(refusal).get("reason", Reason.MALFORMED))
