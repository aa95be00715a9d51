"""The events of the registry (資源台帳): areas, posts, providers, networking, resources, and what is developed.

Developed are supporters, venues, places where older people take part, and activities, which are reported. Of contacts
there are only references.
"""

from __future__ import annotations

from .activities import ActivityDetails, ActivityReportCorrected, ActivityReported, ActivityReportWithdrawn
from .areas import (
    AreaDefined,
    AreaEvent,
    AreaMappingEvent,
    AreaReorganizationWithdrawn,
    AreaReorganized,
    AreaWorkMapped,
    AreaWorkMappingReversed,
    Ring,
)
from .contacts import ContactErased, ContactEvent, ContactMoved, ContactRecorded, ContactRenewed
from .network import (
    AcknowledgementWithdrawn,
    BodyAcknowledged,
    BodyAcknowledgementWithdrawn,
    BodyRecipient,
    InformationAcknowledged,
    InformationEvent,
    InformationReinstated,
    InformationShared,
    InformationWithdrawn,
    NetworkEvent,
    OutreachAnswered,
    OutreachAnswerWithdrawn,
    OutreachEvent,
    OutreachMade,
    OutreachReinstated,
    OutreachWithdrawn,
    PartnershipBodiesChanged,
    PartnershipChangeWithdrawn,
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
from .places import (
    PlaceClosed,
    PlaceCorrected,
    PlaceDetails,
    PlaceFilled,
    PlaceMoved,
    PlaceOffered,
    PlaceReopened,
    PlaceWithdrawn,
)
from .posts import (
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorEvent,
    CoordinatorHandedOver,
    CoordinatorMoved,
    CoordinatorReinstated,
    CoordinatorRenewed,
    CoordinatorWithdrawn,
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
    CouncilWithdrawn,
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
    ProviderWithdrawn,
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
    ResourceSourceCorrected,
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
    TrainingWithdrawn,
)
from .venues import (
    VenueDetails,
    VenueMoved,
    VenueReleased,
    VenueRevised,
    VenueSecured,
    VenueSecuredAgain,
    VenueWithdrawn,
)

SupporterEvent = (
    SupportersTrained
    | TrainingCorrected
    | SupportersGaveUp
    | SupportersPlaced
    | PlacementEnded
    | PlacementCorrected
    | CohortMoved
    | TrainingWithdrawn
)
VenueEvent = VenueSecured | VenueRevised | VenueReleased | VenueSecuredAgain | VenueMoved | VenueWithdrawn
PlaceEvent = PlaceOffered | PlaceFilled | PlaceCorrected | PlaceClosed | PlaceReopened | PlaceMoved | PlaceWithdrawn
ActivityReportEvent = ActivityReported | ActivityReportCorrected | ActivityReportWithdrawn
RegistryEvent = (
    AreaEvent
    | AreaMappingEvent
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
    | ResourceSourceCorrected
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
    "AreaMappingEvent",
    "AreaReorganizationWithdrawn",
    "AreaReorganized",
    "AreaWorkMapped",
    "AreaWorkMappingReversed",
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
    "CoordinatorWithdrawn",
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
    "CouncilWithdrawn",
    "FieldVerified",
    "FreshnessEvent",
    "FreshnessPromiseCorrected",
    "FreshnessPromiseWithdrawn",
    "FreshnessPromised",
    "InformationAcknowledged",
    "InformationEvent",
    "InformationReinstated",
    "InformationShared",
    "InformationWithdrawn",
    "NetworkEvent",
    "OutreachAnswerWithdrawn",
    "OutreachAnswered",
    "OutreachEvent",
    "OutreachMade",
    "OutreachReinstated",
    "OutreachWithdrawn",
    "PartnershipBodiesChanged",
    "PartnershipChangeWithdrawn",
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
    "PlaceWithdrawn",
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
    "ProviderWithdrawn",
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
    "ResourceSourceCorrected",
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
    "TrainingWithdrawn",
    "VenueDetails",
    "VenueEvent",
    "VenueMoved",
    "VenueReleased",
    "VenueRevised",
    "VenueSecured",
    "VenueSecuredAgain",
    "VenueWithdrawn",
    "WithinDays",
]
