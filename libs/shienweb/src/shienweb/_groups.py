"""Who a verified token is of: what its claims say, and what the operator's file says of its groups."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ._principal import Principal, Role
from ._token_rules import ClaimNames

_ROLES = {role.value: role for role in Role}
_MOST_AREAS = 200

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
AreaCode = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Group(BaseModel):
    """What membership in a group of the identity provider means: any of role, body and areas."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Line
    role: Role | None = None
    body: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    areas: tuple[AreaCode, ...] = Field(default=(), max_length=_MOST_AREAS)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    group: tuple[Group, ...]


class Unassigned(Exception):
    """A genuine token that names no role, body or area here, or two roles or bodies. `missing` says which."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


Groups = Mapping[str, Group]
"""The groups of the file, by name."""


def read_groups(text: str) -> Groups:
    """The groups of a file: TOML, a `[[group]]` each. Raises `ValueError` with what is wrong."""
    try:
        found = _File.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{place}: {first['msg']}") from None
    names = [group.name for group in found.group]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{twice[0]}: this group is named twice")
    return {group.name: group for group in found.group}


def principal_of(claims: Mapping[str, Any], names: ClaimNames, groups: Groups | None) -> Principal | None:
    """The principal of these claims; `None` when they are malformed.

    What the token says itself counts. What it does not say, its groups say. Raises `Unassigned` when they do not.
    Providers write roles, and attributes that may have several values, as lists also where there is one, and an
    attribute of one value as a text: both are read. Of a list of roles those that are none here mean nothing.
    """
    subject, role, body, areas = (claim(claims, name) for name in (names.subject, names.role, names.body, names.areas))
    if isinstance(role, list):
        known = [one for one in role if isinstance(one, str) and one in _ROLES]
        role = _one("role", known) if known or groups is None else None
    body = _one("body", body) if isinstance(body, list) else body
    areas = [areas] if isinstance(areas, str) else areas
    if groups is not None:
        held = _held(claim(claims, names.groups), groups)
        role = _one("role", [group.role.value for group in held if group.role]) if role is None else role
        body = _one("body", [group.body for group in held if group.body]) if body is None else body
        areas = _any([area for group in held for area in group.areas]) if areas is None else areas
    if not (_line(subject, 200) and _line(body, 100) and isinstance(role, str) and role in _ROLES):
        return None
    if not isinstance(areas, list) or not 1 <= len(areas) <= _MOST_AREAS or not all(_line(area, 64) for area in areas):
        return None
    return Principal(str(subject), _ROLES[role], str(body), tuple(sorted(set(areas))))


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """The value of a claim. `/a/b` is claim `b` in claim `a` (RFC 6901). `None`: there is none, or no name."""
    if not name.startswith("/"):
        return claims.get(name) if name else None
    found: Any = claims
    for part in name[1:].split("/"):
        found = found.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    return found


def _held(named: object, groups: Groups) -> list[Group]:
    names = named if isinstance(named, list) else [named]
    return [groups[name] for name in dict.fromkeys(one for one in names if isinstance(one, str)) if name in groups]


def _one(what: str, found: Sequence[str]) -> str:
    """The only value. With two roles or bodies it would be chance which one acts."""
    if len(set(found)) != 1:
        raise Unassigned(what)
    return found[0]


def _any(found: Sequence[str]) -> list[str]:
    if not found:
        raise Unassigned("areas")
    return list(found)


def _line(value: object, longest: int) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= longest and value.isprintable()
