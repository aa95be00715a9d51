"""Routes of reports of activity (活動報告) of resources, and of what they say of each fiscal year."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from shiendomain.activities import REPORT_DAYS, ActivityYear, Frequency, by_year, unreported_sql
from shiendomain.fiscal import FiscalYear
from shiendomain.registry import ActivityDetails
from shiendomain.states import ResourceState
from shiendomain.vocabulary import LineOfReason, SupportKind
from shienweb import (
    KEEPERS,
    READERS,
    STAFF,
    Answer,
    AreaQuery,
    Body,
    Condition,
    Context,
    FreshPage,
    Page,
    Pages,
    Routes,
    WriteResult,
    contains,
    example,
    freshness_of_list,
)

from .. import views
from ..activity_views import LAST_REPORTED, reports_of
from ..decider.activity import CorrectActivityReport, ReportActivity, WithdrawActivityReport
from ..projections import ActivityReportRow, activity_reports, resources
from .details import details_of
from .listing import ResourceOut, answers
from .seen import resource_seen

routes = Routes(tags=["activity reports"])
EXAMPLE = {"times": 2, "participants": 14, "attendances": 26, "supporters": 3}


class NewActivityReport(Body, ActivityDetails):
    """What a resource did in a period of one fiscal year: how often, and how many people came and helped."""

    model_config = example(period_from="2026-04-01", period_until="2026-04-30", **EXAMPLE, note="会場を変更した")


class ActivityReportCorrection(Body, ActivityDetails):
    """A report as it is right, as a whole, and what was wrong."""

    model_config = example(
        period_from="2026-04-01", period_until="2026-04-30", **EXAMPLE, reason="延べ人数を実人数に記入していた"
    )

    reason: LineOfReason


class ActivityReportWithdrawal(Body):
    """Why the report was a mistake."""

    model_config = example(reason="別のサロンの報告だった")

    reason: LineOfReason


class ActivityReportOut(Answer):
    """A report of activity. One that is withdrawn counts nowhere."""

    report_id: UUID
    resource_id: UUID
    area: str
    details: ActivityDetails
    corrected_for: str
    withdrawn: bool
    withdrawn_for: str
    correlation: UUID
    version: int

    @classmethod
    def of(cls, row: ActivityReportRow) -> Self:
        """The answer of a row."""
        return cls.model_validate({**vars(row), "details": row.details})


class ActivityYearOut(Answer):
    """What a resource reported for the fiscal year that begins in April of `year`.

    `participants` and `supporters` are those of the report with most of them: people of two reports cannot be added.
    `people_at_a_time` is how many people came at a time, on average; null where it was not held.
    """

    year: int
    reports: int
    days: int
    times: int
    frequency: Frequency
    participants: int
    attendances: int
    people_at_a_time: int | None
    supporters: int

    @classmethod
    def of(cls, year: ActivityYear) -> Self:
        """The answer of a year."""
        return cls(
            **{**year._asdict(), "year": year.year.year},
            frequency=year.frequency,
            people_at_a_time=year.people_at_a_time,
        )


class ActivityHistory(Answer):
    """How a resource grew: each fiscal year that was reported, the newest first, and its supporters placed now.

    From it an activity can be put forward as a service of the municipality (将来的に市町村サービスとして提案).
    """

    resource_id: UUID
    state: ResourceState
    registered_on: date
    years: tuple[ActivityYearOut, ...]
    supporters_placed: int


@routes.post("/resources/{resource_id}/activity-reports", may=KEEPERS, status_code=201)
async def report_activity(resource_id: UUID, body: NewActivityReport, context: Context) -> WriteResult:
    """Report what a resource did in a period. A resource that has ended since can be reported too."""
    resource = await resource_seen(context, resource_id)
    home = await context.home(resource.area, even_closed=True)
    report_id = context.new_id()
    command = ReportActivity(resource_id, report_id, home, details_of(ActivityDetails, body), context.occurred_on)
    return await context.execute(command, id=report_id)


@routes.post("/resources/{resource_id}/activity-reports/{report_id}/correction", may=KEEPERS)
async def correct_activity_report(
    resource_id: UUID, report_id: UUID, body: ActivityReportCorrection, context: Context
) -> WriteResult:
    """Record a report of activity as it is right."""
    details = details_of(ActivityDetails, body)
    command = CorrectActivityReport(resource_id, report_id, details, body.reason, context.occurred_on)
    return await context.execute(command, id=report_id)


@routes.post("/resources/{resource_id}/activity-reports/{report_id}/withdrawal", may=KEEPERS)
async def withdraw_activity_report(
    resource_id: UUID, report_id: UUID, body: ActivityReportWithdrawal, context: Context
) -> WriteResult:
    """Record that a report of activity was a mistake. Its period can be reported again."""
    return await context.execute(WithdrawActivityReport(resource_id, report_id, body.reason), id=report_id)


@routes.get("/activity-reports", may=STAFF)
async def list_activity_reports(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    resource_id: Annotated[UUID | None, Query()] = None,
    fiscal_year: Annotated[
        int | None, Query(ge=2000, le=2100, description="Only those of the fiscal year that begins in April of it")
    ] = None,
    withdrawn: Annotated[
        bool, Query(description="Only those that were withdrawn, instead of those that stand")
    ] = False,
) -> Page[ActivityReportOut]:
    """List the reports of activity of your territory, those of the newest periods first."""
    areas = context.areas_within(area)
    year = FiscalYear(fiscal_year) if fiscal_year else None
    async with context.snapshot() as snapshot:
        return await context.list_rows(
            snapshot,
            activity_reports,
            {"area": areas, "resource_id": resource_id, "withdrawn": withdrawn},
            paging,
            order=("period_until", "report_id"),
            newest_first=True,
            where=[Condition("period_from between {} and {}", year.first, year.last) if year else None],
            as_=ActivityReportOut.of,
        )


@routes.get("/resources/{resource_id}/activity", may=STAFF)
async def show_activity(resource_id: UUID, context: Context) -> ActivityHistory:
    """Show what a resource reported, by fiscal year, with the supporters that are placed at it now."""
    resource = await resource_seen(context, resource_id)
    async with context.snapshot() as snapshot:
        reports = await reports_of(snapshot, resource_id)
        placed, _ = await views.supporters_of(snapshot, resource_id)
    years = by_year(row.details for row in reports)
    return ActivityHistory(
        resource_id=resource_id,
        state=resource.state,
        registered_on=resource.registered_on or context.day,
        years=tuple(map(ActivityYearOut.of, years)),
        supporters_placed=placed,
    )


@routes.get("/unreported-resources", may=READERS)
async def unreported_resources(
    context: Context,
    paging: Pages,
    area: AreaQuery = None,
    support_kind: Annotated[SupportKind, Query()] = SupportKind.SALON,
    days: Annotated[int, Query(ge=0, le=3_660, description="Only those with no report of the last so many days")] = (
        REPORT_DAYS
    ),
) -> FreshPage[ResourceOut]:
    """List the resources in use at home in your territory whose activity was not reported lately, by name."""
    areas = context.areas_within(area)
    unreported = Condition(unreported_sql(LAST_REPORTED, "{}::date", "{}::int"), context.day, days)
    async with context.snapshot() as snapshot:
        page = await context.list_rows(
            snapshot,
            resources,
            {
                "area": areas,
                "state": [state for state in ResourceState if state.in_use],
                "support_kinds": contains(support_kind),
            },
            paging,
            order=("sort_name", "resource_id"),
            where=[unreported],
            as_=lambda row: row,
        )
        freshness = await freshness_of_list(context, snapshot, area)
        return await answers(snapshot, page, ResourceOut.of, freshness)
