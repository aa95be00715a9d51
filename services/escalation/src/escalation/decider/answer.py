"""How a proposal is answered: the upper tier receives it, deliberates on it and decides, or it is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.escalation import (
    ProposalAdopted,
    ProposalAsked,
    ProposalDeferred,
    ProposalDeliberated,
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
    """Record what the upper council thought of it, at a meeting that was held.

    Facts: the meeting; `path`, the proposal's area and those above it; `asked_on`, the day of its last escalation.
    """

    proposal_id: UUID
    meeting: MeetingFacts
    path: tuple[str, ...]
    asked_on: date
    supply: str
    fee: str
    supporters: str
    salon_support: str


@dataclass(frozen=True)
class AdoptProposal:
    """Decide to make it a service. Fact: whether all needs behind it are withdrawn."""

    proposal_id: UUID
    reason: str
    needs_withdrawn: bool = False


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
    """Take it back, with a reason. Fact: whether the caller speaks for the council that proposed it."""

    proposal_id: UUID
    reason: str
    speaks: bool = True


AnswerCommand = (
    ReceiveProposal
    | ReturnProposal
    | DeliberateProposal
    | AdoptProposal
    | RejectProposal
    | DeferProposal
    | WithdrawProposal
)


def answer(command: AnswerCommand, made: ProposalAsked) -> ProposalEvent:
    """The answer of the upper tier, or the withdrawal."""
    match command:
        case ReceiveProposal():
            if command.due_on < command.today:
                raise Rejected("proposal.due_in_past", due_on=command.due_on)
            return ProposalReceived(proposal_id=command.proposal_id, due_on=command.due_on)
        case ReturnProposal():
            return ProposalReturned(proposal_id=command.proposal_id, asked=command.asked)
        case DeliberateProposal():
            return deliberated(command, made)
        case AdoptProposal():
            return ProposalAdopted(proposal_id=command.proposal_id, reason=command.reason)
        case RejectProposal():
            return ProposalRejected(proposal_id=command.proposal_id, reason=command.reason)
        case DeferProposal():
            if command.until <= command.today:
                raise Rejected("proposal.until_in_past", until=command.until)
            return ProposalDeferred(proposal_id=command.proposal_id, until=command.until, reason=command.reason)
        case WithdrawProposal():
            if not command.speaks:
                raise Rejected("proposal.not_your_council")
            return ProposalWithdrawn(proposal_id=command.proposal_id, reason=command.reason)
        case _:
            assert_never(command)


def deliberated(command: DeliberateProposal, made: ProposalAsked) -> ProposalDeliberated:
    """The views of the council that the proposal went to, at a meeting that dealt with it in this round.

    What went to the municipality is deliberated by a council of the proposal's own area or of one above it: its
    districts are part of that area. The council of a neighbouring district, or of another city, has no say in it.
    """
    meeting, target = command.meeting, made.target
    if target.kind is TargetKind.COUNCIL and meeting.council_id != target.council_id:
        raise Rejected("proposal.no_target_meeting")
    if target.kind is TargetKind.MUNICIPALITY and meeting.area not in command.path:
        raise Rejected("proposal.no_upper_meeting")
    if command.proposal_id not in meeting.proposals:
        raise Rejected("proposal.not_dealt_with")
    if meeting.held_on < command.asked_on:
        raise Rejected("proposal.meeting_too_early", held_on=meeting.held_on, asked_on=command.asked_on)
    return ProposalDeliberated(
        proposal_id=command.proposal_id,
        meeting_id=meeting.meeting_id,
        supply=command.supply,
        fee=command.fee,
        supporters=command.supporters,
        salon_support=command.salon_support,
    )
