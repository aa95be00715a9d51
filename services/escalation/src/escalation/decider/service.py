"""What comes of an adopted proposal: a service is designed, then launched. All of it is in the proposal's own stream.

DESIGNED → RUNNING → ENDED. What may happen to a running service is in `running_service.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from shiendomain.areas import Territory
from shiendomain.escalation import ProposalAsked, ServiceDesigned, ServiceLaunched
from shiendomain.services import (
    EntryDeclined,
    EntryRequested,
    ProviderJoined,
    ProviderLeft,
    ServiceDesignRevised,
    ServiceEnded,
    ServiceEvent,
    ServiceExtended,
    ServiceReinstated,
    ServiceRevised,
    TermsAdjusted,
)
from shiendomain.states import EntryState
from shiendomain.vocabulary import NeedBehind, ServiceClass, SupportKind
from shienevents import NotFound, Rejected

from .grown import check_said

Paths = Mapping[str, tuple[str, ...]]
"""The areas above each area, itself first."""
Waiting = Mapping[UUID, int]
"""How many people of a need wait now. A need that is not in it is as it was when it was proposed for."""


@dataclass(frozen=True)
class DesignService:
    """Design the service that answers an adopted proposal. Fact: whether all needs behind it are withdrawn."""

    proposal_id: UUID
    service_id: UUID
    name: str
    service_class: ServiceClass
    support_kinds: tuple[SupportKind, ...]
    fee_yen: int | None
    criteria: str
    starts_on: date
    needs_withdrawn: bool = False


@dataclass(frozen=True)
class ReviseDesign:
    """Replace the design as a whole, before the service is launched. Fact: as for the design."""

    proposal_id: UUID
    name: str
    service_class: ServiceClass
    support_kinds: tuple[SupportKind, ...]
    fee_yen: int | None
    criteria: str
    starts_on: date
    reason: str
    needs_withdrawn: bool = False


@dataclass(frozen=True)
class LaunchService:
    """Launch the designed service. Without `service_areas` it serves the areas of the proposal's needs.

    `takes_over`: the activity of residents that becomes the service; `beside`: what it grew from goes on by itself.
    Facts: `paths` are those of the areas of the needs; `areas` is where the caller may act; `waiting`; `free`: the
    activities that it grew from, and that are with no service; `needs_withdrawn`: as for the design.
    """

    proposal_id: UUID
    provider_id: UUID | None
    provider_name: str
    service_areas: tuple[str, ...]
    capacity: int | None
    schedule: str
    launched_on: date
    today: date
    paths: Paths
    areas: Territory
    entry_id: UUID | None = None
    waiting: Waiting = field(default_factory=dict)
    takes_over: UUID | None = None
    beside: bool = False
    free: frozenset[UUID] = frozenset()
    needs_withdrawn: bool = False


@dataclass(frozen=True)
class Provision:
    """What one provider gives of the service, and the needs that it was proposed to. `left_on`: no longer.

    `taken_over`: the activity that it took over.
    """

    service_areas: tuple[str, ...]
    terms: tuple[int | None, str, int | None]  # fee, schedule, capacity
    needs: tuple[NeedBehind, ...]
    since: date
    left_on: date | None = None
    taken_over: UUID | None = None


@dataclass(frozen=True)
class Service:
    """The design of a service, what its providers give, and who asked to take part."""

    design: ServiceDesigned
    launched_on: date | None = None
    provisions: Mapping[int, Provision] = field(default_factory=dict)
    entries: Mapping[UUID, EntryState] = field(default_factory=dict)

    @property
    def running(self) -> dict[int, Provision]:
        """The provisions that are given now."""
        return {number: one for number, one in self.provisions.items() if one.left_on is None}


def design(command: DesignService, escalated: ProposalAsked) -> ServiceDesigned:
    """The service as designed. It gives the kind of support that was asked for, and it may give more."""
    check_kinds(command.support_kinds, escalated)
    return ServiceDesigned(**_said(command))


def revise_design(command: ReviseDesign, escalated: ProposalAsked, service: Service) -> Sequence[ServiceDesignRevised]:
    """The design as a whole; none when nothing differs."""
    check_kinds(command.support_kinds, escalated)
    revised = ServiceDesignRevised(service_id=service.design.service_id, **_said(command))
    return [] if designed_as(service.design, revised) == service.design else [revised]


def _said(command: DesignService | ReviseDesign) -> dict[str, Any]:
    """What the command says, without the fact."""
    return {name: value for name, value in vars(command).items() if name != "needs_withdrawn"}


def check_kinds(kinds: tuple[SupportKind, ...], escalated: ProposalAsked) -> None:
    """The kind of support that was asked for is among them. Raises `Rejected`."""
    if escalated.support_kind not in kinds:
        raise Rejected("service.kind_not_asked", kind=escalated.support_kind)


def launch(command: LaunchService, escalated: ProposalAsked, service: Service) -> ServiceLaunched:
    """The service as it begins, for those needs of the proposal that lie where it serves and still wait.

    Matching proposes the service to exactly these needs and does not judge them again, so they are selected here. A
    service that begins in some of the areas leaves the other needs with their gap, until it is extended. What a
    tier-1 council proposed on its own has no needs behind it.
    """
    designed = service.design
    check_day(command.launched_on, command.today)
    if command.launched_on < designed.starts_on:
        raise Rejected("service.before_start", starts_on=designed.starts_on)
    check_entry(command.entry_id, service)
    check_said(command.takes_over, command.beside, escalated, command.free)
    areas = areas_given(command.service_areas, escalated)
    check_areas(areas, command.areas)
    served = within(escalated.needs, areas, command.paths)
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
        needs=still_waiting(served, command.waiting),
        entry_id=command.entry_id,
        taken_over=command.takes_over,
    )


def areas_given(given: tuple[str, ...], escalated: ProposalAsked) -> tuple[str, ...]:
    """The areas to serve: those given, else those of the needs, else that of a proposal without needs."""
    return given or tuple(sorted({need.area for need in escalated.needs})) or (escalated.area,)


def check_day(day: date, today: date) -> None:
    """What is recorded of a service has happened. Raises `Rejected`."""
    if day > today:
        raise Rejected("service.day_to_come", day=day)


def check_areas(areas: Sequence[str], territory: Territory) -> None:
    """The service serves areas in which the caller may act. Raises `Rejected`."""
    if outside := tuple(area for area in areas if not territory.covers(area)):
        raise Rejected("service.area_outside", areas=outside)


def check_entry(entry_id: UUID | None, service: Service) -> None:
    """The request to take part awaits its answer. Raises `NotFound` or `Rejected`."""
    if entry_id is None:
        return
    state = service.entries.get(entry_id)
    if state is None:
        raise NotFound("entry.unknown")
    if not state.awaits_answer:
        raise Rejected("entry.answered", state=state)


def within(needs: Sequence[NeedBehind], areas: Sequence[str], paths: Paths) -> tuple[NeedBehind, ...]:
    """Those of these needs that lie in these areas, or below."""
    return tuple(need for need in needs if set(paths.get(need.area, (need.area,))) & set(areas))


def still_waiting(needs: Sequence[NeedBehind], waiting: Waiting) -> tuple[NeedBehind, ...]:
    """Those of these needs of which people wait, with as many as wait now: one that is met or withdrawn is no need."""
    now = [need.model_copy(update={"people": waiting.get(need.need_id, need.people)}) for need in needs]
    return tuple(need for need in now if need.people)


def designed_as(designed: ServiceDesigned, revised: ServiceDesignRevised) -> ServiceDesigned:
    """The design after its revision."""
    return ServiceDesigned.model_validate(revised.model_dump(exclude={"reason"}))


def evolve(service: Service, event: ServiceLaunched | ServiceEvent) -> Service:
    """The service after an event that follows its design."""
    match event:
        case ServiceDesignRevised():
            return replace(service, design=designed_as(service.design, event))
        case ServiceLaunched():
            service = replace(service, launched_on=event.launched_on)
            return _joined(service, 1, event, event.launched_on)
        case ProviderJoined():
            return _joined(service, event.provision, event, event.joined_on)
        case EntryRequested():
            return _with_entry(service, event.entry_id, EntryState.REQUESTED)
        case TermsAdjusted():
            return _with_entry(service, event.entry_id, EntryState.ADJUSTED)
        case EntryDeclined():
            return _with_entry(service, event.entry_id, EntryState.DECLINED)
        case ServiceExtended():
            needs = (*service.provisions[event.provision].needs, *event.needs)
            return _changed(service, event.provision, service_areas=event.service_areas, needs=needs)
        case ServiceRevised():
            return _changed(service, event.provision, terms=(event.fee_yen, event.schedule, event.capacity))
        case ProviderLeft():
            return _changed(service, event.provision, left_on=event.left_on)
        case ServiceEnded() | ServiceReinstated():
            left_on = event.ended_on if isinstance(event, ServiceEnded) else None
            for provision in event.provisions:
                service = _changed(service, provision, left_on=left_on)
            return service
        case _:
            assert_never(event)


def _joined(service: Service, number: int, event: ServiceLaunched | ProviderJoined, since: date) -> Service:
    terms = event.fee_yen, event.schedule, event.capacity
    provision = Provision(event.service_areas, terms, event.needs, since, taken_over=event.taken_over)
    service = replace(service, provisions={**service.provisions, number: provision})
    return service if event.entry_id is None else _with_entry(service, event.entry_id, EntryState.JOINED)


def _with_entry(service: Service, entry_id: UUID, state: EntryState) -> Service:
    return replace(service, entries={**service.entries, entry_id: state})


def _changed(service: Service, number: int, **changes: object) -> Service:
    changed = replace(service.provisions[number], **changes)  # type: ignore[arg-type]
    return replace(service, provisions={**service.provisions, number: changed})
