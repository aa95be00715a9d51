"""Routes of the service that answers a proposal: its design and its launch."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shiendomain.vocabulary import AreaCode, Line, Name, People, ServiceClass, SupportKind, Text, Yen
from shienevents import NotFound
from shienweb import ANSWERERS, Body, Context, Routes, WriteResult, example

from ..decider.service import DesignService, LaunchService
from ..projections import proposals, providers

routes = Routes(tags=["services"])


class Design(Body):
    """The service that answers the proposal."""

    model_config = example(
        name="お買い物送迎サービス",
        service_class="visit_d",
        support_kinds=["outing"],
        fee_yen=200,
        criteria="65歳以上で移動が難しい人",
        starts_on="2026-10-01",
    )

    name: Name
    service_class: ServiceClass
    support_kinds: Annotated[tuple[SupportKind, ...], Field(min_length=1, max_length=7)]
    fee_yen: Yen | None = None
    criteria: Text = ""
    starts_on: date


class Launch(Body):
    """How the service begins. Without service areas it serves the areas of the proposal's needs.

    `provider_id` is of the registry's list; a provider that is not on it has its name only.
    """

    model_config = example(
        provider_name="社会福祉協議会",
        service_areas=["272108-03"],
        capacity=20,
        schedule="毎週水曜",
        launched_on="2026-10-01",
    )

    provider_id: UUID | None = None
    provider_name: Name
    service_areas: Annotated[tuple[AreaCode, ...], Field(max_length=500)] = ()
    capacity: People | None = None
    schedule: Line = ""
    launched_on: date


@routes.post("/proposals/{proposal_id}/design", may=ANSWERERS)
async def design_service(proposal_id: UUID, body: Design, context: Context) -> WriteResult:
    """Design the service that answers an adopted proposal. Its id is in the proposal, as `service_id`."""
    return await context.execute(DesignService(proposal_id, context.new_id(), **vars(body)), id=proposal_id)


@routes.post("/proposals/{proposal_id}/launch", may=ANSWERERS)
async def launch_service(proposal_id: UUID, body: Launch, context: Context) -> WriteResult:
    """Launch the designed service: the registry lists it as a resource, and it is proposed to the needs behind it."""
    async with context.snapshot() as snapshot:
        proposal = await snapshot.get(proposals, proposal_id)
        provider = await snapshot.get(providers, body.provider_id) if body.provider_id else None
    if proposal is None or not context.territory.covers(proposal.area):
        raise NotFound("proposal.unknown")
    if body.provider_id:
        context.must_cover(provider.area if provider else None, "provider.unknown")
    paths = {need.area: context.tree.path(need.area) for need in proposal.needs}
    command = LaunchService(proposal_id, **vars(body), today=context.occurred_on, paths=paths, areas=context.territory)
    return await context.execute(command, id=proposal_id)
