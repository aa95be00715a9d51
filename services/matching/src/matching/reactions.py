"""What matching does after an event of a resource: it keeps the resource's offer up to date, and proposes a launched
service to the needs it was launched for.

A withdrawn need has no reaction here, because a pure reaction does not know the need's matches. They stay until they
are declined, lapse or are concluded; accepting one is rejected (`match.need_closed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never
from uuid import UUID, uuid5

from shiendomain.registry import (
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSuspended,
)
from shienevents import Envelope, Home, Reaction, types_of

from .decider.match import ProposeLaunched
from .decider.offer import Command, NoteOffer, ResumeOffer, RetireOffer, SuspendOffer

ResourceEvent = (
    ResourceRegistered | ResourceRevised | ResourceSuspended | ResourceResumed | ResourceRetired | ResourceReinstated
)


def launched_match(resource_id: UUID, need_id: UUID) -> UUID:
    """The id of the match of a launched resource with a need it was launched for."""
    return uuid5(resource_id, str(need_id))


def react(event: ResourceEvent, envelope: Envelope) -> Sequence[Command]:
    """The commands that follow."""
    match event:
        case ResourceRegistered():
            proposed = [
                ProposeLaunched(
                    resource_id=event.resource_id,
                    match_id=launched_match(event.resource_id, need.need_id),
                    need_id=need.need_id,
                    need_area=need.area,
                    people=need.people,
                )
                for need in event.for_needs
            ]
            return [_note(event, envelope, event.service_id), *proposed]
        case ResourceRevised():
            return [_note(event, envelope, None)]
        case ResourceSuspended():
            return [SuspendOffer(event.resource_id, envelope.version)]
        case ResourceResumed() | ResourceReinstated():
            return [ResumeOffer(event.resource_id, envelope.version)]
        case ResourceRetired():
            return [RetireOffer(event.resource_id, envelope.version)]
        case _:
            assert_never(event)


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
REACTIONS = (follow_resources,)
