"""Routes of coordinators' posts (生活支援コーディネーター)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.follow_up import SUCCESSION_DAYS, without_successor_sql
from shiendomain.registry import Posts, PrintedDocument
from shiendomain.rules import TermState, term_state, term_state_sql
from shiendomain.vocabulary import AreaCode, BodyKind, LineOfReason, Name, Text, Tier
from shienevents import NotFound
from shienweb import (
    CITY,
    KEEPERS,
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
    example,
)

from ..decider.coordinator_commands import (
    AssignCoordinator,
    CorrectCoordinator,
    HandOverCoordinator,
    ReinstateCoordinator,
    RenewCoordinator,
)
from ..decider.tier import tiers_in
from ..identical import said_of_post
from ..projections import CoordinatorRow, coordinators

routes = Routes(tags=["coordinators"])


class NewCoordinator(Body):
    """A post of coordinator for a term; `term_until` is the first day after it. Who holds it is not recorded.

    `not_the_same_as` names identical posts that somebody looked at, and that are other ones.
    """

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
    posts: Posts = 1
    term_from: date
    term_until: date
    not_the_same_as: Distinct = ()


class CorrectedCoordinator(Body):
    """What is right about a post, as a whole, and what was wrong. `tier`: null leaves it as it is."""

    model_config = example(
        employer="地域包括支援センター東",
        employer_kind="support_centre",
        posts=2,
        term_from="2026-04-01",
        term_until="2028-04-01",
        reason="人数の誤り",
    )

    employer: Name
    employer_kind: BodyKind
    posts: Posts
    term_from: date
    term_until: date
    reason: LineOfReason
    tier: Tier | None = None


class Renewal(Body):
    """The new end of a term: `term_until`, the first day after it, is later than the present one."""

    model_config = example(term_until="2030-04-01")

    term_until: date


class HandOver(Body):
    """The last day of a post, the post that succeeds it (none: it ends), and what was handed over.

    `document`: the document (引継書) which was handed over, by the position and the day that are printed on it. The
    portal shows it as it was. Without it, the portal shows what had been recorded before the hand-over.
    """

    model_config = example(
        on="2026-09-30",
        note="第3圏域の外出支援の提案は、市の回答待ち",
        document={"position": "needs.3.120,registry.3.48", "day": "2026-09-29"},
    )

    on: date
    successor_id: UUID | None = None
    note: Text = ""
    document: PrintedDocument | None = None


class HandOverMistake(Body):
    """Why the hand-over was recorded by mistake."""

    model_config = example(reason="別の配置の引継ぎだった")

    reason: LineOfReason


class CoordinatorOut(Answer):
    """A post of coordinator. `term` says whether its term runs today; `handed_over_on` is its last day.

    `hand_over_id`: by this id the portal shows the document of the hand-over. `hand_over_document`: the printed one,
    where it was given. `hand_over_stale_after_days`: the city's period of verification then.
    `reinstated_for`, `corrected_for` and `moved_for`: why its hand-over was undone, what was wrong, and why it is in
    another area, the last time.
    """

    coordinator_id: UUID
    area: str
    tier: Tier
    employer: str
    employer_kind: BodyKind
    posts: int
    term_from: date
    term_until: date
    term: TermState
    handed_over_on: date | None
    successor_id: UUID | None
    hand_over_note: str
    hand_over_id: UUID | None
    hand_over_document: PrintedDocument | None
    hand_over_stale_after_days: int | None
    reinstated_for: str
    corrected_for: str
    moved_for: str
    not_the_same_as: tuple[UUID, ...]
    version: int

    @classmethod
    def of(cls, row: CoordinatorRow, day: date) -> Self:
        """The answer of a row."""
        return cls(**vars(row), term=term_state(row.term_from, row.term_until, day, row.handed_over_on))


@routes.post("/coordinators", may=CITY, status_code=201)
async def assign_coordinator(body: NewCoordinator, context: Context) -> WriteResult:
    """Fill a post of coordinator for a term, of a tier that its area has.

    What is recorded already is refused (`not_the_same_as`).
    """
    home = await context.home(body.area, day=max(body.term_from, context.occurred_on))
    coordinator_id = context.new_id()
    command = AssignCoordinator(
        coordinator_id=coordinator_id,
        home=home,
        area_tiers=tiers_in(await context.area(body.area)),
        tier=body.tier,
        employer=body.employer,
        employer_kind=body.employer_kind,
        posts=body.posts,
        term_from=body.term_from,
        term_until=body.term_until,
        not_the_same_as=body.not_the_same_as,
    )
    new, others = said_of_post(command), command.not_the_same_as
    await check_said(context, coordinators, "coordinator", home.area, said_of_post, new, others, stands="true")
    return await context.execute(command, id=coordinator_id)


@routes.put("/coordinators/{coordinator_id}", may=CITY)
async def correct_coordinator(coordinator_id: UUID, body: CorrectedCoordinator, context: Context) -> WriteResult:
    """Correct a post that was recorded wrongly, with the reason."""
    area_tiers: tuple[Tier, ...] = ()
    if body.tier:
        async with context.snapshot() as snapshot:
            row = await snapshot.get(coordinators, coordinator_id)
        if row and context.territory.covers(row.area):
            area_tiers = tiers_in(await context.area(row.area))
    command = CorrectCoordinator(
        coordinator_id=coordinator_id,
        employer=body.employer,
        employer_kind=body.employer_kind,
        posts=body.posts,
        term_from=body.term_from,
        term_until=body.term_until,
        reason=body.reason,
        tier=body.tier,
        area_tiers=area_tiers,
    )
    return await context.execute(command, id=coordinator_id)


@routes.post("/coordinators/{coordinator_id}/renewal", may=CITY)
async def renew_coordinator(coordinator_id: UUID, body: Renewal, context: Context) -> WriteResult:
    """Renew the term of a post."""
    return await context.execute(RenewCoordinator(coordinator_id, body.term_until), id=coordinator_id)


@routes.post("/coordinators/{coordinator_id}/hand-over", may=KEEPERS)
async def hand_over_coordinator(coordinator_id: UUID, body: HandOver, context: Context) -> WriteResult:
    """Record that a post was handed over (引継ぎ), to the post that succeeds it or, where it ends, to none."""
    if body.successor_id:
        async with context.snapshot() as snapshot:
            successor = await snapshot.get(coordinators, body.successor_id)
        context.must_cover(successor.area if successor else None, "coordinator.unknown")
    command = HandOverCoordinator(
        coordinator_id=coordinator_id,
        on=body.on,
        successor_id=body.successor_id,
        note=body.note,
        today=context.occurred_on,
        document=body.document,
        known=await context.service.acknowledged() if body.document else {},
        stale_after_days=context.settings.stale_after_days,
    )
    return await context.execute(command, id=coordinator_id)


@routes.post("/coordinators/{coordinator_id}/reinstatement", may=KEEPERS)
async def reinstate_coordinator(coordinator_id: UUID, body: HandOverMistake, context: Context) -> WriteResult:
    """Undo a hand-over that was recorded by mistake."""
    return await context.execute(ReinstateCoordinator(coordinator_id, body.reason), id=coordinator_id)


@routes.get("/coordinators", may=READERS)
async def list_coordinators(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    tier: Annotated[Tier | None, Query()] = None,
    on: Annotated[date | None, Query(description="Only posts whose term runs on this day")] = None,
    ends_within: Annotated[
        int | None,
        Query(
            ge=0,
            le=3650,
            examples=[SUCCESSION_DAYS],
            description="Only posts whose term ends within so many days, or ended, and whose succession is not settled",
        ),
    ] = None,
) -> Page[CoordinatorOut]:
    """List posts of coordinators, those whose term ends first coming first."""
    areas = context.areas_within(area)
    running = Condition(f"{term_state_sql('{0}::date')} = {{1}}", on, TermState.CURRENT)
    unsettled = Condition(without_successor_sql("{}::date", "{}::int"), context.day, ends_within)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            coordinators,
            {"area": areas, "tier": tier},
            paging,
            order=("term_until", "coordinator_id"),
            where=[running if on else None, None if ends_within is None else unsettled],
            as_=lambda row: CoordinatorOut.of(row, context.day),
        )


@routes.get("/coordinators/{coordinator_id}", may=READERS)
async def show_coordinator(coordinator_id: UUID, context: Context) -> CoordinatorOut:
    """Show a post of coordinator."""
    async with context.snapshot() as snapshot:
        coordinator = await snapshot.get(coordinators, coordinator_id)
    if coordinator is None or not context.territory.covers(coordinator.area):
        raise NotFound("coordinator.unknown")
    context.etag(coordinator.version)
    return CoordinatorOut.of(coordinator, context.day)
