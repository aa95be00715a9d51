"""The events of the registry (資源台帳): areas, councils, coordinators, providers, networking and resources."""

from __future__ import annotations

from .areas import AreaDefined, AreaReorganized, Ring
from .network import (
    AcknowledgementWithdrawn,
    InformationAcknowledged,
    InformationEvent,
    InformationShared,
    InformationWithdrawn,
    NetworkEvent,
    OutreachAnswered,
    OutreachEvent,
    OutreachMade,
    OutreachWithdrawn,
    PartnershipEnded,
    PartnershipEvent,
    PartnershipFormed,
    PartnershipReinstated,
    PartnershipWithdrawn,
    Recipient,
)
from .posts import (
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorEvent,
    CoordinatorHandedOver,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CouncilCorrected,
    CouncilDormant,
    CouncilEstablished,
    CouncilEvent,
    CouncilMembersChanged,
    CouncilPurpose,
    CouncilPurposeAgreed,
    CouncilResumed,
    CouncilSitting,
    Posts,
)
from .providers import ProviderEvent, ProviderRegistered, ProviderReleased, ProviderRevised, ProviderSecured
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
    | CouncilEvent
    | CoordinatorEvent
    | ProviderEvent
    | NetworkEvent
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
    "AcknowledgementWithdrawn",
    "AreaDefined",
    "AreaReorganized",
    "BatchRegistered",
    "CoordinatorAssigned",
    "CoordinatorCorrected",
    "CoordinatorEvent",
    "CoordinatorHandedOver",
    "CoordinatorReinstated",
    "CoordinatorRenewed",
    "CouncilCorrected",
    "CouncilDormant",
    "CouncilEstablished",
    "CouncilEvent",
    "CouncilMembersChanged",
    "CouncilPurpose",
    "CouncilPurposeAgreed",
    "CouncilResumed",
    "CouncilSitting",
    "InformationAcknowledged",
    "InformationEvent",
    "InformationShared",
    "InformationWithdrawn",
    "NetworkEvent",
    "OutreachAnswered",
    "OutreachEvent",
    "OutreachMade",
    "OutreachWithdrawn",
    "PartnershipEnded",
    "PartnershipEvent",
    "PartnershipFormed",
    "PartnershipReinstated",
    "PartnershipWithdrawn",
    "Posts",
    "ProviderEvent",
    "ProviderRegistered",
    "ProviderReleased",
    "ProviderRevised",
    "ProviderSecured",
    "Recipient",
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
