"""Routes that correct the area of a thing. The contacts (連絡先) about it go with it, in the same commit."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from shiendomain.moves import Move
from shienweb import (
    CITY,
    COUNCIL_KEEPERS,
    KEEPERS,
    PROVIDER_KEEPERS,
    AreaCorrection,
    Context,
    RequestContext,
    Routes,
    WriteResult,
)

from .. import contact_views
from ..contact_contents import decided_anew, moving
from ..decider.contact import MoveContact
from ..decider.coordinator_commands import MoveCoordinator
from ..decider.council_commands import MoveCouncil
from ..decider.place import MovePlace
from ..decider.provider import MoveProvider
from ..decider.resource_move import MoveResource
from ..decider.supporter_commands import MoveCohort
from ..decider.tier import tiers_in
from ..decider.venue import MoveVenue

routes = Routes()


@routes.post("/resources/{resource_id}/move", may=KEEPERS, tags=["resources"])
async def move_resource(resource_id: UUID, body: AreaCorrection, context: Context) -> WriteResult:
    """Correct the area in which a resource is at home, to another one of its municipality.

    If it served that area only, it serves the right one from now on. Other areas that it serves are revised with PUT.
    """
    return await _moved(context, body, MoveResource, resource_id)


@routes.post("/providers/{provider_id}/move", may=PROVIDER_KEEPERS, tags=["providers"])
async def move_provider(provider_id: UUID, body: AreaCorrection, context: Context) -> WriteResult:
    """Correct the area of a provider, to another one of its municipality. Resources go on naming it."""
    return await _moved(context, body, MoveProvider, provider_id)


@routes.post("/venues/{venue_id}/move", may=KEEPERS, tags=["venues"])
async def move_venue(venue_id: UUID, body: AreaCorrection, context: Context) -> WriteResult:
    """Correct the area of a venue, to another one of its municipality."""
    return await _moved(context, body, MoveVenue, venue_id)


@routes.post("/cohorts/{cohort_id}/move", may=KEEPERS, tags=["supporters"])
async def move_cohort(cohort_id: UUID, body: AreaCorrection, context: Context) -> WriteResult:
    """Correct the area of a cohort of supporters, to another one of its municipality. Its placements go with it."""
    return await _moved(context, body, MoveCohort, cohort_id)


@routes.post("/places/{place_id}/move", may=KEEPERS, tags=["places"])
async def move_place(place_id: UUID, body: AreaCorrection, context: Context) -> WriteResult:
    """Correct the area of a place where older people take part, to another one of its municipality."""
    return await _moved(context, body, MovePlace, place_id)


@routes.post("/councils/{council_id}/move", may=COUNCIL_KEEPERS, tags=["councils"])
async def move_council(council_id: UUID, body: AreaCorrection, context: Context) -> WriteResult:
    """Make a council one of another area of its tier: a successor of its area, or the right one."""
    tiers = tiers_in(await context.area(body.area))
    return await _moved(context, body, lambda id_, to: MoveCouncil(id_, to, tiers), council_id)


@routes.post("/coordinators/{coordinator_id}/move", may=CITY, tags=["coordinators"])
async def move_coordinator(coordinator_id: UUID, body: AreaCorrection, context: Context) -> WriteResult:
    """Make a post of coordinator one of another area of its tier: a successor of its area, or the right one."""
    tiers = tiers_in(await context.area(body.area))
    return await _moved(context, body, lambda id_, to: MoveCoordinator(id_, to, tiers), coordinator_id)


async def _moved(
    context: RequestContext, body: AreaCorrection, command: Callable[[UUID, Move], object], id_: UUID
) -> WriteResult:
    to, areas = await body.move(context), context.territory.codes

    async def move() -> WriteResult:
        async with context.snapshot() as snapshot:
            contacts = await contact_views.contacts_about(snapshot, id_, areas)
        return await context.execute_together(
            [MoveContact(contact, to) for contact in contacts],
            id=id_,
            summary=lambda _: command(id_, to),
            beside=moving(id_, contacts, areas, to.area),
        )

    return await decided_anew(move)
