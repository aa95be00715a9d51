"""The routes of the registry, split by stream; no rule lives here."""

from . import area, batch, board, coordinator, council, place, placement, provider, resource, supporters, venue

ROUTES = (
    area.routes,
    council.routes,
    coordinator.routes,
    provider.routes,
    resource.routes,
    batch.routes,
    supporters.routes,
    placement.routes,
    venue.routes,
    place.routes,
    board.routes,
)
