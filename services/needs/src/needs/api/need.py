"""Routes of needs (支援ニーズ)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field, StringConstraints

from shiendomain.vocabulary import (
    AgeBand,
    AreaCode,
    Frequency,
    Line,
    People,
    SourceKind,
    SupportKind,
    Weekday,
    Yen,
)
from shienevents import NotFound
from shienweb import Answer, AreaQuery, Ask, Asking, Body, Done, Page, Pages, Routes, example

from .. import views
from ..decider.need import NeedFacts, NeedState, RecordNeed, ReviseNeed, WithdrawNeed

routes = Routes("needs", tags=["needs"])


class NeedBody(Body):
    """What of a need may be revised: `people` people, so often, on these days (none: any). No person is named."""

    model_config = example(people=4, frequency="weekly", weekdays=["tue", "fri"], note="買い物の付き添い")

    people: People
    age_band: AgeBand = AgeBand.ANY
    frequency: Frequency
    weekdays: Annotated[tuple[Weekday, ...], Field(max_length=7)] = ()
    fee_ceiling_yen: Yen | None = None
    note: Line = ""

    def facts(self) -> NeedFacts:
        """As the decider takes them: each weekday once, in the order of the week."""
        return NeedFacts(
            people=self.people,
            age_band=self.age_band,
            frequency=self.frequency,
            weekdays=tuple(day for day in Weekday if day in self.weekdays),
            fee_ceiling_yen=self.fee_ceiling_yen,
            note=self.note,
        )


class NewNeed(NeedBody):
    """A need of an area."""

    model_config = example(
        area="272108-03",
        support_kind="outing",
        people=3,
        frequency="weekly",
        weekdays=["tue"],
        fee_ceiling_yen=300,
        source="coordinator",
        note="買い物に行けない",
    )

    area: AreaCode
    support_kind: SupportKind
    source: SourceKind
    survey_id: UUID | None = None


class Withdrawal(Body):
    """Why the need is no more, or should not have been recorded."""

    model_config = example(reason="転居のため")

    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class NeedOut(Answer):
    """A need and where it is on its way. `match_id` is the match that holds or met it."""

    need_id: UUID
    area: str
    state: NeedState
    support_kind: SupportKind
    people: int
    age_band: AgeBand
    frequency: Frequency
    weekdays: tuple[Weekday, ...]
    fee_ceiling_yen: int | None
    source: SourceKind
    survey_id: UUID | None
    note: str
    issue_id: UUID | None
    match_id: UUID | None
    resource_id: UUID | None
    service_id: UUID | None
    people_helped: int | None
    undone_for: str
    withdrawn_for: str
    recorded_at: datetime
    correlation: UUID
    version: int


async def thread_of(ask: Asking, need_id: UUID) -> UUID | None:
    """The thread a need belongs to, once the view has it."""
    async with ask.snapshot() as seen:
        need = await views.need(seen, need_id)
    return need["correlation"] if need else None


@routes.post("/needs", status_code=201)
async def record_need(body: NewNeed, ask: Ask) -> Done:
    """Record a need of an area. It begins a thread of its own, which everything that follows from it belongs to."""
    home = await ask.home(body.area)
    if body.survey_id:
        async with ask.snapshot() as seen:
            survey = await views.survey(seen, body.survey_id)
        ask.must_cover(views.area_of(survey), "survey.unknown")
    need_id = ask.new_id()
    command = RecordNeed(need_id, home, body.support_kind, body.facts(), body.source, body.survey_id)
    return await ask.do(command, id=need_id)


@routes.put("/needs/{need_id}")
async def revise_need(need_id: UUID, body: NeedBody, ask: Ask) -> Done:
    """Say anew, as a whole, what the need is; its area and kind stay."""
    thread = await thread_of(ask, need_id)
    return await ask.do(ReviseNeed(need_id, body.facts()), id=need_id, correlation=thread)


@routes.post("/needs/{need_id}/withdrawal")
async def withdraw_need(need_id: UUID, body: Withdrawal, ask: Ask) -> Done:
    """Withdraw a need, with the reason."""
    thread = await thread_of(ask, need_id)
    return await ask.do(WithdrawNeed(need_id, body.reason), id=need_id, correlation=thread)


@routes.get("/needs")
async def list_needs(
    ask: Ask,
    paging: Pages,
    area: AreaQuery = None,
    state: Annotated[NeedState | None, Query()] = None,
    support_kind: Annotated[SupportKind | None, Query()] = None,
    survey_id: Annotated[UUID | None, Query()] = None,
    issue_id: Annotated[UUID | None, Query()] = None,
) -> Page[NeedOut]:
    """List needs, the newest first."""
    areas = ask.areas_within(area)
    async with ask.snapshot() as seen:
        found = await views.list_needs(
            seen,
            areas,
            state=state,
            kind=support_kind,
            survey=survey_id,
            issue=issue_id,
            after=paging.after(datetime, UUID),
            limit=paging.limit + 1,
        )
        items = [NeedOut(**row) for row in found]
        return ask.page(seen, items, paging, key=lambda item: (item.recorded_at, item.need_id))


@routes.get("/needs/{need_id}")
async def show_need(need_id: UUID, ask: Ask) -> NeedOut:
    """Show a need."""
    async with ask.snapshot() as seen:
        need = await views.need(seen, need_id)
    if need is None or not ask.territory.covers(need["area"]):
        raise NotFound("need.unknown")
    ask.etag(need["version"])
    return NeedOut(**need)
