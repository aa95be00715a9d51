"""The routes of the registry, split by stream; no rule lives here."""

from shiendomain.ended_areas import OF_REGISTRY
from shienweb import area_work_routes, log_routes

from ..area_moves import why
from ..projections import accesses
from . import (
    activity,
    area,
    area_mapping,
    batch,
    board,
    contact,
    coordinator,
    council,
    facets,
    freshness,
    information,
    move,
    outreach,
    partnership,
    place,
    placement,
    practices,
    provider,
    resource,
    search,
    similar,
    stale,
    supporters,
    tiers,
    venue,
)  # fmt: skip

ROUTES = (
    area.routes,
    area_mapping.routes,
    area_work_routes(OF_REGISTRY, why),
    council.routes,
    coordinator.routes,
    tiers.routes,
    provider.routes,
    resource.routes,
    move.routes,
    search.routes,
    facets.routes,
    stale.routes,
    similar.routes,
    freshness.routes,
    batch.routes,
    outreach.routes,
    partnership.routes,
    information.routes,
    practices.routes,
    supporters.routes,
    placement.routes,
    venue.routes,
    place.routes,
    activity.routes,
    contact.routes,
    board.routes,
    log_routes(accesses),
)
