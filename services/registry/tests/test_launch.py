"""A launched service becomes a resource, which follows it: the rules, and the whole way on Postgres and Kafka."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from registry.decider import resource
from registry.decider.resource_commands import FollowService, ReinstateResource, RetireResource, TakeOverResource
from registry.projections import resources
from shiendomain.escalation import ServiceLaunched
from shiendomain.registry import (
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSuspended,
)
from shiendomain.services import ServiceEnded, ServiceExtended, ServiceReinstated, resource_of
from shiendomain.vocabulary import NeedBehind, ResourceEnd, ServiceClass, ServiceEnd, SupportKind
from shienevents.testing import Scenario, an_envelope
from shienops.pytest_plugin import MakeDatabase

from .facts import AN_ID, ANOTHER
from .test_decider import details, registered
from .world import a_city, a_wide_world, with_areas

NEED = NeedBehind(need_id=UUID(int=3), area="272108-03", people=4)
of_service = Scenario(resource.decider).given(registered.model_copy(update={"service_id": ANOTHER}))
RETIRED = ResourceRetired(resource_id=AN_ID, reason=ResourceEnd.OTHER, note="財源")
REINSTATED = ResourceReinstated(resource_id=AN_ID, reason="誤り")
retire = RetireResource(AN_ID, ResourceEnd.OTHER, "財源", with_service=True)
reinstate = ReinstateResource(AN_ID, "誤り", with_service=True)


def test_a_resource_of_a_service_ends_with_the_service_and_with_nothing_else() -> None:
    of_service.when(retire).then(RETIRED)
    of_service.given(RETIRED).when(retire).then()
    of_service.given(RETIRED).when(reinstate).then(REINSTATED)
    by_hand = replace(retire, with_service=False), replace(reinstate, with_service=False)
    of_service.when(by_hand[0]).then_rejected("resource.of_a_service", service=ANOTHER)
    of_service.given(RETIRED).when(by_hand[1]).then_rejected("resource.of_a_service", service=ANOTHER)


def test_a_resource_takes_the_terms_of_its_service_and_names_the_needs_it_reaches() -> None:
    dearer = FollowService(AN_ID, {"fee_yen": 400})
    now = details.model_copy(update={"fee_yen": 400})
    revised = ResourceRevised(resource_id=AN_ID, details=now, changed=("fee_yen",))
    of_service.when(dearer).then(revised)
    of_service.given(revised).when(dearer).then()
    reached = revised.model_copy(update={"changed": (), "for_needs": (NEED,)})
    of_service.given(revised).when(replace(dearer, for_needs=(NEED,))).then(reached)
    of_service.given(RETIRED).when(dearer).then()


grown = Scenario(resource.decider).given(registered)
take = TakeOverResource(AN_ID, ANOTHER, {"name": "おでかけ便", "fee_yen": 300}, "市の事業として始まった", (NEED,))
BUS = details.model_copy(update={"name": "おでかけ便", "fee_yen": 300})
TAKEN = ResourceRevised(
    resource_id=AN_ID, details=BUS, changed=("fee_yen", "name"), for_needs=(NEED,), service_id=ANOTHER
)


def test_an_activity_is_taken_over_as_the_same_resource_and_rests_no_more() -> None:
    grown.when(take).then(TAKEN)
    resting = grown.given(ResourceSuspended(resource_id=AN_ID, reason=ResourceEnd.OTHER))
    resting.when(take).then(ResourceResumed(resource_id=AN_ID), TAKEN)
    back = ResourceReinstated(resource_id=AN_ID, reason="市の事業として始まった")
    grown.given(RETIRED).when(take).then(back, TAKEN)
    grown.given(TAKEN).when(replace(take, for_needs=())).then()
    of_service.when(replace(take, service_id=AN_ID)).then_rejected("resource.of_a_service", service=ANOTHER)
    Scenario(resource.decider).when(take).then_not_found("resource.unknown")


def test_it_ends_with_the_service_and_goes_on_apart_when_somebody_says_that_its_residents_do() -> None:
    taken = grown.given(TAKEN)
    by_hand = replace(retire, with_service=False), replace(reinstate, with_service=False)
    taken.when(by_hand[0]).then_rejected("resource.of_a_service", service=ANOTHER)
    taken.when(retire).then(RETIRED)
    apart = REINSTATED.model_copy(update={"apart": True})
    taken.given(RETIRED).when(by_hand[1]).then(apart)
    taken.given(RETIRED, apart).when(by_hand[0]).then(RETIRED)
    again = replace(take, changes={}, for_needs=(), reason="誤り")
    taken.given(RETIRED).when(again).then(REINSTATED)
    back = TAKEN.model_copy(update={"changed": (), "for_needs": ()})
    taken.given(RETIRED, apart).when(again).then(back)


def test_its_page_says_what_it_became() -> None:
    def became(*events: Any) -> tuple[object, ...]:
        row = resources.blank(AN_ID)
        for event in events:
            row = resources.evolve(row, event, an_envelope(occurred_at=datetime(2026, 10, 1, tzinfo=UTC))) or row
        return row.service_id, row.taken_over_on, row.name_before, row.name

    with_service = (ANOTHER, date(2026, 10, 1), details.name, "おでかけ便")
    assert became(registered, TAKEN) == with_service
    assert became(registered, TAKEN, RETIRED) == with_service
    apart = REINSTATED.model_copy(update={"apart": True})
    assert became(registered, TAKEN, RETIRED, apart) == (None, None, "", "おでかけ便")


async def test_a_launched_service_becomes_a_resource_and_takes_it_along(
    make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    async with a_wide_world(make_database, kafka, topic_name, tmp_path) as world:
        city = a_city(world, 1)
        service_id, proposal_id = uuid4(), uuid4()
        of_proposal = {"proposal_id": proposal_id, "service_id": service_id}
        launched = ServiceLaunched(
            **of_proposal,
            name="おでかけ便",
            service_class=ServiceClass.VISIT_D,
            support_kinds=(SupportKind.OUTING,),
            provider_name="NPOあし",
            area=city.code,
            service_areas=(city.north,),
            launched_on=date(2026, 10, 1),
            needs=(),
        )
        path = f"/resources/{resource_of(service_id)}"
        areas, day = (city.north, city.south), date(2026, 11, 1)
        async with city.world.caller() as administrator:
            await with_areas(administrator, city)
            await city.world.publish(proposal_id, launched)
            seen = await administrator.until(path)
            assert (seen["source"], UUID(seen["service_id"]), seen["area"]) == ("launch", service_id, city.code)
            extended = ServiceExtended(
                **of_proposal, provision=1, service_areas=areas, added=areas[1:], extended_on=day, needs=()
            )
            await city.world.publish(proposal_id, extended)
            await administrator.until(path, lambda found: found["details"]["service_areas"] == list(areas))
            ended = ServiceEnded(**of_proposal, provisions=(1,), ended_on=day, reason=ServiceEnd.NO_FUNDS, note="財源")
            await city.world.publish(proposal_id, ended)
            await administrator.until(path, lambda found: found["state"] == "retired")
            undo = {"reason": "誤り"}
            assert await administrator.refused(f"{path}/reinstatement", undo) == (409, "resource.of_a_service")
            await city.world.publish(proposal_id, ServiceReinstated(**of_proposal, provisions=(1,), reason="誤り"))
            await administrator.until(path, lambda found: found["state"] == "registered")
