"""Routes of providers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import StringConstraints

from shiendomain.vocabulary import AreaCode, BodyKind, Line, Name
from shienevents import Home, NotFound
from shienweb import Answer, AreaQuery, Ask, Body, Done, Page, Pages, Routes, example

from .. import views
from ..decider.provider import RegisterProvider
from ..projections import searchable

routes = Routes("registry", tags=["providers"])


class NewProvider(Body):
    """A body that provides services; never a person. `corporate_number` has 13 digits."""

    model_config = example(area="272108-03", name="東校区社会福祉協議会", kind="shakyo")

    area: AreaCode
    name: Name
    kana: Line = ""
    kind: BodyKind
    corporate_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{13}$")] | None = None

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


@routes.post("/providers", status_code=201)
async def register_provider(body: NewProvider, ask: Ask) -> Done:
    """Register a provider."""
    home = await ask.home(body.area)
    provider_id = ask.new_id()
    return await ask.do(body.command(provider_id, home), id=provider_id)


@routes.get("/providers")
async def list_providers(
    ask: Ask,
    paging: Pages,
    area: AreaQuery = None,
    kind: Annotated[BodyKind | None, Query()] = None,
    name: Annotated[str, Query(max_length=200, description="Part of the name or its kana, in any width")] = "",
) -> Page[ProviderOut]:
    """List providers, by name."""
    areas = ask.areas_within(area)
    async with ask.snapshot() as seen:
        found = await views.list_providers(
            seen,
            areas,
            kind=kind,
            name=searchable(name),
            after=paging.after(str, UUID),
            limit=paging.limit + 1,
        )
        items = [ProviderOut(**row) for row in found]
        return ask.page(
            seen, items, paging, key=lambda item: (searchable(item.name, item.kana)[: views.PLACE], item.provider_id)
        )


@routes.get("/providers/{provider_id}")
async def show_provider(provider_id: UUID, ask: Ask) -> ProviderOut:
    """Show a provider."""
    async with ask.snapshot() as seen:
        provider = await views.provider(seen, provider_id)
    if provider is None or not ask.territory.covers(provider["area"]):
        raise NotFound("provider.unknown")
    ask.etag(provider["version"])
    return ProviderOut(**provider)
