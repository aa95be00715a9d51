"""Places where active older people can take part (活躍の場)."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.development import place_state
from shiendomain.registry import (
    PlaceClosed,
    PlaceCorrected,
    PlaceEvent,
    PlaceFilled,
    PlaceMoved,
    PlaceOffered,
    PlaceReopened,
    PlaceWithdrawn,
)
from shiendomain.states import PlaceState
from shiendomain.vocabulary import BodyKind, Participation, PlaceEnd
from shienevents import Envelope, Row, View, replace, types_of

from .search import NO_DAY


class PlaceRow(Row, key=("place_id",)):
    """One place. `filled` people take part; `fillings` are those since the last correction, with day and headcount."""

    place_id: UUID
    area: str = ""
    state: PlaceState = PlaceState.OPEN
    offered_by: str = ""
    offered_by_kind: BodyKind = BodyKind.MUNICIPALITY
    resource_id: UUID | None = None
    offered_on: date = NO_DAY
    participation: Participation = Participation.OTHER
    activity: str = ""
    wanted: int = 0
    filled: int = 0
    fillings: tuple[dict[str, str | int], ...] = ()
    schedule: str = ""
    until: date | None = None
    closed: bool = False
    closed_on: date | None = None
    closed_for: PlaceEnd | None = None
    corrected_for: str = ""
    reopened_for: str = ""
    moved_for: str = ""
    not_the_same_as: tuple[UUID, ...] = ()
    correlation: UUID | None = None
    version: int = 0


def evolve_place(row: PlaceRow, event: PlaceEvent, envelope: Envelope) -> PlaceRow | None:
    """The place after an event; nothing once it was withdrawn."""
    after = with_event(replace(row, version=envelope.version), event, envelope)
    return after and replace(after, state=place_state(after.wanted, after.filled, closed=after.closed))


def with_event(row: PlaceRow, event: PlaceEvent, envelope: Envelope) -> PlaceRow | None:
    """The row with what an event says."""
    match event:
        case PlaceOffered():
            row = replace(row, area=event.area, not_the_same_as=event.not_the_same_as)
            return replace(row, **dict(event.details), correlation=envelope.correlation)
        case PlaceMoved():
            return replace(row, area=event.area, moved_for=event.reason)
        case PlaceFilled():
            filling: dict[str, str | int] = {"filled_on": event.filled_on.isoformat(), "headcount": event.headcount}
            return replace(row, filled=row.filled + event.headcount, fillings=(*row.fillings, filling))
        case PlaceCorrected():
            corrected = replace(row, **dict(event.details))
            return replace(corrected, filled=event.filled, fillings=(), corrected_for=event.reason)
        case PlaceClosed():
            return replace(row, closed=True, closed_on=event.closed_on, closed_for=event.reason)
        case PlaceReopened():
            return replace(row, closed=False, closed_on=None, closed_for=None, reopened_for=event.reason)
        case PlaceWithdrawn():
            return None
        case _:
            assert_never(event)


places = View[PlaceRow](
    name="places",
    version=4,
    row=PlaceRow,
    subscribes_to=types_of(PlaceEvent),
    keys=lambda event, _: [event.place_id],
    evolve=evolve_place,
    indexes=(("area", "state"),),
)
