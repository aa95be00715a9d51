"""Events of places where active older people can take part (活躍の場)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shienevents import Event

from ..vocabulary import (
    AreaCode,
    BodyKind,
    ByMapping,
    Headcount,
    Line,
    LineOfReason,
    Name,
    Part,
    Participation,
    People,
    PlaceEnd,
)


class PlaceDetails(Part):
    """A place: who offers it, what one does there, how many people are wanted, on which days as they are written.

    `resource_id` names the resource that offers it, where it is one of the registry. `until` is the last day on which
    people are sought; `None`: it is open.
    """

    offered_by: Name
    offered_by_kind: BodyKind
    resource_id: UUID | None = None
    offered_on: date
    participation: Participation
    activity: Line = ""
    wanted: People
    schedule: Line = ""
    until: date | None = None


class PlaceOffered(Event, wire="registry.place_offered.v1"):
    """A place was offered in which older people of the area can take part (担い手として活動する場の確保).

    `not_the_same_as`: identical places that somebody looked at, and that are other ones.
    """

    place_id: UUID
    area: AreaCode
    details: PlaceDetails
    not_the_same_as: tuple[UUID, ...] = ()


class PlaceFilled(Event, wire="registry.place_filled.v1"):
    """On a day `headcount` people began to take part. All of them together are never more than are wanted."""

    place_id: UUID
    headcount: People
    filled_on: date


class PlaceCorrected(Event, wire="registry.place_corrected.v1"):
    """The place is otherwise than was recorded, or has changed: the whole of it, and how many people take part."""

    place_id: UUID
    details: PlaceDetails
    filled: Headcount
    reason: Line


class PlaceClosed(Event, wire="registry.place_closed.v1"):
    """From a day on nobody more is sought. Who takes part already may go on."""

    place_id: UUID
    reason: PlaceEnd
    closed_on: date


class PlaceReopened(Event, wire="registry.place_reopened.v1"):
    """People are sought again, or the closing was a mistake."""

    place_id: UUID
    reason: Line


class PlaceMoved(Event, wire="registry.place_moved.v1"):
    """The place was recorded in the wrong area: it is one of `area`. The stream stays where it is."""

    place_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: LineOfReason
    by_mapping: ByMapping | None = None


class PlaceWithdrawn(Event, wire="registry.place_withdrawn.v1"):
    """The place was recorded by mistake: it is in no list and in no figure any more. `area` is its last one."""

    place_id: UUID
    area: AreaCode
    reason: LineOfReason
