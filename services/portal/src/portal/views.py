"""What the portal reads from its views, each time within one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shiendomain.amounts import people_in_state_sql
from shiendomain.area_shapes_view import ShapeRow
from shiendomain.areas import municipality_of
from shiendomain.areas_view import areas_view
from shiendomain.development import still_wanted_sql
from shiendomain.gaps import answered_gaps_sql
from shiendomain.rules import (
    counted_proposals_sql,
    issue_gap_sql,
    need_state_sql,
    overdue_sql,
    verification_sql,
    waiting_sql,
)
from shiendomain.states import CouncilState, IssueState, MatchState, OutreachState, PartnershipState, VenueState
from shienevents import Snapshot, View, cell_of, municipalities_of, replace, service_of, token_of

from .boards import Figure
from .projections import (
    activity_reports,
    area_shapes,
    cohorts,
    councils,
    information,
    issues,
    matches,
    meetings,
    needs,
    outreach,
    partnerships,
    places,
    proposals,
    providers,
    resources,
    services,
    venues,
)
from .projections.matches import MatchRow
from .projections.needs import IssueRow, NeedRow
from .projections.resources import ResourceRow

NEED_STATE = need_state_sql(gap=issue_gap_sql())
"""The state of a need as it is shown, in a SELECT over the view `needs`."""
_DAY = "$2::date"


def by_then(column: str, day: str = _DAY) -> str:
    """Whether a thing had happened by the day of the figures, in SQL: those of the past are without what came later."""
    return f"({column} is null or {column} <= {day})"


_DEVELOPMENT = f"""
select area, section, name, n from (
    select area, count(*) filter (where trained > 0) as cohorts, sum(trained)::bigint as trained,
           sum(placed)::bigint as placed, sum(unplaced)::bigint as unplaced, sum(gave_up)::bigint as gave_up
    from cohorts where area = any($1) and {by_then("held_on")} group by 1
) c, lateral (values ('supporters', 'trained', trained), ('supporters', 'placed', placed),
                     ('supporters', 'unplaced', unplaced), ('supporters', 'gave_up', gave_up),
                     ('development', 'cohorts', cohorts)) figure (section, name, n)
union all select area, section, name, n from (
    select area, sum(wanted) as wanted, count(*) filter (where wanted > 0) as seeking
    from (select area, {still_wanted_sql(_DAY)} as wanted from places
          where area = any($1) and {by_then("offered_on")}) p group by 1
) p, lateral (values ('supporters', 'wanted', wanted::bigint), ('development', 'seeking', seeking))
     figure (section, name, n)
union all select area, 'development', 'venues', count(*) from venues
          where area = any($1) and state = '{VenueState.SECURED}' and {by_then("first_secured_on")} group by 1
union all select area, 'development', 'reports', count(*) from activity_reports
          where area = any($1) and not withdrawn and {by_then("period_until")} group by 1
"""
_NETWORK = f"""
select area, 'network', 'members', sum(jsonb_array_length(members)) from councils
where area = any($1) and state = '{CouncilState.ACTIVE}' and {by_then("established_on")} group by 1
union all select area, 'network', 'partnerships', count(*) from partnerships
          where area = any($1) and state = '{PartnershipState.ACTIVE}' and {by_then("since")} group by 1
union all select area, 'network', state, count(*) from outreach
          where area = any($1) and state <> '{OutreachState.WITHDRAWN}' and {by_then("made_on")} group by 1, 3
union all select area, 'network', name, n from (
    select area, count(*) as shared, count(*) filter (where practice) as practices,
           sum(cardinality(acknowledged)) as acknowledged,
           sum(cardinality(to_councils) + cardinality(to_bodies) - cardinality(acknowledged)) as awaited
    from information where area = any($1) and not withdrawn and {by_then("shared_on")} group by 1
) i, lateral (values ('shared', shared), ('practices', practices), ('acknowledged', acknowledged), ('awaited', awaited))
     figure (name, n)
"""

_ANSWERED = answered_gaps_sql(f"issues.area = any($1) and issues.state = '{IssueState.GAP}'")

COUNTED: tuple[View[Any], ...] = (
    areas_view, activity_reports, cohorts, councils, information, issues, matches, meetings, needs, outreach,
    partnerships, places, proposals, resources, services, venues,
)  # fmt: skip
"""The views that boards count: a board holds until a row of its cities in one of them changes."""

# One pass over each table, all in one statement: every figure is of the same moment.
_FIGURES = f"""
with counted_needs as materialized (
    select area, {NEED_STATE} as state, count(*) as n, sum({people_in_state_sql()})::bigint as people,
           sum(people_helped)::bigint as helped
    from needs where area = any($1) and not by_mistake and {by_then("recorded_on")} group by 1, 2
), answered as materialized (
    select issue_id from {_ANSWERED} found
), counted_matches as materialized (
    select need_area as area, case when state = '{MatchState.CONCLUDED}' then outcome else state end as name,
           count(*) as n
    from matches where need_area = any($1) and {by_then("proposed_on")} group by 1, 2
), counted_proposals as materialized (
    select area, state, {waiting_sql(_DAY, "escalated_on")} as band, {overdue_sql(_DAY)} as overdue, count(*) as n
    from {counted_proposals_sql()} where area = any($1) and {by_then("escalated_on")} group by 1, 2, 3, 4
)
select area, 'resources' as section, coalesce({verification_sql(_DAY, "$3::int")}, state) as name, count(*)::bigint as n
from resources where area = any($1) and {by_then("registered_on")} group by 1, 3
union all select area, 'needs', state, n from counted_needs
union all select area, 'people', state, people from counted_needs
union all select area, 'people', 'helped', sum(helped)::bigint from counted_needs group by 1
union all select area, 'matches', name, n from counted_matches
union all select area, 'issues', case when issue_id in (select issue_id from answered) then 'answered' else state end,
    count(*) from issues where area = any($1) and {by_then("raised_on")} group by 1, 3
union all select area, 'councils', 'councils', count(*) from councils
    where area = any($1) and {by_then("established_on")} group by 1
union all select area, 'councils', 'meetings', count(*) from meetings
    where area = any($1) and not withdrawn and {by_then("held_on")} group by 1
union all select area, 'proposals', state, sum(n)::bigint from counted_proposals group by 1, 3
union all select area, 'proposal_ages', band, sum(n)::bigint from counted_proposals where band is not null group by 1, 3
union all select area, 'proposal_ages', 'overdue', sum(n)::bigint from counted_proposals where overdue group by 1
union all {_DEVELOPMENT}
union all {_NETWORK}
"""


async def figures(seen: Snapshot, areas: Sequence[str], day: date, stale_after_days: int) -> list[Figure]:
    """Every figure of these areas that is not zero, as of this day."""
    rows = await seen.fetch(_FIGURES, list(areas), day, stale_after_days)
    return [Figure(*row) for row in rows]


async def position_in_cell(seen: Snapshot, area: str) -> str:
    """Where the services of the cell that an area is of stood, as they name it themselves: it is printed and recorded.

    Who hears one cell alone gets the position of the snapshot.
    """
    cell = (await municipalities_of(seen)).cells.get(municipality_of(area), "")
    seqs = seen.positions.seqs.items()
    return token_of({(service_of(source), shard): seq for (source, shard), seq in seqs if cell_of(source) == cell})


async def shapes(seen: Snapshot, areas: Sequence[str]) -> list[ShapeRow]:
    """The outlines of those of the areas that have one, in the order of their codes."""
    rows = await seen.select(area_shapes, "where area = any($1) order by area", list(areas))
    return [row for row in rows if row.boundary]


async def newest_needs(seen: Snapshot, areas: Sequence[str], limit: int) -> list[NeedRow]:
    """The needs recorded last, newest first."""
    sql = "where area = any($1) order by recorded_on desc, need_id desc limit $2"
    return await seen.select(needs, sql, list(areas), limit)


async def issues_of(seen: Snapshot, rows: Iterable[NeedRow]) -> dict[UUID | None, IssueRow]:
    """These needs' issues, by id."""
    found = await issues_by_id(seen, (row.issue_id for row in rows))
    return {row.issue_id: row for row in found}


async def issues_by_id(seen: Snapshot, ids: Iterable[UUID | None]) -> list[IssueRow]:
    """The issues with these ids."""
    known = list(set(ids) - {None})
    return await seen.select(issues, "where issue_id = any($1)", known) if known else []


async def people_waiting(seen: Snapshot, rows: Iterable[IssueRow]) -> dict[UUID, int]:
    """The people of these issues' needs who wait for support, by issue."""
    sql = "select issue_id, sum(people_waiting)::bigint from needs where issue_id = any($1::uuid[]) group by 1"
    found = await seen.fetch(sql, [row.issue_id for row in rows])
    return {row["issue_id"]: row["sum"] for row in found}


async def resource_names(seen: Snapshot, rows: Iterable[MatchRow]) -> dict[UUID | None, str]:
    """The names of these matches' resources, by id."""
    ids = list({row.resource_id for row in rows} - {None})
    found = await seen.select(resources, "where resource_id = any($1)", ids) if ids else []
    return {row.resource_id: row.name for row in found}


async def with_provider_names(seen: Snapshot, rows: Iterable[ResourceRow]) -> list[ResourceRow]:
    """The resources with the names of their providers as the registry has them now."""
    found = list(rows)
    ids = list({row.provider_id for row in found} - {None})
    names: dict[UUID | None, str] = {}
    if ids:
        known = await seen.select(providers, "where provider_id = any($1)", ids)
        names |= {row.provider_id: row.name for row in known}
    return [replace(row, provider_name=names.get(row.provider_id, row.provider_name)) for row in found]
