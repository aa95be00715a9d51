"""Routes of surveys (調査)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field

from shiendomain.mistakes import Ground, Mistake
from shiendomain.needs.surveys import Sheets
from shiendomain.vocabulary import AreaCode, Line, LineOfReason, Name, SurveyMethod
from shienevents import NotFound
from shienweb import (
    COORDINATORS,
    OF_PEOPLE,
    READERS,
    Answer,
    AreaCorrection,
    AreaQuery,
    Body,
    Condition,
    Context,
    Distinct,
    Page,
    Pages,
    RecordMistake,
    Routes,
    WriteResult,
    check_said,
    example,
)

from ..decider.survey import (
    CloseSurvey,
    CorrectSurvey,
    MoveSurvey,
    OpenSurvey,
    ReopenSurvey,
    ReviseSurvey,
    WithdrawSurvey,
)
from ..identical import said_of_survey
from ..projections import SurveyRow, surveys

routes = Routes(tags=["surveys"])


class NewSurvey(Body):
    """A survey of an area; `period_until` is its last day, `sheets` how many sheets are given out, if any.

    `not_the_same_as` names identical surveys that somebody looked at, and that are other ones.
    """

    model_config = example(
        area="272108-03",
        title="暮らしの困りごと調査",
        method="questionnaire",
        period_from="2026-06-01",
        period_until="2026-06-30",
        sheets=600,
    )

    area: AreaCode
    title: Name
    method: SurveyMethod
    period_from: date
    period_until: date
    sheets: Sheets | None = None
    not_the_same_as: Distinct = ()


class SurveyResponses(Body):
    """How many people answered; and why the survey closes before the last day of its period, if it does."""

    model_config = example(responses=412)

    responses: Annotated[int, Field(ge=0, le=10_000_000)]
    reason: Line = ""


class SurveyCorrection(Body):
    """The right number of responses, and what was wrong."""

    model_config = example(responses=421, reason="郵送分を数えていなかった")

    responses: Annotated[int, Field(ge=0, le=10_000_000)]
    reason: LineOfReason


class SurveyRevision(Body):
    """What the survey is called, its method, its period and its sheets, as a whole, and what was wrong."""

    model_config = example(
        title="暮らしの困りごと調査",
        method="questionnaire",
        period_from="2026-06-01",
        period_until="2026-07-31",
        reason="回答期間を延ばした",
    )

    title: Name
    method: SurveyMethod
    period_from: date
    period_until: date
    sheets: Sheets | None = None
    reason: LineOfReason


class SurveyReopening(Body):
    """Why the survey was closed too early."""

    model_config = example(reason="別の調査を終了するつもりだった")

    reason: LineOfReason


class SurveyOut(Answer):
    """A survey. `sheets` were given out; `responses` is null until it is closed.

    `closed_for` says why before the last day of its period.

    `reason`: why it was corrected, revised, moved or reopened last.
    """

    survey_id: UUID
    area: str
    title: str
    method: SurveyMethod
    period_from: date
    period_until: date
    sheets: Annotated[int | None, OF_PEOPLE]
    responses: Annotated[int | None, OF_PEOPLE]
    closed_for: str
    reason: str
    not_the_same_as: tuple[UUID, ...]
    recorded_at: datetime
    version: int

    @classmethod
    def of(cls, row: SurveyRow) -> Self:
        """The answer of a row."""
        return cls(**vars(row))


@routes.post("/surveys", may=COORDINATORS, status_code=201)
async def open_survey(body: NewSurvey, context: Context) -> WriteResult:
    """Open a survey of an area. What is recorded already is refused (`not_the_same_as`)."""
    home = await context.home(body.area)
    survey_id = context.new_id()
    command = OpenSurvey(
        survey_id=survey_id,
        home=home,
        title=body.title,
        method=body.method,
        period_from=body.period_from,
        period_until=body.period_until,
        sheets=body.sheets,
        not_the_same_as=body.not_the_same_as,
    )
    new = said_of_survey(command)
    await check_said(context, surveys, "survey", home.area, said_of_survey, new, body.not_the_same_as, stands="true")
    return await context.execute(command, id=survey_id)


@routes.post("/surveys/{survey_id}/closure", may=COORDINATORS)
async def close_survey(survey_id: UUID, body: SurveyResponses, context: Context) -> WriteResult:
    """Close a survey with the number of its responses."""
    return await context.execute(CloseSurvey(survey_id, body.responses, context.occurred_on, body.reason), id=survey_id)


@routes.post("/surveys/{survey_id}/correction", may=COORDINATORS)
async def correct_survey(survey_id: UUID, body: SurveyCorrection, context: Context) -> WriteResult:
    """Correct the number of responses of a closed survey."""
    return await context.execute(CorrectSurvey(survey_id, body.responses, body.reason), id=survey_id)


@routes.post("/surveys/{survey_id}/revision", may=COORDINATORS)
async def revise_survey(survey_id: UUID, body: SurveyRevision, context: Context) -> WriteResult:
    """Put right what a survey is called, its method, its period or its sheets."""
    command = ReviseSurvey(survey_id, **vars(body))
    return await context.execute(command, id=survey_id)


@routes.post("/surveys/{survey_id}/reopening", may=COORDINATORS)
async def reopen_survey(survey_id: UUID, body: SurveyReopening, context: Context) -> WriteResult:
    """Undo the closure of a survey: needs are recorded under it again."""
    return await context.execute(ReopenSurvey(survey_id, body.reason), id=survey_id)


@routes.post("/surveys/{survey_id}/move", may=COORDINATORS)
async def move_survey(survey_id: UUID, body: AreaCorrection, context: Context) -> WriteResult:
    """Correct the area of a survey, to another one of its municipality. Needs found in it stay in theirs."""
    return await context.execute(MoveSurvey(survey_id, await body.move(context)), id=survey_id)


@routes.post("/surveys/{survey_id}/withdrawal", may=COORDINATORS)
async def withdraw_survey(survey_id: UUID, body: RecordMistake, context: Context) -> WriteResult:
    """Withdraw a survey that was recorded by mistake, or twice. No need names it as its source."""
    async with context.snapshot() as snapshot:
        found = await snapshot.fetch("select count(*) from needs where survey_id = $1 and not by_mistake", survey_id)
    mistake = Mistake(body.reason, {Ground.NEEDS: found[0][0]})
    return await context.execute(WithdrawSurvey(survey_id, mistake), id=survey_id)


@routes.get("/surveys", may=READERS)
async def list_surveys(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    closed: Annotated[bool | None, Query(description="Only closed ones, or only open ones")] = None,
) -> Page[SurveyOut]:
    """List surveys, the newest first."""
    areas = context.areas_within(area)
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            surveys,
            {"area": areas},
            paging,
            order=("recorded_at", "survey_id"),
            newest_first=True,
            where=[None if closed is None else Condition("(responses is not null) = {}", closed)],
            as_=SurveyOut.of,
        )


@routes.get("/surveys/{survey_id}", may=READERS)
async def show_survey(survey_id: UUID, context: Context) -> SurveyOut:
    """Show a survey."""
    async with context.snapshot() as snapshot:
        survey = await snapshot.get(surveys, survey_id)
    if survey is None or not context.territory.covers(survey.area):
        raise NotFound("survey.unknown")
    context.etag(survey.version)
    return SurveyOut.of(survey)
