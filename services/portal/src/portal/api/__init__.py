"""The routes of the portal: boards and traces, the network, lists, and the pages."""

from __future__ import annotations

from . import boards, lists, network, pages

ROUTES = (boards.routes, network.routes, lists.routes, pages.routes, pages.open_routes)
