"""Since when each thing is in which areas: before its first use nothing was in an area, which begins by then."""

from __future__ import annotations

from dataclasses import field
from datetime import date

from shiendomain.days import day_of
from shiendomain.needs import (
    IssueMoved,
    IssueRaised,
    NeedMoved,
    NeedRecorded,
    NeedReinstated,
    NeedsConsolidated,
    NeedWithdrawn,
    SurveyMoved,
    SurveyOpened,
    SurveyWithdrawn,
)
from shiendomain.registry import (
    CohortMoved,
    CoordinatorAssigned,
    CoordinatorCorrected,
    CoordinatorMoved,
    CoordinatorWithdrawn,
    CouncilCorrected,
    CouncilEstablished,
    CouncilMoved,
    CouncilWithdrawn,
    InformationReinstated,
    InformationShared,
    InformationWithdrawn,
    OutreachMade,
    OutreachReinstated,
    OutreachWithdrawn,
    PartnershipFormed,
    PartnershipReinstated,
    PartnershipWithdrawn,
    PlaceMoved,
    PlaceOffered,
    PlaceWithdrawn,
    ProviderMoved,
    ProviderRegistered,
    ProviderWithdrawn,
    ResourceMoved,
    ResourceRegistered,
    SupportersTrained,
    TrainingWithdrawn,
    VenueMoved,
    VenueSecured,
    VenueWithdrawn,
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
"""These may say that what began did so on another day. They name no area: it is that in which the stream began."""
Withdrawn = (
    CouncilWithdrawn
    | CoordinatorWithdrawn
    | ProviderWithdrawn
    | TrainingWithdrawn
    | VenueWithdrawn
    | PlaceWithdrawn
    | OutreachWithdrawn
    | PartnershipWithdrawn
    | InformationWithdrawn
    | SurveyWithdrawn
    | NeedWithdrawn
)
Reinstated = OutreachReinstated | PartnershipReinstated | InformationReinstated | NeedReinstated
InUse = Begun | Moved | Corrected | Withdrawn | Reinstated


class UseRow(Row, key=("stream",)):
    """By area, the day on which a thing began there or was moved there. All from its stream.

    Resources are many, and none is withdrawn: those of an area share a row, with the earliest day.

    `areas`: those of `days`, for the index. `mistaken`: it was recorded by mistake, and no area was in use by it.
    """

    stream: str
    areas: tuple[str, ...] = ()
    days: dict[str, str] = field(default_factory=dict)
    mistaken: bool = False


def day_of_use(event: Begun | Moved, envelope: Envelope) -> date:
    """The day that the event names: a post is there from its term on, whenever it was filled. Else when it happened."""
    match event:
        case CoordinatorAssigned():
            return event.term_from
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


def evolve_use(row: UseRow, event: InUse, envelope: Envelope) -> UseRow:
    """The earlier day of each area, or the corrected one."""
    if isinstance(event, NeedWithdrawn):
        return replace(row, mistaken=event.by_mistake)
    if isinstance(event, Withdrawn | Reinstated):
        return replace(row, mistaken=isinstance(event, Withdrawn))
    if isinstance(event, Corrected):
        right = event.term_from if isinstance(event, CoordinatorCorrected) else event.established_on
        return _used(row, envelope.area, right.isoformat()) if right else row
    day = day_of_use(event, envelope).isoformat()
    return _used(row, event.area, min(day, row.days.get(event.area, day)))


def _used(row: UseRow, area: str, day: str) -> UseRow:
    days = {**row.days, area: day}
    return replace(row, areas=tuple(sorted(days)), days=days)


def _row_of(event: InUse, envelope: Envelope) -> str:
    return f"resources-{event.area}" if isinstance(event, ResourceRegistered | ResourceMoved) else envelope.stream


first_uses = View[UseRow](
    name="first_uses",
    version=2,
    row=UseRow,
    indexes=(("areas",),),
    subscribes_to=types_of(InUse),
    keys=lambda event, envelope: [_row_of(event, envelope)],
    evolve=evolve_use,
)
