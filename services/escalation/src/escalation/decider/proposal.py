"""What may happen to a proposal: up to the first tier, back with an answer, and on to a service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from shiendomain.escalation import (
    ProposalAdopted,
    ProposalDeferred,
    ProposalDeliberated,
    ProposalEscalated,
    ProposalEvent,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalWithdrawn,
    ServiceDesigned,
    ServiceLaunched,
    Target,
)
from shiendomain.vocabulary import TargetKind, Tier
from shienevents import Decider, NotFound, Rejected

from .commands import (
    AdoptProposal,
    AnswerCommand,
    DeferProposal,
    DeliberateProposal,
    DesignService,
    EscalateProposal,
    LaunchService,
    ProposalCommand,
    ReceiveProposal,
    RejectProposal,
    ReturnProposal,
    WithdrawProposal,
)
from .service import design, launch
from .state import Proposal, ProposalState, evolve

State = ProposalState
_ANSWERABLE = (State.RECEIVED, State.DELIBERATED, State.DEFERRED)
_ALLOWED: dict[type[ProposalCommand], tuple[ProposalState, ...]] = {
    ReceiveProposal: (State.ESCALATED,),
    ReturnProposal: _ANSWERABLE,
    DeliberateProposal: _ANSWERABLE,
    AdoptProposal: _ANSWERABLE,
    RejectProposal: _ANSWERABLE,
    DeferProposal: _ANSWERABLE,
    WithdrawProposal: (State.ESCALATED, State.RETURNED, *_ANSWERABLE),
    DesignService: (State.ADOPTED,),
    LaunchService: (State.DESIGNED,),
}
"""In which states each command may be given. A deliberation is no condition of an answer: where the tiers share an
area the proposal goes to the municipality, which has no upper council to ask."""


def decide(command: ProposalCommand, proposal: Proposal) -> Sequence[ProposalEvent]:
    """The events that follow from a command."""
    if isinstance(command, EscalateProposal):
        return _escalate(command, proposal)
    if proposal.escalated is None:
        raise NotFound("proposal.unknown")
    allowed = _ALLOWED[type(command)]
    if proposal.state not in allowed:
        raise Rejected(
            "proposal.wrong_state",
            state=proposal.state.value,
            state_ja=proposal.state.ja,
            needed=tuple(state.value for state in allowed),
            needed_ja=tuple(state.ja for state in allowed),
        )
    match command:
        case DesignService():
            return [design(command, proposal.escalated)]
        case LaunchService():
            assert proposal.designed is not None
            return [launch(command, proposal.escalated, proposal.designed)]
        case _:
            return [_answer(command, proposal.escalated)]


def _escalate(command: EscalateProposal, proposal: Proposal) -> Sequence[ProposalEvent]:
    """Escalated again after a return, a withdrawal or a rejection, a proposal keeps its stream, and so its origin."""
    if proposal.state is State.LAUNCHED:
        raise Rejected("proposal.launched")
    if proposal.state not in (State.NONE, State.RETURNED, State.WITHDRAWN, State.REJECTED):
        raise Rejected("proposal.already_open", proposal=command.proposal_id, state=proposal.state.value)
    if command.council.tier is not Tier.TIER2:
        raise Rejected("proposal.not_tier2")
    if command.gap is None:
        raise Rejected("proposal.no_gap")
    meeting = command.meeting
    if meeting is None or meeting.council_id != command.council.council_id or command.issue_id not in meeting.issues:
        raise Rejected("proposal.no_meeting")
    return [
        ProposalEscalated(
            proposal_id=command.proposal_id,
            area=command.home.area,
            issue_id=command.issue_id,
            council_id=command.council.council_id,
            meeting_id=meeting.meeting_id,
            target=target_of(command),
            title=command.title,
            ask=command.ask,
            support_kind=command.gap.support_kind,
            needs=command.gap.needs,
            round=proposal.escalated.round + 1 if proposal.escalated else 1,
        )
    ]


def target_of(command: EscalateProposal) -> Target:
    """The nearest tier-1 council at or above; the municipality when the tiers share the area, or there is none."""
    by_area = {council.area: council for council in sorted(command.tier1, key=lambda one: str(one.council_id))[::-1]}
    nearest = next((by_area[area] for area in command.path if area in by_area), None)
    if nearest is None or nearest.area == command.council.area:
        return Target(kind=TargetKind.MUNICIPALITY, area=command.home.municipality)
    return Target(kind=TargetKind.COUNCIL, area=nearest.area, council_id=nearest.council_id)


def _answer(command: AnswerCommand, escalated: ProposalEscalated) -> ProposalEvent:
    match command:
        case ReceiveProposal():
            if command.due_on < command.today:
                raise Rejected("proposal.due_in_past", due_on=command.due_on)
            return ProposalReceived(proposal_id=command.proposal_id, due_on=command.due_on)
        case ReturnProposal():
            return ProposalReturned(proposal_id=command.proposal_id, asked=command.asked)
        case DeliberateProposal():
            return _deliberated(command, escalated)
        case AdoptProposal():
            return ProposalAdopted(proposal_id=command.proposal_id, reason=command.reason)
        case RejectProposal():
            return ProposalRejected(proposal_id=command.proposal_id, reason=command.reason)
        case DeferProposal():
            if command.until <= command.today:
                raise Rejected("proposal.until_in_past", until=command.until)
            return ProposalDeferred(proposal_id=command.proposal_id, until=command.until, reason=command.reason)
        case WithdrawProposal():
            return ProposalWithdrawn(proposal_id=command.proposal_id, reason=command.reason)
        case _:
            assert_never(command)


def _deliberated(command: DeliberateProposal, escalated: ProposalEscalated) -> ProposalDeliberated:
    """A proposal to a council is deliberated by that council; one to the municipality at any meeting that was held."""
    meeting, target = command.meeting, escalated.target
    if meeting is None or (target.kind is TargetKind.COUNCIL and meeting.council_id != target.council_id):
        raise Rejected("proposal.no_target_meeting")
    return ProposalDeliberated(
        proposal_id=command.proposal_id,
        meeting_id=meeting.meeting_id,
        supply=command.supply,
        fee=command.fee,
        supporters=command.supporters,
        salon_support=command.salon_support,
    )


proposal: Decider[ProposalCommand, Proposal, ProposalEvent] = Decider(
    name="proposal",
    commands=(EscalateProposal, *_ALLOWED),
    events=(
        ProposalEscalated,
        ProposalReceived,
        ProposalReturned,
        ProposalDeliberated,
        ProposalAdopted,
        ProposalRejected,
        ProposalDeferred,
        ProposalWithdrawn,
        ServiceDesigned,
        ServiceLaunched,
    ),
    stream=lambda command: command.proposal_id,
    home=lambda command: command.home if isinstance(command, EscalateProposal) else None,
    initial=Proposal(),
    decide=decide,
    evolve=evolve,
)
