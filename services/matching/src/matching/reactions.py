"""What matching does after an event of a resource: it keeps the resource's offer up to date, and proposes a launched
service to the needs it was launched for. After a need was withdrawn, its matches end; after its area was corrected,
those end that helped nobody yet.

A pure reaction does not know the matches of a need. Their stream of searches does, and says which they are
(`MatchesReleased`); a second reaction ends each in the stream of its offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never
from uuid import UUID, uuid5

from shiendomain.days import day_of
from shiendomain.matching import MatchesReleased
from shiendomain.needs import NeedMoved, NeedWithdrawn
from shiendomain.registry import (
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSuspended,
)
from shienevents import Envelope, Home, Reaction, types_of

from .decider.match import ProposeLaunched, ReleaseMatch
from .decider.offer import Command, NoteOffer, ResumeOffer, RetireOffer, SuspendOffer
from .decider.search import NoteService, ReleaseMatches

ResourceEvent = (
    ResourceRegistered | ResourceRevised | ResourceSuspended | ResourceResumed | ResourceRetired | ResourceReinstated
)


def launched_match(resource_id: UUID, need_id: UUID) -> UUID:
    """The id of the match of a launched resource with a need it was launched for."""
    return uuid5(resource_id, str(need_id))


def react(event: ResourceEvent, envelope: Envelope) -> Sequence[Command | NoteService]:
    """The commands that follow."""
    match event:
        case ResourceRegistered():
            return [_note(event, envelope, event.service_id), *_offered(event, envelope)]
        case ResourceRevised():
            return [_note(event, envelope, event.service_id), *_offered(event, envelope)]
        case ResourceSuspended():
            return [SuspendOffer(event.resource_id, envelope.version)]
        case ResourceResumed() | ResourceReinstated():
            apart = isinstance(event, ResourceReinstated) and event.apart
            return [ResumeOffer(event.resource_id, envelope.version, apart)]
        case ResourceRetired():
            return [RetireOffer(event.resource_id, envelope.version)]
        case _:
            assert_never(event)


def _offered(event: ResourceRegistered | ResourceRevised, envelope: Envelope) -> list[Command | NoteService]:
    """The resource is proposed to the needs it was launched for, or that it has come to reach."""
    resource_id = event.resource_id
    proposed: list[Command | NoteService] = [
        ProposeLaunched(
            resource_id=resource_id,
            match_id=launched_match(resource_id, need.need_id),
            need_id=need.need_id,
            need_area=need.area,
            people=need.people,
        )
        for need in event.for_needs
    ]
    noted = [
        NoteService(
            need_id=need.need_id,
            home=Home(envelope.municipality, need.area),
            match_id=launched_match(resource_id, need.need_id),
            resource_id=resource_id,
        )
        for need in event.for_needs
    ]
    return [*proposed, *noted]


def _note(event: ResourceRegistered | ResourceRevised, envelope: Envelope, service_id: UUID | None) -> NoteOffer:
    return NoteOffer(
        resource_id=event.resource_id,
        home=Home(envelope.municipality, envelope.area),
        resource_version=envelope.version,
        support_kinds=event.details.support_kinds,
        service_areas=event.details.service_areas,
        capacity=event.details.capacity,
        service_id=service_id,
    )


follow_resources = Reaction(
    name="follow_resources",
    subscribes_to=types_of(ResourceEvent),
    react=react,
)


def release(event: NeedWithdrawn | NeedMoved, envelope: Envelope) -> Sequence[ReleaseMatches]:
    """The matches of the withdrawn need end, or those that were judged for the area in which it is not.

    A need whose area ended goes to a successor with its matches: its people are the same.
    """
    if isinstance(event, NeedMoved) and event.by_mapping:
        return []
    home = Home(envelope.municipality, envelope.area)
    moved_to = event.area if isinstance(event, NeedMoved) else None
    return [ReleaseMatches(event.need_id, home, day_of(envelope.occurred_at), moved_to)]


def end(event: MatchesReleased, _: Envelope) -> Sequence[ReleaseMatch]:
    """Each match ends in the stream of its offer."""
    moved = event.moved_to is not None
    return [ReleaseMatch(resource_id, match_id, event.released_on, moved) for match_id, resource_id in event.matches]


release_matches = Reaction(name="release_matches", subscribes_to=(NeedWithdrawn, NeedMoved), react=release)
end_released = Reaction(name="end_released", subscribes_to=types_of(MatchesReleased), react=end)
REACTIONS = (follow_resources, release_matches, end_released)
