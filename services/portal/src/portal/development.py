"""What an area develops (資源開発), read in one snapshot: supporters, venues, places to take part, activities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from shiendomain.activities import ActivityYear, by_year
from shiendomain.activity_reports_view import ActivityReportRow
from shiendomain.development import still_wanted_sql
from shiendomain.states import VenueState
from shienevents import Snapshot

from .projections import activity_reports, resources
from .projections.development import CohortRow, PlaceRow, VenueRow, cohorts, places, venues
from .views import by_then

MOST = 200
"""The rows of each list of the page."""

_SUMS = f"""
select coalesce(sum(trained), 0)::bigint, coalesce(sum(placed), 0)::bigint, coalesce(sum(gave_up), 0)::bigint,
       coalesce(sum(unplaced), 0)::bigint,
       (select count(*) from venues
         where area = any($1::text[]) and state = '{VenueState.SECURED.value}' and {by_then("first_secured_on")}),
       (select coalesce(sum({still_wanted_sql("$2::date")}), 0)::bigint from places
         where area = any($1::text[]) and {by_then("offered_on")})
  from cohorts where area = any($1::text[]) and {by_then("held_on")}
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """Supporters trained; of them those who support something, gave up, and can be asked. Venues. People wanted."""

    trained: int
    placed: int
    gave_up: int
    unplaced: int
    venues: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Growth:
    """What a resource reported of its activity: each report, the oldest first, and each year, the newest first."""

    resource_id: UUID
    name: str
    area: str
    reports: Sequence[ActivityReportRow]
    years: Sequence[ActivityYear]


@dataclass(frozen=True, slots=True)
class Development:
    """The sums over all there was by the day, and lists.

    These are the newest cohorts, venues by name, places that seek people, and activities.
    `growths`: of the resources that reported, those that reported last first.
    """

    sums: Sums
    cohorts: Sequence[CohortRow]
    venues: Sequence[VenueRow]
    places: Sequence[PlaceRow]
    growths: Sequence[Growth]


async def development_of(seen: Snapshot, areas: Sequence[str], day: date) -> Development:
    """What these areas develop, as of a day: what came later is not in it."""

    def there(column: str) -> str:
        return f"where area = any($1::text[]) and {by_then(column, '$3::date')}"

    seeking = f"{there('offered_on')} and {still_wanted_sql('$3::date')} > 0 order by until, place_id limit $2"
    trained = f"{there('held_on')} and trained > 0 order by held_on desc, cohort_id limit $2"  # of nobody: by mistake
    secured = f"{there('first_secured_on')} and state = $4 order by name, venue_id limit $2"
    codes = list(areas)
    return Development(
        sums=Sums(*(await seen.fetch(_SUMS, codes, day))[0]),
        cohorts=await seen.select(cohorts, trained, codes, MOST, day),
        venues=await seen.select(venues, secured, codes, MOST, day, VenueState.SECURED),
        places=await seen.select(places, seeking, codes, MOST, day),
        growths=await growths_of(seen, codes, day),
    )


async def growths_of(seen: Snapshot, areas: Sequence[str], day: date) -> Sequence[Growth]:
    """What the resources of these areas reported of their activity up to a day."""
    newest = """where not withdrawn and period_until <= $3 and resource_id in (
            select resource_id from activity_reports
             where area = any($1::text[]) and not withdrawn and period_until <= $3
             group by 1 order by max(period_until) desc, resource_id limit $2)
        order by resource_id, period_from"""
    reports = await seen.select(activity_reports, newest, list(areas), MOST, day)
    found = {key: list(rows) for key, rows in groupby(reports, lambda row: row.resource_id) if key}
    names = {
        row.resource_id: row.name
        for row in await seen.select(resources, "where resource_id = any($1::uuid[])", list(found))
    }
    growths = [
        Growth(key, names.get(key, ""), rows[0].area, rows, by_year(row.details for row in rows))
        for key, rows in found.items()
    ]
    return sorted(growths, key=lambda one: (one.reports[-1].period_until, one.resource_id), reverse=True)
