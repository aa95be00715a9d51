"""What may happen to the offer of a resource: it is noted as the registry lists it, closed and opened again.

The stream of an offer also holds the matches of its resource (`match.py`). News from the registry comes with the
version of the resource; older news than was noted changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from shiendomain.matching import OfferEvent, OfferNoted
from shiendomain.states import MatchState
from shiendomain.vocabulary import LapseReason, SupportKind
from shienevents import Decider, Home, types_of

from . import match, matches
from .answers import lapsed
from .match import MatchCommand
from .matches import Matches


@dataclass(frozen=True)
class NoteOffer:
    """The registry listed a resource, or lists it otherwise now (reaction)."""

    resource_id: UUID
    home: Home
    resource_version: int
    support_kinds: tuple[SupportKind, ...]
    service_areas: tuple[str, ...]
    capacity: int | None
    service_id: UUID | None


@dataclass(frozen=True)
class SuspendOffer:
    """The resource gives no support for now (reaction): what was only proposed lapses."""

    resource_id: UUID
    resource_version: int


@dataclass(frozen=True)
class ResumeOffer:
    """The resource gives support again (reaction). `apart`: it belongs to its service no longer."""

    resource_id: UUID
    resource_version: int
    apart: bool = False


@dataclass(frozen=True)
class RetireOffer:
    """The resource has ended (reaction): what it held and what it answered lapses too."""

    resource_id: UUID
    resource_version: int


RegistryCommand = NoteOffer | SuspendOffer | ResumeOffer | RetireOffer
Command = RegistryCommand | MatchCommand


@dataclass(frozen=True)
class Offer:
    """What a resource can still give: the offer as it was noted last (`None`: never), and its matches."""

    noted: OfferNoted | None = None
    matches: Matches = field(default_factory=dict)


def decide(command: Command, offer: Offer) -> Sequence[OfferEvent]:
    """What follows from a command."""
    match command:
        case NoteOffer():
            return note(command, offer.noted)
        case SuspendOffer():
            return close(command, offer, LapseReason.RESOURCE_SUSPENDED)
        case RetireOffer():
            return close(command, offer, LapseReason.RESOURCE_RETIRED)
        case ResumeOffer():
            return resume(command, offer.noted)
        case _:
            return match.decide(command, offer.noted, offer.matches)


def note(command: NoteOffer, noted: OfferNoted | None) -> Sequence[OfferEvent]:
    """Listed for the first time it is open; listed otherwise it stays open or closed as it was."""
    if noted and command.resource_version <= noted.resource_version:
        return []
    news = OfferNoted(
        resource_id=command.resource_id,
        resource_version=command.resource_version,
        open=noted.open if noted else True,
        support_kinds=command.support_kinds,
        service_areas=command.service_areas,
        capacity=command.capacity,
        service_id=command.service_id or (noted.service_id if noted else None),
    )
    same = noted and news == noted.model_copy(update={"resource_version": news.resource_version})
    return [] if same else [news]


def resume(command: ResumeOffer, noted: OfferNoted | None) -> Sequence[OfferEvent]:
    """The offer is open again."""
    if noted is None or noted.open or command.resource_version <= noted.resource_version:
        return []
    service_id = None if command.apart else noted.service_id
    said = {"resource_version": command.resource_version, "open": True, "service_id": service_id}
    return [noted.model_copy(update=said)]


def close(command: SuspendOffer | RetireOffer, offer: Offer, reason: LapseReason) -> Sequence[OfferEvent]:
    """What was only proposed lapses; when the resource has ended, so does what it held and what it answered."""
    noted = offer.noted
    if noted is None or command.resource_version <= noted.resource_version:
        return []
    events: list[OfferEvent] = []
    if noted.open:
        events.append(noted.model_copy(update={"resource_version": command.resource_version, "open": False}))
    for match_id, one in offer.matches.items():
        retired = reason is LapseReason.RESOURCE_RETIRED and one.taken > 0
        if one.state is MatchState.PROPOSED or retired:
            events.append(lapsed(command.resource_id, match_id, one, reason))
    return events


def evolve(offer: Offer, event: OfferEvent) -> Offer:
    """The offer after an event."""
    if isinstance(event, OfferNoted):
        return replace(offer, noted=event)
    return replace(offer, matches=matches.evolve(offer.matches, event))


decider = Decider[Command, Offer, OfferEvent](
    name="offer",
    commands=types_of(Command),
    events=types_of(OfferEvent),
    stream=lambda command: command.resource_id,
    home=lambda command: command.home if isinstance(command, NoteOffer) else None,
    initial=Offer(),
    decide=decide,
    evolve=evolve,
    # Each match is a part of the stream: it belongs to the thread of the need it was proposed for.
    part=lambda message: getattr(message, "match_id", None),
)
