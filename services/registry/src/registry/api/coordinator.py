"""Routes of coordinators' posts (生活支援コーディネーター)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.days import today
from shiendomain.rules import TermState, term_state
from shiendomain.vocabulary import AreaCode, BodyKind, Name, Tier
from shienevents import NotFound
from shienweb import (
    CITY,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Page,
    Pages,
    Routes,
    WriteResult,
    example,
)

from ..decider.coordinator import AssignCoordinator
from ..projections import CoordinatorRow, coordinators

routes = Routes(tags=["coordinators"])


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
    """A post of coordinator. `term` says whether its term runs today."""

    coordinator_id: UUID
    area: str
    tier: Tier
    employer: str
    employer_kind: BodyKind
    posts: int
    term_from: date
    term_until: date
    term: TermState
    version: int

    @classmethod
    def of(cls, row: CoordinatorRow) -> Self:
        """The answer of a row."""
        assert row.term_from is not None
        assert row.term_until is not None
        return cls(**vars(row), term=term_state(row.term_from, row.term_until, today()))


@routes.post("/coordinators", may=CITY, status_code=201)
async def assign_coordinator(body: NewCoordinator, context: Context) -> WriteResult:
    """Fill a post of coordinator for a term."""
    home = await context.home(body.area)
    coordinator_id = context.new_id()
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
    return await context.execute(command, id=coordinator_id)


@routes.get("/coordinators", may=READERS)
async def list_coordinators(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    tier: Annotated[Tier | None, Query()] = None,
    on: Annotated[date | None, Query(description="Only posts whose term runs on this day")] = None,
) -> Page[CoordinatorOut]:
    """List posts of coordinators: all of them, or those whose term runs on a day."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            coordinators,
            {"area": areas, "tier": tier},
            paging,
            order=("coordinator_id",),
            where=[Condition("term_from <= {} and term_until > {}", on, on) if on else None],
            as_=CoordinatorOut.of,
        )


@routes.get("/coordinators/{coordinator_id}", may=READERS)
async def show_coordinator(coordinator_id: UUID, context: Context) -> CoordinatorOut:
    """Show a post of coordinator."""
    async with context.snapshot() as snapshot:
        coordinator = await snapshot.get(coordinators, coordinator_id)
    if coordinator is None or not context.territory.covers(coordinator.area):
        raise NotFound("coordinator.unknown")
    context.etag(coordinator.version)
    return CoordinatorOut.of(coordinator)
