"""The reactions of the registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from registry.decider.resource_commands import (
    FollowService,
    RegisterResource,
    ReinstateResource,
    RetireResource,
    TakeOverResource,
)
from registry.reactions import follow_services
from shiendomain.escalation import ServiceLaunched
from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.services import (
    ProviderJoined,
    ProviderLeft,
    ServiceEnded,
    ServiceExtended,
    ServiceReinstated,
    ServiceRevised,
    TakenOver,
    resource_of,
)
from shiendomain.vocabulary import NeedBehind, ResourceEnd, ServiceClass, ServiceEnd, SourceKind, SupportKind
from shienevents import Home
from shienevents.testing import ReactionScenario, an_envelope

SERVICE = UUID(int=7)
NEEDS = (NeedBehind(need_id=UUID(int=3), area="272108-03", people=4),)
launched = ServiceLaunched(
    proposal_id=UUID(int=5),
    service_id=SERVICE,
    name="おでかけ便",
    service_class=ServiceClass.VISIT_D,
    support_kinds=(SupportKind.OUTING,),
    provider_name="NPOあし",
    area="272108",
    service_areas=("272108-03",),
    capacity=30,
    fee_yen=300,
    schedule="平日",
    launched_on=date(2026, 10, 1),
    needs=NEEDS,
)
follows = ReactionScenario(follow_services)
OF_SERVICE = {"proposal_id": UUID(int=5), "service_id": SERVICE}
FIRST, SECOND = resource_of(SERVICE), resource_of(SERVICE, 2)
DAY = date(2026, 11, 1)
GROWN = UUID(int=77)


def test_a_launched_service_becomes_a_resource_that_knows_its_needs() -> None:
    follows.when(launched, an_envelope(municipality="272108")).then(
        RegisterResource(
            resource_id=resource_of(SERVICE),
            home=Home("272108", "272108"),
            details=ResourceDetails(
                name="おでかけ便",
                support_kinds=(SupportKind.OUTING,),
                service_class=ServiceClass.VISIT_D,
                service_areas=("272108-03",),
                provider_name="NPOあし",
                schedule="平日",
                fee_yen=300,
                capacity=30,
            ),
            source=ResourceSource(kind=SourceKind.LAUNCH, reference=str(SERVICE)),
            service_id=SERVICE,
            for_needs=NEEDS,
        )
    )


def test_a_further_provider_gives_a_resource_of_its_own() -> None:
    joined = ProviderJoined(
        **OF_SERVICE,
        provision=2,
        name="おでかけ便",
        service_class=ServiceClass.VISIT_D,
        support_kinds=(SupportKind.OUTING,),
        provider_name="NPOあし",
        area="272108",
        service_areas=("272108-03",),
        capacity=30,
        fee_yen=300,
        schedule="平日",
        joined_on=DAY,
        needs=NEEDS,
    )
    envelope = an_envelope(municipality="272108")
    [first] = follow_services.react(launched, envelope)
    assert isinstance(first, RegisterResource)
    follows.when(joined, envelope).then(replace(first, resource_id=SECOND))


def test_a_resource_follows_the_terms_and_the_areas_of_its_service() -> None:
    extended = ServiceExtended(
        **OF_SERVICE, provision=1, service_areas=("a", "b"), added=("b",), extended_on=DAY, needs=NEEDS
    )
    follows.when(extended).then(FollowService(FIRST, {"service_areas": ("a", "b")}, NEEDS))
    revised = ServiceRevised(
        **OF_SERVICE, provision=2, fee_yen=400, schedule="毎週火曜", capacity=8, changed_on=DAY, reason="値上がり"
    )
    terms = {"fee_yen": 400, "schedule": "毎週火曜", "capacity": 8}
    follows.when(revised).then(FollowService(SECOND, terms))


def test_a_resource_ends_with_its_provider_and_with_its_service() -> None:
    left = ProviderLeft(**OF_SERVICE, provision=2, left_on=DAY, reason=ResourceEnd.VENUE_LOST, note="閉館")
    follows.when(left).then(RetireResource(SECOND, ResourceEnd.VENUE_LOST, "閉館", with_service=True))
    ended = ServiceEnded(**OF_SERVICE, provisions=(1, 2), ended_on=DAY, reason=ServiceEnd.NO_FUNDS, note="補助の終了")
    note = ServiceEnd.NO_FUNDS.ja
    follows.when(ended).then(
        RetireResource(FIRST, ResourceEnd.OTHER, note, with_service=True),
        RetireResource(SECOND, ResourceEnd.OTHER, note, with_service=True),
    )
    undone = ServiceReinstated(**OF_SERVICE, provisions=(1,), reason="別のサービスだった")
    follows.when(undone).then(ReinstateResource(FIRST, "別のサービスだった", with_service=True))


def test_an_activity_that_was_taken_over_is_the_resource_of_its_provision() -> None:
    taken = launched.model_copy(update={"taken_over": GROWN})
    says = {
        "name": "おでかけ便",
        "support_kinds": (SupportKind.OUTING,),
        "service_class": ServiceClass.VISIT_D,
        "service_areas": ("272108-03",),
        "provider_name": "NPOあし",
        "schedule": "平日",
        "fee_yen": 300,
        "capacity": 30,
        "fee": "",
    }
    follows.when(taken).then(TakeOverResource(GROWN, SERVICE, says, "市の事業として始まった", NEEDS))
    unsaid = taken.model_copy(update={"schedule": "", "capacity": None, "fee_yen": None})
    left = {name: one for name, one in says.items() if name not in ("schedule", "capacity", "fee_yen", "fee")}
    follows.when(unsaid).then(TakeOverResource(GROWN, SERVICE, left, "市の事業として始まった", NEEDS))
    of_first = (TakenOver(provision=1, resource_id=GROWN),)
    ended = ServiceEnded(
        **OF_SERVICE, provisions=(1, 2), ended_on=DAY, reason=ServiceEnd.NO_FUNDS, note="財源", taken_over=of_first
    )
    follows.when(ended).then(
        RetireResource(GROWN, ResourceEnd.OTHER, ServiceEnd.NO_FUNDS.ja, with_service=True),
        RetireResource(SECOND, ResourceEnd.OTHER, ServiceEnd.NO_FUNDS.ja, with_service=True),
    )
    undone = ServiceReinstated(**OF_SERVICE, provisions=(1, 2), reason="誤り", taken_over=of_first)
    follows.when(undone).then(
        TakeOverResource(GROWN, SERVICE, {}, "誤り"), ReinstateResource(SECOND, "誤り", with_service=True)
    )
    left_early = ProviderLeft(**OF_SERVICE, provision=1, left_on=DAY, reason=ResourceEnd.OTHER, taken_over=GROWN)
    follows.when(left_early).then(RetireResource(GROWN, ResourceEnd.OTHER, "", with_service=True))


def test_the_id_of_a_services_resource_never_changes() -> None:
    assert UUID("73149d91-80fc-587c-9ec0-aa6928447c43") == FIRST
    assert UUID("3c037761-e13e-5c72-b824-f8c9474c98ae") == SECOND
