"""Venues (会場), as they were last described."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.registry import (
    VenueDetails,
    VenueEvent,
    VenueMoved,
    VenueReleased,
    VenueRevised,
    VenueSecured,
    VenueSecuredAgain,
    VenueWithdrawn,
)
from shiendomain.schedules import open_weekdays
from shiendomain.states import VenueState
from shiendomain.vocabulary import Accessibility, BodyKind, VenueEnd, Weekday
from shienevents import Envelope, Row, View, replace, types_of

from .search import NO_DAY, sort_name


class VenueRow(Row, key=("venue_id",)):
    """One venue. `weekdays` are those on which it may be open, where the written schedule says it.

    `first_secured_on`: the day from which it counts, also after it was released and secured again.
    """

    venue_id: UUID
    area: str = ""
    state: VenueState = VenueState.SECURED
    name: str = ""
    address: str = ""
    secured_on: date = NO_DAY
    first_secured_on: date = NO_DAY
    schedule: str = ""
    weekdays: tuple[Weekday, ...] = ()
    fee: str = ""
    fee_yen: int | None = None
    capacity: int | None = None
    accessibility: tuple[Accessibility, ...] = ()
    owner: str = ""
    owner_kind: BodyKind = BodyKind.MUNICIPALITY
    telephone: str = ""
    note: str = ""
    released_on: date | None = None
    released_for: VenueEnd | None = None
    secured_again_for: str = ""
    moved_for: str = ""
    sort_name: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    correlation: UUID | None = None
    version: int = 0


def evolve_venue(row: VenueRow, event: VenueEvent, envelope: Envelope) -> VenueRow | None:
    """The venue after an event."""
    row = replace(row, version=envelope.version)
    match event:
        case VenueSecured():
            row = replace(row, area=event.area, not_the_same_as=event.not_the_same_as)
            return replace(with_details(row, event.details), correlation=envelope.correlation)
        case VenueRevised():
            return with_details(row, event.details)
        case VenueMoved():
            return replace(row, area=event.area, moved_for=event.reason)
        case VenueReleased():
            return replace(row, state=VenueState.RELEASED, released_on=event.released_on, released_for=event.reason)
        case VenueSecuredAgain():
            return replace(
                row,
                state=VenueState.SECURED,
                secured_on=event.secured_on,
                released_on=None,
                released_for=None,
                secured_again_for=event.reason,
            )
        case VenueWithdrawn():
            return None
        case _:
            assert_never(event)


def with_details(row: VenueRow, details: VenueDetails) -> VenueRow:
    """The row with the details of the venue."""
    return replace(
        row,
        **dict(details),
        first_secured_on=row.first_secured_on if row.secured_again_for else details.secured_on,
        weekdays=open_weekdays(details.schedule),
        sort_name=sort_name(details.name),
    )


venues = View[VenueRow](
    name="venues",
    version=5,
    row=VenueRow,
    subscribes_to=types_of(VenueEvent),
    keys=lambda event, _: [event.venue_id],
    evolve=evolve_venue,
    indexes=(("area", "state"),),
)
