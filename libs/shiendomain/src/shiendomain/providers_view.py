"""The view of providers by name and area, for the services that name them."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from shienevents import Envelope, Row, View, replace, types_of

from .registry import ProviderMoved, ProviderRegistered, ProviderRevised, ProviderWithdrawn


class ProviderRow(Row, key=("provider_id",)):
    """The name of a provider as it is registered now, and its area."""

    provider_id: UUID
    area: str = ""
    name: str = ""


ProviderStep = ProviderRegistered | ProviderRevised | ProviderMoved | ProviderWithdrawn


def evolve_provider(row: ProviderRow, event: ProviderStep, _: Envelope) -> ProviderRow | None:
    """The name that was given last, and the area that it was moved to last; nothing once it was withdrawn."""
    match event:
        case ProviderRegistered():
            return replace(row, name=event.name, area=event.area)
        case ProviderRevised():
            return replace(row, name=event.name)
        case ProviderMoved():
            return replace(row, area=event.area)
        case ProviderWithdrawn():
            return None
        case _:
            assert_never(event)


providers_view: View[ProviderRow] = View(
    name="providers",
    version=3,
    row=ProviderRow,
    subscribes_to=types_of(ProviderStep),
    keys=lambda event, _: [event.provider_id],
    evolve=evolve_provider,
    indexes=(("area",),),
)
