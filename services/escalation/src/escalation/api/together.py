"""How a route changes the answer to a proposal: of a merged one, its origins are told in the same commit."""

from __future__ import annotations

from uuid import UUID

from shiendomain.states import ProposalState
from shiendomain.vocabulary import NeedBehind, SupportKind
from shienevents import Snapshot
from shienweb import RequestContext, WriteResult

from .. import views
from ..decider.answer import DeliberateProposal
from ..decider.going_up import EscalateProposal
from ..decider.meeting import FollowMeeting
from ..decider.merger_commands import AnswerTogether, FollowMerged, RenewOrigin, Told
from ..decider.own_proposal import MakeOwnProposal, RenewOwnProposal
from ..projections import ProposalRow, issues, proposals


async def answer(context: RequestContext, command: Told) -> WriteResult:
    """Carry out a command that changes the answer to a proposal, and tell its origins, if it is a merged one."""
    merged_id = command.proposal_id
    async with context.snapshot() as snapshot:
        row = await snapshot.get(proposals, merged_id)
    told: list[object] = [FollowMerged(origin, merged_id, command) for origin in (row.origins if row else ())]
    carried = AnswerTogether(merged_id, command, row.origins) if row and row.origins else command
    if isinstance(command, DeliberateProposal):
        told.append(ground(command))
    if not told:
        return await context.execute(command, id=merged_id)
    return await context.execute_together(told, id=merged_id, summary=lambda _: carried)


async def needs_withdrawn(context: RequestContext, proposal_id: UUID) -> bool:
    """Whether all needs behind a proposal are withdrawn. The city's own proposal has none."""
    async with context.snapshot() as snapshot:
        row = await snapshot.get(proposals, proposal_id)
        return row is not None and await views.all_withdrawn(snapshot, row.needs)


def ground(command: DeliberateProposal | EscalateProposal | MakeOwnProposal | RenewOwnProposal) -> FollowMeeting:
    """Says in the stream of the meeting that the proposal takes it as its ground."""
    return FollowMeeting(command.meeting.meeting_id, command.meeting, proposal_id=command.proposal_id)


async def ask_again(
    context: RequestContext,
    command: EscalateProposal | RenewOwnProposal,
    kind: SupportKind,
    needs: tuple[NeedBehind, ...] = (),
    correlation: UUID | None = None,
) -> WriteResult:
    """Escalate a proposal. Where a merged proposal asked back (`renews`), its part of that one is renewed with it."""
    before: list[object] = [ground(command)]
    if command.renews is not None:
        grown = command.activity.grown if command.activity else None
        renewal = RenewOrigin(command.renews, command.proposal_id, command.title, command.ask, kind, needs, grown)
        before.append(renewal)
    return await context.execute_together(
        before,
        id=command.proposal_id,
        summary=lambda _: command,
        summary_correlation=correlation,
        any_area=command.renews is not None,
    )


def renews(row: ProposalRow | None) -> UUID | None:
    """The merged proposal of which this one is part, if that one asked back."""
    return row.merged_into if row and row.answer is ProposalState.RETURNED else None


async def gaps_stand(snapshot: Snapshot, row: ProposalRow | None) -> bool:
    """Whether the gap of the proposal's issue stands, or those of the issues of its origins."""
    if row is None:
        return True
    ids = row.origins or (row.proposal_id,)
    found = await snapshot.select(proposals, "where proposal_id = any($1)", list(ids))
    raised = [one.issue_id for one in found if one.issue_id]
    known = await snapshot.select(issues, "where issue_id = any($1)", raised)
    return all(issue.gap and not issue.closed for issue in known)
