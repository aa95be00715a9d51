"""Resources as the portal shows them. A row is written from the resource's own stream only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from shiendomain.areas import municipality_of
from shiendomain.days import day_of
from shiendomain.listing_checks import ListingChecks
from shiendomain.registry import (
    ResourceDetails,
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceResumed,
    ResourceRetired,
    ResourceRevised,
    ResourceSourceCorrected,
    ResourceSuspended,
    ResourceVerificationWithdrawn,
    ResourceVerified,
)
from shiendomain.schedules import open_weekdays
from shiendomain.states import ResourceState
from shiendomain.vocabulary import ServiceClass, SourceKind, SupportKind, VerificationMethod, Weekday
from shienevents import Envelope, Row, View, replace, types_of

ResourceEvent = (
    ResourceRegistered
    | ResourceRevised
    | ResourceVerified
    | ResourceVerificationWithdrawn
    | ResourceSuspended
    | ResourceResumed
    | ResourceRetired
    | ResourceReinstated
    | ResourceMoved
    | ResourceSourceCorrected
)


class ResourceRow(Row, key=("resource_id",)):
    """One resource (社会資源). `checked_fields`, `checked_days` and `checked_by` are those of its `ListingChecks`."""

    resource_id: UUID
    area: str = ""
    state: ResourceState = ResourceState.REGISTERED
    name: str = ""
    kana: str = ""
    support_kinds: tuple[SupportKind, ...] = ()
    service_class: ServiceClass | None = None
    service_areas: tuple[str, ...] = ()
    provider_id: UUID | None = None
    provider_name: str = ""
    schedule: str = ""
    weekdays: tuple[Weekday, ...] = ()
    fee: str = ""
    capacity: int | None = None
    source: SourceKind | None = None
    service_id: UUID | None = None
    registered_on: date | None = None
    checked_fields: tuple[str, ...] = ()
    checked_days: dict[str, str] = field(default_factory=dict)
    checked_by: dict[str, str] = field(default_factory=dict)
    verified_on: date | None = None
    verified_by: VerificationMethod | None = None
    version: int = 0


def keys(event: ResourceEvent, _: Envelope) -> Sequence[UUID]:
    """The resource's own row."""
    return [event.resource_id]


def evolve(row: ResourceRow, event: ResourceEvent, envelope: Envelope) -> ResourceRow:
    """The row after an event. A resource that was resumed is to be verified again."""
    row = replace(row, version=envelope.version)
    checks = ListingChecks(row.checked_fields, row.checked_days, row.checked_by)
    match event:
        case ResourceRegistered():
            registered = replace(
                row,
                area=event.area,
                source=event.source.kind,
                service_id=event.service_id,
                registered_on=day_of(envelope.occurred_at),
            )
            new = ListingChecks.of(event.details)
            return replace(registered, **_listed(event.details), **new.columns(registered.state))
        case ResourceRevised():
            row = replace(row, service_id=event.service_id or row.service_id)
            return replace(row, **_listed(event.details), **checks.changed(event.changed).columns(row.state))
        case ResourceVerified():
            return replace(row, **checks.verified(event).columns(ResourceState.VERIFIED))
        case ResourceVerificationWithdrawn():
            return replace(row, **checks.withdrawn(event).columns(row.state))
        case ResourceMoved():
            return replace(row, area=event.area)
        case ResourceSourceCorrected():
            return replace(row, source=event.source)
        case ResourceSuspended():
            return replace(row, state=ResourceState.SUSPENDED)
        case ResourceResumed() | ResourceReinstated():
            if isinstance(event, ResourceReinstated) and event.apart:
                row = replace(row, service_id=None)
            return replace(row, **checks.forgotten().columns(ResourceState.REGISTERED))
        case ResourceRetired():
            return replace(row, state=ResourceState.RETIRED)
        case _:
            assert_never(event)


def _listed(details: ResourceDetails) -> dict[str, Any]:
    return {
        "name": details.name,
        "kana": details.kana,
        "support_kinds": details.support_kinds,
        "service_class": details.service_class,
        "service_areas": details.service_areas,
        "provider_id": details.provider_id,
        "provider_name": details.provider_name,
        "schedule": details.schedule,
        "weekdays": open_weekdays(details.schedule),
        "fee": details.fee,
        "capacity": details.capacity,
    }


resources: View[ResourceRow] = View(
    name="resources",
    version=7,
    row=ResourceRow,
    subscribes_to=types_of(ResourceEvent),
    keys=keys,
    evolve=evolve,
    indexes=(("area",), ("service_id",)),
    counted_in=lambda row: [municipality_of(row.area)],
)
