"""The events of the registry (資源台帳): areas, posts, providers, networking, resources, and what is developed.

Developed are supporters, venues, places where older people take part, and activities, which are reported. Of contacts
there are only references.
"""

from __future__ import annotations

from .activities import ActivityDetails, ActivityReportCorrected, ActivityReported, ActivityReportWithdrawn
from .areas import AreaDefined, AreaEvent, AreaReorganizationWithdrawn, AreaReorganized, Ring
from .contacts import ContactErased, ContactEvent, ContactMoved, ContactRecorded, ContactRenewed
from .network import (
    AcknowledgementWithdrawn,
    BodyAcknowledged,
    BodyAcknowledgementWithdrawn,
    BodyRecipient,
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
    PartnershipPlanned,
    PartnershipReinstated,
    PartnershipWithdrawn,
    Practice,
    PracticeTakenUp,
    PracticeTakingUpWithdrawn,
    Recipient,
)
from .places import PlaceClosed, PlaceCorrected, PlaceDetails, PlaceFilled, PlaceMoved, PlaceOffered, PlaceReopened
from .posts import (
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorEvent,
    CoordinatorHandedOver,
    CoordinatorMoved,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CouncilCorrected,
    CouncilDormant,
    CouncilEstablished,
    CouncilEvent,
    CouncilMembersChanged,
    CouncilMoved,
    CouncilPurpose,
    CouncilPurposeAgreed,
    CouncilResumed,
    CouncilSitting,
    Posts,
    PrintedDocument,
)
from .promises import (
    FreshnessEvent,
    FreshnessPromiseCorrected,
    FreshnessPromised,
    FreshnessPromiseWithdrawn,
    Percent,
    WithinDays,
)
from .providers import (
    ProviderEvent,
    ProviderMoved,
    ProviderRegistered,
    ProviderReleased,
    ProviderRevised,
    ProviderSecured,
)
from .resources import (
    BatchRegistered,
    FieldVerified,
    ResourceDetails,
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSource,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)
from .supporters import (
    CohortMoved,
    PlacementCorrected,
    PlacementEnded,
    SupportersGaveUp,
    SupportersPlaced,
    SupportersTrained,
    TrainingCorrected,
    TrainingDetails,
)
from .venues import VenueDetails, VenueMoved, VenueReleased, VenueRevised, VenueSecured, VenueSecuredAgain

SupporterEvent = (
    SupportersTrained
    | TrainingCorrected
    | SupportersGaveUp
    | SupportersPlaced
    | PlacementEnded
    | PlacementCorrected
    | CohortMoved
)
VenueEvent = VenueSecured | VenueRevised | VenueReleased | VenueSecuredAgain | VenueMoved
PlaceEvent = PlaceOffered | PlaceFilled | PlaceCorrected | PlaceClosed | PlaceReopened | PlaceMoved
ActivityReportEvent = ActivityReported | ActivityReportCorrected | ActivityReportWithdrawn
RegistryEvent = (
    AreaEvent
    | CouncilEvent
    | CoordinatorEvent
    | ProviderEvent
    | FreshnessEvent
    | NetworkEvent
    | ResourceRegistered
    | ResourceRevised
    | ResourceVerified
    | ResourceVerificationWithdrawn
    | ResourceSuspended
    | ResourceResumed
    | ResourceRetired
    | ResourceReinstated
    | ResourceMoved
    | BatchRegistered
    | SupporterEvent
    | VenueEvent
    | PlaceEvent
    | ActivityReportEvent
    | ContactEvent
)

__all__ = [
    "AcknowledgementWithdrawn",
    "ActivityDetails",
    "ActivityReportCorrected",
    "ActivityReportEvent",
    "ActivityReportWithdrawn",
    "ActivityReported",
    "AreaDefined",
    "AreaEvent",
    "AreaReorganizationWithdrawn",
    "AreaReorganized",
    "BatchRegistered",
    "BodyAcknowledged",
    "BodyAcknowledgementWithdrawn",
    "BodyRecipient",
    "CohortMoved",
    "ContactErased",
    "ContactEvent",
    "ContactMoved",
    "ContactRecorded",
    "ContactRenewed",
    "CoordinatorAssigned",
    "CoordinatorCorrected",
    "CoordinatorEvent",
    "CoordinatorHandedOver",
    "CoordinatorMoved",
    "CoordinatorReinstated",
    "CoordinatorRenewed",
    "CouncilCorrected",
    "CouncilDormant",
    "CouncilEstablished",
    "CouncilEvent",
    "CouncilMembersChanged",
    "CouncilMoved",
    "CouncilPurpose",
    "CouncilPurposeAgreed",
    "CouncilResumed",
    "CouncilSitting",
    "FieldVerified",
    "FreshnessEvent",
    "FreshnessPromiseCorrected",
    "FreshnessPromiseWithdrawn",
    "FreshnessPromised",
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
    "PartnershipPlanned",
    "PartnershipReinstated",
    "PartnershipWithdrawn",
    "Percent",
    "PlaceClosed",
    "PlaceCorrected",
    "PlaceDetails",
    "PlaceEvent",
    "PlaceFilled",
    "PlaceMoved",
    "PlaceOffered",
    "PlaceReopened",
    "PlacementCorrected",
    "PlacementEnded",
    "Posts",
    "Practice",
    "PracticeTakenUp",
    "PracticeTakingUpWithdrawn",
    "PrintedDocument",
    "ProviderEvent",
    "ProviderMoved",
    "ProviderRegistered",
    "ProviderReleased",
    "ProviderRevised",
    "ProviderSecured",
    "Recipient",
    "RegistryEvent",
    "ResourceDetails",
    "ResourceMoved",
    "ResourceRegistered",
    "ResourceReinstated",
    "ResourceResumed",
    "ResourceRetired",
    "ResourceRevised",
    "ResourceSource",
    "ResourceSuspended",
    "ResourceVerificationWithdrawn",
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
    "VenueMoved",
    "VenueReleased",
    "VenueRevised",
    "VenueSecured",
    "VenueSecuredAgain",
    "WithinDays",
]
