"""The groups of roles that routes name in `may=`, and the table of who may do what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from fastapi import APIRouter
from fastapi.routing import APIRoute

from ._principal import Role
from ._routes import Routes

_TIER1 = Role.TIER1_COORDINATOR
_TIER2 = Role.TIER2_COORDINATOR
_SECRETARY = Role.COUNCIL_SECRETARY
_ADMINISTRATOR = Role.MUNICIPAL_ADMINISTRATOR

READERS: Final = frozenset({_TIER1, _TIER2, _SECRETARY, _ADMINISTRATOR, Role.AUDITOR, Role.SUBSCRIBER})
"""Who may read what is recorded in their territory."""

STAFF: Final = READERS - {Role.SUBSCRIBER}
"""Who reads pages and drawings, which tell how many people there are, however few."""

COORDINATORS: Final = frozenset({_TIER1, _TIER2})
"""Who records needs and matches. Where the tiers share one area, its coordinator is of tier 1."""

KEEPERS: Final = frozenset({_TIER1, _TIER2, _ADMINISTRATOR})
"""Who keeps the register of resources correct."""

CONTACT_READERS: Final = KEEPERS | {_SECRETARY}
"""Who reads what a contact says: a secretariat only those of the bodies of its own council."""

PROVIDER_KEEPERS: Final = frozenset({_TIER1, _ADMINISTRATOR})
"""Who registers providers."""

PROMISERS: Final = frozenset({_TIER1, _ADMINISTRATOR})
"""Who promises, for an area, how fresh its lists of resources are."""

COUNCIL_KEEPERS: Final = frozenset({_SECRETARY, _ADMINISTRATOR})
"""Who registers councils."""

CONVENERS: Final = frozenset({_TIER1, _TIER2, _SECRETARY})
"""Who convenes a council's meeting and records its results."""

PROPOSERS: Final = frozenset({_TIER1, _TIER2, _SECRETARY})
"""Who speaks for a council. Tier 1's coordinator does so for tier-1 councils, and where the tiers share an area."""

ROUND_OPENERS: Final = frozenset({_TIER1})
"""Who opens a matching round for a municipality or a ward."""

ANSWERERS: Final = frozenset({_TIER1})
"""Who answers proposals for the municipality."""

CITY: Final = frozenset({_ADMINISTRATOR})
"""The municipality's administration."""

AUDITORS: Final = frozenset({_ADMINISTRATOR, Role.AUDITOR})
"""Who sees who looked at what."""

LOG_READERS: Final = frozenset({Role.AUDITOR})
"""Who reads the events themselves."""

OPERATORS: Final = frozenset({Role.OPERATOR})
"""Who watches the processes; they read nothing of what is recorded."""

WATCHERS: Final = OPERATORS | LOG_READERS
"""Who sees where a service stands."""


class RouteRights(NamedTuple):
    """One operation, how it is called, and the roles that may do it."""

    operation: str
    method: str
    path: str
    roles: frozenset[Role]


def rights_table(routes: Iterable[APIRouter]) -> Sequence[RouteRights]:
    """The operations of a service's `ROUTES` with their rights, in the order they were declared.

    Routers that are no `Routes` (pages, static files) are left out: they ask for no token.
    """
    return [
        RouteRights(route.name, method, route.path, router.rights[route.name])
        for router in routes
        if isinstance(router, Routes)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]
