"""What a proposal is: the fold of its events, as the decider knows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast
from uuid import UUID

from shiendomain.escalation import (
    AnswerRevoked,
    DueDateChanged,
    OwnProposalMade,
    ProposalAdopted,
    ProposalAsked,
    ProposalDeferred,
    ProposalDeliberated,
    ProposalEscalated,
    ProposalEvent,
    ProposalMade,
    ProposalMoved,
    ProposalReceived,
    ProposalRejected,
    ProposalReturned,
    ProposalsMerged,
    ProposalWithdrawn,
    ServiceDesigned,
    ServiceLaunched,
)
from shiendomain.mergers import (
    AnsweredWithMerged,
    MergeUndone,
    OfMerged,
    OfOrigin,
    OriginRenewed,
    ProposalMergedInto,
    ProposalUnmerged,
)
from shiendomain.reminders import AnswerReminded
from shiendomain.services import ServiceEnded, ServiceEvent, ServiceReinstated
from shiendomain.splits import OfPart, OfSplit, ProposalPartJoined, ProposalPartMade, ProposalSplit, SplitUndone
from shiendomain.states import ProposalState as State

from .answer_correction import Before, Restored
from .service import Service
from .service import evolve as evolve_service


@dataclass(frozen=True)
class Member:
    """A proposal as part of a merged one: where that one stands, and what the proposal itself was before."""

    merged_id: UUID
    answer: State
    before: Before
    answers: tuple[Before, ...] = ()
    launched: bool = False


Splittable = Literal[State.RECEIVED, State.DELIBERATED, State.DEFERRED, State.RETURNED]
"""The states in which a proposal is split, and to which it goes back when that is undone."""


@dataclass(frozen=True)
class Parted:
    """A proposal that was split: into which parts, and what it was before."""

    parts: tuple[UUID, ...]
    state: Splittable
    due_on: date | None
    deferred_until: date | None


@dataclass(frozen=True)
class Proposal:
    """A proposal: what it asks for, its state (`None`: never escalated), and the service designed for it.

    `answers` are those of this round that stand, each as what the proposal was before it. `ended` is how the service
    ended. `member`: it is part of a merged proposal. Of a merged one, `awaited` are the origins whose councils owe an
    answer to what was asked back. `parted`: it was split. `part_needs`: it is a part of one that was split, for these
    needs. `reminded` is the last reminder of this round.
    """

    state: State | None = None
    escalated: ProposalAsked | None = None
    service: Service | None = None
    ended: ServiceEnded | None = None
    due_on: date | None = None
    deferred_until: date | None = None
    answers: tuple[Before, ...] = ()
    member: Member | None = None
    awaited: tuple[UUID, ...] = ()
    round: int = 1
    parted: Parted | None = None
    part_needs: frozenset[UUID] | None = None
    reminded: AnswerReminded | None = None

    @property
    def answer(self) -> State | None:
        """Where it stands: in its own state, or where the proposal stands that it is part of."""
        return self.member.answer if self.member else self.state

    @property
    def origins(self) -> tuple[UUID, ...]:
        """The proposals that are part of this one."""
        asked = self.escalated
        return tuple(one.proposal_id for one in asked.origins) if isinstance(asked, ProposalsMerged) else ()


def evolve(proposal: Proposal, event: ProposalEvent) -> Proposal:
    """The proposal after an event."""
    match event:
        case ProposalEscalated() | OwnProposalMade():
            return _asked(proposal, event)
        case ProposalsMerged():
            return Proposal(State.RECEIVED, event, due_on=event.due_on)
        case ProposalReceived():
            return replace(_answered(proposal, State.RECEIVED), due_on=event.due_on)
        case ProposalReturned():
            return replace(_answered(proposal, State.RETURNED), due_on=None, awaited=proposal.origins)
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
            return replace(_stands(proposal, before), answers=proposal.answers[:-1], awaited=())
        case AnswerReminded():
            return replace(proposal, reminded=event)
        case ProposalWithdrawn():
            return replace(proposal, state=State.WITHDRAWN)
        case ProposalMoved():
            return replace(proposal, escalated=proposal.escalated and _elsewhere(proposal.escalated, event))
        case ServiceDesigned():
            return replace(proposal, state=State.DESIGNED, service=Service(event))
        case ProposalMergedInto() | AnsweredWithMerged() | ProposalUnmerged() | OriginRenewed() | MergeUndone():
            return evolve_merger(proposal, event)
        case ProposalSplit() | SplitUndone() | ProposalPartMade() | ProposalPartJoined():
            return evolve_split(proposal, event)
        case _:
            return evolve_running(proposal, event)


def evolve_merger(proposal: Proposal, event: OfOrigin | OfMerged) -> Proposal:
    """The proposal after an event of a merger, as an origin or as the merged one."""
    match event:
        case ProposalMergedInto():
            before = Before(cast("Restored", proposal.state), proposal.due_on, proposal.deferred_until)
            member = Member(event.merged_id, State.RECEIVED, before, proposal.answers)
            merged = replace(proposal, state=State.MERGED, member=member, answers=())
            return replace(merged, due_on=event.due_on, deferred_until=None)
        case AnsweredWithMerged():
            return _told(proposal, event)
        case ProposalUnmerged():
            assert proposal.member is not None
            apart = replace(proposal, member=None, answers=proposal.member.answers)
            return _stands(apart, Before(event.state, event.due_on, event.deferred_until))
        case OriginRenewed():
            assert isinstance(proposal.escalated, ProposalsMerged)
            asked = proposal.escalated.model_copy(update={"origins": event.origins})
            if event.awaited:
                return replace(proposal, escalated=asked, awaited=event.awaited)
            return Proposal(State.ESCALATED, asked, round=event.round)
        case MergeUndone():
            return replace(proposal, state=State.MERGE_UNDONE)


def evolve_split(proposal: Proposal, event: OfSplit | OfPart) -> Proposal:
    """The proposal after an event of a split, as the one that is split or as a part."""
    match event:
        case ProposalSplit():
            before = cast("Splittable", proposal.state)
            parts = tuple(part.proposal_id for part in event.parts)
            parted = Parted(parts, before, proposal.due_on, proposal.deferred_until)
            return replace(proposal, state=State.SPLIT, parted=parted, due_on=None, deferred_until=None)
        case SplitUndone():
            proposal = replace(proposal, state=event.state, parted=None)
            return replace(proposal, due_on=event.due_on, deferred_until=event.deferred_until)
        case ProposalPartMade():
            mine = frozenset(need.need_id for need in event.needs)
            return Proposal(event.state, event, due_on=event.due_on, part_needs=mine)
        case ProposalPartJoined():
            return replace(proposal, state=State.SPLIT_UNDONE)


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


def _asked(proposal: Proposal, event: ProposalMade) -> Proposal:
    """A new round. It is one of the merged proposal where that one asked back; else it goes up by itself."""
    member = proposal.member
    if member is None or member.answer is not State.RETURNED:
        return Proposal(State.ESCALATED, event, part_needs=proposal.part_needs)
    renewed = Member(member.merged_id, State.ESCALATED, Before(State.ESCALATED, None, None))
    return Proposal(State.MERGED, event, member=renewed, part_needs=proposal.part_needs)


def _answered(proposal: Proposal, state: State) -> Proposal:
    """The proposal after an answer, which may be revoked."""
    before = Before(cast("Restored", proposal.answer), proposal.due_on, proposal.deferred_until)
    return replace(proposal, state=state, answers=(*proposal.answers, before))


_NOT_REVOCABLE = (State.DESIGNED, State.LAUNCHED, State.ENDED)


def _elsewhere(asked: ProposalAsked, event: ProposalMoved) -> ProposalAsked:
    """What is asked, from the area where it belongs now. Of a merged one each origin keeps its own needs."""
    there = {"area": event.area}
    if isinstance(asked, ProposalsMerged):
        return asked.model_copy(update=there)
    needs = tuple(need.moved(event.area) if need.area == event.from_area else need for need in asked.needs)
    return asked.model_copy(update={**there, "needs": needs})


def _told(proposal: Proposal, event: AnsweredWithMerged) -> Proposal:
    """An origin after an answer to the merged proposal: the same as if it were its own, but that it stays merged."""
    if event.answer not in _NOT_REVOCABLE:
        proposal = _answered(proposal, State.MERGED)
    member = proposal.member
    assert member is not None, "it was merged first"
    launched = member.launched or event.launched_on is not None
    proposal = replace(proposal, member=replace(member, answer=event.answer, launched=launched))
    match event.answer:
        case State.RECEIVED:
            return replace(proposal, due_on=event.until)
        case State.RETURNED:
            return replace(proposal, due_on=None)
        case State.DEFERRED:
            return replace(proposal, deferred_until=event.until)
        case _:
            return proposal


def _stands(proposal: Proposal, at: Before) -> Proposal:
    """The proposal, standing there; part of a merged one, it is this one that does."""
    proposal = replace(proposal, due_on=at.due_on, deferred_until=at.deferred_until)
    if proposal.member is None:
        return replace(proposal, state=at.state)
    return replace(proposal, member=replace(proposal.member, answer=at.state))
