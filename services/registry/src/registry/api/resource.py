"""Routes of resources (社会資源)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field

from shiendomain.days import today
from shiendomain.registry import ResourceDetails, ResourceSource
from shiendomain.vocabulary import AreaCode, Line, ResourceEnd, SourceKind, SupportKind, VerificationMethod
from shienevents import NotFound
from shienweb import AreaQuery, Ask, Asking, Body, Done, Page, Pages, Routes, example

from .. import views
from ..decider.resource import (
    RegisterResource,
    ResourceState,
    ResumeResource,
    RetireResource,
    ReviseResource,
    SuspendResource,
    VerifyResource,
)
from ..projections import searchable
from .listing import Listing, ResourceOut, Revision, resource_out

routes = Routes("registry", tags=["resources"])


class NewResource(Body):
    """A resource of an area, and where the listing comes from."""

    model_config = example(
        area="272108-03",
        details={
            "name": "ふれあいサロン",
            "support_kinds": ["salon"],
            "service_areas": ["272108-03"],
            "schedule": "第2・4火曜",
            "fee": "1回200円",
            "fee_yen": 200,
            "capacity": 20,
        },
        source={"kind": "coordinator"},
    )

    area: AreaCode
    details: Listing
    source: ResourceSource = ResourceSource(kind=SourceKind.COORDINATOR)


class Verification(Body):
    """Who asked found the listing true, in these fields (none: all of it)."""

    model_config = example(verified_on="2026-04-10", method="visit")

    verified_on: date
    method: VerificationMethod
    fields: Annotated[tuple[Line, ...], Field(max_length=len(ResourceDetails.model_fields))] = ()


class End(Body):
    """Why a resource is suspended or retired."""

    model_config = example(reason="supporters_lacking", note="担い手を募集中")

    reason: ResourceEnd
    note: Line = ""


class StaleResource(ResourceOut):
    """A resource that wants verifying, and since when nobody did."""

    since: date


def stale_before(request: Request) -> date:
    """A resource verified before this day is stale, as the city has set it."""
    return today() - timedelta(days=request.app.state.stale_after_days)


StaleBefore = Annotated[date, Depends(stale_before)]


async def check_places(ask: Asking, service_areas: Iterable[str], provider_id: UUID | None) -> None:
    """Raise `NotFound` or `Rejected` for areas and providers that are not the asker's."""
    for area in service_areas:
        await ask.home(area)
    if provider_id:
        async with ask.snapshot() as seen:
            provider = await views.provider(seen, provider_id)
        ask.must_cover(views.area_of(provider), "provider.unknown")


async def thread_of(ask: Asking, resource_id: UUID) -> UUID | None:
    """The thread a resource belongs to, once the view has it."""
    async with ask.snapshot() as seen:
        resource = await views.resource(seen, resource_id)
    return resource["correlation"] if resource else None


@routes.post("/resources", status_code=201)
async def register_resource(body: NewResource, ask: Ask) -> Done:
    """Register a resource, not yet verified."""
    home = await ask.home(body.area)
    details = body.details.details(body.area)
    await check_places(ask, details.service_areas, details.provider_id)
    resource_id = ask.new_id()
    return await ask.do(RegisterResource(resource_id, home, details, body.source), id=resource_id)


@routes.put("/resources/{resource_id}")
async def revise_resource(resource_id: UUID, body: Revision, ask: Ask) -> Done:
    """Say anew, as a whole, what a resource is."""
    details = body.details("")
    await check_places(ask, details.service_areas, details.provider_id)
    thread = await thread_of(ask, resource_id)
    return await ask.do(ReviseResource(resource_id, details), id=resource_id, correlation=thread)


@routes.post("/resources/{resource_id}/verification")
async def verify_resource(resource_id: UUID, body: Verification, ask: Ask) -> Done:
    """Say that somebody asked, and the listing holds."""
    thread = await thread_of(ask, resource_id)
    command = VerifyResource(resource_id, body.verified_on, body.method, tuple(dict.fromkeys(body.fields)), today())
    return await ask.do(command, id=resource_id, correlation=thread)


@routes.post("/resources/{resource_id}/suspension")
async def suspend_resource(resource_id: UUID, body: End, ask: Ask) -> Done:
    """Say that a resource gives nothing for now."""
    thread = await thread_of(ask, resource_id)
    return await ask.do(SuspendResource(resource_id, body.reason, body.note), id=resource_id, correlation=thread)


@routes.post("/resources/{resource_id}/resumption")
async def resume_resource(resource_id: UUID, ask: Ask) -> Done:
    """Say that a suspended resource gives again; it wants verifying."""
    thread = await thread_of(ask, resource_id)
    return await ask.do(ResumeResource(resource_id), id=resource_id, correlation=thread)


@routes.post("/resources/{resource_id}/retirement")
async def retire_resource(resource_id: UUID, body: End, ask: Ask) -> Done:
    """Say that a resource is no more. This is for good."""
    thread = await thread_of(ask, resource_id)
    return await ask.do(RetireResource(resource_id, body.reason, body.note), id=resource_id, correlation=thread)


@routes.get("/resources")
async def list_resources(
    ask: Ask,
    paging: Pages,
    area: AreaQuery = None,
    state: Annotated[ResourceState | None, Query()] = None,
    support_kind: Annotated[SupportKind | None, Query()] = None,
    name: Annotated[str, Query(max_length=200, description="Part of the name or its kana, in any width")] = "",
) -> Page[ResourceOut]:
    """List resources, by name."""
    areas = ask.areas_within(area)
    async with ask.snapshot() as seen:
        found = await views.list_resources(
            seen,
            areas,
            state=state,
            kind=support_kind,
            name=searchable(name),
            after=paging.after(str, UUID),
            limit=paging.limit + 1,
        )
        return ask.page(
            seen,
            [resource_out(row) for row in found],
            paging,
            key=lambda one: (searchable(one.details.name, one.details.kana)[: views.PLACE], one.resource_id),
        )


@routes.get("/resources/{resource_id}")
async def show_resource(resource_id: UUID, ask: Ask) -> ResourceOut:
    """Show a resource."""
    async with ask.snapshot() as seen:
        resource = await views.resource(seen, resource_id)
    if resource is None or not ask.territory.covers(resource["area"]):
        raise NotFound("resource.unknown")
    ask.etag(resource["version"])
    return resource_out(resource)


@routes.get("/stale-resources")
async def stale_resources(ask: Ask, paging: Pages, before: StaleBefore, area: AreaQuery = None) -> Page[StaleResource]:
    """List the resources that want verifying, those that wait longest first."""
    areas = ask.areas_within(area)
    async with ask.snapshot() as seen:
        found = await views.stale_resources(
            seen, areas, before=before, after=paging.after(date, UUID), limit=paging.limit + 1
        )
        items = [StaleResource(**dict(resource_out(row)), since=row["since"]) for row in found]
        return ask.page(seen, items, paging, key=lambda item: (item.since, item.resource_id))
