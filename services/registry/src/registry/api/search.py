"""Finding resources: the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from shienevents import Snapshot
from shienweb import (
    READERS,
    Condition,
    Context,
    FreshPage,
    Page,
    Pages,
    Paging,
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

_ORDER = ("sort_name", "resource_id")
_TYPES = (str, UUID)
_NAMES = 40
"""So many names, for each resource of a page, are looked through for a word before its index is asked."""


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
    context: RequestContext, snapshot: Snapshot, paging: Paging, asked: Filters
) -> tuple[Page[ResourceRow], Mapping[UUID, int]]:
    """The rows of the page, and how far away each is."""
    areas = context.areas_within(asked.area)
    home = {"area": areas} if asked.home_only else {}
    where = [None if asked.home_only else serving(context.tree, areas)]
    if asked.near:
        return await _nearest(context, snapshot, paging, asked, home, where)

    async def page(*more: Condition, by_index: bool = True) -> Page[ResourceRow]:
        conditions = [*where, *asked.conditions(context, by_index=by_index), *more]
        return await context.list_rows(
            snapshot, resources, asked.columns | home, paging, order=_ORDER, where=conditions, as_=lambda row: row
        )

    # A word that is everywhere fills the page from the first names. The planner takes every word for a rare one, and
    # would fetch all rows that have it.
    whole = asked.q and context.tree.are_all(areas)
    if whole and (last := await views.nth_name(snapshot, _NAMES * paging.limit, paging.after(_TYPES))):
        first = await page(Condition("(sort_name, resource_id) <= ({}, {})", *last), by_index=False)
        if first.next_cursor:
            return first, {}
    return await page(), {}


async def _nearest(
    context: RequestContext,
    snapshot: Snapshot,
    paging: Paging,
    asked: Filters,
    home: Mapping[str, object],
    where: Sequence[Condition | None],
) -> tuple[Page[ResourceRow], Mapping[UUID, int]]:
    """The nearest ones. A small circle is searched first, and a larger one where it does not fill the page."""
    metres: dict[UUID, int] = {}

    def known(row: ResourceRow, distance: int) -> ResourceRow:
        metres[row.resource_id] = distance
        return row

    for circle in asked.circles():
        assert circle.distance is not None
        conditions = [*where, *circle.conditions(context)]
        found = await ranked_page_of(
            snapshot, resources, {**circle.columns, **home}, paging, rank=circle.distance, where=conditions, as_=known
        )
        if found.next_cursor:
            break
    return found, metres
