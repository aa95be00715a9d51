"""The routes of the portal: boards and traces, the network, lists, and the pages."""

from __future__ import annotations

from . import boards, council_pages, lists, network, pages

ROUTES = (
    boards.routes,
    network.routes,
    lists.routes,
    pages.routes,
    council_pages.routes,
    pages.open_routes,
)
