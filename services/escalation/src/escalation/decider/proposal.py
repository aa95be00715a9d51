"""What may happen to a proposal (提案): it goes up to tier 1, comes back with an answer, and becomes a service.

ESCALATED → RECEIVED → DELIBERATED, DEFERRED or RETURNED → ADOPTED → DESIGNED → LAUNCHED → ENDED; or REJECTED or
WITHDRAWN. While it is part of a merged proposal it is MERGED, and its answer is that one's. One that was split into
parts is SPLIT, and each part has its own answer.
What other streams know of the issue, the council and the meeting comes with a command, as facts. It goes up in
`going_up.py` and `own_proposal.py`; the answers are in `answer.py`, the service that comes of a proposal is in
`service.py` and `running_service.py`, mergers are in `merger.py` and `origin.py`, splits in `split.py`; all of them are
in the proposal's one stream.
"""

from __future__ import annotations

from collections.abc import Sequence

from shiendomain.escalation import ProposalEvent, ProposalMoved
from shiendomain.states import ProposalState as State
from shienevents import Decider, NotFound, Rejected, types_of

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
from .answer_correction import ChangeDueDate, CorrectionCommand, RevokeAnswer, change_due_date, revoke
from .entry import EntryCommand, entry
from .going_up import EscalateProposal, escalate
from .merger import begin, check_told, renew_origin, undo
from .merger_commands import (
    AnswerTogether,
    FollowMerged,
    LeaveMerger,
    MergeInto,
    MergeProposals,
    MergerCommand,
    RenewOrigin,
    Told,
    UndoMerger,
)
from .origin import check_renewal, follow, join, leave
from .own_proposal import MakeOwnProposal, OwnCommand, RenewOwnProposal, make, renew
from .proposal_move import MoveProposal, move
from .proposal_state import Proposal, evolve
from .reminder import RemindAnswer, remind
from .running_service import EndService, ReinstateService, RunningCommand, ServiceChange, change
from .service import DesignService, LaunchService, ReviseDesign, design, launch, revise_design
from .split import MakePart, SplitCommand, change_split, make_part

ServiceCommand = DesignService | ReviseDesign | LaunchService | EntryCommand | ServiceChange
Command = (
    EscalateProposal
    | OwnCommand
    | AnswerCommand
    | CorrectionCommand
    | ServiceCommand
    | MergeProposals
    | MergerCommand
    | AnswerTogether
    | MakePart
    | SplitCommand
    | RemindAnswer
    | MoveProposal
)

Beginning = EscalateProposal | MakeOwnProposal | MergeProposals | MakePart
"""The commands that begin a stream."""

_ForTheNeeds = AdoptProposal | DesignService | ReviseDesign | LaunchService
"""What is done for the people behind a proposal, and for nobody once all their needs are withdrawn. A proposal can then
still be sent back, rejected, deferred or taken back, an adoption revoked, and a design given up."""

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


def decide(command: Command, proposal: Proposal) -> Sequence[ProposalEvent]:
    """What follows from a command."""
    if isinstance(command, EscalateProposal):
        return escalate(command, proposal)
    if isinstance(command, MakeOwnProposal):
        return make(command, proposal.escalated)
    if isinstance(command, MergeProposals):
        return begin(command, proposal.escalated)
    if isinstance(command, MakePart):
        return make_part(command, proposal.escalated)
    if proposal.state is None or proposal.escalated is None:
        raise NotFound("proposal.unknown")
    if isinstance(command, MergerCommand):
        return merge(command, proposal)
    if isinstance(command, RemindAnswer):
        return remind(command, proposal)
    if isinstance(command, MoveProposal):
        return move(command, proposal)
    if isinstance(command, SplitCommand):
        return change_split(command, proposal)
    if isinstance(command, RenewOwnProposal):
        check_renewal(command.renews, proposal)
        return [renew(command, proposal.escalated, proposal.answer or proposal.state)]
    if proposal.member:
        raise Rejected("proposal.merged", merged=proposal.member.merged_id)
    if proposal.parted:
        raise Rejected("proposal.split")
    if isinstance(command, AnswerTogether):
        check_told(command.told, proposal)
        return change_answer(command.command, proposal)
    if isinstance(command, Told):
        check_told((), proposal)
    return change_answer(command, proposal)


def merge(command: MergerCommand, proposal: Proposal) -> Sequence[ProposalEvent]:
    """What follows for a merged proposal, or for an origin of one."""
    match command:
        case MergeInto():
            return [join(command, proposal)]
        case FollowMerged():
            return follow(command, proposal)
        case RenewOrigin():
            return [renew_origin(command, proposal)]
        case UndoMerger():
            return undo(command, proposal)
        case LeaveMerger():
            return leave(command, proposal)


def change_answer(
    command: AnswerCommand | CorrectionCommand | ServiceCommand, proposal: Proposal
) -> Sequence[ProposalEvent]:
    """What follows for a proposal that is answered by itself, or for a merged one."""
    asked, state = proposal.escalated, proposal.state
    assert asked, "it was escalated"
    assert state, "what was escalated has a state"
    if isinstance(command, RevokeAnswer):
        return [revoke(command, state, proposal.answers[-1] if proposal.answers else None)]
    allowed = _ALLOWED[type(command)]
    if state not in allowed:
        raise Rejected("proposal.wrong_state", state=state, needed=allowed)
    if isinstance(command, _ForTheNeeds) and command.needs_withdrawn:
        raise Rejected("proposal.needs_withdrawn")
    if isinstance(command, AnswerCommand):
        return [answer(command, asked)]
    if isinstance(command, ChangeDueDate):
        return change_due_date(command, proposal.due_on)
    if isinstance(command, DesignService):
        return [design(command, asked)]
    assert proposal.service is not None, "every state after a design has a service"
    if isinstance(command, EntryCommand):
        return entry(command, proposal.service)
    match command:
        case ReviseDesign():
            return revise_design(command, asked, proposal.service)
        case LaunchService():
            return [launch(command, asked, proposal.service)]
        case _:
            return change(command, asked, proposal.service, proposal.ended)


decider = Decider[Command, Proposal, ProposalEvent](
    name="proposal",
    commands=types_of(Command),
    events=types_of(ProposalEvent),
    stream=lambda command: command.proposal_id,
    home=lambda command: command.home if isinstance(command, Beginning) else None,
    initial=Proposal(),
    decide=decide,
    evolve=evolve,
    moves=(ProposalMoved,),
)
