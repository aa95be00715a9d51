"""Events of providers."""

from __future__ import annotations

from uuid import UUID

from shienevents import Event

from ..vocabulary import AreaCode, BodyKind, CorporateNumber, Line, Name


class ProviderRegistered(Event, wire="registry.provider_registered.v1"):
    """A body that provides services was registered."""

    provider_id: UUID
    area: AreaCode
    name: Name
    kana: Line = ""
    kind: BodyKind
    corporate_number: CorporateNumber | None = None
