"""The activities of residents from which a proposal may grow, with their history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby
from typing import Self
from uuid import UUID

from shiendomain.activity_reports_view import ActivityReportRow
from shiendomain.grown import GrownFrom, grown_years
from shiendomain.proposal_history import grown_in
from shienevents import NotFound, Snapshot
from shienweb import Answer, PeopleCount, RequestContext

from ..decider.grown import ActivityFacts
from ..projections import ActivityRow, IssueRow, ProposalRow, activities, activity_reports

MOST = 20
"""So many activities a draft shows."""


class GrownYearOut(Answer):
    """What the activity reported for the fiscal year that begins in April of `year`.

    `participants` and `supporters` are those of the report with most of them; `attendances` counts each coming.
    """

    year: int
    reports: int
    days: int
    times: int
    participants: PeopleCount
    attendances: PeopleCount
    supporters: PeopleCount


class GrownFromOut(Answer):
    """An activity of residents, a resource of the registry since `registered_on`, with each year, the newest first."""

    resource_id: UUID
    name: str
    area: str
    registered_on: date | None
    years: tuple[GrownYearOut, ...]

    @classmethod
    def of(cls, grown: GrownFrom) -> Self:
        """The answer made of what is known."""
        return cls(**dict(grown) | {"years": tuple(GrownYearOut(**dict(year)) for year in grown.years)})


async def activity_of(snapshot: Snapshot, context: RequestContext, resource_id: UUID | None) -> ActivityFacts | None:
    """What a proposal is judged by of the activity it grew from. Raises `NotFound`."""
    if resource_id is None:
        return None
    row = await snapshot.get(activities, resource_id)
    context.must_cover(row.area if row else None, "resource.unknown")
    if row is None:
        raise NotFound("resource.unknown")
    [grown] = await with_history(snapshot, [row])
    return ActivityFacts(grown, row.support_kinds, row.ended, row.service_id)


async def activities_for(snapshot: Snapshot, issue: IssueRow, areas: Collection[str]) -> list[GrownFrom]:
    """The activities of these areas from which a proposal for the issue may grow, those with most participants first.

    They give the kind of support, have reported, go on, and are with no service.
    """
    sql = """where area = any($1) and $2 = any(support_kinds) and not ended and service_id is null
             and exists (select from activity_reports r where r.resource_id = activities.resource_id and not withdrawn)
             order by resource_id limit 200"""
    rows = await snapshot.select(activities, sql, list(areas), issue.support_kind)
    found = await with_history(snapshot, rows)
    return sorted(found, key=lambda one: -one.years[0].participants)[:MOST]


async def with_history(snapshot: Snapshot, rows: Sequence[ActivityRow]) -> list[GrownFrom]:
    """These activities with what they reported and did not withdraw."""
    sql = "where resource_id = any($1) and not withdrawn order by resource_id, period_from"
    found = await snapshot.select(activity_reports, sql, [row.resource_id for row in rows])
    reports = {one: list(group) for one, group in groupby(found, key=lambda report: report.resource_id)}
    return [_grown(row, reports.get(row.resource_id, [])) for row in rows]


def _grown(row: ActivityRow, reports: Sequence[ActivityReportRow]) -> GrownFrom:
    years = grown_years(report.details for report in reports)
    said = {name: getattr(row, name) for name in ("resource_id", "name", "area", "registered_on")}
    return GrownFrom(**said, years=years)


async def free_of(snapshot: Snapshot, row: ProposalRow) -> frozenset[UUID]:
    """The activities from which a proposal grew that go on and are with no service: one may take them over."""
    ids = [one.resource_id for one in grown_in(row.rounds)]
    sql = "where resource_id = any($1) and not ended and service_id is null"
    return frozenset(one.resource_id for one in await snapshot.select(activities, sql, ids))
