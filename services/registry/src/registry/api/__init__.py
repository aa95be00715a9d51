"""The routes of the registry, split by stream; no rule lives here."""

from . import (
    area,
    batch,
    board,
    coordinator,
    council,
    information,
    outreach,
    partnership,
    place,
    placement,
    provider,
    resource,
    similar,
    supporters,
    venue,
)  # fmt: skip

ROUTES = (
    area.routes,
    council.routes,
    coordinator.routes,
    provider.routes,
    resource.routes,
    similar.routes,
    batch.routes,
    outreach.routes,
    partnership.routes,
    information.routes,
    supporters.routes,
    placement.routes,
    venue.routes,
    place.routes,
    board.routes,
)
