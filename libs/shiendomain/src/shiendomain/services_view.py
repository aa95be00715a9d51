"""The view of services that answer proposals, with what each provider gives: for escalation, needs and the portal."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import date
from typing import assert_never
from uuid import UUID

from shienevents import EVERYWHERE, Envelope, Row, View, replace, types_of

from .escalation import ServiceDesigned, ServiceLaunched
from .needs_behind import Behind, behind
from .services import (
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
    resource_of,
)
from .states import ServiceState
from .vocabulary import ResourceEnd, ServiceClass, ServiceEnd, SupportKind


@dataclass(frozen=True)
class Provided:
    """What one provider gives of a service, and the needs that it was proposed to. `left_on`: no longer."""

    provision: int
    resource_id: UUID
    provider_id: UUID | None
    provider_name: str
    service_areas: tuple[str, ...]
    capacity: int | None
    fee_yen: int | None
    schedule: str
    since: date
    needs: tuple[Behind, ...]
    left_on: date | None = None
    left_because: ResourceEnd | None = None
    note: str = ""


class ServiceRow(Row, key=("service_id",)):
    """A service; every column is from the stream of its proposal. `areas`: its home, and all areas it serves.

    `reached` are the needs that those who give it now were proposed to; none before its launch and after its end.
    `reason` is why the design or the terms were revised last, or why the end was a mistake; `note` is about the end.
    """

    service_id: UUID
    version: int = 0
    proposal_id: UUID | None = None
    state: ServiceState = ServiceState.DESIGNED
    area: str = ""
    areas: tuple[str, ...] = ()
    name: str = ""
    service_class: ServiceClass = ServiceClass.INSURANCE_OTHER
    support_kinds: tuple[SupportKind, ...] = ()
    fee_yen: int | None = None
    criteria: str = ""
    starts_on: date | None = None
    launched_on: date | None = None
    provisions: tuple[Provided, ...] = ()
    ended_on: date | None = None
    ended_because: ServiceEnd | None = None
    note: str = ""
    reason: str = ""
    reached: tuple[UUID, ...] = ()
    correlation: UUID | None = None


Shown = ServiceDesigned | ServiceLaunched | ServiceEvent


def evolve_service(row: ServiceRow, event: Shown, envelope: Envelope) -> ServiceRow:
    """The service after an event, with the needs that it reaches now."""
    row = _after(replace(row, version=envelope.version), event, envelope)
    given = [one for one in row.provisions if one.left_on is None] if row.state is ServiceState.RUNNING else []
    return replace(row, reached=tuple(dict.fromkeys(need.need_id for one in given for need in one.needs)))


def _after(row: ServiceRow, event: Shown, envelope: Envelope) -> ServiceRow:
    match event:
        case ServiceDesigned():
            row = replace(row, proposal_id=event.proposal_id, area=envelope.area, correlation=envelope.correlation)
            return _designed(row, event)
        case ServiceDesignRevised():
            return replace(_designed(row, event), reason=event.reason)
        case ServiceLaunched():
            row = replace(row, state=ServiceState.RUNNING, launched_on=event.launched_on)
            return _with(row, _provided(1, event, event.launched_on))
        case ProviderJoined():
            return _with(row, _provided(event.provision, event, event.joined_on))
        case EntryRequested() | TermsAdjusted() | EntryDeclined():
            return row
        case ServiceEnded():
            row = replace(row, ended_on=event.ended_on, ended_because=event.reason, note=event.note)
            return replace(row, state=ServiceState.ENDED)
        case ServiceReinstated():
            state = ServiceState.RUNNING if row.launched_on else ServiceState.DESIGNED
            return replace(row, state=state, ended_on=None, ended_because=None, note="", reason=event.reason)
        case _:
            return _changed(row, event)


def _changed(row: ServiceRow, event: ServiceExtended | ServiceRevised | ProviderLeft) -> ServiceRow:
    """One provision after an event of its own."""
    one = next((provided for provided in row.provisions if provided.provision == event.provision), None)
    if one is None:
        return row
    match event:
        case ServiceExtended():
            needs = (*one.needs, *behind(event.needs))
            return _with(row, replaced(one, service_areas=event.service_areas, needs=needs))
        case ServiceRevised():
            one = replaced(one, fee_yen=event.fee_yen, schedule=event.schedule, capacity=event.capacity)
            return _with(replace(row, reason=event.reason), one)
        case ProviderLeft():
            return _with(row, replaced(one, left_on=event.left_on, left_because=event.reason, note=event.note))
        case _:
            assert_never(event)


def _designed(row: ServiceRow, event: ServiceDesigned | ServiceDesignRevised) -> ServiceRow:
    return replace(
        row,
        areas=row.areas or (row.area,),
        name=event.name,
        service_class=event.service_class,
        support_kinds=event.support_kinds,
        fee_yen=event.fee_yen,
        criteria=event.criteria,
        starts_on=event.starts_on,
    )


def _provided(number: int, event: ServiceLaunched | ProviderJoined, since: date) -> Provided:
    return Provided(
        provision=number,
        resource_id=resource_of(event.service_id, number, event.taken_over),
        provider_id=event.provider_id,
        provider_name=event.provider_name,
        service_areas=event.service_areas,
        capacity=event.capacity,
        fee_yen=event.fee_yen,
        schedule=event.schedule,
        since=since,
        needs=behind(event.needs),
    )


def _with(row: ServiceRow, provided: Provided) -> ServiceRow:
    others = [one for one in row.provisions if one.provision != provided.provision]
    provisions = tuple(sorted([*others, provided], key=lambda one: one.provision))
    return replace(row, provisions=provisions, areas=tuple(sorted({*row.areas, *provided.service_areas})))


services_view: View[ServiceRow] = View(
    name="services",
    version=3,
    row=ServiceRow,
    subscribes_to=types_of(Shown),
    keys=lambda event, _: [event.service_id],
    evolve=evolve_service,
    indexes=(("proposal_id",), ("areas",), ("reached",)),
    counted_in=lambda _: [EVERYWHERE],  # it reaches needs, and no area of theirs is known here
)
