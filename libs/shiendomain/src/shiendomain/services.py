"""The events of a service that answers a proposal, after its design: providers come and go, areas are added, it ends.

They are in the stream of the proposal. A provision is what one provider gives of the service: its number, from 1 (the
provider of the launch), stays its own. The registry lists each provision as a resource (`resource_of`): one of its own,
or the activity of residents that it took over (`taken_over`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid5

from shienevents import Event

from .vocabulary import (
    AreaCode,
    Line,
    LineOfReason,
    Name,
    NeedBehind,
    Part,
    People,
    Provision,
    Reason,
    ResourceEnd,
    ServiceClass,
    ServiceEnd,
    SupportKind,
    Text,
    Yen,
)

_LAUNCHED = UUID("6f0a5a0e-6f0b-5a53-9a53-0f5a1d7c2b11")
"""The namespace of the ids of resources made from services. It must never change."""


def resource_of(service_id: UUID, provision: int = 1, taken_over: UUID | None = None) -> UUID:
    """The id of the resource that lists this provision of a service: that of the activity it took over, if it did."""
    return taken_over or uuid5(_LAUNCHED, str(service_id) if provision == 1 else f"{service_id}/{provision}")


class TakenOver(Part):
    """The activity of residents, a resource of the registry, that a provision of a service took over."""

    provision: Provision
    resource_id: UUID


def resources_of(service_id: UUID, provisions: Iterable[int], taken_over: Iterable[TakenOver]) -> dict[int, UUID]:
    """The resource that lists each of these provisions, by its number."""
    taken = {one.provision: one.resource_id for one in taken_over}
    return {number: resource_of(service_id, number, taken.get(number)) for number in provisions}


class ServiceDesignRevised(Event, wire="escalation.service_design_revised.v1"):
    """The design was revised before the service was launched: this is the whole of it as it is now."""

    proposal_id: UUID
    service_id: UUID
    name: Name
    service_class: ServiceClass
    support_kinds: tuple[SupportKind, ...]
    fee_yen: Yen | None = None
    criteria: Text = ""
    starts_on: date
    reason: LineOfReason


class EntryRequested(Event, wire="escalation.entry_requested.v1"):
    """A provider asked to take part in the service (参入に係る要望・提案). `asked` is what it wants or offers."""

    proposal_id: UUID
    service_id: UUID
    entry_id: UUID
    provider_id: UUID | None = None
    provider_name: Name
    asked: Reason
    requested_on: date


class TermsAdjusted(Event, wire="escalation.terms_adjusted.v1"):
    """The city and the provider adjusted the terms of its entry (調整). `terms` is what they came to."""

    proposal_id: UUID
    service_id: UUID
    entry_id: UUID
    terms: Reason
    adjusted_on: date


class EntryDeclined(Event, wire="escalation.entry_declined.v1"):
    """The provider does not take part, for this reason."""

    proposal_id: UUID
    service_id: UUID
    entry_id: UUID
    reason: Reason


class ProviderJoined(Event, wire="escalation.provider_joined.v1"):
    """A further provider gives the service. `needs` are those behind the proposal that it is proposed to.

    `taken_over` as in `ServiceLaunched`.
    """

    proposal_id: UUID
    service_id: UUID
    provision: Provision
    entry_id: UUID | None = None
    name: Name
    service_class: ServiceClass
    support_kinds: tuple[SupportKind, ...]
    provider_id: UUID | None = None
    provider_name: Name
    area: AreaCode
    service_areas: tuple[AreaCode, ...]
    capacity: People | None = None
    fee_yen: Yen | None = None
    schedule: Line = ""
    joined_on: date
    needs: tuple[NeedBehind, ...]
    taken_over: UUID | None = None


class ServiceExtended(Event, wire="escalation.service_extended.v1"):
    """A provision serves further areas: `service_areas` are all of them now, `needs` those that come within reach."""

    proposal_id: UUID
    service_id: UUID
    provision: Provision
    service_areas: tuple[AreaCode, ...]
    added: tuple[AreaCode, ...]
    extended_on: date
    needs: tuple[NeedBehind, ...]
    taken_over: UUID | None = None


class ServiceRevised(Event, wire="escalation.service_revised.v1"):
    """The fee, the days or the places of a provision changed on a day: these are all of them as they are now."""

    proposal_id: UUID
    service_id: UUID
    provision: Provision
    fee_yen: Yen | None = None
    schedule: Line = ""
    capacity: People | None = None
    changed_on: date
    reason: LineOfReason
    taken_over: UUID | None = None


class ProviderLeft(Event, wire="escalation.provider_left.v1"):
    """A provider no longer gives the service. The registry retires its resource; its people wait again."""

    proposal_id: UUID
    service_id: UUID
    provision: Provision
    left_on: date
    reason: ResourceEnd
    note: Line = ""
    taken_over: UUID | None = None


class ServiceEnded(Event, wire="escalation.service_ended.v1"):
    """The service ended, or was given up before it began. `provisions` are those that gave it until then."""

    proposal_id: UUID
    service_id: UUID
    provisions: tuple[Provision, ...]
    ended_on: date
    reason: ServiceEnd
    note: Reason
    taken_over: tuple[TakenOver, ...] = ()


class ServiceReinstated(Event, wire="escalation.service_reinstated.v1"):
    """The end of the service was recorded by mistake: it goes on, with these provisions."""

    proposal_id: UUID
    service_id: UUID
    provisions: tuple[Provision, ...]
    reason: LineOfReason
    taken_over: tuple[TakenOver, ...] = ()


ServiceEvent = (
    ServiceDesignRevised
    | EntryRequested
    | TermsAdjusted
    | EntryDeclined
    | ProviderJoined
    | ServiceExtended
    | ServiceRevised
    | ProviderLeft
    | ServiceEnded
    | ServiceReinstated
)
