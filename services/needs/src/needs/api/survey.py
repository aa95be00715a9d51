"""Routes of surveys."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.vocabulary import AreaCode, Name, SurveyMethod
from shienweb import Answer, AreaQuery, Ask, Body, Done, Page, Pages, Routes, example

from .. import views
from ..decider.survey import CloseSurvey, OpenSurvey

routes = Routes("needs", tags=["surveys"])


class NewSurvey(Body):
    """A survey of an area; `period_until` is its last day."""

    model_config = example(
        area="272108-03",
        title="暮らしの困りごと調査",
        method="questionnaire",
        period_from="2026-06-01",
        period_until="2026-06-30",
    )

    area: AreaCode
    title: Name
    method: SurveyMethod
    period_from: date
    period_until: date


class SurveyResponses(Body):
    """How many answered."""

    model_config = example(responses=412)

    responses: Annotated[int, Field(ge=0, le=10_000_000)]


class SurveyOut(Answer):
    """A survey. `responses` is null until it is closed."""

    survey_id: UUID
    area: str
    title: str
    method: SurveyMethod
    period_from: date
    period_until: date
    responses: int | None
    recorded_at: datetime
    version: int


@routes.post("/surveys", status_code=201)
async def open_survey(body: NewSurvey, ask: Ask) -> Done:
    """Open a survey of an area."""
    home = await ask.home(body.area)
    survey_id = ask.new_id()
    command = OpenSurvey(survey_id, home, body.title, body.method, body.period_from, body.period_until)
    return await ask.do(command, id=survey_id)


@routes.post("/surveys/{survey_id}/closure")
async def close_survey(survey_id: UUID, body: SurveyResponses, ask: Ask) -> Done:
    """Close a survey with the number of its responses."""
    async with ask.snapshot() as seen:
        survey = await views.survey(seen, survey_id)
    thread = survey["correlation"] if survey else None
    return await ask.do(CloseSurvey(survey_id, body.responses), id=survey_id, correlation=thread)


@routes.get("/surveys")
async def list_surveys(
    ask: Ask,
    paging: Pages,
    area: AreaQuery = None,
    closed: Annotated[bool | None, Query(description="Only closed ones, or only open ones")] = None,
) -> Page[SurveyOut]:
    """List surveys, the newest first."""
    areas = ask.areas_within(area)
    async with ask.snapshot() as seen:
        found = await views.list_surveys(
            seen, areas, closed=closed, after=paging.after(datetime, UUID), limit=paging.limit + 1
        )
        items = [SurveyOut(**row) for row in found]
        return ask.page(seen, items, paging, key=lambda item: (item.recorded_at, item.survey_id))


@routes.get("/surveys/{survey_id}")
async def show_survey(survey_id: UUID, ask: Ask) -> SurveyOut:
    """Show a survey."""
    async with ask.snapshot() as seen:
        survey = await views.survey(seen, survey_id)
    ask.must_cover(views.area_of(survey), "survey.unknown")
    out = SurveyOut(**survey or {})
    ask.etag(out.version)
    return out
