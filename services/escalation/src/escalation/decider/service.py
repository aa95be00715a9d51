"""What comes of an adopted proposal: a service is designed, then launched. Both are in the proposal's own stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shiendomain.areas import Territory
from shiendomain.escalation import ProposalMade, ServiceDesigned, ServiceLaunched
from shiendomain.vocabulary import ServiceClass, SupportKind
from shienevents import Rejected


@dataclass(frozen=True)
class DesignService:
    """Design the service that answers an adopted proposal."""

    proposal_id: UUID
    service_id: UUID
    name: str
    service_class: ServiceClass
    support_kinds: tuple[SupportKind, ...]
    fee_yen: int | None
    criteria: str
    starts_on: date


@dataclass(frozen=True)
class LaunchService:
    """Launch the designed service. Without `service_areas` it serves the areas of the proposal's needs.

    Facts: `paths` are the areas above each need's area, itself first; `areas` is where the caller may act.
    """

    proposal_id: UUID
    provider_id: UUID | None
    provider_name: str
    service_areas: tuple[str, ...]
    capacity: int | None
    schedule: str
    launched_on: date
    today: date
    paths: Mapping[str, tuple[str, ...]]
    areas: Territory


ServiceCommand = DesignService | LaunchService


def design(command: DesignService, escalated: ProposalMade) -> ServiceDesigned:
    """The service as designed. It gives the kind of support that was asked for, and it may give more."""
    if escalated.support_kind not in command.support_kinds:
        raise Rejected("service.kind_not_asked", kind=escalated.support_kind)
    return ServiceDesigned(
        proposal_id=command.proposal_id,
        service_id=command.service_id,
        name=command.name,
        service_class=command.service_class,
        support_kinds=command.support_kinds,
        fee_yen=command.fee_yen,
        criteria=command.criteria,
        starts_on=command.starts_on,
    )


def launch(command: LaunchService, escalated: ProposalMade, designed: ServiceDesigned) -> ServiceLaunched:
    """The service as it begins, for those needs of the proposal that lie where it serves.

    Matching proposes the service to exactly these needs and does not judge them again, so they are selected here. A
    service that begins in some of the areas leaves the other needs with their gap. What a tier-1 council proposed on
    its own has no needs behind it.
    """
    if command.launched_on > command.today:
        raise Rejected("service.not_launched_yet", launched_on=command.launched_on)
    areas = command.service_areas or tuple(sorted({need.area for need in escalated.needs})) or (escalated.area,)
    if outside := tuple(area for area in areas if not command.areas.covers(area)):
        raise Rejected("service.area_outside", areas=outside)
    served = tuple(need for need in escalated.needs if set(command.paths.get(need.area, (need.area,))) & set(areas))
    if escalated.needs and not served:
        raise Rejected("service.serves_no_need")
    return ServiceLaunched(
        proposal_id=command.proposal_id,
        service_id=designed.service_id,
        name=designed.name,
        service_class=designed.service_class,
        support_kinds=designed.support_kinds,
        provider_id=command.provider_id,
        provider_name=command.provider_name,
        area=escalated.area,
        service_areas=areas,
        capacity=command.capacity,
        fee_yen=designed.fee_yen,
        schedule=command.schedule,
        launched_on=command.launched_on,
        needs=served,
    )
