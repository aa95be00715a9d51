"""Routes of the service that answers a proposal: its design, its launch, its revision, and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, TypedDict
from uuid import UUID

from pydantic import Field

from shiendomain.vocabulary import (
    AreaCode,
    Line,
    LineOfReason,
    Name,
    People,
    Reason,
    ServiceClass,
    ServiceEnd,
    SupportKind,
    Text,
    Yen,
)
from shienevents import NotFound
from shienweb import ANSWERERS, Body, Context, RequestContext, Routes, WriteResult, example

from .. import views
from ..decider.running_service import EndService, ReinstateService
from ..decider.service import DesignService, LaunchService, Paths, ReviseDesign, Waiting
from ..projections import proposals, providers
from .grown import free_of
from .together import answer, needs_withdrawn

routes = Routes(tags=["services"])
GivenAreas = Annotated[tuple[AreaCode, ...], Field(max_length=500)]


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


class DesignRevision(Design):
    """The design as a whole, as it is now, and why it was revised."""

    model_config = example(
        name="お買い物送迎サービス",
        service_class="visit_d",
        support_kinds=["outing"],
        fee_yen=300,
        criteria="65歳以上で移動が難しい人",
        starts_on="2026-11-01",
        reason="車両の手配が遅れた",
    )

    reason: LineOfReason


class Launch(Body):
    """How the service begins. Without service areas it serves the areas of the proposal's needs.

    `provider_id` is of the registry's list, whose name is taken; a provider that is not on it has its name only.
    `entry_id` is its request to take part, if it made one. `takes_over`: the activity of residents from which the
    proposal grew becomes the service. It is not registered a second time; `beside`: it goes on by itself.
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
    service_areas: GivenAreas = ()
    capacity: People | None = None
    schedule: Line = ""
    launched_on: date
    entry_id: UUID | None = None
    takes_over: UUID | None = None
    beside: bool = False


class End(Body):
    """When the service ended (or was given up before it began), and why."""

    model_config = example(ended_on="2027-03-31", reason="providers_withdrew", note="運転手の確保が難しくなった")

    ended_on: date
    reason: ServiceEnd
    note: Reason


class Reinstatement(Body):
    """Why the end was a mistake."""

    model_config = example(reason="別のサービスの終了を記録するつもりだった")

    reason: LineOfReason


@routes.post("/proposals/{proposal_id}/design", may=ANSWERERS)
async def design_service(proposal_id: UUID, body: Design, context: Context) -> WriteResult:
    """Design the service that answers an adopted proposal. Its id is in the proposal, as `service_id`."""
    gone = await needs_withdrawn(context, proposal_id)
    return await answer(context, DesignService(proposal_id, context.new_id(), **vars(body), needs_withdrawn=gone))


@routes.put("/proposals/{proposal_id}/design", may=ANSWERERS)
async def revise_design(proposal_id: UUID, body: DesignRevision, context: Context) -> WriteResult:
    """Replace the design as a whole, before the service is launched."""
    gone = await needs_withdrawn(context, proposal_id)
    return await context.execute(ReviseDesign(proposal_id, **vars(body), needs_withdrawn=gone), id=proposal_id)


@routes.post("/proposals/{proposal_id}/launch", may=ANSWERERS)
async def launch_service(proposal_id: UUID, body: Launch, context: Context) -> WriteResult:
    """Launch the designed service: the registry lists it as a resource, and it is proposed to the needs behind it.

    It is proposed for as many people as wait now; a need that is met or withdrawn is passed over. Needs that lie where
    it does not serve stay with their gap; `POST …/extension` reaches them later. An activity that is taken over goes on
    under its id, as a resource of the service.
    """
    facts = await of_needs(context, proposal_id)
    given = vars(body) | {"provider_name": await provider_named(context, body.provider_id, body.provider_name)}
    command = LaunchService(proposal_id, **given, today=context.occurred_on, areas=context.territory, **facts)
    free = await free_activities(context, proposal_id)
    gone = await needs_withdrawn(context, proposal_id)
    return await answer(context, replace(command, free=free, needs_withdrawn=gone))


@routes.post("/proposals/{proposal_id}/end", may=ANSWERERS)
async def end_service(proposal_id: UUID, body: End, context: Context) -> WriteResult:
    """End the service. Its resources are retired, the people it went on helping wait again; it may be proposed anew.

    An activity that was taken over ends too. If its residents go on, the registry reinstates it, apart from this.
    """
    return await answer(context, EndService(proposal_id, **vars(body), today=context.occurred_on))


@routes.post("/proposals/{proposal_id}/reinstatement", may=ANSWERERS)
async def reinstate_service(proposal_id: UUID, body: Reinstatement, context: Context) -> WriteResult:
    """Undo the end of a service that was a mistake. Its resources are reinstated; matches that lapsed stay lapsed."""
    return await answer(context, ReinstateService(proposal_id, body.reason))


class OfNeeds(TypedDict):
    """What is known of the needs behind a proposal: the areas above theirs, and how many people wait now."""

    paths: Paths
    waiting: Waiting


async def of_needs(context: RequestContext, proposal_id: UUID) -> OfNeeds:
    """What is known of the proposal's needs. Raises `NotFound` for a proposal outside the territory."""
    async with context.snapshot() as snapshot:
        proposal = await snapshot.get(proposals, proposal_id)
        if proposal is None or not context.territory.covers(proposal.area):
            raise NotFound("proposal.unknown")
        waiting = await views.waiting_of(snapshot, proposal.needs)
    return OfNeeds(paths={need.area: context.tree.path(need.area) for need in proposal.needs}, waiting=waiting)


async def free_activities(context: RequestContext, proposal_id: UUID) -> frozenset[UUID]:
    """The activities from which the proposal grew that are with no service."""
    async with context.snapshot() as snapshot:
        proposal = await snapshot.get(proposals, proposal_id)
        return await free_of(snapshot, proposal) if proposal else frozenset()


async def provider_named(context: RequestContext, provider_id: UUID | None, name: str) -> str:
    """The name in the register of a provider that is on it; else as given. Raises `NotFound`."""
    if provider_id is None:
        return name
    async with context.snapshot() as snapshot:
        provider = await snapshot.get(providers, provider_id)
    context.must_cover(provider.area if provider else None, "provider.unknown")
    assert provider is not None, "one that is unknown is refused"
    return provider.name
