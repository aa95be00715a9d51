"""What escalation reads of the registry beside areas and councils: providers."""

from __future__ import annotations

from uuid import UUID

from shiendomain.registry import ProviderMoved, ProviderRegistered
from shienevents import Envelope, Row, View, replace


class ProviderRow(Row, key=("provider_id",)):
    """Where a provider is registered."""

    provider_id: UUID
    area: str = ""


def evolve_provider(row: ProviderRow, event: ProviderRegistered | ProviderMoved, _: Envelope) -> ProviderRow:
    """The provider after an event."""
    return replace(row, area=event.area)


providers: View[ProviderRow] = View(
    name="providers",
    version=2,
    row=ProviderRow,
    subscribes_to=(ProviderRegistered, ProviderMoved),
    keys=lambda event, _: [event.provider_id],
    evolve=evolve_provider,
)
