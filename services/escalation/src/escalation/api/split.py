"""Routes of splits: a proposal that asks for several answers is answered in parts, and that is undone."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shiendomain.councils_view import councils_view
from shiendomain.splits import PartAsked
from shiendomain.states import ProposalState
from shiendomain.vocabulary import Name, Reason
from shienevents import Rejected, Snapshot
from shienweb import ANSWERERS, PROPOSERS, Body, Context, RequestContext, Routes, WriteResult, example

from ..decider.split import JoinPart, MakePart, SplitProposal, UndoSplit
from ..projections import ProposalRow, proposals
from .merger import facts_of
from .proposal import Ask, speaks_for

routes = Routes(tags=["proposals"])


class NewPart(Body):
    """A part: what it asks for, and which of the needs behind the proposal are behind it."""

    title: Name
    ask: Ask
    needs: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1000)]


class Splitting(Body):
    """The parts, which together have each need behind the proposal exactly once, and why it is split."""

    model_config = example(
        parts=[
            {
                "title": "買い物への移動支援",
                "ask": "週2回の送迎を市の事業として検討してほしい",
                "needs": ["0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f"],
            },
            {
                "title": "食品の移動販売",
                "ask": "集会所への移動販売を事業者に依頼してほしい",
                "needs": ["0190b6d1-8a21-7b44-9c10-2f6e7d8c9b0a"],
            },
        ],
        reason="送迎で足りる人と、外出が難しい人がいるため",
    )

    parts: Annotated[tuple[NewPart, ...], Field(min_length=2, max_length=20)]
    reason: Reason


class SplitResult(WriteResult):
    """The result of a split: the ids of the parts, in the order of the request."""

    parts: tuple[UUID, ...]


class Joining(Body):
    """Why the proposal is answered as one again."""

    model_config = example(reason="一つの事業で対応できることになったため")

    reason: Reason


@routes.post("/proposals/{proposal_id}/split", may=PROPOSERS, status_code=201)
async def split_proposal(proposal_id: UUID, body: Splitting, context: Context) -> SplitResult:
    """Split a proposal into parts that are answered one by one: while it is returned its council does, else tier 1.

    A part is where the proposal was, received or returned, and goes on as any other. A returned part is escalated again
    by `POST /proposals` with its id as `part`.
    """
    async with context.snapshot() as snapshot:
        row = await _covered(snapshot, context, proposal_id)
        speaks = await _speaks(snapshot, context, row)
    if row.council_id is None:
        raise Rejected("proposal.merged_split")
    seen = facts_of(row)
    parts = tuple(
        PartAsked(proposal_id=context.new_id(), title=one.title, ask=one.ask, needs=one.needs) for one in body.parts
    )
    home, returned = await context.home(row.area), row.state is ProposalState.RETURNED
    made = [MakePart(one.proposal_id, home, proposal_id, one, seen, returned, body.reason) for one in parts]
    answers = context.principal.role in ANSWERERS
    command = SplitProposal(proposal_id, parts, seen, body.reason, answers, speaks)
    ids = [str(one.proposal_id) for one in parts]
    result = await context.execute_together(
        made, id=proposal_id, summary=lambda _: command, facts=lambda: {"parts": ids}
    )
    return SplitResult(**vars(result), parts=tuple(map(UUID, ids)))


@routes.post("/proposals/{proposal_id}/split-undoing", may=PROPOSERS)
async def undo_split(proposal_id: UUID, body: Joining, context: Context) -> WriteResult:
    """Undo a split of which no part is decided, and none went up again: the proposal is as it was, with its days."""
    async with context.snapshot() as snapshot:
        row = await _covered(snapshot, context, proposal_id)
        speaks = await _speaks(snapshot, context, row)
    joined = [JoinPart(part, proposal_id, body.reason) for part in row.parts]
    command = UndoSplit(proposal_id, row.parts, body.reason, context.principal.role in ANSWERERS, speaks)
    return await context.execute_together(joined, id=proposal_id, summary=lambda _: command)


async def _covered(snapshot: Snapshot, context: RequestContext, proposal_id: UUID) -> ProposalRow:
    """The proposal, of the territory. Raises `NotFound`."""
    row = await snapshot.get(proposals, proposal_id)
    context.must_cover(row.area if row else None, "proposal.unknown")
    assert row is not None
    return row


async def _speaks(snapshot: Snapshot, context: RequestContext, row: ProposalRow) -> bool:
    """Whether the caller speaks for the council of the proposal."""
    council = await snapshot.get(councils_view, row.council_id) if row.council_id else None
    return council is not None and speaks_for(context, council)
