"""A launched service becomes a resource, on a real Postgres and a real Kafka."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from registry.reactions import resource_of
from shiendomain.escalation import ServiceLaunched
from shiendomain.vocabulary import ServiceClass, SupportKind
from shienops.pytest_plugin import MakeDatabase

from .world import a_city, a_wide_world, with_areas


async def test_a_launched_service_becomes_a_resource(
    make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    async with a_wide_world(make_database, kafka, topic_name, tmp_path) as world:
        city = a_city(world, 1)
        service_id = uuid4()
        launched = ServiceLaunched(
            proposal_id=uuid4(),
            service_id=service_id,
            name="おでかけ便",
            service_class=ServiceClass.VISIT_D,
            support_kinds=(SupportKind.OUTING,),
            provider_name="NPOあし",
            area=city.code,
            service_areas=(city.north,),
            launched_on=date(2026, 10, 1),
            needs=(),
        )
        async with city.world.caller() as administrator:
            await with_areas(administrator, city)
            await city.world.publish(launched.proposal_id, launched)
            seen = await administrator.until(f"/resources/{resource_of(service_id)}")
            assert (seen["source"], UUID(seen["service_id"]), seen["area"]) == ("launch", service_id, city.code)
