"""Routes of coordinators' posts (生活支援コーディネーター)."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.vocabulary import AreaCode, BodyKind, Name, Tier
from shienevents import NotFound
from shienweb import Answer, AreaQuery, Ask, Body, Done, Page, Pages, Routes, example

from .. import views
from ..decider.coordinator import AssignCoordinator

routes = Routes("registry", tags=["coordinators"])


class NewCoordinator(Body):
    """A post of coordinator for a term; `term_until` is the first day after it. Who holds it is not recorded."""

    model_config = example(
        area="272108-03",
        tier="tier2",
        employer="地域包括支援センター東",
        employer_kind="support_centre",
        posts=1,
        term_from="2026-04-01",
        term_until="2028-04-01",
    )

    area: AreaCode
    tier: Tier
    employer: Name
    employer_kind: BodyKind
    posts: Annotated[int, Field(ge=1, le=20)] = 1
    term_from: date
    term_until: date


class CoordinatorOut(Answer):
    """A post of coordinator."""

    coordinator_id: UUID
    area: str
    tier: Tier
    employer: str
    employer_kind: BodyKind
    posts: int
    term_from: date
    term_until: date
    version: int


@routes.post("/coordinators", status_code=201)
async def assign_coordinator(body: NewCoordinator, ask: Ask) -> Done:
    """Fill a post of coordinator for a term."""
    home = await ask.home(body.area)
    coordinator_id = ask.new_id()
    command = AssignCoordinator(
        coordinator_id=coordinator_id,
        home=home,
        tier=body.tier,
        employer=body.employer,
        employer_kind=body.employer_kind,
        posts=body.posts,
        term_from=body.term_from,
        term_until=body.term_until,
    )
    return await ask.do(command, id=coordinator_id)


@routes.get("/coordinators")
async def list_coordinators(
    ask: Ask, paging: Pages, area: AreaQuery = None, tier: Annotated[Tier | None, Query()] = None
) -> Page[CoordinatorOut]:
    """List posts of coordinators."""
    areas = ask.areas_within(area)
    after = paging.after(UUID)
    async with ask.snapshot() as seen:
        found = await views.list_coordinators(
            seen, areas, tier=tier, after=after[0] if after else None, limit=paging.limit + 1
        )
        items = [CoordinatorOut(**row) for row in found]
        return ask.page(seen, items, paging, key=lambda item: (item.coordinator_id,))


@routes.get("/coordinators/{coordinator_id}")
async def show_coordinator(coordinator_id: UUID, ask: Ask) -> CoordinatorOut:
    """Show a post of coordinator."""
    async with ask.snapshot() as seen:
        coordinator = await views.coordinator(seen, coordinator_id)
    if coordinator is None or not ask.territory.covers(coordinator["area"]):
        raise NotFound("coordinator.unknown")
    ask.etag(coordinator["version"])
    return CoordinatorOut(**coordinator)
