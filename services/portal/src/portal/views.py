"""SELECTs over the portal's views, each within one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from shiendomain.rules import helped_sql, need_state_sql, overdue_sql, verification_sql, waiting_sql
from shiendomain.states import MatchState
from shienevents import Snapshot

from .boards import Figure

_NEED_STATE = need_state_sql()
_DAY = "$2::date"

# One pass over each table, all in one statement: every figure is of the same moment.
_FIGURES = f"""
with counted_needs as materialized (
    select area, {_NEED_STATE} as state, count(*) as n, sum(people)::bigint as people
    from needs where area = any($1) group by 1, 2
), counted_matches as materialized (
    select need_area as area, case when state = '{MatchState.CONCLUDED}' then outcome else state end as name,
           count(*) as n, sum({helped_sql()})::bigint as helped
    from matches where need_area = any($1) group by 1, 2
), counted_proposals as materialized (
    select area, state, {waiting_sql(_DAY, "escalated_on")} as band, {overdue_sql(_DAY)} as overdue, count(*) as n
    from proposals where area = any($1) group by 1, 2, 3, 4
)
select area, 'resources' as section, coalesce({verification_sql(_DAY, "$3::int")}, state) as name, count(*)::bigint as n
from resources where area = any($1) group by 1, 3
union all select area, 'needs', state, n from counted_needs
union all select area, 'people', state, people from counted_needs
union all select area, 'people', 'helped', sum(helped)::bigint from counted_matches group by 1
union all select area, 'matches', name, n from counted_matches
union all select area, 'issues', state, count(*) from issues where area = any($1) group by 1, 3
union all select area, 'councils', 'councils', count(*) from councils where area = any($1) group by 1
union all select area, 'councils', 'meetings', count(*) from meetings where area = any($1) group by 1
union all select area, 'proposals', state, sum(n)::bigint from counted_proposals group by 1, 3
union all select area, 'proposal_ages', band, sum(n)::bigint from counted_proposals where band is not null group by 1, 3
union all select area, 'proposal_ages', 'overdue', sum(n)::bigint from counted_proposals where overdue group by 1
"""

# `union` and not `union all`: it ends where parents form a ring.
_SUBTREE = """
with recursive below as (
    select area from areas where area = $1
    union
    select a.area from areas a join below b on a.parent = b.area
)
select area, name from areas join below using (area) order by area
"""


async def figures(seen: Snapshot, areas: Sequence[str], day: date, stale_after_days: int) -> list[Figure]:
    """Every figure of these areas that is not zero, as of this day."""
    rows = await seen.fetch(_FIGURES, list(areas), day, stale_after_days)
    return [Figure(*row) for row in rows]


async def subtree(seen: Snapshot, area: str) -> dict[str, str]:
    """The names of the area and of all below it, by code; empty when it is unknown."""
    return {row["area"]: row["name"] for row in await seen.fetch(_SUBTREE, area)}


async def name_of(seen: Snapshot, area: str) -> dict[str, str]:
    """The name of the area, by its code; empty when it is unknown."""
    return {row["area"]: row["name"] for row in await seen.fetch("select area, name from areas where area = $1", area)}


async def shapes(seen: Snapshot, areas: Sequence[str]) -> Sequence[asyncpg.Record]:
    """The outlines of those of the areas that have one, as JSON text."""
    sql = "select area, boundary from area_shapes where area = any($1) and boundary <> '[]' order by area"
    return await seen.fetch(sql, list(areas))


_NEEDS = (
    f"select n.*, {_NEED_STATE} as told_state, coalesce(i.gap, false) as gap, i.title as issue "
    "from needs n left join issues i using (issue_id)"
)
_LISTS = {
    "resources": ("resource_id", "select * from resources", "area", "state"),
    "needs": (
        "need_id",
        _NEEDS,
        "n.area",
        _NEED_STATE,
    ),
    "matches": (
        "match_id",
        "select m.*, r.name as resource from matches m left join resources r using (resource_id)",
        "m.need_area",
        "m.state",
    ),
    "proposals": ("proposal_id", "select * from proposals", "area", "state"),
}


async def listed(
    seen: Snapshot, what: str, areas: Sequence[str], *, state: str | None, after: UUID | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Things of one list in these areas, in the order of their ids, from behind `after`."""
    key, select, area, kept_state = _LISTS[what]
    return await seen.fetch(
        f"{select} where {area} = any($1) and ($2::text is null or {kept_state} = $2) "
        f"and ($3::uuid is null or {key} > $3) order by {key} limit $4",
        list(areas),
        state,
        after,
        limit,
    )


async def newest_needs(seen: Snapshot, areas: Sequence[str], limit: int) -> Sequence[asyncpg.Record]:
    """The needs recorded last, newest first."""
    _, select, area, _ = _LISTS["needs"]
    sql = f"{select} where {area} = any($1) order by n.recorded_on desc, n.need_id desc limit $2"
    return await seen.fetch(sql, list(areas), limit)


async def need(seen: Snapshot, need_id: UUID) -> dict[str, Any] | None:
    """One need, or `None`."""
    _, select, _, _ = _LISTS["needs"]
    rows = await seen.fetch(f"{select} where n.need_id = $1", need_id)
    return dict(rows[0]) if rows else None
