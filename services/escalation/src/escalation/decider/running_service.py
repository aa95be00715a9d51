"""What may happen to a service that was launched: providers join and leave, it grows, its terms change, it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.areas import Territory
from shiendomain.escalation import ProposalAsked
from shiendomain.services import (
    EntryDeclined,
    ProviderJoined,
    ProviderLeft,
    ServiceEnded,
    ServiceEvent,
    ServiceExtended,
    ServiceReinstated,
    ServiceRevised,
    TakenOver,
)
from shiendomain.vocabulary import ResourceEnd, ServiceEnd
from shienevents import NotFound, Rejected

from .grown import check_taken_over
from .service import (
    Paths,
    Provision,
    Service,
    Waiting,
    areas_given,
    check_areas,
    check_day,
    check_entry,
    still_waiting,
    within,
)


@dataclass(frozen=True)
class JoinService:
    """A further provider gives the running service. Without `service_areas` it serves the areas of the needs.

    Facts: `paths` are those of the areas of the needs; `areas` is where the caller may act. `takes_over` and `free` as
    in `LaunchService`.
    """

    proposal_id: UUID
    provider_id: UUID | None
    provider_name: str
    service_areas: tuple[str, ...]
    capacity: int | None
    fee_yen: int | None
    schedule: str
    joined_on: date
    today: date
    paths: Paths
    areas: Territory
    entry_id: UUID | None = None
    waiting: Waiting = field(default_factory=dict)
    takes_over: UUID | None = None
    free: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class ExtendService:
    """A provision serves further areas too. Facts as of `JoinService`."""

    proposal_id: UUID
    provision: int
    added: tuple[str, ...]
    extended_on: date
    today: date
    paths: Paths
    areas: Territory
    waiting: Waiting = field(default_factory=dict)


@dataclass(frozen=True)
class ReviseService:
    """The fee, the days or the places of a provision are others from a day on."""

    proposal_id: UUID
    provision: int
    fee_yen: int | None
    schedule: str
    capacity: int | None
    changed_on: date
    today: date
    reason: str


@dataclass(frozen=True)
class LeaveService:
    """A provider no longer gives the service."""

    proposal_id: UUID
    provision: int
    left_on: date
    today: date
    reason: ResourceEnd
    note: str


@dataclass(frozen=True)
class EndService:
    """The service ends, or is given up before it begins."""

    proposal_id: UUID
    ended_on: date
    today: date
    reason: ServiceEnd
    note: str


@dataclass(frozen=True)
class ReinstateService:
    """The end of the service was recorded by mistake."""

    proposal_id: UUID
    reason: str


RunningCommand = JoinService | ExtendService | ReviseService | LeaveService
ServiceChange = RunningCommand | EndService | ReinstateService


def change(
    command: ServiceChange, escalated: ProposalAsked, service: Service, ended: ServiceEnded | None
) -> Sequence[ServiceEvent]:
    """What follows from a command. `ended` is how the service ended, where it has."""
    match command:
        case JoinService():
            return [join(command, escalated, service)]
        case ExtendService():
            return extend(command, escalated, service)
        case ReviseService():
            return revise(command, service)
        case LeaveService():
            return leave(command, service)
        case EndService():
            return end(command, service)
        case ReinstateService():
            assert ended is not None
            provisions = ended.provisions
            service_id = service.design.service_id
            return [
                ServiceReinstated(
                    proposal_id=command.proposal_id,
                    service_id=service_id,
                    provisions=provisions,
                    reason=command.reason,
                    taken_over=ended.taken_over,
                )
            ]
        case _:
            assert_never(command)


def join(command: JoinService, escalated: ProposalAsked, service: Service) -> ProviderJoined:
    """A further provider, for those needs of the proposal that lie where it serves."""
    check_since(command.joined_on, command.today, service.launched_on)
    check_entry(command.entry_id, service)
    check_taken_over(command.takes_over, escalated, command.free)
    areas = areas_given(command.service_areas, escalated)
    check_areas(areas, command.areas)
    design = service.design
    return ProviderJoined(
        proposal_id=command.proposal_id,
        service_id=design.service_id,
        provision=max(service.provisions) + 1,
        entry_id=command.entry_id,
        name=design.name,
        service_class=design.service_class,
        support_kinds=design.support_kinds,
        provider_id=command.provider_id,
        provider_name=command.provider_name,
        area=escalated.area,
        service_areas=areas,
        capacity=command.capacity,
        fee_yen=design.fee_yen if command.fee_yen is None else command.fee_yen,
        schedule=command.schedule,
        joined_on=command.joined_on,
        needs=still_waiting(within(escalated.needs, areas, command.paths), command.waiting),
        taken_over=command.takes_over,
    )


def extend(command: ExtendService, escalated: ProposalAsked, service: Service) -> Sequence[ServiceExtended]:
    """The areas that are new; none when it serves them all. Needs it was proposed to before are not named again."""
    provision = given(command.provision, service)
    check_since(command.extended_on, command.today, provision.since)
    added = tuple(dict.fromkeys(area for area in command.added if area not in provision.service_areas))
    if not added:
        return []
    check_areas(added, command.areas)
    before = {need.need_id for need in provision.needs}
    reached = within(escalated.needs, added, command.paths)
    return [
        ServiceExtended(
            proposal_id=command.proposal_id,
            service_id=service.design.service_id,
            provision=command.provision,
            service_areas=(*provision.service_areas, *added),
            added=added,
            extended_on=command.extended_on,
            needs=still_waiting([need for need in reached if need.need_id not in before], command.waiting),
            taken_over=provision.taken_over,
        )
    ]


def revise(command: ReviseService, service: Service) -> Sequence[ServiceRevised]:
    """The terms as they are now; none when nothing differs."""
    provision = given(command.provision, service)
    check_since(command.changed_on, command.today, provision.since)
    terms = command.fee_yen, command.schedule, command.capacity
    if terms == provision.terms:
        return []
    return [
        ServiceRevised(
            proposal_id=command.proposal_id,
            service_id=service.design.service_id,
            provision=command.provision,
            fee_yen=command.fee_yen,
            schedule=command.schedule,
            capacity=command.capacity,
            changed_on=command.changed_on,
            reason=command.reason,
            taken_over=provision.taken_over,
        )
    ]


def leave(command: LeaveService, service: Service) -> Sequence[ProviderLeft]:
    """A provider leaves. When the last one leaves, the service ends instead."""
    if command.provision in service.provisions and command.provision not in service.running:
        return []
    provision = given(command.provision, service)
    check_since(command.left_on, command.today, provision.since)
    if len(service.running) == 1:
        raise Rejected("service.last_provider")
    return [
        ProviderLeft(
            proposal_id=command.proposal_id,
            service_id=service.design.service_id,
            provision=command.provision,
            left_on=command.left_on,
            reason=command.reason,
            note=command.note,
            taken_over=provision.taken_over,
        )
    ]


def end(command: EndService, service: Service) -> Sequence[ServiceEvent]:
    """The end of the service, with those who gave it until then. Who still waits to take part hears so by it."""
    check_since(command.ended_on, command.today, service.launched_on)
    which = {"proposal_id": command.proposal_id, "service_id": service.design.service_id}
    waiting = [entry_id for entry_id, state in service.entries.items() if state.awaits_answer]
    declined = [EntryDeclined(**which, entry_id=entry_id, reason=command.note) for entry_id in waiting]
    ended = ServiceEnded(
        **which,
        provisions=tuple(service.running),
        ended_on=command.ended_on,
        reason=command.reason,
        note=command.note,
        taken_over=taken_over(service.running),
    )
    return [*declined, ended]


def taken_over(provisions: Mapping[int, Provision]) -> tuple[TakenOver, ...]:
    """The activities that these provisions took over."""
    taken = [(number, one.taken_over) for number, one in provisions.items() if one.taken_over]
    return tuple(TakenOver(provision=number, resource_id=resource_id) for number, resource_id in taken)


def given(number: int, service: Service) -> Provision:
    """The provision of this number, which is given now. Raises `NotFound` or `Rejected`."""
    if number not in service.provisions:
        raise NotFound("provision.unknown")
    if number not in service.running:
        raise Rejected("provision.left", left_on=service.provisions[number].left_on)
    return service.provisions[number]


def check_since(day: date, today: date, since: date | None) -> None:
    """It has happened, and not before this part of the service began. Raises `Rejected`."""
    check_day(day, today)
    if since is not None and day < since:
        raise Rejected("service.before_it_began", since=since)
