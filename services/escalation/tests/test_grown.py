"""An activity of residents that has grown is put forward as a service, which takes it over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from escalation.decider import proposal
from escalation.decider.answer import ReceiveProposal, ReturnProposal
from escalation.decider.grown import ActivityFacts
from escalation.decider.own_proposal import RenewOwnProposal
from escalation.projections import ActivityRow, activities
from shiendomain.grown import GrownYear, grown_years
from shiendomain.proposal_history import grown_in
from shiendomain.registry import (
    ActivityDetails,
    ResourceMoved,
    ResourceReinstated,
    ResourceRetired,
    ResourceRevised,
)
from shiendomain.services import TakenOver
from shiendomain.vocabulary import ResourceEnd, SupportKind
from shienevents.testing import FoldScenario, Scenario

from .facts import (
    ACTIVITY_LISTED,
    ADOPTED,
    DESIGNED,
    EXTENDED,
    GROWN,
    IN_NORTH,
    JOINED,
    LEFT,
    NORTH,
    OWN,
    RECEIVED,
    REINSTATED,
    RETURNED,
    SERVICE,
    SERVICE_ENDED,
    SERVICE_REVISED,
    SOUTH,
    TODAY,
    WITHDRAWN,
    escalated,
    uuid,
)
from .test_answers import make as make_own
from .test_decider import escalate, launch
from .test_mergers import ISSUES, ORIGINS, activity_of
from .test_services import end, extend, join, leave, reinstate, revise
from .test_splits import Parted

RIDES, WALKS = ACTIVITY_LISTED.resource_id, uuid(73)
YEAR = GROWN.years[0]
ACTIVITY = ActivityFacts(GROWN, (SupportKind.OUTING, SupportKind.SALON), ended=False, service_id=None)
FREE = frozenset({RIDES})

start = Scenario(proposal.decider)
put_forward = escalated().model_copy(update={"grown_from": GROWN})
designed = start.given(put_forward, RECEIVED, ADOPTED, DESIGNED)
TAKEN = IN_NORTH.model_copy(update={"taken_over": RIDES})


def test_a_proposal_has_the_history_of_the_activity_it_grew_from() -> None:
    start.when(replace(escalate, activity=ACTIVITY)).then(put_forward)
    mine = (OWN.support_kind,)
    own = replace(make_own, activity=replace(ACTIVITY, support_kinds=mine))
    start.when(own).then(OWN.model_copy(update={"grown_from": GROWN}))


def test_a_further_round_says_anew_from_what_it_grew_with_the_figures_of_then() -> None:
    more = GROWN.model_copy(update={"years": (YEAR.model_copy(update={"year": 2026, "participants": 55}), YEAR)})
    returned = start.given(put_forward, RECEIVED, RETURNED)
    again = escalated(round=2)
    returned.when(replace(escalate, activity=replace(ACTIVITY, grown=more))).then(
        again.model_copy(update={"grown_from": more})
    )
    returned.when(escalate).then(again)
    asked = OWN.title, OWN.ask, OWN.support_kind
    mine = (OWN.support_kind,)
    renewed = RenewOwnProposal(OWN.proposal_id, make_own.meeting, *asked)
    grown = OWN.model_copy(update={"grown_from": GROWN})
    withdrawn = WITHDRAWN.model_copy(update={"proposal_id": OWN.proposal_id})
    second = OWN.model_copy(update={"round": 2})
    start.given(grown, withdrawn).when(renewed).then(second)
    with_it = replace(renewed, activity=replace(ACTIVITY, support_kinds=mine))
    start.given(grown, withdrawn).when(with_it).then(second.model_copy(update={"grown_from": GROWN}))


@pytest.mark.parametrize(
    ("changes", "code", "facts"),
    [
        ({"service_id": SERVICE}, "proposal.activity_of_a_service", {}),
        ({"ended": True}, "proposal.activity_ended", {}),
        ({"support_kinds": (SupportKind.MEALS,)}, "proposal.activity_other_kind", {"kind": SupportKind.OUTING}),
        ({"grown": GROWN.model_copy(update={"years": ()})}, "proposal.activity_unreported", {}),
    ],
)
def test_only_an_activity_that_goes_on_gives_the_support_and_has_reported_is_put_forward(
    changes: dict[str, Any], code: str, facts: dict[str, object]
) -> None:
    command = replace(escalate, activity=replace(ACTIVITY, **changes))
    start.when(command).then_rejected(code, name=GROWN.name, **facts)


def test_a_launch_takes_the_activity_over_or_says_that_it_goes_on_by_itself() -> None:
    north = replace(launch, service_areas=(NORTH,), free=FREE)
    designed.when(replace(north, takes_over=RIDES)).then(TAKEN)
    designed.when(replace(north, beside=True)).then(IN_NORTH)
    designed.when(north).then_rejected("service.activity_unsaid", names=[GROWN.name])
    designed.when(replace(north, free=frozenset())).then(IN_NORTH)
    designed.when(replace(north, takes_over=WALKS)).then_rejected("service.not_grown_from")
    taken = replace(north, takes_over=RIDES, free=frozenset())
    designed.when(taken).then_rejected("service.activity_not_free")


def test_a_further_provider_may_take_it_over() -> None:
    running = designed.given(IN_NORTH)
    joined = JOINED.model_copy(update={"taken_over": RIDES, "entry_id": None})
    command = replace(join, entry_id=None, takes_over=RIDES, free=FREE)
    running.when(command).then(joined)
    running.when(replace(command, takes_over=WALKS)).then_rejected("service.not_grown_from")


def test_what_follows_of_the_service_names_the_activity_that_it_took_over() -> None:
    running = designed.given(TAKEN)
    both = running.given(JOINED.model_copy(update={"entry_id": None}))
    running.when(extend).then(EXTENDED.model_copy(update={"taken_over": RIDES}))
    running.when(revise).then(SERVICE_REVISED.model_copy(update={"taken_over": RIDES}))
    both.when(leave).then(LEFT)
    both.when(replace(leave, provision=1)).then(LEFT.model_copy(update={"provision": 1, "taken_over": RIDES}))
    taken = {"taken_over": (TakenOver(provision=1, resource_id=RIDES),)}
    ended = SERVICE_ENDED.model_copy(update={**taken, "provisions": (1, 2)})
    both.when(end).then(ended)
    both.given(ended).when(reinstate).then(REINSTATED.model_copy(update={**taken, "provisions": (1, 2)}))


def test_merged_it_grew_from_what_its_origins_grew_from_and_so_do_the_parts_of_a_split() -> None:
    city = Parted()
    for issue, key in zip(ISSUES[:2], ORIGINS, strict=False):
        city.escalate(issue)
        city.answer(ReceiveProposal(key, TODAY, TODAY))
    merged = city.merge(ORIGINS[:2])
    grown = tuple(activity_of(issue, 1).grown for issue in ISSUES[:2])
    assert grown_in(city.rows[merged].rounds) == grown
    city.answer(ReturnProposal(merged, "何人か"))
    city.people[ISSUES[0]] = 7
    for issue in ISSUES[:2]:
        city.escalate(issue)
    grown = activity_of(ISSUES[0], 7).grown, grown[1]
    assert grown_in(city.rows[merged].rounds) == grown, "the new round has the figures of now"
    city.undo(merged)
    for key in ORIGINS[:2]:
        city.answer(ReceiveProposal(key, TODAY, TODAY))
    anew = city.merge(ORIGINS[:2])
    assert grown_in(city.rows[anew].rounds) == grown, "what was apart again is merged anew"
    city.undo(anew)
    one, *others = (need.need_id for need in city.needs(ISSUES[0]))
    city.split(ORIGINS[0], [[one], others])
    assert [grown_in(city.rows[part].rounds) for part in city.rows[ORIGINS[0]].parts] == [grown[:1], grown[:1]]


def test_years_are_those_of_the_reports_the_newest_first() -> None:
    def report(begin: date, until: date, participants: int) -> ActivityDetails:
        return ActivityDetails(
            period_from=begin, period_until=until, times=4, participants=participants, attendances=50, supporters=3
        )

    reports = (
        report(date(2025, 4, 1), date(2025, 4, 30), 12),
        report(date(2026, 4, 1), date(2026, 4, 30), 20),
        report(date(2025, 5, 1), date(2025, 5, 31), 15),
    )
    older = GrownYear(year=2025, reports=2, days=61, times=8, participants=15, attendances=100, supporters=3)
    newer = GrownYear(year=2026, reports=1, days=30, times=4, participants=20, attendances=50, supporters=3)
    assert grown_years(reports) == (newer, older)


KNOWN = ActivityRow(
    resource_id=RIDES,
    area=NORTH,
    name="北の足の会",
    support_kinds=(SupportKind.OUTING,),
    service_areas=(NORTH,),
    registered_on=date(2026, 4, 1),
)


def test_the_view_of_activities_knows_which_are_free() -> None:
    shows = FoldScenario(activities).given(ACTIVITY_LISTED)
    shows.then(KNOWN)
    bus = ACTIVITY_LISTED.details.model_copy(update={"name": "おでかけ便"})
    taken = ResourceRevised(resource_id=RIDES, details=bus, changed=("name",), service_id=SERVICE)
    with_service = shows.given(taken)
    of_service = replace(KNOWN, name="おでかけ便", service_id=SERVICE)
    with_service.then(of_service)
    retired = with_service.given(ResourceRetired(resource_id=RIDES, reason=ResourceEnd.OTHER))
    retired.then(replace(of_service, ended=True))
    retired.given(ResourceReinstated(resource_id=RIDES, reason="誤り")).then(of_service)
    apart = retired.given(ResourceReinstated(resource_id=RIDES, reason="住民が続けている", apart=True))
    apart.then(replace(of_service, service_id=None))
    moved = ResourceMoved(resource_id=RIDES, from_area=NORTH, area=SOUTH, reason="誤り")
    shows.given(moved).then(replace(KNOWN, area=SOUTH))
