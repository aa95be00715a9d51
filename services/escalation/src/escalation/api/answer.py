"""Routes of the answers to a proposal: tier 1 receives it, deliberates on it and decides."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shiendomain.vocabulary import Reason, Text
from shienweb import ANSWERERS, Body, Context, Routes, WriteResult, example

from ..decider.answer import (
    AdoptProposal,
    DeferProposal,
    DeliberateProposal,
    ReceiveProposal,
    RejectProposal,
    ReturnProposal,
)
from ..projections import meetings
from .proposal import meeting_facts

routes = Routes(tags=["answers"])


class Receipt(Body):
    """By when the upper tier will answer."""

    model_config = example(due_on="2099-09-30")

    due_on: date


class Question(Body):
    """What is asked back."""

    model_config = example(asked="対象となる人数を校区ごとに示してください")

    asked: Reason


class Deliberation(Body):
    """What was thought of it: supply, fee, supporters, support for salons."""

    model_config = example(
        meeting_id="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f",
        supply="社協と調整できる",
        fee="片道200円",
        supporters="登録者12人",
        salon_support="",
    )

    meeting_id: UUID
    supply: Text = ""
    fee: Text = ""
    supporters: Text = ""
    salon_support: Text = ""


class Decision(Body):
    """The reason of the decision."""

    model_config = example(reason="複数の校区から同じ提案があり、効果が見込める")

    reason: Reason


class Deferral(Body):
    """Until when, and why."""

    model_config = example(until="2099-04-01", reason="来年度の予算で検討する")

    until: date
    reason: Reason


@routes.post("/proposals/{proposal_id}/receipt", may=ANSWERERS)
async def receive_proposal(proposal_id: UUID, body: Receipt, context: Context) -> WriteResult:
    """Receive a proposal, and say by when it is answered."""
    command = ReceiveProposal(proposal_id, body.due_on, context.occurred_on)
    return await context.execute(command, id=proposal_id)


@routes.post("/proposals/{proposal_id}/return", may=ANSWERERS)
async def return_proposal(proposal_id: UUID, body: Question, context: Context) -> WriteResult:
    """Send a proposal back with a question. It may be escalated again."""
    return await context.execute(ReturnProposal(proposal_id, body.asked), id=proposal_id)


@routes.post("/proposals/{proposal_id}/deliberations", may=ANSWERERS)
async def deliberate_proposal(proposal_id: UUID, body: Deliberation, context: Context) -> WriteResult:
    """Record what the upper council thought of a proposal, at a meeting that was held. It may be done repeatedly."""
    async with context.snapshot() as snapshot:
        meeting = await snapshot.get(meetings, body.meeting_id)
    if meeting and not context.territory.covers(meeting.area):
        meeting = None  # a meeting of another territory is as unknown as one that was not held
    command = DeliberateProposal(
        proposal_id, meeting_facts(meeting), body.supply, body.fee, body.supporters, body.salon_support
    )
    return await context.execute(command, id=proposal_id)


@routes.post("/proposals/{proposal_id}/adoption", may=ANSWERERS)
async def adopt_proposal(proposal_id: UUID, body: Decision, context: Context) -> WriteResult:
    """Adopt a proposal: a service will be designed for it."""
    return await context.execute(AdoptProposal(proposal_id, body.reason), id=proposal_id)


@routes.post("/proposals/{proposal_id}/rejection", may=ANSWERERS)
async def reject_proposal(proposal_id: UUID, body: Decision, context: Context) -> WriteResult:
    """Reject a proposal, with a reason."""
    return await context.execute(RejectProposal(proposal_id, body.reason), id=proposal_id)


@routes.post("/proposals/{proposal_id}/deferral", may=ANSWERERS)
async def defer_proposal(proposal_id: UUID, body: Deferral, context: Context) -> WriteResult:
    """Defer a proposal until a day, with a reason."""
    command = DeferProposal(proposal_id, body.until, context.occurred_on, body.reason)
    return await context.execute(command, id=proposal_id)
