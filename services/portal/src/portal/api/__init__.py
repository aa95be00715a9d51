"""The routes of the portal: boards and traces, lists, and the pages."""

from __future__ import annotations

from . import boards, lists, pages

ROUTES = (boards.routes, lists.routes, pages.routes, pages.open_routes)
