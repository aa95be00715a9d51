"""Routes of issues (地域課題) and their gaps.

An issue is written to within its area. It is shown also to those whose districts' needs are in it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.states import IssueState
from shiendomain.vocabulary import AreaCode, IssueOutcome, Line, LineOfReason, Missing, Name, SupportKind, Text
from shienevents import NotFound, Snapshot
from shienweb import (
    COORDINATORS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    Page,
    Pages,
    RequestContext,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..decider.issue_commands import DeclareGap, NeedSeen, RaiseIssue, SearchSeen, WithdrawGap
from ..decider.need_commands import GroupNeed
from ..projections import CouncilRow, IssueRow, NeedRow, councils, issues
from .need import NeedOut, needs_out

routes = Routes(tags=["issues"])


class NewIssue(Body):
    """Open needs of one kind within the area, and the council with which their issue is raised."""

    model_config = example(
        area="272108-03",
        council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        title="買い物への移動手段がない",
        summary="坂が多くバスが減った",
        needs=["0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a"],
    )

    area: AreaCode
    council_id: UUID
    title: Name
    summary: Text = ""
    needs: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]


class NewGap(Body):
    """What is missing. The searches without a match for the issue's needs are added to it.

    `reason`: why what there is does not do. It is needed where something was proposed for one of the needs that wait,
    or nothing was searched for it.
    """

    model_config = example(missing=["kind"], reason="坂の上まで来る送迎がない")

    missing: Annotated[tuple[Missing, ...], Field(max_length=len(Missing))] = ()
    reason: Line = ""


class GapWithdrawal(Body):
    """Why there is no gap after all."""

    model_config = example(reason="隣の校区のサービスが利用できることが分かった")

    reason: LineOfReason


class IssueOut(Answer):
    """An issue, the ids of its needs, and what is missing once its gap is declared.

    `answered`: running services reach all of its needs that still wait; the issue may be closed with that outcome.
    `gap_reason` says why what there is does not do.
    `split_from`, `split_into` and `merged` are the issues that its needs came from or went to. Of a closed one
    `outcome` says what came of it, `successor` the issue that it was merged into. `reason`: why it was changed last.
    """

    issue_id: UUID
    area: str
    council_id: UUID
    title: str
    summary: str
    needs: tuple[UUID, ...]
    state: IssueState
    missing: tuple[Missing, ...]
    searches: tuple[UUID, ...]
    gap_reason: str
    answered: bool
    split_from: UUID | None
    split_into: tuple[UUID, ...]
    merged: tuple[UUID, ...]
    outcome: IssueOutcome | None
    successor: UUID | None
    reason: str
    recorded_at: datetime
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: IssueRow, answered: Collection[UUID]) -> Self:
        """The answer of a row. `answered`: the issues whose gap running services answer."""
        return cls(**vars(row), answered=row.issue_id in answered)


class IssueWithNeeds(IssueOut):
    """An issue with its needs as they are now: those of the territory."""

    needs_now: tuple[NeedOut, ...]


async def issue_of(snapshot: Snapshot, context: RequestContext, issue_id: UUID) -> IssueRow:
    """An issue of the territory. Raises `NotFound`."""
    issue = await snapshot.get(issues, issue_id)
    if issue is None or not context.territory.covers(issue.area):
        raise NotFound("issue.unknown")
    return issue


async def council_of(snapshot: Snapshot, context: RequestContext, council_id: UUID) -> CouncilRow:
    """A council of the territory. Raises `NotFound`."""
    council = await snapshot.get(councils, council_id)
    if council is None or not context.territory.covers(council.area):
        raise NotFound("council.unknown")
    return council


async def needs_within(snapshot: Snapshot, context: RequestContext, ids: Sequence[UUID]) -> Sequence[NeedRow]:
    """These needs, all of the territory, in this order. Raises `NotFound`."""
    found = await views.needs_of(snapshot, ids)
    needs = {need.need_id: need for need in found if context.territory.covers(need.area)}
    if not needs.keys() >= set(ids):
        raise NotFound("need.unknown")
    return [needs[need_id] for need_id in ids]


@routes.post("/issues", may=COORDINATORS, status_code=201)
async def raise_issue(body: NewIssue, context: Context) -> WriteResult:
    """Group open needs into an issue and raise it with a council. It belongs to the thread of its oldest need."""
    home = await context.home(body.area)
    async with context.snapshot() as snapshot:
        council = await council_of(snapshot, context, body.council_id)
        found = await needs_within(snapshot, context, body.needs)
    issue_id = context.new_id()
    command = RaiseIssue(
        issue_id=issue_id,
        home=home,
        council_id=body.council_id,
        title=body.title,
        summary=body.summary,
        needs=tuple(map(need_seen, found)),
        areas=context.tree.subtree(body.area),
        area_path=context.tree.path(body.area),
        council_area=council.area,
        council_dormant_since=council.dormant_on(context.occurred_on),
    )
    return await context.execute_together(
        [GroupNeed(need.need_id, issue_id, area=need.area) for need in found],
        id=issue_id,
        summary=lambda _: command,
        summary_correlation=min(found, key=lambda need: need.recorded_at).correlation,
    )


def need_seen(need: NeedRow) -> NeedSeen:
    """The facts of a need that the rules of an issue use: who waits, or who was helped where nobody waits."""
    return NeedSeen(need.need_id, need.area, need.people_waiting or need.people, need.support_kind)


@routes.post("/issues/{issue_id}/gap", may=COORDINATORS, status_code=201)
async def declare_gap(issue_id: UUID, body: NewGap, context: Context) -> WriteResult:
    """Declare that nothing answers the issue: a search for each need found nothing, or you say why it does not do."""
    async with context.snapshot() as snapshot:
        issue = await issue_of(snapshot, context, issue_id)
        needs = await views.needs_of(snapshot, issue.needs)
        searches = await views.searches_for(snapshot, issue.needs)
        wait = await views.searched_for(snapshot, needs, searches)
    command = DeclareGap(
        issue_id=issue_id,
        support_kind=needs[0].support_kind if needs else SupportKind.OTHER,
        missing=body.missing,
        searches=tuple(SearchSeen(search.search_id, search.missing) for search in searches),
        wait=wait,
        reason=body.reason,
    )
    return await context.execute(command, id=issue_id)


@routes.post("/issues/{issue_id}/gap/withdrawal", may=COORDINATORS)
async def withdraw_gap(issue_id: UUID, body: GapWithdrawal, context: Context) -> WriteResult:
    """Withdraw a gap that was declared by mistake. A proposal to fill it that is under way is taken back first."""
    async with context.snapshot() as snapshot:
        issue = await issue_of(snapshot, context, issue_id)
        proposal = await views.proposal_for(snapshot, issue)
    return await context.execute(WithdrawGap(issue_id, body.reason, proposal), id=issue_id)


@routes.get("/issues", may=READERS)
async def list_issues(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    state: Annotated[IssueState | None, Query()] = None,
    answered: Annotated[bool | None, Query(description="Only those whose gap services answer, or only others")] = None,
) -> Page[IssueOut]:
    """List issues of the areas, and those that have a need of theirs, the newest first."""
    areas = list(context.areas_within(area))
    async with context.snapshot() as snapshot:
        page = await context.list_rows(
            snapshot,
            issues,
            {"state": state},
            paging,
            order=("recorded_at", "issue_id"),
            newest_first=True,
            where=[
                Condition("(area = any({}) or need_areas && {})", areas, areas),
                None
                if answered is None
                else Condition(
                    f"(issue_id in (select issue_id from {views.ANSWERED_IN} found)) = {{}}", areas, areas, answered
                ),
            ],
            as_=lambda row: row,
        )
        done = await views.answered_of(snapshot, page.items)
    shown = tuple(IssueOut.of(row, done) for row in page.items)
    return Page(items=shown, next_cursor=page.next_cursor, position=page.position, stale=page.stale)


@routes.get("/issues/{issue_id}", may=READERS)
async def show_issue(issue_id: UUID, context: Context) -> IssueWithNeeds:
    """Show an issue, and its needs in the territory as they are now."""
    covers = context.territory.covers
    async with context.snapshot() as snapshot:
        issue = await snapshot.get(issues, issue_id)
        if issue is None or not any(map(covers, (issue.area, *issue.need_areas))):
            raise NotFound("issue.unknown")
        needs = await views.needs_of(snapshot, issue.needs)
        shown = await needs_out(snapshot, [need for need in needs if covers(need.area)])
        answered = await views.answered_of(snapshot, [issue])
    context.etag(issue.version)
    return IssueWithNeeds(**vars(issue), answered=issue_id in answered, needs_now=shown)
