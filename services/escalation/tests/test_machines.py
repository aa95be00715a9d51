"""The rules of proposals, services, entries, meetings and self-help are the published state machines."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, ClassVar, get_args
from uuid import UUID

from escalation.api.together import renews
from escalation.decider import meeting, proposal, self_help
from escalation.decider.answer import (
    AdoptProposal,
    DeferProposal,
    DeliberateProposal,
    ReceiveProposal,
    ReturnProposal,
)
from escalation.decider.answer_correction import Revocable, RevokeAnswer
from escalation.decider.meeting import FollowMeeting, MeetingFacts, WithdrawMeeting
from escalation.decider.merger_commands import RenewOrigin
from escalation.decider.proposal_move import MoveProposal
from escalation.decider.proposal_state import Proposal
from escalation.decider.reminder import RemindAnswer
from escalation.projections import ProposalRow
from shiendomain import machines
from shiendomain.escalation import ProposalEvent
from shiendomain.machines.exploring import Move, Taken, differences, edges_of, explore, stuck
from shiendomain.moves import Move as OtherArea
from shiendomain.states import EntryState, MeetingState, ProposalState, SelfHelpState, ServiceState
from shiendomain.vocabulary import SupportKind

from . import test_answers, test_meetings, test_self_help
from .facts import ISSUE, MEETING, NORTH, PROPOSAL, SELF_HELP, SERVICE, SOUTH, TODAY, uuid
from .test_decider import adopt, defer, deliberate, design, escalate, give_back, launch, receive, reject, withdraw
from .test_mergers import ISSUES, ORIGINS, City, Refused, commands
from .test_services import adjust, ask, decline, end, extend, join, leave, reinstate, revise, revise_design
from .test_splits import Parted

LATE = date(2099, 1, 1)
ENDED = OtherArea(SOUTH, (NORTH, SOUTH), "校区の再編")
ANSWERS: tuple[Move, ...] = (
    (receive,),
    (RemindAnswer(PROPOSAL, LATE, 14),),
    (MoveProposal(PROPOSAL, ENDED),),
    (test_answers.change,),
    (give_back,),
    (deliberate,),
    (adopt,),
    (reject,),
    (defer,),
    (withdraw,),
    *((RevokeAnswer(PROPOSAL, answer, "別の提案への回答だった", gap=True),) for answer in get_args(Revocable)),
)
OF_SERVICE: tuple[Move, ...] = (
    (design,),
    (revise_design,),
    (replace(launch, service_areas=(NORTH,)),),
    (replace(launch, service_areas=(NORTH,), entry_id=ask.entry_id),),
    (ask,),
    (adjust,),
    (decline,),
    (join,),
    (replace(join, entry_id=None),),
    (extend,),
    (revise,),
    (leave,),
    (end,),
    (reinstate,),
)
OF_ISSUE: tuple[Move, ...] = ((escalate,),)
OWN: tuple[Move, ...] = tuple(
    (replace(one, proposal_id=PROPOSAL, support_kind=SupportKind.OUTING),)
    for one in (test_answers.make, test_answers.renew)
)


def proposals_in(states: Any) -> Mapping[object, ProposalState]:
    return {PROPOSAL: states[0].state} if states[0].state else {}


def services_in(states: Any) -> Mapping[object, ServiceState]:
    """The service that was designed last. One whose proposal goes up again has ended."""
    service = states[0].service
    if service is None:
        return {}
    ended = states[0].state is ProposalState.ENDED
    running = ServiceState.RUNNING if service.launched_on else ServiceState.DESIGNED
    return {SERVICE: ServiceState.ENDED if ended else running}


def entries_in(states: Any) -> Mapping[object, EntryState]:
    service = states[0].service
    return service.entries if service else {}


def alike(states: Any) -> object:
    """What the steps depend on: from states that agree in it, one walk is enough."""
    (one,) = states
    service = one.service
    given = service and (
        service.launched_on,
        service.entries.get(ask.entry_id),
        min(len(service.running), 2),
        min(len(service.provisions), 2),
        service.design.fee_yen,
    )
    last = one.answers[-1].state if one.answers else None
    return one.state, type(one.escalated), last, one.due_on, given


def test_proposals_and_services_go_the_published_ways_and_leave_nobody_behind() -> None:
    of_issue = explore((proposal.decider,), (*OF_ISSUE, *ANSWERS, *OF_SERVICE), alike)
    own = explore((proposal.decider,), (*OWN, *ANSWERS, *OF_SERVICE), alike)
    taken = [*of_issue.taken, *own.taken]
    alone = edges_of(machines.PROPOSAL, taken, proposals_in)
    together = edges_of(machines.PROPOSAL, mergers_walked(), lambda states: states[0])
    parted = edges_of(machines.PROPOSAL, splits_walked(), lambda states: states[0])
    assert not differences(machines.PROPOSAL, alone | together | parted)
    assert not differences(machines.SERVICE, edges_of(machines.SERVICE, taken, services_in))
    assert not differences(machines.ENTRY, edges_of(machines.ENTRY, taken, entries_in))
    assert not stuck(machines.PROPOSAL, of_issue, proposals_in)
    assert not stuck(machines.SERVICE, of_issue, services_in)
    assert not stuck(machines.ENTRY, of_issue, entries_in)


OWN_ID = test_answers.make.proposal_id


class Recorded(Parted):
    """A city that records each event, with the states of its stream before and after it."""

    taken: ClassVar[list[Taken]] = []

    def append(self, event: ProposalEvent, streams: dict[UUID, Proposal], rows: dict[UUID, ProposalRow]) -> None:
        key = event.proposal_id
        before = streams.get(key, Proposal()).state
        super().append(event, streams, rows)
        self.taken.append((({key: before} if before else {},), event, ({key: streams[key].state},)))

    def copy(self) -> Recorded:
        city = Recorded()
        vars(city).update(vars(self))
        return city

    @property
    def key(self) -> object:
        """What the steps depend on."""
        return frozenset(
            (
                key,
                one.state,
                one.answer,
                one.answers[-1:],
                one.awaited,
                one.member and one.member.before.state,
                one.parted and one.parted.state,
            )
            for key, one in self.streams.items()
        )


def renew_own(city: City) -> None:
    """The tier-1 council proposes again, as the route does."""
    renewed = renews(city.rows.get(OWN_ID))
    own = replace(test_answers.renew, support_kind=SupportKind.OUTING, renews=renewed)
    part = [RenewOrigin(renewed, OWN_ID, own.title, own.ask, own.support_kind, ())] if renewed else []
    city.commit(*part, own)


def mergers_walked() -> list[Taken]:
    """Each event of a proposal for an issue, of a tier-1 council's own, and of their merged one, breadth first."""
    Recorded.taken.clear()
    merged = uuid(5000)
    own = replace(test_answers.make, support_kind=SupportKind.OUTING)
    moves: list[Callable[[Recorded], object]] = [
        lambda city: city.escalate(ISSUES[0]),
        lambda city: city.commit(own),
        renew_own,
        lambda city: city.answer(ReceiveProposal(OWN_ID, TODAY, TODAY)),
        lambda city: city.undo(merged),
        lambda city: None if city.mergers else city.merge((ORIGINS[0], OWN_ID)),
    ]
    for key in (ORIGINS[0], merged):
        moves += [partial(City.answer, command=command) for command in commands(key, 1)]
    moves += [partial(be_late, key=key) for key in (ORIGINS[0], merged)]
    moves.append(lambda city: city.commit(MoveProposal(ORIGINS[0], ENDED)))
    walk(Recorded(), moves)
    return list(Recorded.taken)


def be_late(city: City, key: UUID) -> None:
    """A tick reminds of the answer, which is late."""
    city.commit(RemindAnswer(key, LATE, 14))


def splits_walked() -> list[Taken]:
    """Each event of a proposal that is split, and of one of its parts, breadth first."""
    Recorded.taken.clear()
    whole, part = ORIGINS[0], uuid(8001)
    moves: list[Callable[[Recorded], object]] = [
        lambda city: city.go_up(whole),
        lambda city: city.undo_split(whole) if whole in city.rows else None,
        lambda city: None if city.made or whole not in city.rows else city.split(whole, needs_apart(city)),
    ]
    answers: list[object] = [one for one in commands(whole, 1) if isinstance(one, _TO_SPLIT)]
    answers += [one for one in commands(part, 1) if isinstance(one, (*_TO_SPLIT, AdoptProposal))]
    moves += [partial(City.answer, command=command) for command in answers]
    walk(Recorded(), moves)
    return list(Recorded.taken)


_TO_SPLIT = (ReceiveProposal, DeliberateProposal, DeferProposal, ReturnProposal)


def needs_apart(city: City) -> list[list[UUID]]:
    """Each need behind the proposal by itself."""
    return [[need.need_id] for need in city.rows[ORIGINS[0]].needs]


def walk(start: Recorded, moves: Sequence[Callable[[Recorded], object]]) -> None:
    """Take every move in every state that the moves lead to."""
    known, waiting = {start.key}, deque([start])
    while waiting:
        city = waiting.popleft()
        for move in moves:
            after = city.copy()
            with suppress(Refused):
                move(after)
            if after.key not in known:
                known.add(after.key)
                waiting.append(after)


def meetings_in(states: Any) -> Mapping[object, MeetingState]:
    (one,) = states
    return {MEETING: MeetingState.WITHDRAWN if one.withdrawn else MeetingState.HELD} if one else {}


def self_help_in(states: Any) -> Mapping[object, SelfHelpState]:
    (one,) = states
    return {SELF_HELP: SelfHelpState.REPORTED if one.report else SelfHelpState.AGREED} if one.agreed else {}


def as_followed(states: Any) -> object:
    """A meeting that was followed once is as one that was followed twice."""
    (one,) = states
    return one and (one.report, one.withdrawn, one.followed > 0)


def test_meetings_and_self_help_go_the_published_ways() -> None:
    facts = MeetingFacts(MEETING, test_meetings.hold.council_id, (ISSUE,), (), NORTH, TODAY)
    held: tuple[Move, ...] = (
        (test_meetings.hold,),
        (test_meetings.correct,),
        (FollowMeeting(MEETING, facts, proposal_id=PROPOSAL),),
        (WithdrawMeeting(MEETING, "二重"),),
    )
    walk = explore((meeting.decider,), held, as_followed)
    assert not differences(machines.MEETING, edges_of(machines.MEETING, walk.taken, meetings_in))
    agreed: tuple[Move, ...] = (
        (test_self_help.agree,),
        (test_self_help.correct,),
        (replace(test_self_help.correct, promise=test_self_help.promise),),
        (test_self_help.report,),
        (replace(test_self_help.report, line="月1回になった", reason="続報"),),
    )
    walk = explore((self_help.decider,), agreed)
    assert not differences(machines.SELF_HELP, edges_of(machines.SELF_HELP, walk.taken, self_help_in))
    assert not stuck(machines.SELF_HELP, walk, self_help_in)
