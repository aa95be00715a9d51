"""The events of the registry (資源台帳): areas, councils, coordinators, providers and resources."""

from __future__ import annotations

from .areas import AreaDefined, AreaReorganized, Ring
from .posts import CoordinatorAssigned, CouncilEstablished
from .providers import ProviderRegistered
from .resources import (
    BatchRegistered,
    ResourceDetails,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSource,
    ResourceSuspended,
    ResourceVerified,
)

RegistryEvent = (
    AreaDefined
    | AreaReorganized
    | CouncilEstablished
    | CoordinatorAssigned
    | ProviderRegistered
    | ResourceRegistered
    | ResourceRevised
    | ResourceVerified
    | ResourceSuspended
    | ResourceResumed
    | ResourceRetired
    | ResourceReinstated
    | BatchRegistered
)

__all__ = [
    "AreaDefined",
    "AreaReorganized",
    "BatchRegistered",
    "CoordinatorAssigned",
    "CouncilEstablished",
    "ProviderRegistered",
    "RegistryEvent",
    "ResourceDetails",
    "ResourceRegistered",
    "ResourceReinstated",
    "ResourceResumed",
    "ResourceRetired",
    "ResourceRevised",
    "ResourceSource",
    "ResourceSuspended",
    "ResourceVerified",
    "Ring",
]
