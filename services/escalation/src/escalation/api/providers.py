"""Routes of the providers of a service: they ask to take part, join, serve further areas, change their terms, leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import Field

from shiendomain.vocabulary import (
    AreaCode,
    Line,
    LineOfReason,
    Name,
    People,
    Provision,
    Reason,
    ResourceEnd,
    Yen,
)
from shienevents import NotFound
from shienweb import ANSWERERS, Body, Context, RequestContext, Routes, WriteResult, example

from ..decider.entry import AdjustTerms, DeclineEntry, RequestEntry
from ..decider.running_service import ExtendService, JoinService, LeaveService, ReviseService
from ..projections import entries
from .service import GivenAreas, free_activities, of_needs, provider_named

routes = Routes(tags=["services"])
Number = Annotated[Provision, Path(description="The number of the provision, as in `GET /services/{service_id}`")]


class NewEntry(Body):
    """Who asks to take part in the service, and what is asked for or offered."""

    model_config = example(
        provider_name="NPO法人おでかけ", asked="車両の維持費の補助があれば、週2回まで担える", requested_on="2026-08-20"
    )

    provider_id: UUID | None = None
    provider_name: Name
    asked: Reason
    requested_on: date


class Terms(Body):
    """What the city and the provider came to."""

    model_config = example(terms="燃料費を市が補助し、週2回運行する", adjusted_on="2026-09-05")

    terms: Reason
    adjusted_on: date


class Refusal(Body):
    """Why the provider does not take part."""

    model_config = example(reason="運転手の確保の見通しが立たない")

    reason: Reason


class Joining(Body):
    """How the provider gives the service. Without service areas it serves the areas of the proposal's needs.

    Without a fee it takes that of the design. `takes_over` as in the launch.
    """

    model_config = example(
        provider_name="NPO法人おでかけ",
        service_areas=["272108-04"],
        capacity=10,
        schedule="毎週金曜",
        joined_on="2026-12-01",
    )

    provider_id: UUID | None = None
    provider_name: Name
    service_areas: GivenAreas = ()
    capacity: People | None = None
    fee_yen: Yen | None = None
    schedule: Line = ""
    joined_on: date
    entry_id: UUID | None = None
    takes_over: UUID | None = None


class Extension(Body):
    """The areas that the provider serves too, from a day on."""

    model_config = example(added=["272108-05"], extended_on="2027-01-10")

    added: Annotated[tuple[AreaCode, ...], Field(min_length=1, max_length=500)]
    extended_on: date


class Revision(Body):
    """The fee, the days and the places of the provision, all of them as they are now."""

    model_config = example(
        fee_yen=300, schedule="毎週水曜・金曜", capacity=15, changed_on="2027-04-01", reason="燃料費の値上がり"
    )

    fee_yen: Yen | None = None
    schedule: Line = ""
    capacity: People | None = None
    changed_on: date
    reason: LineOfReason


class Leaving(Body):
    """When the provider stopped, and why."""

    model_config = example(left_on="2027-03-31", reason="provider_withdrew", note="担い手が引退した")

    left_on: date
    reason: ResourceEnd
    note: Line = ""


@routes.post("/proposals/{proposal_id}/entries", may=ANSWERERS, status_code=201)
async def request_entry(proposal_id: UUID, body: NewEntry, context: Context) -> WriteResult:
    """Record that a provider asked to take part in the service that was designed."""
    entry_id = context.new_id()
    given = vars(body) | {"provider_name": await provider_named(context, body.provider_id, body.provider_name)}
    command = RequestEntry(proposal_id, entry_id, **given, today=context.occurred_on)
    return await context.execute(command, id=entry_id)


@routes.post("/entries/{entry_id}/terms", may=ANSWERERS)
async def adjust_terms(entry_id: UUID, body: Terms, context: Context) -> WriteResult:
    """Record the terms that the city and the provider came to. It may be done repeatedly."""
    proposal_id = await proposal_of_entry(context, entry_id)
    command = AdjustTerms(proposal_id, entry_id, **vars(body), today=context.occurred_on)
    return await context.execute(command, id=entry_id)


@routes.post("/entries/{entry_id}/declination", may=ANSWERERS)
async def decline_entry(entry_id: UUID, body: Refusal, context: Context) -> WriteResult:
    """Record that the provider does not take part, with the reason."""
    proposal_id = await proposal_of_entry(context, entry_id)
    return await context.execute(DeclineEntry(proposal_id, entry_id, body.reason), id=entry_id)


@routes.post("/proposals/{proposal_id}/provisions", may=ANSWERERS)
async def join_service(proposal_id: UUID, body: Joining, context: Context) -> WriteResult:
    """A further provider gives the running service: the registry lists a resource of its own for it."""
    facts = await of_needs(context, proposal_id)
    given = vars(body) | {"provider_name": await provider_named(context, body.provider_id, body.provider_name)}
    command = JoinService(proposal_id, **given, today=context.occurred_on, areas=context.territory, **facts)
    free = await free_activities(context, proposal_id)
    return await context.execute(replace(command, free=free), id=proposal_id)


@routes.post("/proposals/{proposal_id}/provisions/{provision}/extension", may=ANSWERERS)
async def extend_service(proposal_id: UUID, provision: Number, body: Extension, context: Context) -> WriteResult:
    """A provider serves further areas. It is proposed to the needs behind the proposal that lie there."""
    facts = await of_needs(context, proposal_id)
    command = ExtendService(
        proposal_id, provision, **vars(body), today=context.occurred_on, areas=context.territory, **facts
    )
    return await context.execute(command, id=proposal_id)


@routes.put("/proposals/{proposal_id}/provisions/{provision}", may=ANSWERERS)
async def revise_service(proposal_id: UUID, provision: Number, body: Revision, context: Context) -> WriteResult:
    """Record that the fee, the days or the places of a provision changed on a day."""
    command = ReviseService(proposal_id, provision, **vars(body), today=context.occurred_on)
    return await context.execute(command, id=proposal_id)


@routes.post("/proposals/{proposal_id}/provisions/{provision}/leaving", may=ANSWERERS)
async def leave_service(proposal_id: UUID, provision: Number, body: Leaving, context: Context) -> WriteResult:
    """Record that a provider no longer gives the service. When the last one leaves, end the service instead."""
    command = LeaveService(proposal_id, provision, **vars(body), today=context.occurred_on)
    return await context.execute(command, id=proposal_id)


async def proposal_of_entry(context: RequestContext, entry_id: UUID) -> UUID:
    """The proposal in whose stream the request is. Raises `NotFound` for one outside the territory."""
    async with context.snapshot() as snapshot:
        entry = await snapshot.get(entries, entry_id)
    if entry is None or entry.proposal_id is None or not context.territory.covers(entry.area):
        raise NotFound("entry.unknown")
    return entry.proposal_id
