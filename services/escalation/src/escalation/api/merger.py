"""Routes of mergers: tier 1 answers proposals that ask for the same together, and undoes that."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shiendomain.mergers import Origin
from shiendomain.proposal_history import read_rounds
from shiendomain.states import ProposalState
from shiendomain.vocabulary import Name, Reason, Target
from shienevents import Rejected, Snapshot
from shienweb import ANSWERERS, Body, Context, RequestContext, Routes, WriteResult, example

from .. import views
from ..decider.merger import common_area, due_day
from ..decider.merger_commands import LeaveMerger, MergeInto, MergeProposals, OriginFacts, UndoMerger
from ..projections import ProposalRow, proposals
from .proposal import Ask, needs_of

routes = Routes(tags=["answers"])


class Merger(Body):
    """The proposals that are answered together, what they ask for as one, and why."""

    model_config = example(
        proposals=["0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f", "0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a"],
        title="校区を越えた買い物への移動支援",
        ask="3校区を回る週2回の送迎を市の事業として検討する",
        reason="同じ内容の提案であるため",
    )

    proposals: Annotated[tuple[UUID, ...], Field(min_length=2, max_length=50)]
    title: Name
    ask: Ask
    reason: Reason


class Undoing(Body):
    """Why each proposal is answered by itself again."""

    model_config = example(reason="校区ごとに必要な支援が異なるため")

    reason: Reason


@routes.post("/mergers", may=ANSWERERS, status_code=201)
async def merge_proposals(body: Merger, context: Context) -> WriteResult:
    """Answer proposals together as a new one, which is received: two or more of one municipality and one kind.

    Each of them keeps its origin, and has every answer to the merged proposal. Their earliest day counts.
    """
    async with context.snapshot() as snapshot:
        rows = await waiting(snapshot, context, body.proposals)
    facts = tuple(map(facts_of, rows))
    merged_id, due_on = context.new_id(), due_day(facts)
    home = await context.home(common_area([context.tree.path(row.area) for row in rows]))
    command = MergeProposals(merged_id, home, facts, body.title, body.ask, body.reason)
    joined = [MergeInto(one.origin.proposal_id, merged_id, one, due_on, body.reason) for one in facts]
    return await context.execute_together(joined, id=merged_id, summary=lambda _: command)


@routes.post("/proposals/{proposal_id}/merger-undoing", may=ANSWERERS)
async def undo_merger(proposal_id: UUID, body: Undoing, context: Context) -> WriteResult:
    """Undo a merger of which nothing is decided: each of its proposals is as it was before, with its due day."""
    async with context.snapshot() as snapshot:
        row = await snapshot.get(proposals, proposal_id)
    origins = row.origins if row else ()
    left = [LeaveMerger(origin, proposal_id, body.reason) for origin in origins]
    command = UndoMerger(proposal_id, body.reason, origins)
    return await context.execute_together(left, id=proposal_id, summary=lambda _: command)


async def waiting(snapshot: Snapshot, context: RequestContext, ids: tuple[UUID, ...]) -> list[ProposalRow]:
    """These proposals of the territory, each once. Raises `NotFound`."""
    found = await views.proposals_of(snapshot, ids)
    rows = [found.get(one) for one in dict.fromkeys(ids)]
    for row in rows:
        context.must_cover(row.area if row else None, "proposal.unknown")
    return [row for row in rows if row]


def facts_of(row: ProposalRow) -> OriginFacts:
    """What a proposal is merged with, as the view knows it. Raises `Rejected`: it is a merged one itself."""
    if row.council_id is None:
        raise Rejected("proposal.merged_again", proposal=row.proposal_id)
    origin = Origin(
        proposal_id=row.proposal_id,
        issue_id=row.issue_id,
        council_id=row.council_id,
        area=row.area,
        title=row.title,
        ask=row.ask,
        needs=needs_of(row.needs),
        grown_from=read_rounds(row.rounds)[-1].grown_from,
    )
    target = Target(kind=row.target_kind, area=row.target_area, council_id=row.target_council_id)
    day = row.deferred_until if row.state is ProposalState.DEFERRED else row.due_on
    return OriginFacts(origin, target, row.support_kind, row.escalated_on, day)
