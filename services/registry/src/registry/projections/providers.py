"""Providers, as they were last described."""

from __future__ import annotations

from uuid import UUID

from shiendomain.registry import ProviderRegistered
from shiendomain.vocabulary import BodyKind
from shienevents import Envelope, Row, View, replace, types_of

from .search import searchable, sort_name


class ProviderRow(Row, key=("provider_id",)):
    """One provider, as it was last described. All from its own stream."""

    provider_id: UUID
    area: str = ""
    name: str = ""
    kana: str = ""
    kind: BodyKind = BodyKind.COMPANY
    corporate_number: str | None = None
    search: str = ""
    sort_name: str = ""
    correlation: UUID | None = None
    version: int = 0


def evolve_provider(row: ProviderRow, event: ProviderRegistered, envelope: Envelope) -> ProviderRow:
    """The provider as it is described."""
    return replace(
        row,
        area=event.area,
        name=event.name,
        kana=event.kana,
        kind=event.kind,
        corporate_number=event.corporate_number,
        search=searchable(event.name, event.kana),
        sort_name=sort_name(event.name, event.kana),
        correlation=row.correlation or envelope.correlation,
        version=envelope.version,
    )


providers = View[ProviderRow](
    name="providers",
    version=3,
    row=ProviderRow,
    subscribes_to=types_of(ProviderRegistered),
    keys=lambda event, _: [event.provider_id],
    evolve=evolve_provider,
    indexes=(("area",),),
)
