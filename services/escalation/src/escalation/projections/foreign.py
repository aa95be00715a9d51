"""What escalation reads of the registry: councils and providers."""

from __future__ import annotations

from uuid import UUID

from shiendomain.registry import CouncilEstablished, ProviderRegistered
from shiendomain.vocabulary import Tier
from shienevents import Envelope, Row, View, replace


class CouncilRow(Row, key=("council_id",)):
    """A council, as it was established."""

    council_id: UUID
    area: str = ""
    tier: Tier = Tier.TIER2
    name: str = ""


def evolve_council(row: CouncilRow, event: CouncilEstablished, _: Envelope) -> CouncilRow:
    """The council after an event."""
    return replace(row, area=event.area, tier=event.tier, name=event.name)


class ProviderRow(Row, key=("provider_id",)):
    """Where a provider is registered."""

    provider_id: UUID
    area: str = ""


def evolve_provider(row: ProviderRow, event: ProviderRegistered, _: Envelope) -> ProviderRow:
    """The provider after an event."""
    return replace(row, area=event.area)


councils: View[CouncilRow] = View(
    name="councils",
    version=1,
    row=CouncilRow,
    subscribes_to=(CouncilEstablished,),
    keys=lambda event, _: [event.council_id],
    evolve=evolve_council,
    indexes=(("area",),),
)
providers: View[ProviderRow] = View(
    name="providers",
    version=1,
    row=ProviderRow,
    subscribes_to=(ProviderRegistered,),
    keys=lambda event, _: [event.provider_id],
    evolve=evolve_provider,
)
