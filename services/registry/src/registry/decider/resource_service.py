"""A resource that belongs to a service of the municipality: it follows the service, and ends with it.

An activity of residents that has grown is taken over: it is the same resource, listed as the service. It ends with the
service, because nobody knows yet whether its residents go on. If they do, somebody says so: it is reinstated apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from shiendomain.fees import contradict
from shiendomain.registry import ResourceDetails, ResourceReinstated, ResourceResumed, ResourceRevised
from shiendomain.states import ResourceState
from shienevents import NotFound, Rejected

from .listed import news
from .resource_commands import FollowService, ReinstateResource, RetireResource, TakeOverResource

if TYPE_CHECKING:
    from .resource import Resource, ResourceEvent


def check_service(command: RetireResource | ReinstateResource, service_id: UUID | None, taken_over: bool) -> None:
    """What belongs to a service ends with it, and with nothing else. Raises `Rejected`.

    An activity that was taken over, and ended with its service, goes on apart from it when a person says so.
    """
    apart = taken_over and isinstance(command, ReinstateResource)
    if service_id and not command.with_service and not apart:
        raise Rejected("resource.of_a_service", service=service_id)


def take_over(command: TakeOverResource, resource: Resource) -> Sequence[ResourceEvent]:
    """The activity as the service lists it. What the service does not say stays as it was; one that rested goes on."""
    if resource.details is None:
        raise NotFound("resource.unknown")
    if resource.service_id not in (None, command.service_id):
        raise Rejected("resource.of_a_service", service=resource.service_id)
    back: list[ResourceEvent] = []
    if resource.state is ResourceState.RETIRED:
        back.append(ResourceReinstated(resource_id=command.resource_id, reason=command.reason))
    if resource.state is ResourceState.SUSPENDED:
        back.append(ResourceResumed(resource_id=command.resource_id))
    now = resource.details.model_copy(update={**command.changes})
    changed = news(now, resource.details)
    if resource.service_id and not changed and not command.for_needs:
        return back
    taken = ResourceRevised(
        resource_id=command.resource_id,
        details=now,
        changed=changed,
        for_needs=command.for_needs,
        service_id=command.service_id,
    )
    return [*back, taken]


def follow(command: FollowService, details: ResourceDetails) -> Sequence[ResourceRevised]:
    """The terms of the service, and the needs that it reaches now; none when neither is new.

    A written fee that says another amount than the service's goes.
    """
    now = details.model_copy(update=command.changes)
    if contradict(now.fee_yen, now.fee):
        now = now.model_copy(update={"fee": ""})
    changed = news(now, details)
    if not changed and not command.for_needs:
        return []
    return [ResourceRevised(resource_id=command.resource_id, details=now, changed=changed, for_needs=command.for_needs)]
