"""The routes of the registry, split by stream; no rule lives here."""

from . import (
    area,
    batch,
    board,
    contact,
    contact_accesses,
    coordinator,
    council,
    information,
    outreach,
    partnership,
    place,
    placement,
    provider,
    resource,
    supporters,
    venue,
)  # fmt: skip

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
    supporters.routes,
    placement.routes,
    venue.routes,
    place.routes,
    contact.routes,
    contact_accesses.routes,
    board.routes,
)
