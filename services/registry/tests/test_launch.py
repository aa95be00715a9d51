"""A launched service becomes a resource, which follows it: the rules, and the whole way on Postgres and Kafka."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from registry.decider import resource
from registry.decider.resource_commands import FollowService, ReinstateResource, RetireResource
from shiendomain.escalation import ServiceLaunched
from shiendomain.registry import ResourceReinstated, ResourceRetired, ResourceRevised
from shiendomain.services import ServiceEnded, ServiceExtended, ServiceReinstated, resource_of
from shiendomain.vocabulary import NeedBehind, ResourceEnd, ServiceClass, ServiceEnd, SupportKind
from shienevents.testing import Scenario
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
