"""The reactions of the registry: a launched service becomes a resource."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

from shiendomain.escalation import ServiceLaunched
from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.vocabulary import SourceKind
from shienevents import Envelope, Home, Reaction, types_of

from .decider.resource_commands import RegisterResource

_LAUNCHED = UUID("6f0a5a0e-6f0b-5a53-9a53-0f5a1d7c2b11")
"""The namespace of the ids of resources made from launched services. It must never change."""


def resource_of(service_id: UUID) -> UUID:
    """The id of the resource made from a launched service."""
    return uuid5(_LAUNCHED, str(service_id))


def react(event: ServiceLaunched, envelope: Envelope) -> Sequence[RegisterResource]:
    """Register the launched service as a resource, with the needs it answers."""
    return [
        RegisterResource(
            resource_id=resource_of(event.service_id),
            home=Home(envelope.municipality, event.area),
            details=ResourceDetails(
                name=event.name,
                support_kinds=event.support_kinds,
                service_class=event.service_class,
                service_areas=event.service_areas,
                provider_id=event.provider_id,
                provider_name=event.provider_name,
                schedule=event.schedule,
                fee_yen=event.fee_yen,
                capacity=event.capacity,
            ),
            source=ResourceSource(kind=SourceKind.LAUNCH, reference=str(event.service_id)),
            service_id=event.service_id,
            for_needs=event.needs,
        )
    ]


register_launched = Reaction(name="register_launched", subscribes_to=types_of(ServiceLaunched), react=react)
REACTIONS = (register_launched,)
