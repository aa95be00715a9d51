"""SELECTs over the portal's views, each within one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from shienevents import Snapshot

from .boards import Figure

_NEED_STATE = """
    case when n.state <> 'open' then n.state when i.gap then 'gap' when n.issue_id is not null then 'grouped'
         else 'open' end"""
_WAITING = ("escalated", "received", "returned", "deliberated", "adopted", "deferred", "designed")
_AWAITED = ("received", "deliberated")

# One pass over each table, all in one statement: so every figure is of the same moment. Needs are counted before the
# issues are looked at: a join of every single need would take as long again.
_FIGURES = f"""
with alike as materialized (
    select area, state, issue_id, count(*) as needs, sum(people) as people, sum(helped) as helped
    from needs where area = any($1) group by 1, 2, 3
), counted_needs as materialized (
    select n.area, {_NEED_STATE} as state, sum(n.needs)::bigint as n, sum(n.people) as people, sum(n.helped) as helped
    from alike n left join issues i using (issue_id) group by 1, 2
), open_proposals as materialized (
    select area, $2::date - escalated_on as age, state = any($5) and due_on < $2::date as overdue
    from proposals where area = any($1) and state = any($4)
)
select area, 'resources' as section,
       case when state <> 'verified' then state when verified_on >= $2::date - $3::int then 'fresh' else 'stale' end
           as name,
       count(*)::bigint as n
from resources where area = any($1) group by 1, 3
union all select area, 'needs', state, n from counted_needs
union all select area, 'people', state, people::bigint from counted_needs
union all select area, 'people', 'helped', sum(helped)::bigint from counted_needs group by area
union all select need_area, 'matches', state, count(*) from matches where need_area = any($1) group by 1, 3
union all select area, 'issues', 'raised', count(*) from issues where area = any($1) group by 1
union all select area, 'issues', 'gaps', count(*) from issues where area = any($1) and gap group by 1
union all select area, 'councils', 'councils', count(*) from councils where area = any($1) group by 1
union all select area, 'councils', 'meetings', count(*) from meetings where area = any($1) group by 1
union all select area, 'proposals', state, count(*) from proposals where area = any($1) group by 1, 3
union all select area, 'proposal_ages',
       case when age <= 30 then 'upto_30' when age <= 90 then 'upto_90' else 'over_90' end, count(*)
from open_proposals group by 1, 3
union all select area, 'proposal_ages', 'overdue', count(*) from open_proposals where overdue group by 1
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


async def figures(seen: Snapshot, areas: Sequence[str], day: date, fresh_days: int) -> list[Figure]:
    """Every figure of these areas that is not zero, as of this day."""
    rows = await seen.fetch(_FIGURES, list(areas), day, fresh_days, list(_WAITING), list(_AWAITED))
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
