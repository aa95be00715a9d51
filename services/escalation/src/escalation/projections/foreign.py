"""What escalation reads of the registry beside areas and councils: providers."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from shiendomain.registry import ProviderMoved, ProviderRegistered, ProviderRevised
from shienevents import Envelope, Row, View, replace, types_of


class ProviderRow(Row, key=("provider_id",)):
    """Where a provider is registered, and its name."""

    provider_id: UUID
    area: str = ""
    name: str = ""


ProviderStep = ProviderRegistered | ProviderRevised | ProviderMoved


def evolve_provider(row: ProviderRow, event: ProviderStep, _: Envelope) -> ProviderRow:
    """The provider after an event."""
    match event:
        case ProviderRegistered():
            return replace(row, area=event.area, name=event.name)
        case ProviderRevised():
            return replace(row, name=event.name)
        case ProviderMoved():
            return replace(row, area=event.area)
        case _:
            assert_never(event)


providers: View[ProviderRow] = View(
    name="providers",
    version=2,
    row=ProviderRow,
    subscribes_to=types_of(ProviderStep),
    keys=lambda event, _: [event.provider_id],
    evolve=evolve_provider,
)
