"""The events of the registry (資源台帳): areas, councils, coordinators, providers, resources, and what is developed.

Developed are supporters, venues, and places where older people take part.
"""

from __future__ import annotations

from .areas import AreaDefined, AreaReorganized, Ring
from .places import PlaceClosed, PlaceCorrected, PlaceDetails, PlaceFilled, PlaceOffered, PlaceReopened
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
from .supporters import (
    PlacementCorrected,
    PlacementEnded,
    SupportersGaveUp,
    SupportersPlaced,
    SupportersTrained,
    TrainingCorrected,
    TrainingDetails,
)
from .venues import VenueDetails, VenueReleased, VenueRevised, VenueSecured, VenueSecuredAgain

SupporterEvent = (
    SupportersTrained | TrainingCorrected | SupportersGaveUp | SupportersPlaced | PlacementEnded | PlacementCorrected
)
VenueEvent = VenueSecured | VenueRevised | VenueReleased | VenueSecuredAgain
PlaceEvent = PlaceOffered | PlaceFilled | PlaceCorrected | PlaceClosed | PlaceReopened
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
    | SupporterEvent
    | VenueEvent
    | PlaceEvent
)

__all__ = [
    "AreaDefined",
    "AreaReorganized",
    "BatchRegistered",
    "CoordinatorAssigned",
    "CouncilEstablished",
    "PlaceClosed",
    "PlaceCorrected",
    "PlaceDetails",
    "PlaceEvent",
    "PlaceFilled",
    "PlaceOffered",
    "PlaceReopened",
    "PlacementCorrected",
    "PlacementEnded",
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
    "SupporterEvent",
    "SupportersGaveUp",
    "SupportersPlaced",
    "SupportersTrained",
    "TrainingCorrected",
    "TrainingDetails",
    "VenueDetails",
    "VenueEvent",
    "VenueReleased",
    "VenueRevised",
    "VenueSecured",
    "VenueSecuredAgain",
]
