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
    resources_of,
)
from shiendomain.vocabulary import ResourceEnd, ServiceEnd, SourceKind
from shienevents import Envelope, Home, Reaction, types_of

from .decider.resource_commands import (
    Command,
    FollowService,
    RegisterResource,
    ReinstateResource,
    RetireResource,
    TakeOverResource,
)

_BEGAN = "市の事業として始まった"

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
            return [_begin(event, envelope, 1)]
        case ProviderJoined():
            return [_begin(event, envelope, event.provision)]
        case ServiceExtended():
            resource_id = resource_of(event.service_id, event.provision, event.taken_over)
            return [FollowService(resource_id, {"service_areas": event.service_areas}, event.needs)]
        case ServiceRevised():
            terms = {"fee_yen": event.fee_yen, "schedule": event.schedule, "capacity": event.capacity}
            return [FollowService(resource_of(event.service_id, event.provision, event.taken_over), terms)]
        case ProviderLeft():
            resource_id = resource_of(event.service_id, event.provision, event.taken_over)
            return [RetireResource(resource_id, event.reason, event.note, with_service=True)]
        case ServiceEnded():
            withdrew = event.reason is ServiceEnd.PROVIDERS_WITHDREW
            reason = ResourceEnd.PROVIDER_WITHDREW if withdrew else ResourceEnd.OTHER
            resources = resources_of(event.service_id, event.provisions, event.taken_over).values()
            return [RetireResource(one, reason, event.reason.ja, with_service=True) for one in resources]
        case ServiceReinstated():
            return _again(event)
        case _:
            assert_never(event)


def _begin(event: ServiceLaunched | ProviderJoined, envelope: Envelope, provision: int) -> Command:
    """What the provider gives, as a resource with the needs it answers: a new one, or the activity it took over."""
    details = ResourceDetails(
        name=event.name,
        support_kinds=event.support_kinds,
        service_class=event.service_class,
        service_areas=event.service_areas,
        provider_id=event.provider_id,
        provider_name=event.provider_name,
        schedule=event.schedule,
        fee_yen=event.fee_yen,
        capacity=event.capacity,
    )
    if event.taken_over:
        said = {name: value for name, value in dict(details).items() if value not in ("", None, ())}
        fee = {"fee": ""} if event.fee_yen is not None else {}
        return TakeOverResource(event.taken_over, event.service_id, {**said, **fee}, _BEGAN, event.needs)
    return RegisterResource(
        resource_id=resource_of(event.service_id, provision),
        home=Home(envelope.municipality, event.area),
        details=details,
        source=ResourceSource(kind=SourceKind.LAUNCH, reference=str(event.service_id)),
        service_id=event.service_id,
        for_needs=event.needs,
    )


def _again(event: ServiceReinstated) -> list[Command]:
    """The resources of a service that goes on; an activity that it had taken over is with it again."""
    taken = {one.resource_id for one in event.taken_over}
    resources = resources_of(event.service_id, event.provisions, event.taken_over).values()
    return [
        TakeOverResource(one, event.service_id, {}, event.reason)
        if one in taken
        else ReinstateResource(one, event.reason, with_service=True)
        for one in resources
    ]


follow_services = Reaction(name="register_launched", subscribes_to=types_of(ServiceStep), react=react)
REACTIONS = (follow_services,)
