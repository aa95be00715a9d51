"""What escalation reads of the registry beside areas and councils: providers."""

from __future__ import annotations

from uuid import UUID

from shiendomain.registry import ProviderRegistered, ProviderRevised
from shienevents import Envelope, Row, View, replace


class ProviderRow(Row, key=("provider_id",)):
    """Where a provider is registered, and its name."""

    provider_id: UUID
    area: str = ""
    name: str = ""


def evolve_provider(row: ProviderRow, event: ProviderRegistered | ProviderRevised, _: Envelope) -> ProviderRow:
    """The provider after an event."""
    row = replace(row, name=event.name)
    return replace(row, area=event.area) if isinstance(event, ProviderRegistered) else row


providers: View[ProviderRow] = View(
    name="providers",
    version=2,
    row=ProviderRow,
    subscribes_to=(ProviderRegistered, ProviderRevised),
    keys=lambda event, _: [event.provider_id],
    evolve=evolve_provider,
)
