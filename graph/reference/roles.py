"""Roles, the groups that each has, what each may do, and the audiences that follow from them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.errors import AudienceError, ReferenceDataError
from graph.terms import Permission

SHIPPED = Path(__file__).with_name("roles.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEntry:
    """What a role is for, which groups it has, what it may do, and the claims of a token that give it."""

    says: str
    groups: frozenset[str]
    may: frozenset[Permission]
    claims: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A distinct set of groups that some viewers have."""

    groups: frozenset[str]

    @property
    def name(self) -> str:
        """Return the name under which conclusions are stored: its groups, or `everyone` for none."""
        return "+".join(sorted(self.groups)) or "everyone"


def roles(path: Path | None = None) -> Mapping[str, RoleEntry]:
    """Read the role mapping, ours or a force's own.

    Raises ReferenceDataError that names the file and the role.
    """
    path = path or SHIPPED
    try:
        data = tomllib.loads(path.read_text("utf-8"))["roles"]
        found = {name: _entry(path, name, entry) for name, entry in data.items()}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, AttributeError):
        raise ReferenceDataError(f"{path.name} is not a role mapping: it needs a table for each role.") from None
    if not any(entry.groups == frozenset() for entry in found.values()):
        raise ReferenceDataError(
            f"{path.name} needs a role without groups: it is what a viewer without a role may see."
        )
    return found


def _entry(path: Path, name: str, entry: Mapping[str, object]) -> RoleEntry:
    says, groups = entry.get("says"), entry.get("groups")
    if not isinstance(says, str) or not isinstance(groups, list) or not all(_is_group(group) for group in groups):
        raise ReferenceDataError(f"{path.name}: role {name} needs `says` and `groups`, a list of names in a-z and _.")
    may, claims = entry.get("may", []), entry.get("claims", [])
    if not isinstance(may, list) or not set(may) <= set(Permission):
        raise ReferenceDataError(f"{path.name}: role {name} may only {', '.join(Permission)}.")
    if not isinstance(claims, list) or not all(isinstance(claim, str) and claim for claim in claims):
        raise ReferenceDataError(f"{path.name}: role {name} needs `claims`, a list of what tokens say.")
    if Permission.AUDIT in may and len(may) > 1:
        raise ReferenceDataError(f"{path.name}: role {name} may audit, so it may do nothing else.")
    return RoleEntry(
        says=says, groups=frozenset(groups), may=frozenset(Permission(each) for each in may), claims=frozenset(claims)
    )


def _is_group(group: object) -> bool:
    return isinstance(group, str) and group.replace("_", "").isalpha() and group == group.lower()


def given(claims: Iterable[str], mapping: Mapping[str, RoleEntry]) -> tuple[str, ...]:
    """Return the names of the roles that any of these claims gives, in the order of the mapping."""
    said = frozenset(claims)
    return tuple(name for name, entry in mapping.items() if entry.claims & said)


def audiences(path: Path | None = None) -> tuple[Audience, ...]:
    """Return every distinct set of groups in the role mapping, smallest first."""
    return _audiences(roles(path))


def _audiences(mapping: Mapping[str, RoleEntry]) -> tuple[Audience, ...]:
    distinct = {entry.groups for entry in mapping.values()}
    return tuple(
        Audience(groups=groups) for groups in sorted(distinct, key=lambda groups: (len(groups), sorted(groups)))
    )


def audience(groups: Iterable[str], path: Path | None = None) -> Audience:
    """Return the audience of a viewer with these groups.

    Raises AudienceError if no role has exactly them: conclusions are stored for no other set.
    """
    return audience_of(groups, roles(path))


def audience_of(groups: Iterable[str], mapping: Mapping[str, RoleEntry]) -> Audience:
    """Return the audience of a viewer with these groups, by a mapping that is read already.

    Raises AudienceError if no role has exactly them.
    """
    wanted, known = frozenset(groups), _audiences(mapping)
    for each in known:
        if each.groups == wanted:
            return each
    listed = "; ".join(each.name for each in known)
    raise AudienceError(f"These groups are not an audience of the role mapping. It has: {listed}.")
