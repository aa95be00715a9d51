"""How a proposal is answered: the upper tier receives it, deliberates on it and decides, or it is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

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
)
from shiendomain.vocabulary import TargetKind
from shienevents import Rejected

from .meeting import MeetingFacts


@dataclass(frozen=True)
class ReceiveProposal:
    """The upper tier has it and will answer by a day. `today` is the day on which it was received."""

    proposal_id: UUID
    due_on: date
    today: date


@dataclass(frozen=True)
class ReturnProposal:
    """Send it back with a question."""

    proposal_id: UUID
    asked: str


@dataclass(frozen=True)
class DeliberateProposal:
    """Record what the upper council thought of it, at a meeting that was held."""

    proposal_id: UUID
    meeting: MeetingFacts | None
    supply: str
    fee: str
    supporters: str
    salon_support: str


@dataclass(frozen=True)
class AdoptProposal:
    """Decide to make it a service."""

    proposal_id: UUID
    reason: str


@dataclass(frozen=True)
class RejectProposal:
    """Decide against it, with a reason."""

    proposal_id: UUID
    reason: str


@dataclass(frozen=True)
class DeferProposal:
    """Defer it until a day, with a reason."""

    proposal_id: UUID
    until: date
    today: date
    reason: str


@dataclass(frozen=True)
class WithdrawProposal:
    """Take it back, with a reason."""

    proposal_id: UUID
    reason: str


AnswerCommand = (
    ReceiveProposal
    | ReturnProposal
    | DeliberateProposal
    | AdoptProposal
    | RejectProposal
    | DeferProposal
    | WithdrawProposal
)


def answer(command: AnswerCommand, escalated: ProposalEscalated) -> ProposalEvent:
    """The answer of the upper tier, or the withdrawal."""
    match command:
        case ReceiveProposal():
            if command.due_on < command.today:
                raise Rejected("proposal.due_in_past", due_on=command.due_on)
            return ProposalReceived(proposal_id=command.proposal_id, due_on=command.due_on)
        case ReturnProposal():
            return ProposalReturned(proposal_id=command.proposal_id, asked=command.asked)
        case DeliberateProposal():
            return deliberated(command, escalated)
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


def deliberated(command: DeliberateProposal, escalated: ProposalEscalated) -> ProposalDeliberated:
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
