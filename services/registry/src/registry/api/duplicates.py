"""What is registered already is not registered twice, unless somebody has looked and says that it is another one.

Only what the principal may see is compared (decision 18). The rules are over several streams, so they see what this
service has acknowledged (decision 24): of two identical registrations at the very same moment both may be taken. Then
the suggestions show each as identical to the other, and a person retires one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from shiendomain.comparing import comparable
from shiendomain.registry import ResourceDetails
from shienevents import NotFound, Rejected
from shienweb import RequestContext

from .. import views
from ..decider.listed import place_key
from ..projections import ProviderRow, ResourceRow
from .seen import providers_seen, seen_by


async def check_resource(context: RequestContext, details: ResourceDetails, others: Collection[UUID]) -> None:
    """Raise `Rejected` where a resource with this name and address is there that is none of `others`.

    Raises `NotFound` for one of `others` that the principal does not see.
    """
    codes = context.territory.codes
    async with context.snapshot() as snapshot:
        known = await views.resources_of_ids(snapshot, sorted(others))
        if any(one not in known or not seen_by(context, known[one]) for one in others):
            raise NotFound("resource.unknown")
        served = context.tree.served_with(codes)
        found = await views.resources_identical(snapshot, place_key(details), codes, served)
    if left := [row for row in found if row.resource_id not in others]:
        raise Rejected("resource.identical", name=left[0].name, state=left[0].state, ids=_ids(left))


async def check_provider(context: RequestContext, name: str, others: Collection[UUID]) -> None:
    """Raise `Rejected` where a provider of the territory has this name and is none of `others`, as for resources."""
    areas = context.territory.codes
    async with context.snapshot() as snapshot:
        if set(others) - (await providers_seen(context, snapshot, others)).keys():
            raise NotFound("provider.unknown")
        found = await views.providers_of_name(snapshot, comparable(name), areas)
    if left := [row for row in found if row.provider_id not in others]:
        raise Rejected("provider.identical", name=left[0].name, ids=_ids(left))


def _ids(rows: Sequence[ResourceRow | ProviderRow]) -> list[str]:
    return [str(row.resource_id if isinstance(row, ResourceRow) else row.provider_id) for row in rows]
