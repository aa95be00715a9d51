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
from uuid import UUID, uuid5

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
from .entry import EntryCommand, entry
from .meeting import MeetingFacts
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
    """Propose upward what cannot be created in the district.

    Facts: `path` is the council's area and those above it, nearest first; `tier1` the tier-1 councils of these areas.
    """

    proposal_id: UUID
    home: Home
    issue_id: UUID
    council: CouncilFacts
    gap: GapFacts | None
    meeting: MeetingFacts | None
    path: tuple[str, ...]
    tier1: tuple[CouncilFacts, ...]
    title: str
    ask: str


ServiceCommand = DesignService | ReviseDesign | LaunchService | EntryCommand | ServiceChange
Command = EscalateProposal | AnswerCommand | ServiceCommand

_ANSWERABLE = (State.RECEIVED, State.DELIBERATED, State.DEFERRED)
_ALLOWED: dict[type[AnswerCommand | ServiceCommand], tuple[State, ...]] = {
    ReceiveProposal: (State.ESCALATED,),
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

    `ended` is how that service ended.
    """

    state: State | None = None
    escalated: ProposalEscalated | None = None
    service: Service | None = None
    ended: ServiceEnded | None = None


def decide(command: Command, proposal: Proposal) -> Sequence[ProposalEvent]:
    """What follows from a command."""
    if isinstance(command, EscalateProposal):
        return escalate(command, proposal)
    if proposal.state is None or proposal.escalated is None:
        raise NotFound("proposal.unknown")
    allowed = _ALLOWED[type(command)]
    if proposal.state not in allowed:
        raise Rejected("proposal.wrong_state", state=proposal.state, needed=allowed)
    if isinstance(command, AnswerCommand):
        return [answer(command, proposal.escalated)]
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
    if proposal.state not in (None, State.RETURNED, State.WITHDRAWN, State.REJECTED, State.ENDED):
        raise Rejected("proposal.already_open", proposal=command.proposal_id, state=proposal.state)
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


def evolve(proposal: Proposal, event: ProposalEvent) -> Proposal:
    """The proposal after an event."""
    match event:
        case ProposalEscalated():
            return Proposal(State.ESCALATED, event)
        case ProposalReceived():
            return replace(proposal, state=State.RECEIVED)
        case ProposalReturned():
            return replace(proposal, state=State.RETURNED)
        case ProposalDeliberated():
            return replace(proposal, state=State.DELIBERATED)
        case ProposalAdopted():
            return replace(proposal, state=State.ADOPTED)
        case ProposalRejected():
            return replace(proposal, state=State.REJECTED)
        case ProposalDeferred():
            return replace(proposal, state=State.DEFERRED)
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


decider = Decider[Command, Proposal, ProposalEvent](
    name="proposal",
    commands=types_of(Command),
    events=types_of(ProposalEvent),
    stream=lambda command: command.proposal_id,
    home=lambda command: command.home if isinstance(command, EscalateProposal) else None,
    initial=Proposal(),
    decide=decide,
    evolve=evolve,
)
