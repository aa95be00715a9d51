"""A proposal as part of a merged one, its origin: it joins, is told each answer, and is by itself again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from shiendomain.escalation import (
    AnswerRevoked,
    DueDateChanged,
    OwnProposalMade,
    ProposalEvent,
    ProposalOfCouncil,
)
from shiendomain.mergers import AnsweredWithMerged, Origin, ProposalMergedInto, ProposalUnmerged
from shiendomain.states import ProposalState as State
from shienevents import Rejected

from .answer import (
    AdoptProposal,
    AnswerCommand,
    DeferProposal,
    DeliberateProposal,
    ReceiveProposal,
    RejectProposal,
    ReturnProposal,
    WithdrawProposal,
)
from .answer_correction import ChangeDueDate, RevokeAnswer
from .merger_commands import FollowMerged, LeaveMerger, MergeInto, OriginFacts, ServiceStep
from .proposal_state import Member, Proposal
from .running_service import EndService, ReinstateService
from .service import DesignService, LaunchService

MERGEABLE = (State.RECEIVED, State.DELIBERATED, State.DEFERRED)
"""The states in which a proposal may be merged: tier 1 has it, and has not decided."""


def origin_of(made: ProposalOfCouncil) -> Origin:
    """The proposal as part of a merged one, or as the original of parts."""
    return Origin(
        proposal_id=made.proposal_id,
        issue_id=None if isinstance(made, OwnProposalMade) else made.issue_id,
        council_id=made.council_id,
        area=made.area,
        title=made.title,
        ask=made.ask,
        needs=made.needs,
        grown_from=made.grown_from,
    )


def join(command: MergeInto, proposal: Proposal) -> ProposalMergedInto:
    """It waits for its answer, of which tier 1 has decided nothing, and is as the view knows it."""
    if proposal.state not in MERGEABLE:
        raise Rejected("proposal.not_mergeable", proposal=command.proposal_id, state=proposal.state, needed=MERGEABLE)
    check_seen(command.seen, proposal)
    return ProposalMergedInto(
        proposal_id=command.proposal_id, merged_id=command.merged_id, due_on=command.due_on, reason=command.reason
    )


def check_seen(seen: OriginFacts, proposal: Proposal) -> None:
    """The view knows the proposal as it is. Raises `Rejected`."""
    made, day = proposal.escalated, proposal.deferred_until if proposal.state is State.DEFERRED else proposal.due_on
    assert isinstance(made, ProposalOfCouncil), "a merged one has no council, and so no facts to be known by"
    if seen != OriginFacts(origin_of(made), made.target, made.support_kind, seen.waiting_since, day):
        raise Rejected("proposal.origins_changed")


def member_of(proposal: Proposal, merged_id: UUID) -> Member:
    """The proposal as part of this merged one. Raises `Rejected` where it is not, or went on by itself since."""
    member = proposal.member
    if member is None or member.merged_id != merged_id:
        raise Rejected("proposal.origin_went_on", proposal=proposal.escalated and proposal.escalated.proposal_id)
    return member


def follow(command: FollowMerged, proposal: Proposal) -> Sequence[ProposalEvent]:
    """What the origin is told. An answer that was revoked or another due day are events as of any proposal."""
    member, told = member_of(proposal, command.merged_id), command.command
    ids = {"proposal_id": command.proposal_id}
    match told:
        case ChangeDueDate():
            same = told.due_on == proposal.due_on
            return [] if same else [DueDateChanged(**ids, due_on=told.due_on, reason=told.reason)]
        case RevokeAnswer():
            if not proposal.answers or member.answer is not told.answer:
                raise Rejected("proposal.origin_went_on", proposal=command.proposal_id)
            return [AnswerRevoked(**ids, answer=told.answer, reason=told.reason, **vars(proposal.answers[-1]))]
        case WithdrawProposal():
            raise Rejected("proposal.merged_withdrawn")
        case _:
            return [AnsweredWithMerged(**ids, merged_id=command.merged_id, **_said(told, member))]


def _said(told: AnswerCommand | ServiceStep, member: Member) -> Mapping[str, object]:
    """Where the merged proposal stands after a command, and what was said."""
    match told:
        case ReceiveProposal():
            return {"answer": State.RECEIVED, "until": told.due_on}
        case ReturnProposal():
            return {"answer": State.RETURNED, "text": told.asked}
        case DeliberateProposal():
            return {"answer": State.DELIBERATED}
        case AdoptProposal():
            return {"answer": State.ADOPTED, "text": told.reason}
        case RejectProposal():
            return {"answer": State.REJECTED, "text": told.reason}
        case DeferProposal():
            return {"answer": State.DEFERRED, "until": told.until, "text": told.reason}
        case DesignService():
            return {"answer": State.DESIGNED, "text": told.name}
        case LaunchService():
            return {"answer": State.LAUNCHED, "launched_on": told.launched_on}
        case EndService():
            return {"answer": State.ENDED, "text": told.note}
        case ReinstateService():
            return {"answer": State.LAUNCHED if member.launched else State.DESIGNED, "text": told.reason}
        case _:
            raise AssertionError(f"{type(told).__name__} is answered in `follow`")


def leave(command: LeaveMerger, proposal: Proposal) -> Sequence[ProposalUnmerged]:
    """The proposal as it was before, with its days. What its council asked for since then it asks for still."""
    member = proposal.member
    if member is None or member.merged_id != command.merged_id:
        return []
    before = member.before
    ids = {"proposal_id": command.proposal_id, "merged_id": command.merged_id}
    return [ProposalUnmerged(**ids, **vars(before), reason=command.reason)]


def check_renewal(renews: UUID | None, proposal: Proposal) -> None:
    """What a merged proposal asked back is answered in that proposal, in the same commit. Raises `Rejected`."""
    member = proposal.member
    asked_back = member.merged_id if member and member.answer is State.RETURNED else None
    if renews != asked_back:
        raise Rejected("proposal.origins_changed")
