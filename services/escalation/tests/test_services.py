"""The rulebook of the services that answer proposals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from escalation.decider import proposal
from escalation.decider.entry import AdjustTerms, DeclineEntry, RequestEntry
from escalation.decider.running_service import (
    EndService,
    ExtendService,
    JoinService,
    LeaveService,
    ReinstateService,
    ReviseService,
)
from escalation.decider.service import ReviseDesign
from shiendomain.states import EntryState, ProposalState
from shiendomain.vocabulary import ResourceEnd, ServiceClass, ServiceEnd, SupportKind
from shienevents.testing import Scenario

from .facts import (
    ADJUSTED,
    ADOPTED,
    ALL,
    CITY,
    DESIGN_REVISED,
    DESIGNED,
    ENTRY,
    ENTRY_DECLINED,
    EXTENDED,
    HERE,
    IN_NORTH,
    JOINED,
    LATER,
    LAUNCHED,
    LEFT,
    NORTH,
    PATH,
    PROPOSAL,
    RECEIVED,
    REINSTATED,
    REQUESTED,
    SERVICE_ENDED,
    SERVICE_REVISED,
    SOUTH,
    TODAY,
    WARD,
    escalated,
    uuid,
)
from .test_decider import escalate, launch

PATHS = {NORTH: PATH, SOUTH: (SOUTH, WARD, CITY)}
designed = Scenario(proposal.decider).given(escalated(), RECEIVED, ADOPTED, DESIGNED)
running = designed.given(IN_NORTH)

revise_design = ReviseDesign(
    PROPOSAL, "北おでかけ便", ServiceClass.VISIT_D, (SupportKind.OUTING,), 300, "要支援者", date(2026, 4, 1), "燃料費"
)
ask = RequestEntry(PROPOSAL, ENTRY, None, "NPO 南", REQUESTED.asked, TODAY, TODAY)
adjust = AdjustTerms(PROPOSAL, ENTRY, ADJUSTED.terms, TODAY, TODAY)
decline = DeclineEntry(PROPOSAL, ENTRY, ENTRY_DECLINED.reason)
join = JoinService(PROPOSAL, None, "NPO 南", (SOUTH,), 5, None, "毎週金曜", LATER, LATER, PATHS, ALL, ENTRY)
extend = ExtendService(PROPOSAL, 1, (SOUTH,), LATER, LATER, PATHS, ALL)
revise = ReviseService(PROPOSAL, 1, 300, "毎週火曜", 10, LATER, LATER, "燃料費")
leave = LeaveService(PROPOSAL, 2, LATER, LATER, ResourceEnd.PROVIDER_WITHDREW, "引退")
end = EndService(PROPOSAL, LATER, LATER, ServiceEnd.NO_FUNDS, SERVICE_ENDED.note)
reinstate = ReinstateService(PROPOSAL, REINSTATED.reason)


def test_a_design_is_revised_until_the_launch() -> None:
    designed.when(revise_design).then(DESIGN_REVISED)
    designed.given(DESIGN_REVISED).when(revise_design).then()
    other = replace(revise_design, support_kinds=(SupportKind.MEALS,))
    designed.when(other).then_rejected("service.kind_not_asked", kind=SupportKind.OUTING)
    needed = (ProposalState.DESIGNED,)
    running.when(revise_design).then_rejected("proposal.wrong_state", state=ProposalState.LAUNCHED, needed=needed)


def test_a_service_is_launched_as_it_was_revised_and_not_before_its_start() -> None:
    dearer = LAUNCHED.model_copy(update={"fee_yen": 300})
    designed.given(DESIGN_REVISED).when(launch).then(dearer)
    start = TODAY + timedelta(days=1)
    later = designed.given(DESIGN_REVISED.model_copy(update={"starts_on": start}))
    later.when(launch).then_rejected("service.before_start", starts_on=start)


@pytest.mark.parametrize("at", [designed, running])
def test_a_provider_asks_to_take_part_once(at: Any) -> None:
    at.when(ask).then(REQUESTED)
    at.given(REQUESTED).when(ask).then()
    at.when(replace(ask, requested_on=LATER)).then_rejected("service.day_to_come", day=LATER)


def test_the_terms_of_an_entry_are_adjusted_until_it_is_answered() -> None:
    asked = running.given(REQUESTED)
    asked.when(adjust).then(ADJUSTED)
    asked.given(ADJUSTED).when(adjust).then(ADJUSTED)
    asked.when(decline).then(ENTRY_DECLINED)
    asked.given(ENTRY_DECLINED).when(adjust).then_rejected("entry.answered", state=EntryState.DECLINED)
    asked.given(JOINED).when(decline).then_rejected("entry.answered", state=EntryState.JOINED)
    running.when(adjust).then_not_found("entry.unknown")


def test_a_provider_that_asked_may_launch_the_service() -> None:
    launched = LAUNCHED.model_copy(update={"entry_id": ENTRY})
    designed.given(REQUESTED).when(replace(launch, entry_id=ENTRY)).then(launched)
    designed.when(replace(launch, entry_id=ENTRY)).then_not_found("entry.unknown")


def test_a_further_provider_joins_for_the_needs_where_it_serves() -> None:
    running.given(REQUESTED).when(join).then(JOINED)
    running.given(REQUESTED, JOINED).when(replace(join, entry_id=None)).then(
        JOINED.model_copy(update={"provision": 3, "entry_id": None})
    )
    outside = replace(join, entry_id=None, areas=HERE)
    running.when(outside).then_rejected("service.area_outside", areas=(SOUTH,))
    early = TODAY - timedelta(days=1)
    running.when(replace(join, joined_on=early)).then_rejected("service.before_it_began", since=TODAY)


def test_what_began_in_one_district_reaches_the_need_of_the_other() -> None:
    running.when(extend).then(EXTENDED)
    running.given(EXTENDED).when(extend).then()
    running.when(replace(extend, areas=HERE)).then_rejected("service.area_outside", areas=(SOUTH,))
    running.when(replace(extend, provision=7)).then_not_found("provision.unknown")


def test_a_need_is_named_once_for_a_provider() -> None:
    whole = designed.given(LAUNCHED)
    whole.when(replace(extend, added=(WARD,))).then(
        EXTENDED.model_copy(update={"service_areas": (NORTH, SOUTH, WARD), "added": (WARD,), "needs": ()})
    )


def test_a_service_is_proposed_for_as_many_people_as_wait_now_and_for_no_need_of_which_nobody_waits() -> None:
    more, gone, last = LAUNCHED.needs
    waiting = {more.need_id: 9, gone.need_id: 0}
    of_nine = more.model_copy(update={"people": 9})
    designed.when(replace(launch, waiting=waiting)).then(LAUNCHED.model_copy(update={"needs": (of_nine, last)}))
    nobody = dict.fromkeys((need.need_id for need in LAUNCHED.needs), 0)
    designed.when(replace(launch, waiting=nobody)).then(LAUNCHED.model_copy(update={"needs": ()}))
    running.given(REQUESTED).when(replace(join, waiting=nobody)).then(JOINED.model_copy(update={"needs": ()}))
    running.when(replace(extend, waiting=nobody)).then(EXTENDED.model_copy(update={"needs": ()}))


def test_the_terms_of_a_provision_change_on_a_day() -> None:
    running.when(revise).then(SERVICE_REVISED)
    running.given(SERVICE_REVISED).when(revise).then()
    early = TODAY - timedelta(days=1)
    running.when(replace(revise, changed_on=early)).then_rejected("service.before_it_began", since=TODAY)


def test_a_provider_leaves_unless_it_is_the_last() -> None:
    two = running.given(REQUESTED, JOINED)
    two.when(leave).then(LEFT)
    two.given(LEFT).when(leave).then()
    two.given(LEFT).when(replace(leave, provision=1)).then_rejected("service.last_provider")
    two.given(LEFT).when(replace(revise, provision=2)).then_rejected("provision.left", left_on=LATER)


def test_a_service_ends_with_all_who_give_it() -> None:
    running.when(end).then(SERVICE_ENDED)
    both = running.given(REQUESTED, JOINED)
    both.when(end).then(SERVICE_ENDED.model_copy(update={"provisions": (1, 2)}))
    both.given(LEFT).when(end).then(SERVICE_ENDED)
    running.when(replace(end, ended_on=TODAY - timedelta(days=1))).then_rejected("service.before_it_began", since=TODAY)


@pytest.mark.parametrize("asked", [(REQUESTED,), (REQUESTED, ADJUSTED)])
def test_who_still_waits_to_take_part_hears_it_by_the_end_of_the_service(asked: Any) -> None:
    declined = ENTRY_DECLINED.model_copy(update={"reason": end.note})
    running.given(*asked).when(end).then(declined, SERVICE_ENDED)
    designed.given(*asked).when(end).then(declined, SERVICE_ENDED.model_copy(update={"provisions": ()}))
    running.given(*asked, ENTRY_DECLINED).when(end).then(SERVICE_ENDED)


def test_a_service_is_given_up_before_it_begins() -> None:
    designed.when(end).then(SERVICE_ENDED.model_copy(update={"provisions": ()}))


@pytest.mark.parametrize(("before", "provisions"), [((), ()), ((IN_NORTH,), (1,))])
def test_an_end_that_was_a_mistake_is_undone(before: Any, provisions: tuple[int, ...]) -> None:
    ended = SERVICE_ENDED.model_copy(update={"provisions": provisions})
    undone = REINSTATED.model_copy(update={"provisions": provisions})
    over = designed.given(*before, ended)
    over.when(reinstate).then(undone)
    over.given(undone).when(end).then(ended)


def test_what_has_ended_is_proposed_again_and_gets_a_new_service() -> None:
    over = running.given(SERVICE_ENDED)
    over.when(escalate).then(escalated(round=2))
    again = over.given(escalated(round=2), RECEIVED, ADOPTED, DESIGNED.model_copy(update={"service_id": uuid(15)}))
    again.when(launch).then(LAUNCHED.model_copy(update={"service_id": uuid(15)}))


@pytest.mark.parametrize("command", [join, extend, revise, leave, end, ask])
def test_nothing_happens_to_a_service_that_has_ended(command: Any) -> None:
    over = running.given(SERVICE_ENDED)
    needed = proposal._ALLOWED[type(command)]
    over.when(command).then_rejected("proposal.wrong_state", state=ProposalState.ENDED, needed=needed)
