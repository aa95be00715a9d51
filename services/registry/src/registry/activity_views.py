"""Reading of the reports of activity: rows, and their counts on boards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from shienevents import Snapshot

from .projections import ActivityReportRow, activity_reports


class ActivityCount(NamedTuple):
    """Reports of activity of an area, how often their resources were active, and people as often as they came."""

    area: str
    reports: int
    times: int
    attendances: int


LAST_REPORTED = """(select max(period_until) from activity_reports
    where activity_reports.resource_id = resources.resource_id and not withdrawn)"""
"""The last day of the newest report of a resource that stands, in SQL over the view named resources."""


async def count_activities(
    snapshot: Snapshot, areas: Sequence[str], first: date, last: date
) -> Sequence[ActivityCount]:
    """The reports of activity whose period lies between two days, by area."""
    found = await snapshot.fetch(
        """select area, count(*), sum(times)::bigint, sum(attendances)::bigint from activity_reports
            where area = any($1::text[]) and not withdrawn and period_from >= $2 and period_until <= $3 group by 1""",
        list(areas),
        first,
        last,
    )
    return [ActivityCount(*record) for record in found]


async def reports_of(snapshot: Snapshot, resource_id: UUID) -> Sequence[ActivityReportRow]:
    """The reports of activity of a resource that stand."""
    return await snapshot.select(activity_reports, "where resource_id = $1 and not withdrawn", resource_id)
