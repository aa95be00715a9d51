"""The correction of a resource's area: a resource is at home in one area, and serves the areas of its listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.moves import Move, moved
from shiendomain.registry import ResourceDetails, ResourceMoved, ResourceRevised


@dataclass(frozen=True)
class MoveResource:
    """Correct the area in which a resource is at home."""

    resource_id: UUID
    to: Move


def move(command: MoveResource, area: str, details: ResourceDetails) -> Sequence[ResourceMoved | ResourceRevised]:
    """The resource is at home in another area of its municipality.

    One that served nothing but the wrong area serves the right one instead. Other areas that it serves stay.
    """
    found = moved(command.to, area, ResourceMoved, resource_id=command.resource_id)
    if not found or details.service_areas != (area,):
        return found
    served = details.model_copy(update={"service_areas": (command.to.area,)})
    return [*found, ResourceRevised(resource_id=command.resource_id, details=served, changed=("service_areas",))]
