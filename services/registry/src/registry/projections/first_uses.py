"""The first day of use of each area: before it nothing was there, so that the area may begin on it at the latest."""

from __future__ import annotations

from datetime import date

from shiendomain.days import day_of
from shiendomain.needs import (
    IssueMoved,
    IssueRaised,
    NeedMoved,
    NeedRecorded,
    NeedsConsolidated,
    SurveyMoved,
    SurveyOpened,
)
from shiendomain.registry import (
    CohortMoved,
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorMoved,
    CouncilCorrected,
    CouncilEstablished,
    CouncilMoved,
    InformationShared,
    OutreachMade,
    PartnershipFormed,
    PlaceMoved,
    PlaceOffered,
    ProviderMoved,
    ProviderRegistered,
    ResourceMoved,
    ResourceRegistered,
    SupportersTrained,
    VenueMoved,
    VenueSecured,
)
from shienevents import Envelope, Row, View, replace, types_of

Begun = (
    CouncilEstablished
    | CoordinatorAssigned
    | ProviderRegistered
    | ResourceRegistered
    | SupportersTrained
    | VenueSecured
    | PlaceOffered
    | OutreachMade
    | PartnershipFormed
    | InformationShared
    | SurveyOpened
    | NeedRecorded
    | NeedsConsolidated
    | IssueRaised
)
Moved = (
    CouncilMoved
    | CoordinatorMoved
    | ProviderMoved
    | ResourceMoved
    | CohortMoved
    | VenueMoved
    | PlaceMoved
    | SurveyMoved
    | NeedMoved
    | IssueMoved
)

Corrected = CouncilCorrected | CoordinatorCorrected
"""These may say that what began did so on an earlier day. They name no area."""
InUse = Begun | Moved | Corrected


class FirstUseRow(Row, key=("area",)):
    """The day on which the first thing of an area began, or was moved there."""

    area: str
    first_on: date | None = None


def day_of_use(event: InUse, envelope: Envelope) -> date:
    """The day that the event names: a post is there from its term on, whenever it was filled. Else when it happened."""
    match event:
        case CoordinatorAssigned() | CoordinatorCorrected():
            return event.term_from
        case CouncilCorrected():
            return event.established_on or day_of(envelope.occurred_at)
        case SupportersTrained():
            return event.details.held_on
        case VenueSecured():
            return event.details.secured_on
        case PlaceOffered():
            return event.details.offered_on
        case OutreachMade():
            return event.made_on
        case PartnershipFormed():
            return event.since
        case InformationShared():
            return event.shared_on
        case _:
            return day_of(envelope.occurred_at)


def evolve_first_use(row: FirstUseRow, event: InUse, envelope: Envelope) -> FirstUseRow:
    """The earlier day."""
    day = day_of_use(event, envelope)
    return replace(row, first_on=min(day, row.first_on or day))


first_uses = View[FirstUseRow](
    name="first_uses",
    version=1,
    row=FirstUseRow,
    subscribes_to=types_of(InUse),
    keys=lambda event, envelope: [envelope.area if isinstance(event, Corrected) else event.area],
    evolve=evolve_first_use,
)
