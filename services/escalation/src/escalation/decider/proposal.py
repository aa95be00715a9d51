"""What may happen to a proposal (提案): it goes up to tier 1, comes back with an answer, and becomes a service.

ESCALATED → RECEIVED → DELIBERATED, DEFERRED or RETURNED → ADOPTED → DESIGNED → LAUNCHED → ENDED; or REJECTED or
WITHDRAWN.
What other streams know of the issue, the council and the meeting comes with a command, as facts. The answers are in
`answer.py`, the service that comes of a proposal is in `service.py` and `running_service.py`; all of them are in the
proposal's one stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast
from uuid import UUID, uuid5

from shiendomain.escalation import (
    AnswerRevoked,
    DueDateChanged,
    OwnProposalMade,
    ProposalAdopted,
    ProposalDeferred,
    ProposalDeliberated,
    ProposalEscalated,
    ProposalEvent,
    ProposalMade,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalWithdrawn,
    ServiceDesigned,
    ServiceLaunched,
    Target,
)
from shiendomain.services import ServiceEnded, ServiceEvent, ServiceReinstated
from shiendomain.states import ProposalState as State
from shiendomain.vocabulary import NeedBehind, SupportKind, TargetKind, Tier
from shienevents import Decider, Home, NotFound, Rejected, types_of

from .answer import (
    AdoptProposal,
    AnswerCommand,
    DeferProposal,
    DeliberateProposal,
    ReceiveProposal,
    RejectProposal,
    ReturnProposal,
    WithdrawProposal,
    answer,
)
from .answer_correction import (
    Before,
    ChangeDueDate,
    CorrectionCommand,
    Restored,
    RevokeAnswer,
    change_due_date,
    revoke,
)
from .entry import EntryCommand, entry
from .meeting import MeetingFacts
from .own_proposal import RENEWABLE, MakeOwnProposal, OwnCommand, RenewOwnProposal, make, renew
from .running_service import EndService, ReinstateService, RunningCommand, ServiceChange, change
from .service import DesignService, LaunchService, ReviseDesign, Service, design, launch, revise_design
from .service import evolve as evolve_service

_PROPOSALS = UUID("0b8f7f0e-9b0c-5a55-8d3c-0d7a5c5f4d11")  # the namespace of proposal ids; it never changes


def proposal_id_of(issue_id: UUID) -> UUID:
    """An issue has one proposal, so its id follows from the issue's: two cannot be open at the same time."""
    return uuid5(_PROPOSALS, str(issue_id))


@dataclass(frozen=True)
class CouncilFacts:
    """What is known of a council."""

    council_id: UUID
    area: str
    tier: Tier


@dataclass(frozen=True)
class GapFacts:
    """The gap that was declared for an issue: its kind of support, and the needs behind it."""

    support_kind: SupportKind
    needs: tuple[NeedBehind, ...]


@dataclass(frozen=True)
class EscalateProposal:
    """Propose upward what cannot be created in the district, or in the area of a tier-1 council.

    Facts: `path` is the council's area and those above it, nearest first; `tier1` the tier-1 councils of these areas;
    `speaks`: the caller speaks for the council.
    """

    proposal_id: UUID
    home: Home
    issue_id: UUID
    council: CouncilFacts
    gap: GapFacts | None
    meeting: MeetingFacts
    path: tuple[str, ...]
    tier1: tuple[CouncilFacts, ...]
    title: str
    ask: str
    speaks: bool = True


ServiceCommand = DesignService | ReviseDesign | LaunchService | EntryCommand | ServiceChange
Command = EscalateProposal | OwnCommand | AnswerCommand | CorrectionCommand | ServiceCommand

_ANSWERABLE = (State.RECEIVED, State.DELIBERATED, State.DEFERRED)
_ALLOWED: dict[type[AnswerCommand | ChangeDueDate | ServiceCommand], tuple[State, ...]] = {
    ReceiveProposal: (State.ESCALATED,),
    ChangeDueDate: (State.RECEIVED, State.DELIBERATED),
    ReturnProposal: _ANSWERABLE,
    DeliberateProposal: _ANSWERABLE,
    AdoptProposal: _ANSWERABLE,
    RejectProposal: _ANSWERABLE,
    DeferProposal: _ANSWERABLE,
    WithdrawProposal: (State.ESCALATED, State.RETURNED, *_ANSWERABLE),
    DesignService: (State.ADOPTED,),
    ReviseDesign: (State.DESIGNED,),
    LaunchService: (State.DESIGNED,),
    EndService: (State.DESIGNED, State.LAUNCHED),
    ReinstateService: (State.ENDED,),
    **dict.fromkeys(types_of(EntryCommand), (State.DESIGNED, State.LAUNCHED)),
    **dict.fromkeys(types_of(RunningCommand), (State.LAUNCHED,)),
}
"""In which states each command may be given. A deliberation is no condition of an answer: where the tiers share an
area the proposal goes to the municipality, which has no upper council to ask."""


@dataclass(frozen=True)
class Proposal:
    """A proposal: what it asked for last, its state (`None`: never escalated), and the service designed for it.

    `answers` are those of this round that stand, each as what the proposal was before it. `ended` is how the service
    ended.
    """

    state: State | None = None
    escalated: ProposalMade | None = None
    service: Service | None = None
    ended: ServiceEnded | None = None
    due_on: date | None = None
    deferred_until: date | None = None
    answers: tuple[Before, ...] = ()


def decide(command: Command, proposal: Proposal) -> Sequence[ProposalEvent]:
    """What follows from a command."""
    if isinstance(command, EscalateProposal):
        return escalate(command, proposal)
    if isinstance(command, MakeOwnProposal):
        return make(command, proposal.escalated)
    if proposal.state is None or proposal.escalated is None:
        raise NotFound("proposal.unknown")
    if isinstance(command, RenewOwnProposal):
        return [renew(command, proposal.escalated, proposal.state)]
    if isinstance(command, RevokeAnswer):
        return [revoke(command, proposal.state, proposal.answers[-1] if proposal.answers else None)]
    allowed = _ALLOWED[type(command)]
    if proposal.state not in allowed:
        raise Rejected("proposal.wrong_state", state=proposal.state, needed=allowed)
    if isinstance(command, AnswerCommand):
        return [answer(command, proposal.escalated)]
    if isinstance(command, ChangeDueDate):
        return change_due_date(command, proposal.due_on)
    if isinstance(command, DesignService):
        return [design(command, proposal.escalated)]
    assert proposal.service is not None, "every state after a design has a service"
    if isinstance(command, EntryCommand):
        return entry(command, proposal.service)
    match command:
        case ReviseDesign():
            return revise_design(command, proposal.escalated, proposal.service)
        case LaunchService():
            return [launch(command, proposal.escalated, proposal.service)]
        case _:
            return change(command, proposal.escalated, proposal.service, proposal.ended)


def escalate(command: EscalateProposal, proposal: Proposal) -> Sequence[ProposalEvent]:
    """Escalated again after a return or an end, a proposal keeps its stream, and so its origin."""
    if proposal.state is State.LAUNCHED:
        raise Rejected("proposal.launched")
    if proposal.state not in (None, *RENEWABLE):
        raise Rejected("proposal.already_open", proposal=command.proposal_id, state=proposal.state)
    if not command.speaks:
        raise Rejected("proposal.not_your_council")
    if command.gap is None:
        raise Rejected("proposal.no_gap")
    meeting = command.meeting
    if meeting.council_id != command.council.council_id or command.issue_id not in meeting.issues:
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
    """The nearest tier-1 council at or above; the municipality when the tiers share the area, or there is none.

    A tier-1 council proposes to the municipality (提案・要望): no council is above it.
    """
    if command.council.tier is Tier.TIER1:
        return Target(kind=TargetKind.MUNICIPALITY, area=command.home.municipality)
    by_area = {council.area: council for council in sorted(command.tier1, key=lambda one: str(one.council_id))[::-1]}
    nearest = next((by_area[area] for area in command.path if area in by_area), None)
    if nearest is None or nearest.area == command.council.area:
        return Target(kind=TargetKind.MUNICIPALITY, area=command.home.municipality)
    return Target(kind=TargetKind.COUNCIL, area=nearest.area, council_id=nearest.council_id)


def evolve(proposal: Proposal, event: ProposalEvent) -> Proposal:
    """The proposal after an event."""
    match event:
        case ProposalEscalated() | OwnProposalMade():
            return Proposal(State.ESCALATED, event)
        case ProposalReceived():
            return replace(_answered(proposal, State.RECEIVED), due_on=event.due_on)
        case ProposalReturned():
            return replace(_answered(proposal, State.RETURNED), due_on=None)
        case ProposalDeliberated():
            return _answered(proposal, State.DELIBERATED)
        case ProposalAdopted():
            return _answered(proposal, State.ADOPTED)
        case ProposalRejected():
            return _answered(proposal, State.REJECTED)
        case ProposalDeferred():
            return replace(_answered(proposal, State.DEFERRED), deferred_until=event.until)
        case DueDateChanged():
            return replace(proposal, due_on=event.due_on)
        case AnswerRevoked():
            before = Before(event.state, event.due_on, event.deferred_until)
            return replace(proposal, **vars(before), answers=proposal.answers[:-1])
        case ProposalWithdrawn():
            return replace(proposal, state=State.WITHDRAWN)
        case ServiceDesigned():
            return replace(proposal, state=State.DESIGNED, service=Service(event))
        case _:
            return evolve_running(proposal, event)


def evolve_running(proposal: Proposal, event: ServiceLaunched | ServiceEvent) -> Proposal:
    """The proposal after an event of the service that was designed for it."""
    assert proposal.service is not None, "a service is designed first"
    proposal = replace(proposal, service=evolve_service(proposal.service, event))
    match event:
        case ServiceLaunched():
            return replace(proposal, state=State.LAUNCHED)
        case ServiceEnded():
            return replace(proposal, state=State.ENDED, ended=event)
        case ServiceReinstated():
            began = proposal.service is not None and proposal.service.launched_on
            return replace(proposal, state=State.LAUNCHED if began else State.DESIGNED, ended=None)
        case _:
            return proposal


def _answered(proposal: Proposal, state: State) -> Proposal:
    """The proposal after an answer, which may be revoked."""
    before = Before(cast("Restored", proposal.state), proposal.due_on, proposal.deferred_until)
    return replace(proposal, state=state, answers=(*proposal.answers, before))


decider = Decider[Command, Proposal, ProposalEvent](
    name="proposal",
    commands=types_of(Command),
    events=types_of(ProposalEvent),
    stream=lambda command: command.proposal_id,
    home=lambda command: command.home if isinstance(command, EscalateProposal | MakeOwnProposal) else None,
    initial=Proposal(),
    decide=decide,
    evolve=evolve,
)
