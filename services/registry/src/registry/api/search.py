"""Finding resources: the list."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from shienevents import Snapshot
from shienweb import (
    READERS,
    Context,
    FreshPage,
    Page,
    Pages,
    RequestContext,
    Routes,
    freshness_of_list,
    ranked_page_of,
    serving,
)

from .. import views
from ..projections import ResourceRow, resources
from .filters import Asked, Filters
from .listing import ResourceOut, answers

routes = Routes(tags=["resources"])


class ResourceFound(ResourceOut):
    """A resource that was found. `metres` is how far away it is, where the request asks for what is `near`."""

    metres: int | None


@routes.get("/resources", may=READERS)
async def list_resources(context: Context, paging: Pages, asked: Asked) -> FreshPage[ResourceFound]:
    """List resources: those at home in the area, and those that serve it from elsewhere.

    They are sorted by name; with `near` by distance, and those without a location are left out.
    """
    async with context.snapshot() as snapshot:
        await views.plan_by_values(snapshot)
        page, metres = await _page(context, snapshot, paging, asked)
        freshness = await freshness_of_list(context, snapshot, asked.area)

        def answer(row: ResourceRow) -> ResourceFound:
            return ResourceFound(**vars(ResourceOut.of(row)), metres=metres.get(row.resource_id))

        return await answers(snapshot, page, answer, freshness)


async def _page(
    context: RequestContext, snapshot: Snapshot, paging: Pages, asked: Filters
) -> tuple[Page[ResourceRow], Mapping[UUID, int]]:
    """The rows of the page, and how far away each is."""
    areas = context.areas_within(asked.area)
    columns = asked.columns | ({"area": areas} if asked.home_only else {})
    where = [None if asked.home_only else serving(context.tree, areas), *asked.conditions(context)]
    if asked.distance is None:
        order = ("sort_name", "resource_id")
        page = await context.list_rows(
            snapshot, resources, columns, paging, order=order, where=where, as_=lambda row: row
        )
        return page, {}
    metres: dict[UUID, int] = {}

    def known(row: ResourceRow, distance: int) -> ResourceRow:
        metres[row.resource_id] = distance
        return row

    found = await ranked_page_of(snapshot, resources, columns, paging, rank=asked.distance, where=where, as_=known)
    return found, metres
