"""Supporters, venues, and places where older people take part, as the portal shows them. Each row is of one stream."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.areas import municipality_of
from shiendomain.development import PlacedSupporters, place_state
from shiendomain.registry import (
    CohortMoved,
    PlaceClosed,
    PlaceCorrected,
    PlaceDetails,
    PlaceEvent,
    PlaceFilled,
    PlacementCorrected,
    PlacementEnded,
    PlaceMoved,
    PlaceOffered,
    PlaceReopened,
    PlaceWithdrawn,
    SupporterEvent,
    SupportersGaveUp,
    SupportersPlaced,
    SupportersTrained,
    TrainingCorrected,
    TrainingDetails,
    TrainingWithdrawn,
    VenueDetails,
    VenueEvent,
    VenueMoved,
    VenueReleased,
    VenueRevised,
    VenueSecured,
    VenueSecuredAgain,
    VenueWithdrawn,
)
from shiendomain.states import PlaceState, VenueState
from shiendomain.vocabulary import Accessibility, Participation, SupportKind
from shienevents import Envelope, Row, View, replace, types_of


class CohortRow(Row, key=("cohort_id",)):
    """One cohort of supporters (担い手). `placements` are those of its `PlacedSupporters`; `unplaced` can be asked."""

    cohort_id: UUID
    area: str = ""
    title: str = ""
    held_on: date | None = None
    support_kinds: tuple[SupportKind, ...] = ()
    held_by: str = ""
    trained: int = 0
    placements: dict[str, int] = field(default_factory=dict)
    placed: int = 0
    gave_up: int = 0
    unplaced: int = 0


def evolve_cohort(row: CohortRow, event: SupporterEvent, _: Envelope) -> CohortRow | None:
    """The cohort after an event; nothing once it was withdrawn."""
    after = _with_supporters(row, event)
    return after and replace(after, unplaced=after.trained - after.placed - after.gave_up)


def _with_supporters(row: CohortRow, event: SupporterEvent) -> CohortRow | None:
    match event:
        case SupportersTrained():
            return replace(_with_training(row, event.details), area=event.area)
        case TrainingCorrected():
            return _with_training(row, event.details)
        case CohortMoved():
            return replace(row, area=event.area)
        case SupportersGaveUp():
            return replace(row, gave_up=event.gave_up)
        case SupportersPlaced() | PlacementEnded() | PlacementCorrected():
            supporters = PlacedSupporters(row.placements).after(event)
            return replace(row, placements=dict(supporters.by_placement), placed=supporters.placed)
        case TrainingWithdrawn():
            return None
        case _:
            assert_never(event)


def _with_training(row: CohortRow, details: TrainingDetails) -> CohortRow:
    return replace(
        row, title=details.title, held_on=details.held_on, support_kinds=details.support_kinds,
        held_by=details.held_by, trained=details.headcount,
    )  # fmt: skip


class VenueRow(Row, key=("venue_id",)):
    """One venue (会場). `first_secured_on`: the day from which it counts, also when it was secured `again`."""

    venue_id: UUID
    area: str = ""
    first_secured_on: date | None = None
    again: bool = False
    state: VenueState = VenueState.SECURED
    name: str = ""
    address: str = ""
    schedule: str = ""
    fee: str = ""
    capacity: int | None = None
    accessibility: tuple[Accessibility, ...] = ()
    owner: str = ""


def evolve_venue(row: VenueRow, event: VenueEvent, _: Envelope) -> VenueRow | None:
    """The venue after an event."""
    match event:
        case VenueSecured():
            return replace(_with_venue(row, event.details), area=event.area)
        case VenueRevised():
            return _with_venue(row, event.details)
        case VenueMoved():
            return replace(row, area=event.area)
        case VenueReleased():
            return replace(row, state=VenueState.RELEASED)
        case VenueSecuredAgain():
            return replace(row, state=VenueState.SECURED, again=True)
        case VenueWithdrawn():
            return None
        case _:
            assert_never(event)


def _with_venue(row: VenueRow, details: VenueDetails) -> VenueRow:
    return replace(
        row, first_secured_on=row.first_secured_on if row.again else details.secured_on, name=details.name,
        address=details.address, schedule=details.schedule, fee=details.fee,
        capacity=details.capacity, accessibility=details.accessibility, owner=details.owner,
    )  # fmt: skip


class PlaceRow(Row, key=("place_id",)):
    """One place where older people can take part (活躍の場)."""

    place_id: UUID
    area: str = ""
    state: PlaceState = PlaceState.OPEN
    offered_by: str = ""
    offered_on: date | None = None
    participation: Participation = Participation.OTHER
    activity: str = ""
    schedule: str = ""
    until: date | None = None
    wanted: int = 0
    filled: int = 0
    closed: bool = False


def evolve_place(row: PlaceRow, event: PlaceEvent, _: Envelope) -> PlaceRow | None:
    """The place after an event; nothing once it was withdrawn."""
    after = _with_people(row, event)
    return after and replace(after, state=place_state(after.wanted, after.filled, closed=after.closed))


def _with_people(row: PlaceRow, event: PlaceEvent) -> PlaceRow | None:
    match event:
        case PlaceOffered():
            return replace(_with_place(row, event.details), area=event.area)
        case PlaceCorrected():
            return replace(_with_place(row, event.details), filled=event.filled)
        case PlaceMoved():
            return replace(row, area=event.area)
        case PlaceFilled():
            return replace(row, filled=row.filled + event.headcount)
        case PlaceClosed():
            return replace(row, closed=True)
        case PlaceReopened():
            return replace(row, closed=False)
        case PlaceWithdrawn():
            return None
        case _:
            assert_never(event)


def _with_place(row: PlaceRow, details: PlaceDetails) -> PlaceRow:
    return replace(
        row, offered_by=details.offered_by, offered_on=details.offered_on, participation=details.participation,
        activity=details.activity, schedule=details.schedule, until=details.until, wanted=details.wanted,
    )  # fmt: skip


cohorts: View[CohortRow] = View(
    name="cohorts",
    version=3,
    row=CohortRow,
    subscribes_to=types_of(SupporterEvent),
    keys=lambda event, _: [event.cohort_id],
    evolve=evolve_cohort,
    indexes=(("area",),),
    counted_in=lambda row: [municipality_of(row.area)],
)
venues: View[VenueRow] = View(
    name="venues",
    version=4,
    row=VenueRow,
    subscribes_to=types_of(VenueEvent),
    keys=lambda event, _: [event.venue_id],
    evolve=evolve_venue,
    indexes=(("area",),),
    counted_in=lambda row: [municipality_of(row.area)],
)
places: View[PlaceRow] = View(
    name="places",
    version=4,
    row=PlaceRow,
    subscribes_to=types_of(PlaceEvent),
    keys=lambda event, _: [event.place_id],
    evolve=evolve_place,
    indexes=(("area",),),
    counted_in=lambda row: [municipality_of(row.area)],
)
