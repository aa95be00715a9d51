"""The rules of the registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.decider import area, batch, coordinator, council, provider, resource, resource_commands
from registry.decider.area_commands import DefineArea, ReorganizeArea, WithdrawArea, WithdrawReorganization
from registry.decider.coordinator_commands import AssignCoordinator
from registry.decider.council_commands import EstablishCouncil
from registry.decider.provider import RegisterProvider
from registry.decider.resource import ResourceEvent
from registry.decider.resource_commands import (
    CorrectResourceSource,
    ListResource,
    RegisterResource,
    ReinstateResource,
    ResumeResource,
    RetireResource,
    ReviseResource,
    SuspendResource,
    VerifyResource,
    WithdrawVerification,
)
from registry.decider.resource_move import MoveResource
from shiendomain.batches import NoteBatch
from shiendomain.listing_checks import ListingChecks
from shiendomain.moves import Move
from shiendomain.registry import (
    AreaDefined,
    AreaReorganized,
    ResourceDetails,
    ResourceRegistered,
    ResourceRevised,
    ResourceSource,
    ResourceSourceCorrected,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)
from shiendomain.states import ResourceState
from shiendomain.vocabulary import (
    AreaKind,
    BodyKind,
    ResourceEnd,
    SourceKind,
    SupportKind,
    Tier,
    VerificationMethod,
)
from shienevents import Home, Rejected
from shienevents.testing import Scenario

from .facts import (
    AN_ID,
    ANOTHER,
    AREA,
    ASSIGNED,
    DAY,
    ESTABLISHED,
    MIDORI,
    MOVED,
    NORTH_DEFINED,
    NOTED,
    REINSTATED,
    REORGANIZATION_WITHDRAWN,
    RESUMED,
    RETIRED,
    SOURCE_CORRECTED,
    SUSPENDED,
    VERIFIED,
)

CITY = Home("272108", "272108")
NORTH = Home("272108", "272108-03")

areas = Scenario(area.decider)
councils = Scenario(council.decider)
coordinators = Scenario(coordinator.decider)
providers = Scenario(provider.decider)
resources = Scenario(resource.decider)
batches = Scenario(batch.decider)

define_city = DefineArea(CITY, None, (), AreaKind.MUNICIPALITY, (Tier.TIER1,), "枚方市", "ひらかたし", DAY)
city = AreaDefined(
    area="272108",
    parent=None,
    municipality="272108",
    kind=AreaKind.MUNICIPALITY,
    tiers=(Tier.TIER1,),
    name="枚方市",
    kana="ひらかたし",
    valid_from=DAY,
)
define_north = DefineArea(
    NORTH,
    "272108",
    ("272108",),
    AreaKind.CENTRE_AREA,
    (Tier.TIER2, Tier.TIER1),
    "北",
    "きた",
    DAY,
    NORTH_DEFINED.boundary,
)
gone = AreaReorganized(area=AREA, successors=("272108-04",), valid_from=date(2027, 4, 1))


def test_a_municipality_is_defined_as_the_top_of_its_tree() -> None:
    areas.given().when(define_city).then(city)


def test_an_area_is_defined_below_another_with_its_tiers_in_order() -> None:
    areas.given().when(define_north).then(NORTH_DEFINED)


def test_an_area_defined_just_so_again_changes_nothing() -> None:
    areas.given(NORTH_DEFINED).when(define_north).then()


def test_an_area_may_be_redefined() -> None:
    corrected = replace(define_north, name="北部", reason="名称の誤り")
    after = NORTH_DEFINED.model_copy(update={"name": "北部", "reason": "名称の誤り"})
    areas.given(NORTH_DEFINED).when(corrected).then(after)
    areas.given(NORTH_DEFINED, after).when(replace(corrected, reason="")).then()
    areas.given(NORTH_DEFINED).when(replace(corrected, reason="")).then_rejected("area.reason_missing")
    areas.given().when(replace(define_north, reason="最初")).then(NORTH_DEFINED)


def test_an_area_that_has_begun_does_not_begin_later_than_today() -> None:
    begun, later = NORTH_DEFINED.valid_from, date(2030, 4, 1)
    postponed = replace(define_north, valid_from=later, reason="延期", today=begun)
    areas.given(NORTH_DEFINED).when(postponed).then_rejected("area.has_begun", valid_from=begun)
    after = NORTH_DEFINED.model_copy(update={"valid_from": later, "reason": "延期"})
    areas.given(NORTH_DEFINED).when(replace(postponed, today=later)).then(after)
    areas.given(NORTH_DEFINED).when(replace(postponed, today=begun - timedelta(days=1))).then(after)


def test_an_area_does_not_begin_after_something_was_there() -> None:
    begun = NORTH_DEFINED.valid_from
    first, now = begun + timedelta(days=5), begun + timedelta(days=30)
    later = replace(define_north, valid_from=first, reason="日付の誤り", today=now, used_from=first)
    after = NORTH_DEFINED.model_copy(update={"valid_from": first, "reason": "日付の誤り"})
    areas.given(NORTH_DEFINED).when(later).then(after)
    too_late = replace(later, valid_from=first + timedelta(days=1))
    areas.given(NORTH_DEFINED).when(too_late).then_rejected("area.in_use_before", used_from=first)
    before = replace(define_north, name="北部", reason="名称の誤り", today=now, used_from=begun - timedelta(days=9))
    renamed = NORTH_DEFINED.model_copy(update={"name": "北部", "reason": "名称の誤り"})
    areas.given(NORTH_DEFINED).when(before).then(renamed)


def test_an_area_begins_when_the_one_above_is_there_and_not_after_one_below() -> None:
    eve, morrow = DAY - timedelta(days=1), DAY + timedelta(days=1)
    early = replace(define_north, valid_from=DAY, parent_from=morrow)
    areas.given().when(early).then_rejected("area.begins_before_parent", parent=early.parent, valid_from=morrow)
    areas.given(NORTH_DEFINED).when(
        replace(early, valid_from=NORTH_DEFINED.valid_from - timedelta(days=1), parent_from=NORTH_DEFINED.valid_from)
    ).then_rejected("area.begins_before_parent", parent=early.parent, valid_from=NORTH_DEFINED.valid_from)
    late = replace(define_city, below_from=eve)
    areas.given().when(late).then_rejected("area.begins_after_below", area="272108", valid_from=eve)
    renamed = replace(define_north, name="北部", reason="名称の誤り", parent_from=morrow)
    areas.given(NORTH_DEFINED).when(renamed).then(
        NORTH_DEFINED.model_copy(update={"name": "北部", "reason": "名称の誤り"})
    )


def test_an_area_does_not_end_before_it_takes_the_place_of_others() -> None:
    ends = ReorganizeArea(AREA, ("272108-04",), date(2027, 4, 1), takes_over=("272108-09",))
    areas.given(NORTH_DEFINED).when(ends).then_rejected("area.takes_over_later", areas=["272108-09"])


def test_an_area_recorded_by_mistake_was_there_on_no_day() -> None:
    withdraw = WithdrawArea(AREA, "圏域の数の誤り", DAY)
    began = min(NORTH_DEFINED.valid_from, DAY)
    was_none = AreaReorganized(area=AREA, successors=(), valid_from=began, reason="圏域の数の誤り")
    areas.given(NORTH_DEFINED).when(withdraw).then(was_none)
    areas.given(NORTH_DEFINED, was_none).when(withdraw).then()
    areas.given(NORTH_DEFINED, was_none).when(define_north).then_rejected("area.withdrawn", area=AREA)
    areas.given(NORTH_DEFINED, gone).when(withdraw).then_rejected("area.reorganized", successors=["272108-04"])
    used = replace(withdraw, used_by=("272108-04",))
    areas.given(NORTH_DEFINED).when(used).then_rejected("area.in_use", areas=["272108-04"])
    areas.given(NORTH_DEFINED).when(replace(withdraw, things=3)).then_rejected("area.has_records", things=3)
    areas.given().when(withdraw).then_not_found("area.unknown")
    undone = REORGANIZATION_WITHDRAWN.model_copy(update={"reason": "正しかった"})
    areas.given(NORTH_DEFINED, was_none).when(WithdrawReorganization(AREA, "正しかった")).then(undone)
    below = WithdrawReorganization(AREA, "正しかった", mistaken_parent="272108-09")
    areas.given(NORTH_DEFINED, was_none).when(below).then_rejected("area.withdrawn", area="272108-09")


def test_an_area_lies_neither_below_itself_nor_below_what_lies_below_it() -> None:
    areas.given().when(replace(define_north, parent=AREA)).then_rejected("area.below_itself")
    below = replace(define_north, parent="272108-09", parent_path=("272108-09", AREA, "272108"))
    areas.given(NORTH_DEFINED).when(below).then_rejected("area.below_itself")
    succeeds = replace(define_north, parent="272108-09", reached=frozenset({"272108-09", AREA, "272108"}))
    areas.given(NORTH_DEFINED).when(succeeds).then_rejected("area.below_itself")


def test_the_top_of_a_tree_is_a_municipality_or_a_ward() -> None:
    areas.given().when(replace(define_city, kind=AreaKind.SCHOOL_DISTRICT)).then_rejected("area.root_kind")


def test_the_code_of_the_top_is_checked() -> None:
    areas.given().when(replace(define_city, home=Home("272109", "272109"))).then_rejected("area.check_digit")


def test_the_code_of_another_municipalitys_area_is_unknown() -> None:
    areas.given(NORTH_DEFINED).when(replace(define_north, home=Home("431001", AREA))).then_not_found("area.unknown")


def test_an_area_ends_with_successors() -> None:
    areas.given(NORTH_DEFINED).when(ReorganizeArea(AREA, ("272108-04",), date(2027, 4, 1))).then(gone)


def test_an_area_that_ended_so_already_stays_as_it_is() -> None:
    areas.given(NORTH_DEFINED, gone).when(ReorganizeArea(AREA, ("272108-04",), date(2027, 4, 1))).then()


def test_an_area_ends_once() -> None:
    other = ReorganizeArea(AREA, ("272108-05",), date(2027, 4, 1))
    areas.given(NORTH_DEFINED, gone).when(other).then_rejected("area.reorganized", successors=["272108-04"])
    areas.given(NORTH_DEFINED, gone).when(define_north).then_rejected("area.reorganized", successors=["272108-04"])


def test_an_area_does_not_succeed_itself_and_is_succeeded_by_something() -> None:
    areas.given(NORTH_DEFINED).when(ReorganizeArea(AREA, (AREA,), DAY)).then_rejected("area.own_successor")
    areas.given(NORTH_DEFINED).when(ReorganizeArea(AREA, (), DAY)).then_rejected("area.no_successor")
    back = ReorganizeArea(AREA, ("272108-04", "272108-05"), DAY, leading_back=("272108-05",))
    areas.given(NORTH_DEFINED).when(back).then_rejected("area.successor_leads_back", successors=["272108-05"])
    early = ReorganizeArea(AREA, ("272108-04",), NORTH_DEFINED.valid_from)
    areas.given(NORTH_DEFINED).when(early).then_rejected(
        "area.ends_before_it_begins", valid_from=NORTH_DEFINED.valid_from
    )
    absent = ReorganizeArea(AREA, ("272108-04",), date(2027, 4, 1), absent=("272108-04",))
    areas.given(NORTH_DEFINED).when(absent).then_rejected(
        "area.successor_absent", successors=["272108-04"], day=date(2027, 4, 1)
    )


def test_the_end_of_an_area_is_withdrawn_and_it_ends_otherwise() -> None:
    withdraw = WithdrawReorganization(AREA, "再編の延期")
    areas.given(NORTH_DEFINED, gone).when(withdraw).then(REORGANIZATION_WITHDRAWN)
    areas.given(NORTH_DEFINED).when(withdraw).then()
    areas.given().when(withdraw).then_not_found("area.unknown")
    later = ReorganizeArea(AREA, ("272108-05",), date(2028, 4, 1))
    ended = AreaReorganized(area=AREA, successors=later.successors, valid_from=later.valid_from)
    areas.given(NORTH_DEFINED, gone, REORGANIZATION_WITHDRAWN).when(later).then(ended)


def test_an_unknown_area_cannot_end() -> None:
    areas.given().when(ReorganizeArea(AREA, ("272108-04",), DAY)).then_not_found("area.unknown")


establish = EstablishCouncil(AN_ID, NORTH, (Tier.TIER2,), Tier.TIER2, "北協議体", ESTABLISHED.members)


def test_a_council_is_established_in_an_area_of_its_tier() -> None:
    councils.given().when(establish).then(ESTABLISHED)


def test_a_council_established_just_so_again_changes_nothing() -> None:
    councils.given(ESTABLISHED).when(establish).then()


def test_a_council_is_established_once() -> None:
    councils.given(ESTABLISHED).when(replace(establish, name="別")).then_rejected("council.established")


def test_a_council_wants_an_area_of_its_tier() -> None:
    first = replace(establish, tier=Tier.TIER1)
    councils.given().when(first).then_rejected("council.area_of_other_tier", tier="tier1")


assign = AssignCoordinator(
    AN_ID, NORTH, (Tier.TIER2,), Tier.TIER2, "ささえりあ北", BodyKind.SUPPORT_CENTRE, 2, DAY, date(2028, 4, 1)
)


def test_a_post_is_filled_for_a_term_once() -> None:
    coordinators.given().when(assign).then(ASSIGNED)
    coordinators.given(ASSIGNED).when(assign).then()
    coordinators.given(ASSIGNED).when(replace(assign, posts=1)).then_rejected("coordinator.assigned")


def test_a_term_ends_after_it_begins() -> None:
    none = replace(assign, term_until=DAY)
    coordinators.given().when(none).then_rejected("coordinator.term_ends_first")


def test_a_term_is_no_longer_than_ten_years() -> None:
    longest = ASSIGNED.model_copy(update={"term_until": date(2036, 4, 1)})
    coordinators.given().when(replace(assign, term_until=date(2036, 4, 1))).then(longest)
    coordinators.given().when(replace(assign, term_until=date(2036, 4, 2))).then_rejected(
        "coordinator.term_too_long", term_from=DAY, years=10
    )


def test_a_post_wants_an_area_of_its_tier() -> None:
    first = replace(assign, tier=Tier.TIER1)
    coordinators.given().when(first).then_rejected("coordinator.area_of_other_tier", tier="tier1")


register_provider = RegisterProvider(
    ANOTHER, NORTH, "みどり会", "みどりかい", BodyKind.WELFARE_CORPORATION, "1234567890123", MIDORI.not_the_same_as
)


def test_a_provider_is_registered_and_may_be_described_again() -> None:
    providers.given().when(register_provider).then(MIDORI)
    providers.given(MIDORI).when(register_provider).then()
    renamed = MIDORI.model_copy(update={"name": "みどり"})
    providers.given(MIDORI).when(replace(register_provider, name="みどり")).then(renamed)


def test_a_provider_stays_in_the_area_it_was_registered_in() -> None:
    providers.given(MIDORI).when(replace(register_provider, home=CITY)).then()


details = ResourceDetails(name="ふれあいサロン", support_kinds=(SupportKind.SALON,), service_areas=(AREA,), capacity=20)
revised_details = details.model_copy(update={"capacity": 15, "fee": "1回200円"})
source = ResourceSource(kind=SourceKind.COORDINATOR)
register = RegisterResource(AN_ID, NORTH, details, source)
registered = ResourceRegistered(resource_id=AN_ID, area=AREA, details=details, source=source)
revised = ResourceRevised(resource_id=AN_ID, details=revised_details, changed=("capacity", "fee"))
verify = VerifyResource(AN_ID, DAY, VerificationMethod.PHONE, ("fee",), DAY)
suspend = SuspendResource(AN_ID, ResourceEnd.SEASONAL, "冬")
resume = ResumeResource(AN_ID)
retire = RetireResource(AN_ID, ResourceEnd.VENUE_LOST)


def test_a_resource_is_registered_once() -> None:
    resources.given().when(register).then(registered)
    resources.given(registered).when(register).then()
    resources.given(registered).when(replace(register, details=revised_details)).then_rejected("resource.registered")


def test_the_source_of_a_resource_is_corrected_whatever_became_of_it() -> None:
    correct = CorrectResourceSource(AN_ID, SourceKind.SURVEY, ANOTHER, SOURCE_CORRECTED.reason)
    for history in ([registered], [registered, revised, SUSPENDED], [registered, RETIRED]):
        resources.given(*history).when(correct).then(SOURCE_CORRECTED)
    resources.given(registered, SOURCE_CORRECTED).when(correct).then()
    back = ResourceSourceCorrected(resource_id=AN_ID, source=SourceKind.COORDINATOR, reason="聞き取りだった")
    heard = CorrectResourceSource(AN_ID, SourceKind.COORDINATOR, None, back.reason)
    resources.given(registered, SOURCE_CORRECTED).when(heard).then(back)
    resources.given().when(correct).then_not_found("resource.unknown")


def test_of_what_a_list_or_a_launch_brought_only_the_survey_is_corrected() -> None:
    for kind in (SourceKind.IMPORT, SourceKind.LAUNCH):
        brought = registered.model_copy(update={"source": ResourceSource(kind=kind, list="通いの場", reference="1")})
        heard = CorrectResourceSource(AN_ID, SourceKind.COORDINATOR, None, "誤り")
        resources.given(brought).when(heard).then_rejected("resource.source_not_said", source=kind)
    row = registered.model_copy(update={"source": ResourceSource(kind=SourceKind.IMPORT, list="通いの場")})
    found = CorrectResourceSource(AN_ID, SourceKind.IMPORT, ANOTHER, "調査で見つかった")
    found_by = ResourceSourceCorrected(
        resource_id=AN_ID, source=SourceKind.IMPORT, survey_id=ANOTHER, reason=found.reason
    )
    resources.given(row).when(found).then(found_by)
    listed = replace(found, source=SourceKind.IMPORT)
    coordinator = SourceKind.COORDINATOR
    resources.given(registered).when(listed).then_rejected("resource.source_not_said", source=coordinator)


def test_a_revision_names_what_differs() -> None:
    resources.given(registered).when(ReviseResource(AN_ID, revised_details)).then(revised)


def test_a_revision_of_nothing_changes_nothing() -> None:
    resources.given(registered, revised).when(ReviseResource(AN_ID, revised_details)).then()


def test_a_row_of_a_list_is_new_or_revised_or_as_it_was() -> None:
    row = ListResource(AN_ID, NORTH, details, source)
    resources.given().when(row).then(registered)
    resources.given(registered).when(row).then()
    by_list = revised.model_copy(update={"from_list": revised.changed})
    resources.given(registered).when(replace(row, details=revised_details)).then(by_list)


def test_a_row_of_a_list_does_not_bring_a_retired_resource_back() -> None:
    row = ListResource(AN_ID, NORTH, revised_details, source)
    resources.given(registered, RETIRED).when(row).then()


def test_a_resource_is_verified_as_of_a_day() -> None:
    resources.given(registered).when(verify).then(VERIFIED)
    resources.given(registered, VERIFIED).when(verify).then()


def test_nothing_is_verified_tomorrow() -> None:
    tomorrow = replace(verify, verified_on=date(2026, 4, 2))
    resources.given(registered).when(tomorrow).then_rejected("resource.verified_in_future")


withdraw_verification = WithdrawVerification(AN_ID, "別の資源だった")


def checks_after(*events: ResourceEvent) -> ListingChecks:
    return resource.decider.state([registered, *events]).checked.now


def withdrawal_after(*events: ResourceEvent) -> ResourceVerificationWithdrawn:
    (event,) = resource.decider.decide(withdraw_verification, resource.decider.state([registered, *events]))
    assert isinstance(event, ResourceVerificationWithdrawn)
    return event


def test_a_mistaken_verification_is_withdrawn_and_what_was_verified_before_counts_again() -> None:
    withdraw = withdraw_verification
    resources.given(registered).when(withdraw).then_rejected("resource.no_verification")
    whole = ResourceVerified(resource_id=AN_ID, verified_on=DAY, method=VerificationMethod.VISIT)
    first = withdrawal_after(whole)
    assert (first.left, first.verified_on, first.method) == ((), DAY, VerificationMethod.VISIT)
    assert checks_after(whole, first) == checks_after()
    second = withdrawal_after(whole, VERIFIED)
    assert checks_after(whole, VERIFIED, second) == checks_after(whole)
    late = withdrawal_after(whole, VERIFIED, revised)
    assert checks_after(whole, VERIFIED, revised, late) == checks_after(whole, revised)
    assert resource.decider.state([registered, whole, first]).state is ResourceState.REGISTERED
    resources.given(registered, whole, first).when(withdraw).then_rejected("resource.no_verification")
    resources.given(registered, whole, SUSPENDED, RESUMED).when(withdraw).then_rejected("resource.no_verification")
    resources.given(registered, whole, RETIRED).when(withdraw).then_rejected("resource.retired")
    again = resource.decider.state([registered, whole, VERIFIED, second])
    resources.given(registered, whole, VERIFIED, second).when(withdraw).then(first)
    assert again.state is ResourceState.VERIFIED


HIRAKATA = "272108"


@pytest.mark.parametrize(
    ("code", "parent_path", "kind", "own"),
    [
        ("272108-77", (HIRAKATA,), AreaKind.CENTRE_AREA, True),
        ("141003-77", (HIRAKATA,), AreaKind.CENTRE_AREA, False),
        ("141003", (HIRAKATA,), AreaKind.WARD, False),
        ("272213", (HIRAKATA,), AreaKind.WARD, False),
        ("271021", ("271004",), AreaKind.WARD, True),  # a ward of Osaka
        ("271021-1", ("271021", "271004"), AreaKind.SCHOOL_DISTRICT, True),
        ("401307", ("401005",), AreaKind.WARD, False),  # Fukuoka is no ward of Kitakyushu
        ("272213-1", (HIRAKATA,), AreaKind.SCHOOL_DISTRICT, False),
        ("north", (HIRAKATA,), AreaKind.NEIGHBOURHOOD, True),
        ("1410031", (HIRAKATA,), AreaKind.NEIGHBOURHOOD, True),  # seven digits: a number of the city's own
    ],
)
def test_a_code_belongs_to_the_municipality_whose_digits_it_bears(
    code: str, parent_path: tuple[str, ...], kind: AreaKind, *, own: bool
) -> None:
    command = DefineArea(Home(parent_path[-1], code), parent_path[0], parent_path, kind, (), "地域", "", DAY)
    if own:
        assert area.decide(command, area.Area())
    else:
        with pytest.raises(Rejected, match=r"area\.code_of_another"):
            area.decide(command, area.Area())


def test_a_retirement_that_was_a_mistake_is_undone_with_a_reason() -> None:
    reinstate = ReinstateResource(AN_ID, "別の資源だった")
    resources.given(registered, VERIFIED, RETIRED).when(reinstate).then(REINSTATED)
    resources.given(registered).when(reinstate).then_rejected("resource.not_retired")
    resources.given().when(reinstate).then_not_found("resource.unknown")
    resources.given(registered, VERIFIED, RETIRED, REINSTATED).when(verify).then(VERIFIED)


def test_the_area_of_a_resource_is_corrected_within_its_municipality() -> None:
    move = MoveResource(AN_ID, Move(MOVED.area, {AREA, MOVED.area}, MOVED.reason))
    elsewhere = details.model_copy(update={"service_areas": (AREA, "272108-05")})
    wide = registered.model_copy(update={"details": elsewhere})
    resources.given(wide).when(move).then(MOVED)
    resources.given(wide, MOVED).when(move).then()
    resources.given(wide, SUSPENDED).when(move).then(MOVED)
    resources.given(wide).when(replace(move, to=replace(move.to, within={MOVED.area}))).then_rejected(
        "area.other_municipality"
    )
    resources.given(wide, RETIRED).when(move).then_rejected("resource.retired")
    resources.given().when(move).then_not_found("resource.unknown")


def test_a_resource_that_served_the_wrong_area_alone_serves_the_right_one() -> None:
    alone = details.model_copy(update={"service_areas": (AREA,)})
    move = MoveResource(AN_ID, Move(MOVED.area, {AREA, MOVED.area}, MOVED.reason))
    served = ResourceRevised(
        resource_id=AN_ID,
        details=alone.model_copy(update={"service_areas": (MOVED.area,)}),
        changed=("service_areas",),
    )
    here = registered.model_copy(update={"details": alone})
    resources.given(here).when(move).then(MOVED, served)
    back = MoveResource(AN_ID, Move(AREA, {AREA, MOVED.area}, "元の校区でよかった"))
    returned = [event.area for event in resource.decide(back, resource.decider.state([here, MOVED, served]))[:1]]  # type: ignore[union-attr]
    assert returned == [AREA]


def test_only_fields_there_are_can_be_verified() -> None:
    unknown = replace(verify, fields=("fee", "mood"))
    resources.given(registered).when(unknown).then_rejected("resource.unknown_field", fields=["mood"])


def test_a_suspended_resource_is_resumed_before_it_is_verified() -> None:
    resources.given(registered, SUSPENDED).when(verify).then_rejected("resource.suspended")
    resources.given(registered, SUSPENDED).when(resume).then(RESUMED)
    resources.given(registered, VERIFIED, SUSPENDED, RESUMED).when(verify).then(VERIFIED)


def test_suspending_and_resuming_twice_changes_nothing() -> None:
    resources.given(registered, VERIFIED).when(suspend).then(SUSPENDED)
    resources.given(registered, SUSPENDED).when(suspend).then()
    resources.given(registered).when(resume).then()


def test_a_suspended_resource_may_be_revised_and_retired() -> None:
    resources.given(registered, SUSPENDED).when(ReviseResource(AN_ID, revised_details)).then(revised)
    resources.given(registered, SUSPENDED).when(retire).then(RETIRED)


@pytest.mark.parametrize("command", [ReviseResource(AN_ID, revised_details), verify, suspend, resume])
def test_retired_is_the_end(command: resource_commands.Command) -> None:
    resources.given(registered, RETIRED).when(command).then_rejected("resource.retired")


def test_retiring_twice_changes_nothing() -> None:
    resources.given(registered, RETIRED).when(retire).then()


@pytest.mark.parametrize("command", [ReviseResource(AN_ID, details), verify, suspend, resume, retire])
def test_nothing_happens_to_an_unknown_resource(command: resource_commands.Command) -> None:
    resources.given().when(command).then_not_found("resource.unknown")


def test_a_batch_is_noted_once_and_only_if_it_changed_something() -> None:
    batches.given().when(NoteBatch(AN_ID, CITY, 2, 1, 3)).then(NOTED)
    batches.given(NOTED).when(NoteBatch(AN_ID, CITY, 0, 0, 6)).then()
    batches.given().when(NoteBatch(AN_ID, CITY, 0, 0, 6)).then()
