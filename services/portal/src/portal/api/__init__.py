"""The routes of the portal: boards and traces, the network, lists, and the pages."""

from __future__ import annotations

from shienweb import log_routes

from ..projections import accesses
from . import boards, council_pages, hand_overs, lists, manning_pages, network, pages, signing_in

ROUTES = (
    boards.routes,
    network.routes,
    lists.routes,
    hand_overs.routes,
    pages.routes,
    council_pages.routes,
    manning_pages.routes,
    pages.open_routes,
    signing_in.open_routes,
    log_routes(accesses),
)
