"""What is registered already is not registered twice, unless somebody has looked and says that it is another one.

Only what the principal may see is compared (decision 18). The rules are over several streams, so they see what this
service has acknowledged (decision 24): of two identical registrations at the very same moment both may be taken. Then
the suggestions show each as identical to the other, and a person retires one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import Field

from shiendomain.comparing import comparable
from shiendomain.registry import ResourceDetails
from shienevents import NotFound, Rejected, Row, Unavailable, View
from shienweb import RequestContext

from .. import views
from ..decider.listed import place_key
from ..identical import Said
from ..projections import ProviderRow, ResourceRow
from .seen import providers_seen, seen_by

R = TypeVar("R", bound=Row)
Distinct = Annotated[tuple[UUID, ...], Field(max_length=20)]
"""Ids of things that are alike, and that somebody looked at: they are other ones."""


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


async def check_said(
    context: RequestContext,
    view: View[R],
    thing: Literal["outreach", "partnership", "information"],
    area: str,
    said: Callable[[R], Said],
    new: Said,
    others: Collection[UUID],
) -> None:
    """Raise `Rejected` where a record of the area that stands says the same as the new one and is none of `others`.

    They are compared as far as the views have come: nothing waits for them or fails. Raises `NotFound` for one of
    `others` that is not of the territory.
    """
    if others:
        async with context.snapshot() as snapshot:
            ours = f"where {thing}_id = any($1::uuid[]) and area = any($2::text[])"
            known = await snapshot.select(view, ours, sorted(others), context.territory.codes)
        if len(known) < len(set(others)):
            raise NotFound(f"{thing}.unknown")
    try:
        async with context.service.snapshot() as snapshot:
            rows = await snapshot.select(view, f"where area = $1 and state <> 'withdrawn' order by {thing}_id", area)
    except Unavailable:  # the view is made anew; without the database the command is refused anyway
        return
    same = [view.key_of(row) for row in rows if said(row) == new]
    if left := [str(one) for one in same if one not in others]:
        raise Rejected(f"{thing}.identical", ids=left)


def _ids(rows: Sequence[ResourceRow | ProviderRow]) -> list[str]:
    return [str(row.resource_id if isinstance(row, ResourceRow) else row.provider_id) for row in rows]
