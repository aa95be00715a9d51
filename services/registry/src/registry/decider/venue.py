"""The rules of a venue (会場): SECURED ⇄ RELEASED. It is revised while it is secured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.mistakes import Mistake, check_there, taken_back
from shiendomain.moves import Move, moved
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
from shiendomain.vocabulary import VenueEnd
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .days import check_fee, check_happened
from .telephones import check_no_telephone


@dataclass(frozen=True)
class SecureVenue:
    """Enter a venue that activities of the area may use. In every command `today` is a fact."""

    venue_id: UUID
    home: Home
    details: VenueDetails
    today: date
    not_the_same_as: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class ReviseVenue:
    """Replace the details of a venue as a whole."""

    venue_id: UUID
    details: VenueDetails
    today: date


@dataclass(frozen=True)
class ReleaseVenue:
    """The venue may no longer be used."""

    venue_id: UUID
    reason: VenueEnd
    released_on: date
    today: date


@dataclass(frozen=True)
class SecureVenueAgain:
    """A released venue may be used again, or its release was a mistake. Without a day it is as it was before."""

    venue_id: UUID
    secured_on: date | None
    reason: str
    today: date


@dataclass(frozen=True)
class MoveVenue:
    """Correct the area of a venue."""

    venue_id: UUID
    to: Move


@dataclass(frozen=True)
class WithdrawVenue:
    """The venue was recorded by mistake."""

    venue_id: UUID
    mistake: Mistake


Change = ReviseVenue | ReleaseVenue | SecureVenueAgain | MoveVenue | WithdrawVenue
Command = SecureVenue | Change


@dataclass(frozen=True)
class Venue:
    """A venue as it was described last, and how it was released."""

    details: VenueDetails | None = None
    released: VenueReleased | None = None
    area: str = ""
    withdrawn: bool = False


def decide(command: Command, venue: Venue) -> Sequence[VenueEvent]:
    """The events that follow from a command."""
    if isinstance(command, SecureVenue):
        return secure(command, venue)
    if venue.details is None:
        raise NotFound("venue.unknown")
    if isinstance(command, WithdrawVenue):
        return withdraw(command, venue)
    check_there(withdrawn=venue.withdrawn)
    match command:
        case ReviseVenue():
            return revise(command, venue, venue.details)
        case ReleaseVenue():
            return release(command, venue, venue.details)
        case SecureVenueAgain():
            return secure_again(command, venue, venue.details)
        case MoveVenue(venue_id, to):
            return moved(to, venue.area, VenueMoved, venue_id=venue_id)
        case _:
            assert_never(command)


def secure(command: SecureVenue, venue: Venue) -> Sequence[VenueEvent]:
    """A new venue. The same venue again changes nothing."""
    if venue.details == command.details:
        return []
    if venue.details:
        raise Rejected("venue.recorded")
    check_no_telephone(command.details.telephone)
    check_fee(command.details.fee_yen, command.details.fee)
    check_happened(command.details.secured_on, command.today)
    secured = VenueSecured(
        venue_id=command.venue_id,
        area=command.home.area,
        details=command.details,
        not_the_same_as=command.not_the_same_as,
    )
    return [secured]


def revise(command: ReviseVenue, venue: Venue, details: VenueDetails) -> Sequence[VenueEvent]:
    """A revision that names the fields that differ; none when nothing differs."""
    if venue.released:
        raise Rejected("venue.released")
    names = sorted(VenueDetails.model_fields)
    changed = tuple(name for name in names if getattr(command.details, name) != getattr(details, name))
    if not changed:
        return []
    check_no_telephone(command.details.telephone, details.telephone)
    check_fee(command.details.fee_yen, command.details.fee)
    check_happened(command.details.secured_on, command.today)
    return [VenueRevised(venue_id=command.venue_id, details=command.details, changed=changed)]


def release(command: ReleaseVenue, venue: Venue, details: VenueDetails) -> Sequence[VenueEvent]:
    """The end of a venue, once."""
    if venue.released:
        return []
    check_happened(command.released_on, command.today, details.secured_on)
    released = VenueReleased(venue_id=command.venue_id, reason=command.reason, released_on=command.released_on)
    return [released]


def withdraw(command: WithdrawVenue, venue: Venue) -> Sequence[VenueEvent]:
    """A venue that was none, once."""
    if venue.withdrawn:
        return []
    return taken_back(command.mistake, VenueWithdrawn, venue_id=command.venue_id, area=venue.area)


def secure_again(command: SecureVenueAgain, venue: Venue, details: VenueDetails) -> Sequence[VenueEvent]:
    """The way back from a release: on a day after it, or as if it had never been."""
    if venue.released is None:
        if command.secured_on in (None, details.secured_on):
            return []
        raise Rejected("venue.not_released")
    if command.secured_on:
        check_happened(command.secured_on, command.today, venue.released.released_on)
    secured_on = command.secured_on or details.secured_on
    return [VenueSecuredAgain(venue_id=command.venue_id, secured_on=secured_on, reason=command.reason)]


def evolve(venue: Venue, event: VenueEvent) -> Venue:
    """The venue after an event."""
    match event:
        case VenueSecured():
            return replace(venue, details=event.details, area=event.area)
        case VenueRevised():
            return replace(venue, details=event.details)
        case VenueMoved():
            return replace(venue, area=event.area)
        case VenueWithdrawn():
            return replace(venue, withdrawn=True)
        case VenueReleased():
            return replace(venue, released=event)
        case VenueSecuredAgain():
            assert venue.details is not None
            details = venue.details.model_copy(update={"secured_on": event.secured_on})
            return replace(venue, details=details, released=None)
        case _:
            assert_never(event)


decider = Decider[Command, Venue, VenueEvent](
    name="venue",
    commands=types_of(Command),
    events=types_of(VenueEvent),
    stream=lambda command: command.venue_id,
    home=lambda command: command.home if isinstance(command, SecureVenue) else None,
    initial=Venue(),
    decide=decide,
    evolve=evolve,
    moves=(VenueMoved,),
)
