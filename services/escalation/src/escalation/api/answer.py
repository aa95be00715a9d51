"""Routes of the answers to a proposal: tier 1 receives it, deliberates on it and decides."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import model_validator

from shiendomain.proposal_history import ProposalRound
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
from ..decider.answer_correction import ChangeDueDate, Revocable, RevokeAnswer
from ..projections import proposals
from .proposal import meeting_of
from .together import answer, gaps_stand, needs_withdrawn

routes = Routes(tags=["answers"])


class SaysNothing(ValueError):
    """A deliberation without a view."""

    en = "give at least one of supply, fee, supporters and salon_support"
    ja = "供給（supply）・料金（fee）・担い手（supporters）・サロン支援（salon_support）のいずれかを記入してください"


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

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.supply or self.fee or self.supporters or self.salon_support):
            raise SaysNothing
        return self


class DueDateChange(Body):
    """By when the upper tier will answer instead, and why."""

    model_config = example(due_on="2099-12-28", reason="次回の協議体を待って回答する")

    due_on: date
    reason: Reason


class Revocation(Body):
    """Which answer was a mistake, and why. It is the last one."""

    model_config = example(answer="adopted", reason="別の提案への回答を誤って記録した")

    answer: Revocable
    reason: Reason


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
    return await answer(context, command)


@routes.post("/proposals/{proposal_id}/due-date", may=ANSWERERS)
async def change_due_date(proposal_id: UUID, body: DueDateChange, context: Context) -> WriteResult:
    """Answer a proposal by another day, with the reason."""
    command = ChangeDueDate(proposal_id, body.due_on, body.reason, context.occurred_on)
    return await answer(context, command)


@routes.post("/proposals/{proposal_id}/answer-revocation", may=ANSWERERS)
async def revoke_answer(proposal_id: UUID, body: Revocation, context: Context) -> WriteResult:
    """Revoke the last answer, a mistake: the proposal is as it was before. Not once a design or a round followed."""
    async with context.snapshot() as snapshot:
        proposal = await snapshot.get(proposals, proposal_id)
        gap = await gaps_stand(snapshot, proposal)
    return await answer(context, RevokeAnswer(proposal_id, body.answer, body.reason, gap))


@routes.post("/proposals/{proposal_id}/return", may=ANSWERERS)
async def return_proposal(proposal_id: UUID, body: Question, context: Context) -> WriteResult:
    """Send a proposal back with a question. It may be escalated again."""
    return await answer(context, ReturnProposal(proposal_id, body.asked))


@routes.post("/proposals/{proposal_id}/deliberations", may=ANSWERERS)
async def deliberate_proposal(proposal_id: UUID, body: Deliberation, context: Context) -> WriteResult:
    """Record what the upper council thought of a proposal, at its meeting that dealt with it. Repeated at will."""
    async with context.snapshot() as snapshot:
        proposal = await snapshot.get(proposals, proposal_id)
        context.must_cover(proposal.area if proposal else None, "proposal.unknown")
        assert proposal is not None
        meeting = await meeting_of(snapshot, context, body.meeting_id)
    command = DeliberateProposal(
        proposal_id=proposal_id,
        meeting=meeting,
        path=context.tree.path(proposal.area),
        asked_on=ProposalRound.model_validate(proposal.rounds[-1]).escalated_on,
        supply=body.supply,
        fee=body.fee,
        supporters=body.supporters,
        salon_support=body.salon_support,
    )
    return await answer(context, command)


@routes.post("/proposals/{proposal_id}/adoption", may=ANSWERERS)
async def adopt_proposal(proposal_id: UUID, body: Decision, context: Context) -> WriteResult:
    """Adopt a proposal: a service will be designed for it. Not when all needs behind it are withdrawn."""
    gone = await needs_withdrawn(context, proposal_id)
    return await answer(context, AdoptProposal(proposal_id, body.reason, gone))


@routes.post("/proposals/{proposal_id}/rejection", may=ANSWERERS)
async def reject_proposal(proposal_id: UUID, body: Decision, context: Context) -> WriteResult:
    """Reject a proposal, with a reason."""
    return await answer(context, RejectProposal(proposal_id, body.reason))


@routes.post("/proposals/{proposal_id}/deferral", may=ANSWERERS)
async def defer_proposal(proposal_id: UUID, body: Deferral, context: Context) -> WriteResult:
    """Defer a proposal until a day, with a reason."""
    command = DeferProposal(proposal_id, body.until, context.occurred_on, body.reason)
    return await answer(context, command)
