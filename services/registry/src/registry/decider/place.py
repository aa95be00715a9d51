"""The rules of a place where older people take part (活躍の場): OPEN ⇄ FILLED, and CLOSED until it is opened again.

Never do more people take part than are wanted. Both numbers are in the stream of the place, so it holds exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.mistakes import Ground, Mistake, check_there, taken_back
from shiendomain.moves import Move, moved
from shiendomain.registry import (
    PlaceClosed,
    PlaceCorrected,
    PlaceDetails,
    PlaceEvent,
    PlaceFilled,
    PlaceMoved,
    PlaceOffered,
    PlaceReopened,
    PlaceWithdrawn,
)
from shiendomain.states import ResourceState
from shiendomain.vocabulary import PlaceEnd
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .days import check_happened
from .in_use import check_in_use


@dataclass(frozen=True)
class OfferPlace:
    """Offer a place. `resource_state`, of the resource that offers it, and in every command `today` are facts."""

    place_id: UUID
    home: Home
    details: PlaceDetails
    resource_state: ResourceState | None
    today: date
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class FillPlace:
    """People begin to take part."""

    place_id: UUID
    headcount: int
    filled_on: date
    today: date


@dataclass(frozen=True)
class CorrectPlace:
    """Record a place as it is right or as it is now, with how many people take part in it."""

    place_id: UUID
    details: PlaceDetails
    filled: int
    reason: str
    resource_state: ResourceState | None
    today: date


@dataclass(frozen=True)
class ClosePlace:
    """Nobody more is sought."""

    place_id: UUID
    reason: PlaceEnd
    closed_on: date
    today: date


@dataclass(frozen=True)
class ReopenPlace:
    """People are sought again, or the closing was a mistake."""

    place_id: UUID
    reason: str


@dataclass(frozen=True)
class MovePlace:
    """Correct the area of a place."""

    place_id: UUID
    to: Move


@dataclass(frozen=True)
class WithdrawPlace:
    """The place was recorded by mistake."""

    place_id: UUID
    mistake: Mistake


Change = FillPlace | CorrectPlace | ClosePlace | ReopenPlace | MovePlace | WithdrawPlace
Command = OfferPlace | Change


@dataclass(frozen=True)
class Place:
    """A place as it was described last, and how many people take part. `last`: those who began last."""

    details: PlaceDetails | None = None
    filled: int = 0
    last: PlaceFilled | None = None
    closed: bool = False
    area: str = ""
    withdrawn: bool = False


def decide(command: Command, place: Place) -> Sequence[PlaceEvent]:
    """The events that follow from a command."""
    if isinstance(command, OfferPlace):
        return offer(command, place)
    if place.details is None:
        raise NotFound("place.unknown")
    if isinstance(command, WithdrawPlace):
        return withdraw(command, place)
    check_there(withdrawn=place.withdrawn)
    match command:
        case FillPlace():
            return fill(command, place, place.details)
        case CorrectPlace():
            return correct(command, place, place.details)
        case ClosePlace():
            return close(command, place, place.details)
        case ReopenPlace(place_id, reason):
            return [PlaceReopened(place_id=place_id, reason=reason)] if place.closed else []
        case MovePlace(place_id, to):
            return moved(to, place.area, PlaceMoved, place_id=place_id)
        case _:
            assert_never(command)


def offer(command: OfferPlace, place: Place) -> Sequence[PlaceEvent]:
    """A new place, at a resource in use if it is one of the registry."""
    if place.details == command.details:
        return []
    if place.details:
        raise Rejected("place.recorded")
    if command.resource_state:
        check_in_use(command.resource_state)
    check_details(command.details, command.today)
    offered = PlaceOffered(
        place_id=command.place_id,
        area=command.home.area,
        details=command.details,
        not_the_same_as=command.not_the_same_as,
    )
    return [offered]


def check_details(details: PlaceDetails, today: date) -> None:
    """The place was not offered tomorrow, and does not end before that. Raises `Rejected`."""
    check_happened(details.offered_on, today)
    if details.until and details.until < details.offered_on:
        raise Rejected("place.ends_first")


def fill(command: FillPlace, place: Place, details: PlaceDetails) -> Sequence[PlaceEvent]:
    """People who begin to take part, no more than are wanted. Some may begin twice alike; the last begin once."""
    filled = PlaceFilled(place_id=command.place_id, headcount=command.headcount, filled_on=command.filled_on)
    if place.filled == details.wanted and filled == place.last:
        return []
    if place.closed:
        raise Rejected("place.closed")
    check_happened(command.filled_on, command.today, details.offered_on)
    if place.filled + command.headcount > details.wanted:
        raise Rejected("place.fewer_wanted", wanted=details.wanted, filled=place.filled)
    return [filled]


def correct(command: CorrectPlace, place: Place, details: PlaceDetails) -> Sequence[PlaceEvent]:
    """The place as it is right or as it is now."""
    if (command.details, command.filled) == (details, place.filled):
        return []
    if place.closed:
        raise Rejected("place.closed")
    if command.resource_state and command.details.resource_id != details.resource_id:
        check_in_use(command.resource_state)
    check_details(command.details, command.today)
    if command.filled > command.details.wanted:
        raise Rejected("place.fewer_wanted", wanted=command.details.wanted, filled=command.filled)
    corrected = PlaceCorrected(
        place_id=command.place_id, details=command.details, filled=command.filled, reason=command.reason
    )
    return [corrected]


def close(command: ClosePlace, place: Place, details: PlaceDetails) -> Sequence[PlaceEvent]:
    """The end of the search for people, once."""
    if place.closed:
        return []
    check_happened(command.closed_on, command.today, details.offered_on)
    return [PlaceClosed(place_id=command.place_id, reason=command.reason, closed_on=command.closed_on)]


def withdraw(command: WithdrawPlace, place: Place) -> Sequence[PlaceEvent]:
    """A place that was none, once. People who take part in it are corrected to nobody first."""
    if place.withdrawn:
        return []
    mistake = replace(command.mistake, standing={Ground.PARTICIPANTS: place.filled})
    return taken_back(mistake, PlaceWithdrawn, place_id=command.place_id, area=place.area)


def evolve(place: Place, event: PlaceEvent) -> Place:
    """The place after an event."""
    match event:
        case PlaceOffered():
            return Place(event.details, area=event.area)
        case PlaceFilled():
            return replace(place, filled=place.filled + event.headcount, last=event)
        case PlaceCorrected():
            return replace(place, details=event.details, filled=event.filled, last=None)
        case PlaceClosed():
            return replace(place, closed=True)
        case PlaceReopened():
            return replace(place, closed=False)
        case PlaceMoved():
            return replace(place, area=event.area)
        case PlaceWithdrawn():
            return replace(place, withdrawn=True)
        case _:
            assert_never(event)


decider = Decider[Command, Place, PlaceEvent](
    name="place",
    commands=types_of(Command),
    events=types_of(PlaceEvent),
    stream=lambda command: command.place_id,
    home=lambda command: command.home if isinstance(command, OfferPlace) else None,
    initial=Place(),
    decide=decide,
    evolve=evolve,
    moves=(PlaceMoved,),
)
