"""Events of providers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shienevents import Event

from ..vocabulary import AreaCode, BodyKind, ByMapping, CorporateNumber, Line, LineOfReason, Name, People, ServiceClass


class ProviderRegistered(Event, wire="registry.provider_registered.v1"):
    """A body that provides services was registered.

    `not_the_same_as`: providers of the same name that somebody looked at, and that are other bodies.
    """

    provider_id: UUID
    area: AreaCode
    name: Name
    kana: Line = ""
    kind: BodyKind
    corporate_number: CorporateNumber | None = None
    not_the_same_as: tuple[UUID, ...] = ()


class ProviderRevised(Event, wire="registry.provider_revised.v1"):
    """Somebody corrected the entry of a provider: this is the whole of it; `changed` names the fields that differ."""

    provider_id: UUID
    name: Name
    kana: Line = ""
    kind: BodyKind
    corporate_number: CorporateNumber | None = None
    changed: tuple[str, ...]
    reason: LineOfReason


class ProviderSecured(Event, wire="registry.provider_secured.v1"):
    """The provider was secured for a class of service (サービス提供者の確保), for so many people, from a day on."""

    provider_id: UUID
    service_class: ServiceClass
    capacity: People
    since: date


class ProviderReleased(Event, wire="registry.provider_released.v1"):
    """The provider is no longer secured for this class of service."""

    provider_id: UUID
    service_class: ServiceClass
    reason: LineOfReason


class ProviderMoved(Event, wire="registry.provider_moved.v1"):
    """The provider was registered in the wrong area: it is one of `area`. The stream stays where it is."""

    provider_id: UUID
    from_area: AreaCode
    area: AreaCode
    reason: LineOfReason
    by_mapping: ByMapping | None = None


class ProviderWithdrawn(Event, wire="registry.provider_withdrawn.v1"):
    """The provider was registered by mistake, or twice: it is in no list and in no figure any more.

    `area` is its last one. `same_as`: the provider that it is, whose its resources are from now on.
    """

    provider_id: UUID
    area: AreaCode
    reason: LineOfReason
    same_as: UUID | None = None


ProviderEvent = (
    ProviderRegistered | ProviderRevised | ProviderSecured | ProviderReleased | ProviderMoved | ProviderWithdrawn
)
