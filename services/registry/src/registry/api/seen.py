"""Resources, providers and councils that something of another stream names: who asks must see them (decision 91)."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from uuid import UUID

from shienevents import NotFound, Snapshot
from shienweb import Condition, RequestContext

from .. import views
from ..projections import CouncilRow, ProviderRow, ResourceRow, providers, resources


def seen_by(context: RequestContext, resource: ResourceRow) -> bool:
    """Whether the principal may see a resource: it is at home in the territory, or serves an area of it."""
    if context.territory.covers(resource.area):
        return True
    return not context.sight.with_above.isdisjoint(resource.service_areas)


async def providers_seen(context: RequestContext, snapshot: Snapshot, ids: Collection[UUID]) -> dict[UUID, ProviderRow]:
    """Those of these providers that the principal sees, by id.

    They are of the territory or above it, or are the provider of a resource that is seen.
    """
    found = await snapshot.select(providers, "where provider_id = any($1::uuid[])", sorted(ids)) if ids else []
    above = context.sight.with_above
    near = {row.provider_id: row for row in found if row.area in above}
    left = [row for row in found if row.provider_id not in near]
    if left:
        ids, codes = [row.provider_id for row in left], list(context.territory.codes)
        serving = await views.providers_serving(snapshot, ids, codes, list(above))
        near |= {row.provider_id: row for row in left if row.provider_id in serving}
    return near


def shown_providers(context: RequestContext, areas: Sequence[str]) -> Condition:
    """The providers that are seen in these areas: `providers_seen` in SQL."""
    if context.tree.are_all(areas):
        return Condition("area = any({})", list(areas))
    above = list(context.tree.served_with(areas))
    sql = """(area = any({0}) or provider_id in
              (select provider_id from resources where area = any({1}) or service_areas && {0}))"""
    return Condition(sql, above, list(areas))


async def resource_seen(context: RequestContext, resource_id: UUID) -> ResourceRow:
    """The resource, with the name that its provider has now. Raises `NotFound` for what the principal does not see."""
    async with context.snapshot() as snapshot:
        resource = await snapshot.get(resources, resource_id)
        if resource is None or not seen_by(context, resource):
            raise NotFound("resource.unknown")
        [named] = await views.with_provider_names(snapshot, [resource])
    return named


async def councils_of(context: RequestContext, ids: Sequence[UUID], within: Set[str]) -> Sequence[CouncilRow]:
    """These councils, each once. Raises `NotFound` for one that is not within these areas."""
    wanted = list(dict.fromkeys(ids))
    async with context.snapshot() as snapshot:
        found = {row.council_id: row for row in await views.councils_of(snapshot, wanted)}
    for council_id in wanted:
        row = found.get(council_id)
        if row is None or row.area not in within:
            raise NotFound("council.unknown")
    return [found[council_id] for council_id in wanted]


async def bodies_of(context: RequestContext, ids: Sequence[UUID]) -> Sequence[ProviderRow]:
    """These bodies of the register, each once. Raises `NotFound` for one that is not seen in the territory."""
    async with context.snapshot() as snapshot:
        found = await providers_seen(context, snapshot, ids)
    if set(ids) - found.keys():
        raise NotFound("provider.unknown")
    return [found[body_id] for body_id in dict.fromkeys(ids)]
