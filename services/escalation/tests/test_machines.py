"""The rules of proposals, services, entries, meetings and self-help are the published state machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from escalation.decider import meeting, proposal, self_help
from escalation.decider.answer_correction import Revocable, RevokeAnswer
from escalation.decider.meeting import WithdrawMeeting
from shiendomain import machines
from shiendomain.machines.exploring import Move, differences, edges_of, explore, stuck
from shiendomain.states import EntryState, MeetingState, ProposalState, SelfHelpState, ServiceState
from shiendomain.vocabulary import SupportKind

from . import test_answers, test_meetings, test_self_help
from .facts import MEETING, NORTH, PROPOSAL, SELF_HELP, SERVICE
from .test_decider import adopt, defer, deliberate, design, escalate, give_back, launch, receive, reject, withdraw
from .test_services import adjust, ask, decline, end, extend, join, leave, reinstate, revise, revise_design

ANSWERS: tuple[Move, ...] = (
    (receive,),
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
    for machine, states_of in (
        (machines.PROPOSAL, proposals_in), (machines.SERVICE, services_in), (machines.ENTRY, entries_in)
    ):  # fmt: skip
        assert not differences(machine, edges_of(machine, taken, states_of))
        assert not stuck(machine, of_issue, states_of)


def meetings_in(states: Any) -> Mapping[object, MeetingState]:
    (one,) = states
    return {MEETING: MeetingState.WITHDRAWN if one.withdrawn else MeetingState.HELD} if one else {}


def self_help_in(states: Any) -> Mapping[object, SelfHelpState]:
    (one,) = states
    return {SELF_HELP: SelfHelpState.REPORTED if one.report else SelfHelpState.AGREED} if one.agreed else {}


def test_meetings_and_self_help_go_the_published_ways() -> None:
    held: tuple[Move, ...] = ((test_meetings.hold,), (test_meetings.correct,), (WithdrawMeeting(MEETING, "二重"),))
    walk = explore((meeting.decider,), held)
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
