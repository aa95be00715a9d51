"""What operators and auditors read of every service that has a log: where it stands, its events, and who looked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from shiendomain.accesses import WHOLE, AccessKind
from shiendomain.accesses_view import AccessRow
from shienevents import View

from ._answers import Answer, AreaQuery
from ._asked import Since, Until, since_of, until_of
from ._context import Context
from ._differences import add_differences
from ._lists import Condition
from ._pages import Page, Pages
from ._principal import Role
from ._published import add_events
from ._rights import AUDITORS
from ._routes import Routes
from ._standing import add_standing

LOG = "log"
"""The tag of these routes: a worker has no others of a service."""


class AccessOut(Answer):
    """One access. `principal`: the id of the account; `about`: the path, or what it was done to; `as_of`: if asked."""

    access_id: UUID
    at: datetime
    kind: AccessKind
    area: str
    principal: str
    role: str
    body: str
    operation: str
    about: str
    purpose: str
    as_of: datetime | None
    origin: str


def log_routes(accesses: View[AccessRow]) -> Routes:
    """`/standing`, `/events`, `/streams/{stream}`, `/diff` and `/accesses` of a service."""
    routes = Routes(tags=[LOG])
    add_standing(routes)
    add_events(routes)
    add_differences(routes)

    @routes.get("/accesses", may=AUDITORS)
    async def list_accesses(
        context: Context,
        paging: Pages,
        area: AreaQuery = None,
        principal: Annotated[str | None, Query(max_length=300, description="Only those of this account")] = None,
        kind: Annotated[AccessKind | None, Query()] = None,
        about: Annotated[str | None, Query(max_length=300, description="Only those of this path, or thing")] = None,
        since: Since = None,
        until: Until = None,
    ) -> Page[AccessOut]:
        """List who looked at what, the latest access first: contacts, past states, exports, and operations.

        What is about a whole service (area `whole`) is shown to the auditor, whatever the area.
        """
        areas = context.areas_within(area)
        whole = (WHOLE.area,) if area is None and context.principal.role is Role.AUDITOR else ()
        async with context.snapshot() as snapshot:
            return await context.list_rows(
                snapshot,
                accesses,
                {"area": (*areas, *whole), "principal": principal, "kind": kind, "about": about},
                paging,
                order=("at", "access_id"),
                newest_first=True,
                where=[
                    Condition("at > {0}::timestamptz", since_of(since)) if since else None,
                    Condition("at <= {0}::timestamptz", until_of(until)) if until else None,
                ],
                as_=lambda row: AccessOut(**vars(row)),
            )

    return routes
