"""The pages of what a city must see to: how its tiers are manned, and what its ended areas still have."""

from __future__ import annotations

from fastapi import Response
from fastapi.responses import HTMLResponse

from shiendomain.vocabulary import AreaCode
from shienweb import STAFF, Context, Routes

from ..manning import LABELS, ended_areas, manning, mappings_of
from ..rendering import Render
from .pages import page_of

routes = Routes(include_in_schema=False, default_response_class=HTMLResponse)


@routes.get("/areas/{area}/tiers", may=STAFF)
async def tiers_page(area: AreaCode, context: Context, renderer: Render) -> Response:
    """How each tier of an area and of those below it is manned: posts, councils, vacant areas, terms that ended."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    async with context.snapshot() as seen:
        found = await manning(seen, context.tree, context.tree.subtree(area), context.day)
    return page_of(
        renderer,
        "tiers.html",
        context,
        area,
        area=area,
        day=context.day,
        found=found,
        position=seen.token,
        stale=seen.stale,
    )


@routes.get("/areas/{area}/ended-areas", may=STAFF)
async def ended_areas_page(area: AreaCode, context: Context, renderer: Render) -> Response:
    """The areas within an area that have ended and still have something of their own, to be moved to successors."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    async with context.snapshot() as seen:
        within = context.tree.subtree(area)
        found = await ended_areas(seen, context.tree, within, context.day)
        mappings = await mappings_of(seen, context.tree, within)
    return page_of(
        renderer, "ended_areas.html", context, area, area=area, day=context.day, found=found, labels=LABELS,
        mappings=mappings, position=seen.token, stale=seen.stale,
    )  # fmt: skip
