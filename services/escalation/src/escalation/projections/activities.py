"""The resources of the registry from which a proposal may grow, as far as a proposal is judged by them."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from shiendomain.days import day_of
from shiendomain.registry import (
    ResourceMoved,
    ResourceRegistered,
    ResourceReinstated,
    ResourceRetired,
    ResourceRevised,
)
from shiendomain.vocabulary import SupportKind
from shienevents import Envelope, Row, View, replace, types_of


class ActivityRow(Row, key=("resource_id",)):
    """A resource; every column is from its own stream. `service_id`: the service that it belongs to."""

    resource_id: UUID
    area: str = ""
    name: str = ""
    support_kinds: tuple[SupportKind, ...] = ()
    service_areas: tuple[str, ...] = ()
    registered_on: date | None = None
    service_id: UUID | None = None
    ended: bool = False


ActivityStep = ResourceRegistered | ResourceRevised | ResourceMoved | ResourceRetired | ResourceReinstated


def evolve_activity(row: ActivityRow, event: ActivityStep, envelope: Envelope) -> ActivityRow:
    """The resource after an event."""
    match event:
        case ResourceRegistered():
            row = replace(row, area=event.area, registered_on=day_of(envelope.occurred_at))
            return _listed(row, event, event.service_id)
        case ResourceRevised():
            return _listed(row, event, event.service_id or row.service_id)
        case ResourceMoved():
            return replace(row, area=event.area)
        case ResourceRetired():
            return replace(row, ended=True)
        case ResourceReinstated():
            return replace(row, ended=False, service_id=None if event.apart else row.service_id)
        case _:
            assert_never(event)


def _listed(row: ActivityRow, event: ResourceRegistered | ResourceRevised, service_id: UUID | None) -> ActivityRow:
    listed = event.details
    return replace(
        row,
        name=listed.name,
        support_kinds=listed.support_kinds,
        service_areas=listed.service_areas,
        service_id=service_id,
    )


activities: View[ActivityRow] = View(
    name="activities",
    version=1,
    row=ActivityRow,
    subscribes_to=types_of(ActivityStep),
    keys=lambda event, _: [event.resource_id],
    evolve=evolve_activity,
    indexes=(("area",),),
)
