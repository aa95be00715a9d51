"""Routes of councils (協議体)."""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.vocabulary import AreaCode, Member, Name, Tier
from shienevents import NotFound
from shienweb import Answer, AreaQuery, Ask, Body, Done, Page, Pages, Routes, example

from .. import views
from ..decider.council import EstablishCouncil

routes = Routes("registry", tags=["councils"])


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


@routes.post("/councils", status_code=201)
async def establish_council(body: NewCouncil, ask: Ask) -> Done:
    """Establish a council. Its area must be labelled with its tier."""
    home = await ask.home(body.area)
    labels = ask.tree.areas[body.area].tiers
    council_id = ask.new_id()
    tiers = tuple(tier for tier in Tier if tier.value in labels)
    command = EstablishCouncil(council_id, home, tiers, body.tier, body.name, body.members)
    return await ask.do(command, id=council_id)


@routes.get("/councils")
async def list_councils(
    ask: Ask, paging: Pages, area: AreaQuery = None, tier: Annotated[Tier | None, Query()] = None
) -> Page[CouncilOut]:
    """List councils."""
    areas = ask.areas_within(area)
    after = paging.after(UUID)
    async with ask.snapshot() as seen:
        found = await views.list_councils(
            seen, areas, tier=tier, after=after[0] if after else None, limit=paging.limit + 1
        )
        return ask.page(seen, [council_out(row) for row in found], paging, key=lambda item: (item.council_id,))


@routes.get("/councils/{council_id}")
async def show_council(council_id: UUID, ask: Ask) -> CouncilOut:
    """Show a council."""
    async with ask.snapshot() as seen:
        council = await views.council(seen, council_id)
    if council is None or not ask.territory.covers(council["area"]):
        raise NotFound("council.unknown")
    ask.etag(council["version"])
    return council_out(council)


def council_out(row: views.Record) -> CouncilOut:
    """The council as it is answered; the driver gives JSON as its text."""
    return CouncilOut(**{**row, "members": json.loads(row["members"])})
