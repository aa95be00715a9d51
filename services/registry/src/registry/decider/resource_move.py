"""The correction of a resource's area: a resource is at home in one area, and serves the areas of its listing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.registry import ResourceDetails, ResourceMoved, ResourceRevised
from shienevents import Rejected


@dataclass(frozen=True)
class MoveResource:
    """Correct the area in which a resource is at home. `within` are the areas of the new one's municipality."""

    resource_id: UUID
    area: str
    within: Collection[str]
    reason: str


def move(command: MoveResource, area: str, details: ResourceDetails) -> Sequence[ResourceMoved | ResourceRevised]:
    """The resource is at home in another area of its municipality.

    One that served nothing but the wrong area serves the right one instead. Other areas that it serves stay.
    """
    if command.area == area:
        return []
    if area not in command.within:
        raise Rejected("resource.other_municipality")
    moved = ResourceMoved(resource_id=command.resource_id, from_area=area, area=command.area, reason=command.reason)
    if details.service_areas != (area,):
        return [moved]
    served = details.model_copy(update={"service_areas": (command.area,)})
    return [moved, ResourceRevised(resource_id=command.resource_id, details=served, changed=("service_areas",))]
