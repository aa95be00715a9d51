"""The rulebook of proposals. That of meetings is in `test_meetings.py`, of what is corrected in `test_answers.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from escalation.decider import proposal
from escalation.decider.answer import (
    AdoptProposal,
    DeferProposal,
    DeliberateProposal,
    ReceiveProposal,
    RejectProposal,
    ReturnProposal,
    WithdrawProposal,
)
from escalation.decider.answer_correction import ChangeDueDate
from escalation.decider.going_up import CouncilFacts, EscalateProposal
from escalation.decider.service import DesignService, LaunchService, ReviseDesign
from shiendomain.states import ProposalState
from shiendomain.vocabulary import ServiceClass, SupportKind, Tier
from shienevents.testing import Scenario

from .facts import (
    ADOPTED,
    ALL,
    CITY,
    DEFERRED,
    DELIBERATED,
    DESIGNED,
    DUE_CHANGED,
    GAP,
    HELD,
    HERE,
    HOME,
    ISSUE,
    LAUNCHED,
    LOWER_COUNCIL,
    NEEDS,
    NORTH,
    PATH,
    PROPOSAL,
    RECEIVED,
    REJECTED,
    RETURNED,
    SERVICE,
    SOUTH,
    TO_CITY,
    TODAY,
    UPPER_COUNCIL,
    UPPER_HELD,
    WARD,
    WITHDRAWN,
    escalated,
    uuid,
)

proposals = Scenario(proposal.decider)
sent = proposals.given(escalated())
received = sent.given(RECEIVED)
adopted = received.given(DELIBERATED, ADOPTED)
designed = adopted.given(DESIGNED)

escalate = EscalateProposal(
    PROPOSAL, HOME, ISSUE, LOWER_COUNCIL, GAP, HELD, PATH, (UPPER_COUNCIL,), "買い物の足", "週一回の送迎"
)
receive = ReceiveProposal(PROPOSAL, TODAY, TODAY)
give_back = ReturnProposal(PROPOSAL, RETURNED.asked)
deliberate = DeliberateProposal(PROPOSAL, UPPER_HELD, PATH, TODAY, "二台", "一回200円", "", "")
adopt = AdoptProposal(PROPOSAL, ADOPTED.reason)
reject = RejectProposal(PROPOSAL, REJECTED.reason)
defer = DeferProposal(PROPOSAL, DEFERRED.until, TODAY, DEFERRED.reason)
withdraw = WithdrawProposal(PROPOSAL, WITHDRAWN.reason)
design = DesignService(
    PROPOSAL, SERVICE, DESIGNED.name, ServiceClass.VISIT_D, (SupportKind.OUTING,), 200, "要支援者", DESIGNED.starts_on
)
launch = LaunchService(
    PROPOSAL, None, "NPO 北", (), 10, "毎週火曜", TODAY, TODAY, {NORTH: PATH, SOUTH: (SOUTH, WARD, CITY)}, ALL
)


def test_what_cannot_be_created_here_goes_to_the_council_above() -> None:
    proposals.given().when(escalate).then(escalated())


def test_a_tier_1_council_proposes_to_the_municipality() -> None:
    upper = replace(LOWER_COUNCIL, tier=Tier.TIER1)
    above = (UPPER_COUNCIL, replace(UPPER_COUNCIL, council_id=uuid(6), area=CITY))
    proposals.given().when(replace(escalate, council=upper, tier1=above)).then(escalated(TO_CITY))


def test_who_does_not_speak_for_the_council_neither_proposes_nor_takes_back() -> None:
    proposals.given().when(replace(escalate, speaks=False)).then_rejected("proposal.not_your_council")
    sent.when(replace(withdraw, speaks=False)).then_rejected("proposal.not_your_council")


def test_nothing_is_proposed_without_a_declared_gap() -> None:
    proposals.given().when(replace(escalate, gap=None)).then_rejected("proposal.no_gap")
    nobody = replace(GAP, needs=())
    proposals.given().when(replace(escalate, gap=nobody)).then_rejected("proposal.nobody_waits")


@pytest.mark.parametrize("held", [replace(HELD, council_id=uuid(9)), replace(HELD, issues=(uuid(9),))])
def test_nothing_is_proposed_without_a_meeting_of_the_council_about_the_issue(held: Any) -> None:
    proposals.given().when(replace(escalate, meeting=held)).then_rejected("proposal.no_meeting")


def test_where_the_tiers_share_an_area_the_municipality_is_asked() -> None:
    shared = CouncilFacts(uuid(3), NORTH, Tier.TIER1)
    proposals.given().when(replace(escalate, tier1=(UPPER_COUNCIL, shared))).then(escalated(TO_CITY))


def test_where_no_council_is_above_the_municipality_is_asked() -> None:
    proposals.given().when(replace(escalate, tier1=())).then(escalated(TO_CITY))


def test_the_nearest_council_above_is_asked_and_of_two_the_one_with_the_lower_id() -> None:
    farther, other = CouncilFacts(uuid(4), CITY, Tier.TIER1), CouncilFacts(uuid(5), WARD, Tier.TIER1)
    proposals.given().when(replace(escalate, tier1=(farther, other, UPPER_COUNCIL))).then(escalated())


OPEN: dict[ProposalState, Any] = {
    ProposalState.ESCALATED: (),
    ProposalState.RECEIVED: (RECEIVED,),
    ProposalState.DELIBERATED: (RECEIVED, DELIBERATED),
    ProposalState.DEFERRED: (RECEIVED, DEFERRED),
    ProposalState.ADOPTED: (RECEIVED, ADOPTED),
    ProposalState.DESIGNED: (RECEIVED, ADOPTED, DESIGNED),
}


@pytest.mark.parametrize("state", OPEN)
def test_an_issue_has_one_open_proposal(state: ProposalState) -> None:
    again = sent.given(*OPEN[state]).when(escalate)
    again.then_rejected("proposal.already_open", proposal=PROPOSAL, state=state)


@pytest.mark.parametrize("end", [(RECEIVED, RETURNED), (RECEIVED, REJECTED), (WITHDRAWN,)])
def test_it_may_be_escalated_again_after_a_return_and_keeps_its_origin(end: Any) -> None:
    sent.given(*end).when(escalate).then(escalated(round=2))


def test_what_was_launched_is_not_proposed_again() -> None:
    designed.given(LAUNCHED).when(escalate).then_rejected("proposal.launched")


def test_a_receipt_sets_a_day_for_the_answer_that_is_not_past() -> None:
    sent.when(receive).then(RECEIVED)
    yesterday = TODAY - timedelta(days=1)
    sent.when(replace(receive, due_on=yesterday)).then_rejected("proposal.due_in_past", due_on=yesterday)


def test_it_is_deliberated_any_number_of_times_by_the_council_it_went_to() -> None:
    received.when(deliberate).then(DELIBERATED)
    received.given(DELIBERATED).when(deliberate).then(DELIBERATED)
    own = replace(HELD, proposals=(PROPOSAL,))
    received.when(replace(deliberate, meeting=own)).then_rejected("proposal.no_target_meeting")


def test_a_proposal_to_the_municipality_is_deliberated_by_a_council_of_its_area_or_above() -> None:
    to_city = proposals.given(escalated(TO_CITY), RECEIVED)
    for area in PATH:
        to_city.when(replace(deliberate, meeting=replace(UPPER_HELD, area=area))).then(DELIBERATED)
    for area in (SOUTH, "431001"):
        elsewhere = replace(deliberate, meeting=replace(UPPER_HELD, area=area))
        to_city.when(elsewhere).then_rejected("proposal.no_upper_meeting")


def test_the_meeting_dealt_with_the_proposal_in_this_round() -> None:
    other = replace(UPPER_HELD, proposals=(uuid(9),))
    received.when(replace(deliberate, meeting=other)).then_rejected("proposal.not_dealt_with")
    asked_on = TODAY + timedelta(days=1)
    received.when(replace(deliberate, asked_on=asked_on)).then_rejected(
        "proposal.meeting_too_early", held_on=TODAY, asked_on=asked_on
    )


@pytest.mark.parametrize("before", [(RECEIVED,), (RECEIVED, DELIBERATED), (RECEIVED, DEFERRED)])
def test_it_is_answered_with_a_reason(before: Any) -> None:
    sent.given(*before).when(adopt).then(ADOPTED)
    sent.given(*before).when(reject).then(REJECTED)
    sent.given(*before).when(give_back).then(RETURNED)
    sent.given(*before).when(defer).then(DEFERRED)
    sent.given(*before).when(withdraw).then(WITHDRAWN)


def test_it_is_put_off_until_a_day_to_come() -> None:
    received.when(replace(defer, until=TODAY)).then_rejected("proposal.until_in_past", until=TODAY)


def test_the_service_gives_what_was_asked_for() -> None:
    adopted.when(design).then(DESIGNED)
    other = replace(design, support_kinds=(SupportKind.MEALS,))
    adopted.when(other).then_rejected("service.kind_not_asked", kind=SupportKind.OUTING)


def test_the_service_begins_for_the_needs_behind_it_in_their_areas() -> None:
    designed.when(launch).then(LAUNCHED)


def test_a_service_that_begins_in_a_part_carries_the_needs_it_serves() -> None:
    part = LAUNCHED.model_copy(update={"service_areas": (SOUTH,), "needs": NEEDS[2:]})
    designed.when(replace(launch, service_areas=(SOUTH,))).then(part)


def test_an_area_above_serves_the_needs_below() -> None:
    designed.when(replace(launch, service_areas=(WARD,))).then(LAUNCHED.model_copy(update={"service_areas": (WARD,)}))


def test_a_service_serves_some_need_within_the_territory_and_has_begun() -> None:
    designed.when(replace(launch, areas=HERE)).then_rejected("service.area_outside", areas=(SOUTH,))
    elsewhere = replace(launch, service_areas=("272108-03",), areas=replace(ALL, codes=("272108-03",)))
    designed.when(elsewhere).then_rejected("service.serves_no_need")
    later = date(2026, 7, 1)
    designed.when(replace(launch, launched_on=later)).then_rejected("service.day_to_come", day=later)


COMMANDS: dict[str, Any] = {
    "receive": receive,
    "change_due_date": ChangeDueDate(PROPOSAL, DUE_CHANGED.due_on, DUE_CHANGED.reason, TODAY),
    "return": give_back,
    "deliberate": deliberate,
    "adopt": adopt,
    "reject": reject,
    "defer": defer,
    "withdraw": withdraw,
    "design": design,
    "launch": launch,
}
HISTORIES: dict[ProposalState, Any] = {
    ProposalState.ESCALATED: sent,
    ProposalState.RECEIVED: received,
    ProposalState.RETURNED: received.given(RETURNED),
    ProposalState.DELIBERATED: received.given(DELIBERATED),
    ProposalState.ADOPTED: adopted,
    ProposalState.REJECTED: received.given(REJECTED),
    ProposalState.DEFERRED: received.given(DEFERRED),
    ProposalState.WITHDRAWN: sent.given(WITHDRAWN),
    ProposalState.DESIGNED: designed,
    ProposalState.LAUNCHED: designed.given(LAUNCHED),
}
FOR_THE_NEEDS = {
    "adopt": (ProposalState.RECEIVED, ProposalState.DELIBERATED, ProposalState.DEFERRED),
    "design": (ProposalState.ADOPTED,),
    "revise_design": (ProposalState.DESIGNED,),
    "launch": (ProposalState.DESIGNED,),
}
ANSWERS = ["adopt", "defer", "deliberate", "reject", "return", "withdraw"]
MAY = {
    ProposalState.ESCALATED: ["receive", "withdraw"],
    ProposalState.RETURNED: ["withdraw"],
    ProposalState.RECEIVED: ["adopt", "change_due_date", *ANSWERS[1:]],
    ProposalState.DELIBERATED: ["adopt", "change_due_date", *ANSWERS[1:]],
    ProposalState.DEFERRED: ANSWERS,
    ProposalState.ADOPTED: ["design"],
    ProposalState.DESIGNED: ["launch"],
}


def test_nothing_is_done_for_needs_that_were_all_withdrawn_but_every_stage_has_a_way_out() -> None:
    kinds, starts_on = (SupportKind.OUTING,), DESIGNED.starts_on
    revise = ReviseDesign(PROPOSAL, DESIGNED.name, ServiceClass.VISIT_D, kinds, 300, "要支援者", starts_on, "料金")
    for name, states in FOR_THE_NEEDS.items():
        command = revise if name == "revise_design" else COMMANDS[name]
        for state in states:
            gone = replace(command, needs_withdrawn=True)
            HISTORIES[state].when(gone).then_rejected("proposal.needs_withdrawn")
            assert HISTORIES[state].when(command).result, (name, state)
    for state in FOR_THE_NEEDS["adopt"]:
        for out in (give_back, reject, defer, withdraw):
            assert HISTORIES[state].when(out).result


@pytest.mark.parametrize("state", HISTORIES)
def test_each_state_takes_its_own_commands_and_no_other(state: ProposalState) -> None:
    taken = []
    for name, command in COMMANDS.items():
        result = HISTORIES[state].when(command).result
        if isinstance(result, tuple):
            taken.append(name)
        else:
            assert (result.code, result.facts["state"]) == ("proposal.wrong_state", state)
    assert sorted(taken) == MAY.get(state, [])


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_happens_to_a_proposal_that_was_never_made(name: str) -> None:
    proposals.given().when(COMMANDS[name]).then_not_found("proposal.unknown")
