"""Routes that change an issue (地域課題): corrected, its needs added or removed, split, merged, closed, reopened."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shiendomain.states import NeedState
from shiendomain.vocabulary import GivenIssueOutcome, IssueOutcome, LineOfReason, Name, Text
from shienweb import COORDINATORS, Body, Context, Routes, WriteResult, example

from .. import views
from ..decider.issue_commands import (
    AddNeeds,
    CloseIssue,
    CorrectIssue,
    MergeIssues,
    RaiseIssue,
    RemoveNeeds,
    ReopenIssue,
    SplitIssue,
)
from ..decider.need_commands import GroupNeed, UngroupNeed
from .issue import council_of, issue_of, need_seen, needs_within

routes = Routes(tags=["issues"])
_NEED = "0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a"
Ids = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]


class IssueCorrection(Body):
    """What the issue is called and its council, as a whole, and what was wrong."""

    model_config = example(
        council_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        title="通院への移動手段がない",
        summary="坂が多くバスが減った",
        reason="買い物ではなく通院の課題だった",
    )

    council_id: UUID
    title: Name
    summary: Text = ""
    reason: LineOfReason


class Addition(Body):
    """Open needs that belong to the issue."""

    model_config = example(needs=[_NEED])

    needs: Ids


class Removal(Body):
    """Needs that do not belong to the issue, and why."""

    model_config = example(needs=[_NEED], reason="買い物ではなく通院のニーズだった")

    needs: Ids
    reason: LineOfReason


class Split(Body):
    """The needs of the new issue, what it is called, and why it is one of its own. Without a council: the same one."""

    model_config = example(needs=[_NEED], title="通院の付き添いがない", reason="担い手が異なるため")

    needs: Ids
    title: Name
    summary: Text = ""
    council_id: UUID | None = None
    reason: LineOfReason


class Merger(Body):
    """The issue whose needs this one takes over, and why."""

    model_config = example(merged="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", reason="同じ内容の課題だった")

    merged: UUID
    reason: LineOfReason


class Closure(Body):
    """What came of the issue, and why it is closed."""

    model_config = example(outcome="solved_locally", reason="自治会の送迎が始まった")

    outcome: GivenIssueOutcome
    reason: LineOfReason


class Reopening(Body):
    """Why the issue was closed too early."""

    model_config = example(reason="送迎が続かなかった")

    reason: LineOfReason


@routes.post("/issues/{issue_id}/correction", may=COORDINATORS)
async def correct_issue(issue_id: UUID, body: IssueCorrection, context: Context) -> WriteResult:
    """Correct the title and the summary of an issue, or the council with which it was raised."""
    async with context.snapshot() as snapshot:
        issue = await issue_of(snapshot, context, issue_id)
        council = await council_of(snapshot, context, body.council_id)
        proposal = await views.proposal_for(snapshot, issue)
    command = CorrectIssue(
        issue_id=issue_id,
        council_id=body.council_id,
        title=body.title,
        summary=body.summary,
        reason=body.reason,
        council_area=council.area,
        area_path=context.tree.path(issue.area),
        proposal=proposal,
    )
    return await context.execute(command, id=issue_id)


@routes.post("/issues/{issue_id}/needs", may=COORDINATORS)
async def add_needs(issue_id: UUID, body: Addition, context: Context) -> WriteResult:
    """Add open needs to an issue, of the kind of its needs and within its area."""
    async with context.snapshot() as snapshot:
        issue = await issue_of(snapshot, context, issue_id)
        found = await needs_within(snapshot, context, body.needs)
        held = await views.needs_of(snapshot, issue.needs)
    command = AddNeeds(
        issue_id, tuple(map(need_seen, found)), tuple(map(need_seen, held)), context.tree.subtree(issue.area)
    )
    return await context.execute_together(
        [GroupNeed(need.need_id, issue_id, area=need.area) for need in found], id=issue_id, summary=lambda _: command
    )


@routes.post("/issues/{issue_id}/needs/removal", may=COORDINATORS)
async def remove_needs(issue_id: UUID, body: Removal, context: Context) -> WriteResult:
    """Take needs out of an issue that do not belong to it. Those that wait for support are open again."""
    async with context.snapshot() as snapshot:
        issue = await issue_of(snapshot, context, issue_id)
        await needs_within(snapshot, context, body.needs)
        proposal = await views.proposal_for(snapshot, issue)
    command = RemoveNeeds(issue_id, body.needs, body.reason, proposal)
    return await context.execute_together(
        [UngroupNeed(need_id, issue_id) for need_id in body.needs], id=issue_id, summary=lambda _: command
    )


@routes.post("/issues/{issue_id}/split", may=COORDINATORS, status_code=201)
async def split_issue(issue_id: UUID, body: Split, context: Context) -> WriteResult:
    """Hand some of an issue's needs over to a new issue. `id` is the new one's, `version` that of the issue split."""
    async with context.snapshot() as snapshot:
        issue = await issue_of(snapshot, context, issue_id)
        council = await council_of(snapshot, context, body.council_id or issue.council_id or issue_id)
        needs = await needs_within(snapshot, context, tuple(dict.fromkeys(body.needs)))
        proposal = await views.proposal_for(snapshot, issue)
    into = context.new_id()
    going = tuple(need.need_id for need in needs)
    command = SplitIssue(issue_id, into, going, body.reason, proposal)
    raised = RaiseIssue(
        issue_id=into,
        home=await context.home(issue.area),
        council_id=council.council_id,
        title=body.title,
        summary=body.summary,
        needs=tuple(map(need_seen, needs)),
        areas=context.tree.subtree(issue.area),
        area_path=context.tree.path(issue.area),
        council_area=council.area,
        split_from=issue_id,
    )
    handed_over = [GroupNeed(need_id, into, from_issue=issue_id) for need_id in going]
    return await context.execute_together([*handed_over, raised], id=into, summary=lambda _: command)


@routes.post("/issues/{issue_id}/merger", may=COORDINATORS)
async def merge_issues(issue_id: UUID, body: Merger, context: Context) -> WriteResult:
    """Take over all needs of another issue, which is closed and names this one as its successor."""
    async with context.snapshot() as snapshot:
        issue = await issue_of(snapshot, context, issue_id)
        other = await issue_of(snapshot, context, body.merged)
        needs = await views.needs_of(snapshot, other.needs)
        held = await views.needs_of(snapshot, issue.needs)
        proposal = await views.proposal_for(snapshot, other)
    command = MergeIssues(
        issue_id=issue_id,
        merged=body.merged,
        needs=tuple(map(need_seen, needs)),
        held=tuple(map(need_seen, held)),
        areas=context.tree.subtree(issue.area),
        reason=body.reason,
    )
    if body.merged == issue_id:  # the rule of the issue says so
        return await context.execute(command, id=issue_id)
    closing = CloseIssue(body.merged, IssueOutcome.MERGED, body.reason, other.needs, proposal, successor=issue_id)
    handed_over = [GroupNeed(need_id, issue_id, from_issue=body.merged) for need_id in other.needs]
    return await context.execute_together([*handed_over, closing], id=issue_id, summary=lambda _: command)


@routes.post("/issues/{issue_id}/closure", may=COORDINATORS)
async def close_issue(issue_id: UUID, body: Closure, context: Context) -> WriteResult:
    """Close an issue with what came of it. Its needs stand alone again: those that still wait are open."""
    async with context.snapshot() as snapshot:
        issue = await issue_of(snapshot, context, issue_id)
        proposal = await views.proposal_for(snapshot, issue)
    command = CloseIssue(issue_id, body.outcome, body.reason, issue.needs, proposal)
    return await context.execute_together(
        [UngroupNeed(need_id, issue_id) for need_id in issue.needs], id=issue_id, summary=lambda _: command
    )


@routes.post("/issues/{issue_id}/reopening", may=COORDINATORS)
async def reopen_issue(issue_id: UUID, body: Reopening, context: Context) -> WriteResult:
    """Undo the closure of an issue. Those of its needs that are open, and still in its area, come back to it."""
    async with context.snapshot() as snapshot:
        issue = await issue_of(snapshot, context, issue_id)
        needs = await views.needs_of(snapshot, issue.needs)
    areas = context.tree.subtree(issue.area)
    back = tuple(need_seen(need) for need in needs if need.state is NeedState.OPEN and need.area in areas)
    command = ReopenIssue(issue_id, back, body.reason)
    return await context.execute_together(
        [GroupNeed(need.need_id, issue_id, area=need.area) for need in back], id=issue_id, summary=lambda _: command
    )
