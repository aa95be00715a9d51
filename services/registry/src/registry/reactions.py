"""The reactions of the registry: what each provider gives of a service is a resource, and follows the service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from shiendomain.escalation import ServiceLaunched
from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.services import (
    ProviderJoined,
    ProviderLeft,
    ServiceEnded,
    ServiceExtended,
    ServiceReinstated,
    ServiceRevised,
    resource_of,
)
from shiendomain.vocabulary import ResourceEnd, ServiceEnd, SourceKind
from shienevents import Envelope, Home, Reaction, types_of

from .decider.resource_commands import Command, FollowService, RegisterResource, ReinstateResource, RetireResource

ServiceStep = (
    ServiceLaunched
    | ProviderJoined
    | ServiceExtended
    | ServiceRevised
    | ProviderLeft
    | ServiceEnded
    | ServiceReinstated
)


def react(event: ServiceStep, envelope: Envelope) -> Sequence[Command]:
    """The commands that follow, one for each resource."""
    match event:
        case ServiceLaunched():
            return [_register(event, envelope, 1)]
        case ProviderJoined():
            return [_register(event, envelope, event.provision)]
        case ServiceExtended():
            resource_id = resource_of(event.service_id, event.provision)
            return [FollowService(resource_id, {"service_areas": event.service_areas}, event.needs)]
        case ServiceRevised():
            terms = {"fee_yen": event.fee_yen, "schedule": event.schedule, "capacity": event.capacity}
            return [FollowService(resource_of(event.service_id, event.provision), terms)]
        case ProviderLeft():
            resource_id = resource_of(event.service_id, event.provision)
            return [RetireResource(resource_id, event.reason, event.note, with_service=True)]
        case ServiceEnded():
            withdrew = event.reason is ServiceEnd.PROVIDERS_WITHDREW
            reason = ResourceEnd.PROVIDER_WITHDREW if withdrew else ResourceEnd.OTHER
            return [
                RetireResource(resource_of(event.service_id, one), reason, event.reason.ja, with_service=True)
                for one in event.provisions
            ]
        case ServiceReinstated():
            return [
                ReinstateResource(resource_of(event.service_id, one), event.reason, with_service=True)
                for one in event.provisions
            ]
        case _:
            assert_never(event)


def _register(event: ServiceLaunched | ProviderJoined, envelope: Envelope, provision: int) -> RegisterResource:
    """Register what the provider gives as a resource, with the needs it answers."""
    return RegisterResource(
        resource_id=resource_of(event.service_id, provision),
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


follow_services = Reaction(name="register_launched", subscribes_to=types_of(ServiceStep), react=react)
REACTIONS = (follow_services,)
