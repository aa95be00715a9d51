"""Routes of providers (サービス提供者)."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.vocabulary import AreaCode, BodyKind, GivenCorporateNumber, Line, Name
from shienevents import Home, NotFound, Rejected
from shienweb import (
    PROVIDER_KEEPERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Context,
    Page,
    Pages,
    Routes,
    WriteResult,
    example,
)

from .. import views
from ..decider.provider import RegisterProvider
from ..projections import ProviderRow, providers
from .found import found_in_search

routes = Routes(tags=["providers"])


class NewProvider(Body):
    """A body that provides services; never a person. `corporate_number` has 13 digits."""

    model_config = example(area="272108-03", name="東校区社会福祉協議会", kind="shakyo")

    area: AreaCode
    name: Name
    kana: Line = ""
    kind: BodyKind
    corporate_number: GivenCorporateNumber | None = None

    def command(self, provider_id: UUID, home: Home) -> RegisterProvider:
        """The command."""
        return RegisterProvider(provider_id, home, self.name, self.kana, self.kind, self.corporate_number)


class ProviderOut(Answer):
    """A provider."""

    provider_id: UUID
    area: str
    name: str
    kana: str
    kind: BodyKind
    corporate_number: str | None
    version: int

    @classmethod
    def of(cls, row: ProviderRow) -> Self:
        """The answer of a row."""
        return cls(**vars(row))


@routes.post("/providers", may=PROVIDER_KEEPERS, status_code=201)
async def register_provider(body: NewProvider, context: Context) -> WriteResult:
    """Register a provider."""
    home = await context.home(body.area)
    provider_id = context.new_id()
    if body.corporate_number:
        async with context.snapshot() as snapshot:
            others = await views.providers_of_number(snapshot, body.corporate_number, home.municipality)
        if other := next((one for one in others if one.provider_id != provider_id), None):
            raise Rejected("provider.number_taken", name=other.name, id=str(other.provider_id))
    return await context.execute(body.command(provider_id, home), id=provider_id)


@routes.get("/providers", may=READERS)
async def list_providers(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    kind: Annotated[BodyKind | None, Query()] = None,
    q: Annotated[str, Query(max_length=200, description="Words of the name or its kana, in any width or form")] = "",
) -> Page[ProviderOut]:
    """List providers, by name."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            providers,
            {"area": areas, "kind": kind},
            paging,
            order=("sort_name", "provider_id"),
            where=found_in_search(q),
            as_=ProviderOut.of,
        )


@routes.get("/providers/{provider_id}", may=READERS)
async def show_provider(provider_id: UUID, context: Context) -> ProviderOut:
    """Show a provider."""
    async with context.snapshot() as snapshot:
        provider = await snapshot.get(providers, provider_id)
    if provider is None or not context.territory.covers(provider.area):
        raise NotFound("provider.unknown")
    context.etag(provider.version)
    return ProviderOut.of(provider)
