"""Routes of placements: people of a cohort of supporters (担い手) who support a resource."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.vocabulary import Headcount, LineOfReason, People, PlacementEnd
from shienweb import (
    KEEPERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Page,
    Pages,
    PeopleCount,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..decider.supporter_commands import CorrectPlacement, EndPlacement, PlaceSupporters
from ..projections import PlacementRow, placements
from .seen import resource_seen

routes = Routes(tags=["supporters"])


class NewPlacement(Body):
    """People of the cohort who begin to support a resource."""

    model_config = example(resource_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", headcount=3, placed_on="2026-07-01")

    resource_id: UUID
    headcount: People
    placed_on: date


class EndOfPlacement(Body):
    """People of a placement who no longer support the resource: all of them, or some."""

    model_config = example(headcount=1, ended_on="2026-09-30", reason="health")

    headcount: People
    ended_on: date
    reason: PlacementEnd


class PlacementCorrection(Body):
    """How many people are placed, and since when (without a day: as it was), and what was wrong."""

    model_config = example(headcount=2, reason="1人は別のサロンだった")

    headcount: Headcount
    placed_on: date | None = None
    reason: LineOfReason


class EndingOut(Answer):
    """How a placement ended for some of its people, or all."""

    ended_on: date
    headcount: PeopleCount
    reason: PlacementEnd


class PlacementOut(Answer):
    """A placement: `headcount` people support the resource now, of `began`. A correction clears the `endings`."""

    placement_id: UUID
    cohort_id: UUID
    area: str
    resource_id: UUID
    headcount: PeopleCount
    began: PeopleCount
    placed_on: date
    endings: tuple[EndingOut, ...]
    corrected_for: str
    version: int

    @classmethod
    def of(cls, row: PlacementRow, area: str) -> Self:
        """The answer of a row of a cohort of this area."""
        return cls.model_validate({**vars(row), "area": area})


class ResourceSupporters(Answer):
    """How many supporters a resource has now, of all cohorts, and in how many placements."""

    resource_id: UUID
    supporters: PeopleCount
    placements: int


@routes.post("/cohorts/{cohort_id}/placements", may=KEEPERS, status_code=201)
async def place_supporters(cohort_id: UUID, body: NewPlacement, context: Context) -> WriteResult:
    """Record that people of a cohort begin to support a resource in use. The id is that of the placement."""
    resource = await resource_seen(context, body.resource_id)
    placement_id = context.new_id()
    command = PlaceSupporters(
        cohort_id=cohort_id,
        placement_id=placement_id,
        resource_id=body.resource_id,
        resource_state=resource.state,
        headcount=body.headcount,
        placed_on=body.placed_on,
        today=context.occurred_on,
    )
    return await context.execute(command, id=placement_id)


@routes.post("/cohorts/{cohort_id}/placements/{placement_id}/end", may=KEEPERS)
async def end_placement(cohort_id: UUID, placement_id: UUID, body: EndOfPlacement, context: Context) -> WriteResult:
    """Record that people of a placement no longer support the resource. They can be placed again."""
    command = EndPlacement(cohort_id, placement_id, body.headcount, body.ended_on, body.reason, context.occurred_on)
    return await context.execute(command, id=placement_id)


@routes.post("/cohorts/{cohort_id}/placements/{placement_id}/correction", may=KEEPERS)
async def correct_placement(
    cohort_id: UUID, placement_id: UUID, body: PlacementCorrection, context: Context
) -> WriteResult:
    """Correct what was recorded about a placement, or about its end."""
    command = CorrectPlacement(
        cohort_id, placement_id, body.headcount, body.placed_on, body.reason, context.occurred_on
    )
    return await context.execute(command, id=placement_id)


@routes.get("/placements", may=READERS)
async def list_placements(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    cohort_id: Annotated[UUID | None, Query()] = None,
    resource_id: Annotated[UUID | None, Query()] = None,
    ended: Annotated[bool | None, Query(description="Only those that ended for all, or only others")] = None,
) -> Page[PlacementOut]:
    """List the placements of the cohorts of your territory, the newest first."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        page = await context.list_rows(
            snapshot,
            placements,
            {"cohort_id": cohort_id, "resource_id": resource_id},
            paging,
            order=("placed_on", "placement_id"),
            newest_first=True,
            where=[
                Condition("cohort_id in (select cohort_id from cohorts where area = any({}))", list(areas)),
                None if ended is None else Condition("(headcount = 0) = {}", ended),
            ],
            as_=lambda row: row,
        )
        homes = await views.areas_of_cohorts(snapshot, [row.cohort_id for row in page.items])
    return Page(
        items=tuple(PlacementOut.of(row, homes[row.cohort_id]) for row in page.items),
        next_cursor=page.next_cursor,
        position=page.position,
        stale=page.stale,
    )


@routes.get("/resources/{resource_id}/supporters", may=READERS)
async def show_resource_supporters(resource_id: UUID, context: Context) -> ResourceSupporters:
    """Show how many supporters a resource has now."""
    await resource_seen(context, resource_id)
    async with context.snapshot() as snapshot:
        supporters, count = await views.supporters_of(snapshot, resource_id)
    return ResourceSupporters(resource_id=resource_id, supporters=supporters, placements=count)
