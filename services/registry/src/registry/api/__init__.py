"""The routes of the registry, split by stream; no rule lives here."""

from . import area, batch, board, coordinator, council, information, outreach, partnership, provider, resource

ROUTES = (
    area.routes,
    council.routes,
    coordinator.routes,
    provider.routes,
    resource.routes,
    batch.routes,
    outreach.routes,
    partnership.routes,
    information.routes,
    board.routes,
)
