"""Routes that take back what was recorded by mistake, or twice. What stands on it is taken back or corrected first."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from shiendomain.mistakes import Mistake
from shienevents import NotFound
from shienweb import (
    CITY,
    COUNCIL_KEEPERS,
    KEEPERS,
    PROVIDER_KEEPERS,
    Context,
    RecordMistake,
    RequestContext,
    Routes,
    WriteResult,
    example,
)

from .. import mistake_views
from ..decider.coordinator_commands import WithdrawCoordinator
from ..decider.council_commands import WithdrawCouncil
from ..decider.place import WithdrawPlace
from ..decider.provider import WithdrawProvider
from ..decider.resource_commands import FollowProvider
from ..decider.supporter_commands import WithdrawTraining
from ..decider.venue import WithdrawVenue
from .seen import providers_seen

routes = Routes()


class ProviderMistake(RecordMistake):
    """Why the provider was a mistake; `same_as`: the provider that it really is, whose its resources become."""

    model_config = example(reason="同じ団体を二度登録していた", same_as="0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f")

    same_as: UUID | None = None


@routes.post("/coordinators/{coordinator_id}/withdrawal", may=CITY, tags=["coordinators"])
async def withdraw_coordinator(coordinator_id: UUID, body: RecordMistake, context: Context) -> WriteResult:
    """Withdraw a post that was recorded by mistake, or twice. Undo its hand-over first, if there was one."""
    return await _withdrawn(context, body, WithdrawCoordinator, coordinator_id, mistake_views.POST)


@routes.post("/councils/{council_id}/withdrawal", may=COUNCIL_KEEPERS, tags=["councils"])
async def withdraw_council(council_id: UUID, body: RecordMistake, context: Context) -> WriteResult:
    """Withdraw a council recorded by mistake, or twice. No meeting, proposal, information or contact is its."""
    return await _withdrawn(context, body, WithdrawCouncil, council_id, mistake_views.COUNCIL)


@routes.post("/venues/{venue_id}/withdrawal", may=KEEPERS, tags=["venues"])
async def withdraw_venue(venue_id: UUID, body: RecordMistake, context: Context) -> WriteResult:
    """Withdraw a venue that was recorded by mistake, or twice. Erase its contacts first."""
    return await _withdrawn(context, body, WithdrawVenue, venue_id, mistake_views.VENUE)


@routes.post("/places/{place_id}/withdrawal", may=KEEPERS, tags=["places"])
async def withdraw_place(place_id: UUID, body: RecordMistake, context: Context) -> WriteResult:
    """Withdraw a place that was recorded by mistake, or twice. Nobody takes part in it."""
    return await context.execute(WithdrawPlace(place_id, Mistake(body.reason)), id=place_id)


@routes.post("/cohorts/{cohort_id}/withdrawal", may=KEEPERS, tags=["supporters"])
async def withdraw_training(cohort_id: UUID, body: RecordMistake, context: Context) -> WriteResult:
    """Withdraw a training that was recorded by mistake, or twice. None of its supporters supports anything."""
    return await context.execute(WithdrawTraining(cohort_id, Mistake(body.reason)), id=cohort_id)


@routes.post("/providers/{provider_id}/withdrawal", may=PROVIDER_KEEPERS, tags=["providers"])
async def withdraw_provider(provider_id: UUID, body: ProviderMistake, context: Context) -> WriteResult:
    """Withdraw a provider that was registered by mistake, or twice.

    With `same_as` its resources that are not retired are from now on those of that provider, in the same commit;
    without it, it has none. It sits on no council, and no information or contact is its.
    """
    on = mistake_views.TWICE if body.same_as else mistake_views.PROVIDER
    async with context.snapshot() as snapshot:
        seen = await providers_seen(context, snapshot, {provider_id} | ({body.same_as} if body.same_as else set()))
        if body.same_as and body.same_as not in seen:
            raise NotFound("provider.unknown")
        mine = provider_id in seen and context.territory.covers(seen[provider_id].area)
        resources = await mistake_views.resources_of_provider(snapshot, provider_id) if mine else []
        grounds = await mistake_views.standing(snapshot, on, provider_id)
    command = WithdrawProvider(provider_id, Mistake(body.reason, grounds), body.same_as)
    follow = [FollowProvider(resource, body.same_as) for resource in resources] if body.same_as else []
    return await context.execute_together(follow, id=provider_id, summary=lambda _: command, any_area=mine)


async def _withdrawn(
    context: RequestContext, body: RecordMistake, command: Callable[[UUID, Mistake], object], id_: UUID, on: str
) -> WriteResult:
    async with context.snapshot() as snapshot:
        grounds = await mistake_views.standing(snapshot, on, id_)
    return await context.execute(command(id_, Mistake(body.reason, grounds)), id=id_)
