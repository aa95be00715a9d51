"""Routes of councils (協議体)."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.vocabulary import AreaCode, Member, Name, Tier
from shienevents import NotFound
from shienweb import (
    COUNCIL_KEEPERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Context,
    Page,
    Pages,
    Routes,
    WriteResult,
    example,
)

from ..decider.council import EstablishCouncil
from ..projections import CouncilRow, councils

routes = Routes(tags=["councils"])


class NewCouncil(Body):
    """A council of one tier of an area, and the bodies that sit on it."""

    model_config = example(
        area="272108-03",
        tier="tier2",
        name="第3圏域協議体",
        members=[{"kind": "neighbourhood", "name": "東自治会連合会"}],
    )

    area: AreaCode
    tier: Tier
    name: Name
    members: Annotated[tuple[Member, ...], Field(max_length=200)] = ()


class CouncilOut(Answer):
    """A council."""

    council_id: UUID
    area: str
    tier: Tier
    name: str
    members: tuple[Member, ...]
    version: int

    @classmethod
    def of(cls, row: CouncilRow) -> Self:
        """The answer of a row."""
        return cls(**vars(row))


@routes.post("/councils", may=COUNCIL_KEEPERS, status_code=201)
async def establish_council(body: NewCouncil, context: Context) -> WriteResult:
    """Establish a council. Its area must have its tier."""
    home = await context.home(body.area)
    tiers = (await context.area(body.area)).tiers
    council_id = context.new_id()
    command = EstablishCouncil(
        council_id=council_id,
        home=home,
        area_tiers=tuple(tier for tier in Tier if tier.value in tiers),
        tier=body.tier,
        name=body.name,
        members=body.members,
    )
    return await context.execute(command, id=council_id)


@routes.get("/councils", may=READERS)
async def list_councils(
    context: Context, paging: Pages, area: AreaQuery = None, tier: Annotated[Tier | None, Query()] = None
) -> Page[CouncilOut]:
    """List councils."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot, councils, {"area": areas, "tier": tier}, paging, order=("council_id",), as_=CouncilOut.of
        )


@routes.get("/councils/{council_id}", may=READERS)
async def show_council(council_id: UUID, context: Context) -> CouncilOut:
    """Show a council."""
    async with context.snapshot() as snapshot:
        council = await snapshot.get(councils, council_id)
    if council is None or not context.territory.covers(council.area):
        raise NotFound("council.unknown")
    context.etag(council.version)
    return CouncilOut.of(council)
