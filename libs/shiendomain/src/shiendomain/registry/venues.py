"""Events of venues (会場): rooms and grounds that activities of an area may use."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shienevents import Event

from ..vocabulary import (
    Accessibility,
    Address,
    AreaCode,
    BodyKind,
    ByMapping,
    Line,
    LineOfReason,
    Name,
    Part,
    People,
    ResourceName,
    Telephone,
    Text,
    VenueEnd,
    Yen,
)


class VenueDetails(Part):
    """A venue: since when it may be used, at which times as they are written, for how much, and whose it is.

    `capacity` is in people at the same time; `None`: not known. `accessibility` is what is known of it; none: nothing.
    """

    name: ResourceName
    address: Address = ""
    secured_on: date
    schedule: Line = ""
    fee: Line = ""
    fee_yen: Yen | None = None
    capacity: People | None = None
    accessibility: tuple[Accessibility, ...] = ()
    owner: Name
    owner_kind: BodyKind
    telephone: Telephone = ""
    note: Text = ""


class VenueSecured(Event, wire="registry.venue_secured.v1"):
    """A venue was secured for activities of the area (活動する場の確保).

    `not_the_same_as`: identical venues that somebody looked at, and that are other ones.
    """

    venue_id: UUID
    area: AreaCode
    details: VenueDetails
    not_the_same_as: tuple[UUID, ...] = ()


class VenueRevised(Event, wire="registry.venue_revised.v1"):
    """The venue was revised: `details` is the whole of it as it is now, `changed` names the fields that differ."""

    venue_id: UUID
    details: VenueDetails
    changed: tuple[str, ...]


class VenueReleased(Event, wire="registry.venue_released.v1"):
    """From a day on the venue may no longer be used."""

    venue_id: UUID
    reason: VenueEnd
    released_on: date


class VenueSecuredAgain(Event, wire="registry.venue_secured_again.v1"):
    """A released venue may be used again from a day on, or its release was a mistake; the reason says which."""

    venue_id: UUID
    secured_on: date
    reason: Line


class VenueMoved(Event, wire="registry.venue_moved.v1"):
    """The venue was recorded in the wrong area: activities of `area` may use it. The stream stays where it is."""

    venue_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: LineOfReason
    by_mapping: ByMapping | None = None


class VenueWithdrawn(Event, wire="registry.venue_withdrawn.v1"):
    """The venue was recorded by mistake: it is in no list and in no figure any more. `area` is its last one."""

    venue_id: UUID
    area: AreaCode
    reason: LineOfReason
