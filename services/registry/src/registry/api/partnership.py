"""Routes of partnerships (連携体制) of bodies."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.states import PartnershipState
from shiendomain.vocabulary import AreaCode, BodyKind, LineOfReason, Member
from shienevents import NotFound
from shienweb import (
    COORDINATORS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Distinct,
    Page,
    Pages,
    Routes,
    WriteResult,
    check_said,
    contains,
    example,
)

from ..decider.partnership import (
    ChangePartnership,
    EndPartnership,
    FormPartnership,
    PlanPartnership,
    ReinstatePartnership,
    WithdrawPartnership,
    WithdrawPartnershipChange,
)
from ..identical import said_of_partnership
from ..projections import PartnershipRow, partnerships
from .outreach import Mistake

routes = Routes(tags=["network"])
ACTIVE = PartnershipState.ACTIVE


class NewPartnership(Body):
    """Two or more bodies that work together from a day on, and for what. `planned_until`: the last day, if agreed.

    `not_the_same_as` names identical partnerships that somebody looked at, and that are other ones.
    """

    model_config = example(
        area="272108-03",
        bodies=[{"kind": "npo", "name": "NPOみどり"}, {"kind": "care_office", "name": "東デイサービス"}],
        purpose="送迎車を昼間に買物支援へ使う",
        since="2026-06-01",
        planned_until="2028-03-31",
    )

    area: AreaCode
    bodies: Annotated[tuple[Member, ...], Field(min_length=2, max_length=50)]
    purpose: LineOfReason
    since: date
    planned_until: date | None = None
    not_the_same_as: Distinct = ()


class PartnershipPlan(Body):
    """The last day as it is agreed now (null: without an end), and why."""

    model_config = example(until="2030-03-31", reason="協定の更新")

    until: date | None
    reason: LineOfReason


class PartnershipChange(Body):
    """All bodies that work together from the day `on`, and why: a body joined, or one left."""

    model_config = example(
        on="2026-10-01",
        bodies=[
            {"kind": "npo", "name": "NPOみどり"},
            {"kind": "care_office", "name": "東デイサービス"},
            {"kind": "company", "name": "見本交通"},
        ],
        reason="見本交通の参加",
    )

    on: date
    bodies: Annotated[tuple[Member, ...], Field(min_length=2, max_length=50)]
    reason: LineOfReason


class WrongChange(Body):
    """The day of the change of bodies that was recorded by mistake, and why it is taken back."""

    model_config = example(on="2026-10-01", reason="別の連携体制への参加だった")

    on: date
    reason: LineOfReason


class BodiesOut(Answer):
    """The bodies that worked together from the day `on`, and why they changed then."""

    on: date
    bodies: tuple[Member, ...]
    reason: str


class PartnershipEnd(Body):
    """The last day of a partnership, and why it ended."""

    model_config = example(on="2027-03-31", reason="事業の終了")

    on: date
    reason: LineOfReason


class PartnershipOut(Answer):
    """A partnership. `bodies`: those of now; `history`: since when which, the first list first.

    `planned_for`: why its planned end was agreed anew. `reinstated_for`: why its end was undone. `corrected_for`: why
    a change of its bodies was taken back last. `withdrawn_for`: why it was recorded by mistake.
    """

    partnership_id: UUID
    area: str
    state: PartnershipState
    bodies: tuple[Member, ...]
    history: tuple[BodiesOut, ...]
    purpose: str
    since: date
    planned_until: date | None
    planned_for: str
    ended_on: date | None
    ended_for: str
    reinstated_for: str
    corrected_for: str
    withdrawn_for: str
    not_the_same_as: tuple[UUID, ...]
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: PartnershipRow) -> Self:
        """The answer of a row."""
        return cls(**vars(row))


@routes.post("/partnerships", may=COORDINATORS, status_code=201)
async def form_partnership(body: NewPartnership, context: Context) -> WriteResult:
    """Record that bodies of an area work together. What is recorded already is refused (`not_the_same_as`)."""
    home = await context.home(body.area)
    partnership_id = context.new_id()
    command = FormPartnership(
        partnership_id, home, body.bodies, body.purpose, body.since, context.occurred_on, body.planned_until,
        not_the_same_as=body.not_the_same_as,
    )  # fmt: skip
    new = said_of_partnership(command)
    await check_said(context, partnerships, "partnership", home.area, said_of_partnership, new, command.not_the_same_as)
    return await context.execute(command, id=partnership_id)


@routes.post("/partnerships/{partnership_id}/plan", may=COORDINATORS)
async def plan_partnership(partnership_id: UUID, body: PartnershipPlan, context: Context) -> WriteResult:
    """Record that the last day of a partnership was agreed anew: it is extended, ends earlier, or has no end."""
    return await context.execute(PlanPartnership(partnership_id, body.until, body.reason), id=partnership_id)


@routes.post("/partnerships/{partnership_id}/bodies", may=COORDINATORS)
async def change_partnership(partnership_id: UUID, body: PartnershipChange, context: Context) -> WriteResult:
    """Record which bodies work together from a day on, while the partnership goes on: a body joined, or one left.

    Two remain at least; a partnership of fewer has ended. A change of the same day takes the place of the one before.
    """
    command = ChangePartnership(partnership_id, body.on, body.bodies, body.reason, context.occurred_on)
    return await context.execute(command, id=partnership_id)


@routes.post("/partnerships/{partnership_id}/bodies-withdrawal", may=COORDINATORS)
async def withdraw_partnership_change(partnership_id: UUID, body: WrongChange, context: Context) -> WriteResult:
    """Take back a change of bodies that was recorded by mistake: the bodies before it went on."""
    return await context.execute(WithdrawPartnershipChange(partnership_id, body.on, body.reason), id=partnership_id)


@routes.post("/partnerships/{partnership_id}/end", may=COORDINATORS)
async def end_partnership(partnership_id: UUID, body: PartnershipEnd, context: Context) -> WriteResult:
    """Record that the bodies work together no longer."""
    command = EndPartnership(partnership_id, body.on, body.reason, context.occurred_on)
    return await context.execute(command, id=partnership_id)


@routes.post("/partnerships/{partnership_id}/reinstatement", may=COORDINATORS)
async def reinstate_partnership(partnership_id: UUID, body: Mistake, context: Context) -> WriteResult:
    """Undo the end of a partnership, or its withdrawal, that was recorded by mistake. It is active again."""
    return await context.execute(ReinstatePartnership(partnership_id, body.reason), id=partnership_id)


@routes.post("/partnerships/{partnership_id}/withdrawal", may=COORDINATORS)
async def withdraw_partnership(partnership_id: UUID, body: Mistake, context: Context) -> WriteResult:
    """Withdraw a partnership that was recorded by mistake."""
    return await context.execute(WithdrawPartnership(partnership_id, body.reason), id=partnership_id)


@routes.get("/partnerships", may=READERS)
async def list_partnerships(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    state: Annotated[PartnershipState | None, Query()] = None,
    kind: Annotated[BodyKind | None, Query(description="Only those with a body of this kind")] = None,
    ends_within: Annotated[
        int | None,
        Query(ge=0, le=3650, description="Only active ones whose planned end is within so many days, or has passed"),
    ] = None,
) -> Page[PartnershipOut]:
    """List partnerships of an area and all below it, and of the areas above it, the newest first."""
    ending = Condition("state = {0} and planned_until <= {1}::date + {2}::int", ACTIVE, context.day, ends_within)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            partnerships,
            {"area": context.tree.served_with(context.areas_within(area)), "state": state, "kinds": contains(kind)},
            paging,
            order=("since", "partnership_id"),
            newest_first=True,
            where=[None if ends_within is None else ending],
            as_=PartnershipOut.of,
        )


@routes.get("/partnerships/{partnership_id}", may=READERS)
async def show_partnership(partnership_id: UUID, context: Context) -> PartnershipOut:
    """Show a partnership of the territory, or of an area above it."""
    async with context.snapshot() as snapshot:
        found = await snapshot.get(partnerships, partnership_id)
    if found is None or found.area not in context.sight.with_above:
        raise NotFound("partnership.unknown")
    context.etag(found.version)
    return PartnershipOut.of(found)
