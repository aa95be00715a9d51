"""How a route changes the answer to a proposal: of a merged one, its origins are told in the same commit."""

from __future__ import annotations

from uuid import UUID

from shiendomain.states import ProposalState
from shiendomain.vocabulary import NeedBehind, SupportKind
from shienevents import Snapshot
from shienweb import RequestContext, WriteResult

from ..decider.merger_commands import AnswerTogether, FollowMerged, RenewOrigin, Told
from ..decider.own_proposal import RenewOwnProposal
from ..decider.proposal import EscalateProposal
from ..projections import ProposalRow, issues, proposals


async def answer(context: RequestContext, command: Told) -> WriteResult:
    """Carry out a command that changes the answer to a proposal, and tell its origins, if it is a merged one."""
    merged_id = command.proposal_id
    async with context.snapshot() as snapshot:
        row = await snapshot.get(proposals, merged_id)
    if row is None or not row.origins:
        return await context.execute(command, id=merged_id)
    told = [FollowMerged(origin, merged_id, command) for origin in row.origins]
    together = AnswerTogether(merged_id, command, row.origins)
    return await context.execute_together(told, id=merged_id, summary=lambda _: together)


async def ask_again(
    context: RequestContext,
    command: EscalateProposal | RenewOwnProposal,
    kind: SupportKind,
    needs: tuple[NeedBehind, ...] = (),
    correlation: UUID | None = None,
) -> WriteResult:
    """Escalate a proposal. Where a merged proposal asked back (`renews`), its part of that one is renewed with it."""
    if command.renews is None:
        return await context.execute(command, id=command.proposal_id, correlation=correlation)
    renewal = RenewOrigin(command.renews, command.proposal_id, command.title, command.ask, kind, needs)
    return await context.execute_together(
        [renewal],
        id=command.proposal_id,
        summary=lambda _: command,
        summary_correlation=correlation,
        any_area=True,
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
