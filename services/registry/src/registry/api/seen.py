"""A resource that something of another stream names: who asks must see it."""

from __future__ import annotations

from uuid import UUID

from shienevents import NotFound
from shienweb import RequestContext

from .. import views
from ..projections import ResourceRow, resources


def seen_by(context: RequestContext, resource: ResourceRow) -> bool:
    """Whether the principal may see a resource: it is at home in the territory, or serves an area of it."""
    if context.territory.covers(resource.area):
        return True
    return not set(context.tree.served_with(context.territory.codes)).isdisjoint(resource.service_areas)


async def resource_seen(context: RequestContext, resource_id: UUID) -> ResourceRow:
    """The resource, with the name that its provider has now. Raises `NotFound` for what the principal does not see."""
    async with context.snapshot() as snapshot:
        resource = await snapshot.get(resources, resource_id)
        if resource is None or not seen_by(context, resource):
            raise NotFound("resource.unknown")
        [named] = await views.with_provider_names(snapshot, [resource])
    return named
