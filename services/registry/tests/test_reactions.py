"""The reactions of the registry."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from registry.decider.resource_commands import RegisterResource
from registry.reactions import register_launched, resource_of
from shiendomain.escalation import ServiceLaunched
from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.vocabulary import NeedBehind, ServiceClass, SourceKind, SupportKind
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


def test_a_launched_service_becomes_a_resource_that_knows_its_needs() -> None:
    ReactionScenario(register_launched).when(launched, an_envelope(municipality="272108")).then(
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


def test_the_id_of_a_services_resource_never_changes() -> None:
    assert resource_of(SERVICE) == UUID("73149d91-80fc-587c-9ec0-aa6928447c43")
