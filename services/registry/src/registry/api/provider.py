"""Routes of providers (サービス提供者)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.vocabulary import (
    AreaCode,
    BodyKind,
    GivenCorporateNumber,
    Line,
    LineOfReason,
    Name,
    People,
    ServiceClass,
)
from shienevents import Home, NotFound, Rejected
from shienweb import (
    PROVIDER_KEEPERS,
    READERS,
    Answer,
    AreaQuery,
    Body,
    Context,
    Distinct,
    Page,
    Pages,
    RequestContext,
    Routes,
    WriteResult,
    contains,
    example,
)

from .. import views
from ..decider.provider import (
    ProviderFacts,
    RegisterProvider,
    ReleaseProvider,
    ReviseProvider,
    SecureProvider,
)
from ..projections import ProviderRow, providers
from .duplicates import check_provider
from .found import found_in_search
from .seen import providers_seen, shown_providers

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


class DistinctProvider(NewProvider):
    """A body that provides services; never a person.

    `not_the_same_as` names providers of this name that somebody looked at, and that are other bodies.
    """

    model_config = example(area="272108-03", name="東校区社会福祉協議会", kind="shakyo")

    not_the_same_as: Distinct = ()


class CorrectedProvider(Body):
    """What a provider is, as a whole, and what was wrong or has changed."""

    model_config = example(name="東校区社会福祉協議会", kind="shakyo", reason="名称の変更")

    name: Name
    kana: Line = ""
    kind: BodyKind
    corporate_number: GivenCorporateNumber | None = None
    reason: LineOfReason


class NewSecuring(Body):
    """The class of service that a provider was secured for, for how many people, and from which day on."""

    model_config = example(service_class="visit_a", capacity=20, since="2026-04-01")

    service_class: ServiceClass
    capacity: People
    since: date


class Release(Body):
    """The class of service that a provider is no longer secured for, and why."""

    model_config = example(service_class="visit_a", reason="人員の確保が難しくなった")

    service_class: ServiceClass
    reason: LineOfReason


class SecuringOut(Answer):
    """What a provider is or was secured for (`released_on`, `released_for`). `capacity` is in people."""

    service_class: ServiceClass
    capacity: int
    since: date
    released_on: date | None
    released_for: str


class ProviderOut(Answer):
    """A provider. `secured` are the classes of service that it is secured for now, `securings` those it ever was."""

    provider_id: UUID
    area: str
    name: str
    kana: str
    kind: BodyKind
    corporate_number: str | None
    secured: tuple[ServiceClass, ...]
    securings: tuple[SecuringOut, ...]
    revised_for: str
    moved_for: str
    not_the_same_as: tuple[UUID, ...]
    version: int

    @classmethod
    def of(cls, row: ProviderRow) -> Self:
        """The answer of a row."""
        return cls(**vars(row))


@routes.post("/providers", may=PROVIDER_KEEPERS, status_code=201)
async def register_provider(body: DistinctProvider, context: Context) -> WriteResult:
    """Register a provider.

    One whose name another provider has already (`GET /similar-providers` shows them) is refused, unless the other one
    is named in `not_the_same_as`. A corporate number belongs to one provider of the municipality.
    """
    home = await context.home(body.area)
    provider_id = context.new_id()
    await check_number(context, body.corporate_number, home.municipality, None)
    await check_provider(context, body.name, body.not_the_same_as)
    command = replace(body.command(provider_id, home), not_the_same_as=body.not_the_same_as)
    return await context.execute(command, id=provider_id)


async def check_number(context: RequestContext, number: str | None, municipality: str | None, own: UUID | None) -> None:
    """Raise `Rejected` for the corporate number of a provider of the municipality that is not the `own` one."""
    if number is None or municipality is None:
        return
    async with context.snapshot() as snapshot:
        others = await views.providers_of_number(snapshot, number, municipality)
    if other := next((one for one in others if one.provider_id != own), None):
        raise Rejected("provider.number_taken", name=other.name, id=str(other.provider_id))


@routes.put("/providers/{provider_id}", may=PROVIDER_KEEPERS)
async def revise_provider(provider_id: UUID, body: CorrectedProvider, context: Context) -> WriteResult:
    """Correct the entry of a provider as a whole, with the reason. Resources show the name that it has now."""
    async with context.snapshot() as snapshot:
        provider = await snapshot.get(providers, provider_id)
    context.must_cover(provider.area if provider else None, "provider.unknown")
    municipality = context.tree.municipality(provider.area) if provider else None
    await check_number(context, body.corporate_number, municipality, provider_id)
    facts = ProviderFacts(body.name, body.kana, body.kind, body.corporate_number)
    return await context.execute(ReviseProvider(provider_id, facts, body.reason), id=provider_id)


@routes.post("/providers/{provider_id}/securing", may=PROVIDER_KEEPERS)
async def secure_provider(provider_id: UUID, body: NewSecuring, context: Context) -> WriteResult:
    """Record that a provider was secured for a class of service (サービス提供者の確保), in place of what was before.

    It is recorded when it is secured: `since` is no later than today.
    """
    command = SecureProvider(provider_id, body.service_class, body.capacity, body.since, context.occurred_on)
    return await context.execute(command, id=provider_id)


@routes.post("/providers/{provider_id}/release", may=PROVIDER_KEEPERS)
async def release_provider(provider_id: UUID, body: Release, context: Context) -> WriteResult:
    """Record that a provider is no longer secured for a class of service. Secure it again to undo this."""
    return await context.execute(ReleaseProvider(provider_id, body.service_class, body.reason), id=provider_id)


@routes.get("/providers", may=READERS)
async def list_providers(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    kind: Annotated[BodyKind | None, Query()] = None,
    q: Annotated[str, Query(max_length=200, description="Words of the name or its kana, in any width or form")] = "",
    secured: Annotated[ServiceClass | None, Query(description="Only those secured for this class of service")] = None,
) -> Page[ProviderOut]:
    """List providers, by name: those of the areas and above them, and those whose resources serve them."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            providers,
            {"kind": kind, "secured": contains(secured)},
            paging,
            order=("sort_name", "provider_id"),
            where=[shown_providers(context, areas), *found_in_search(q)],
            as_=ProviderOut.of,
        )


@routes.get("/providers/{provider_id}", may=READERS)
async def show_provider(provider_id: UUID, context: Context) -> ProviderOut:
    """Show a provider of the territory, of an area above it, or whose resource serves it."""
    async with context.snapshot() as snapshot:
        provider = (await providers_seen(context, snapshot, [provider_id])).get(provider_id)
    if provider is None:
        raise NotFound("provider.unknown")
    context.etag(provider.version)
    return ProviderOut.of(provider)
