"""Reading of posts and councils of areas, and of what ended areas still have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from shiendomain.ended_areas import OF_REGISTRY, left_sql
from shiendomain.vocabulary import AreaThing
from shienevents import Snapshot

from .projections import CoordinatorRow, CouncilRow, coordinators, councils


async def posts_of(snapshot: Snapshot, areas: Sequence[str]) -> Sequence[CoordinatorRow]:
    """The posts of these areas, whatever their term."""
    return await snapshot.select(coordinators, "where area = any($1::text[])", areas)


async def councils_in(snapshot: Snapshot, areas: Sequence[str]) -> Sequence[CouncilRow]:
    """The councils of these areas, active or dormant."""
    return await snapshot.select(councils, "where area = any($1::text[])", areas)


LAST_MET = """(select max(held_on) from council_meetings
    where council_meetings.council_id = councils.council_id and not withdrawn)"""
"""The day of the last meeting of a council, in SQL over the view named councils."""


async def last_met(snapshot: Snapshot, ids: Sequence[UUID]) -> Mapping[UUID, date]:
    """The day of the last meeting of each of these councils that has met."""
    sql = """select council_id, max(held_on) from council_meetings
              where council_id = any($1::uuid[]) and not withdrawn group by 1"""
    return {record[0]: record[1] for record in await snapshot.fetch(sql, list(ids))}


async def at_work_on(snapshot: Snapshot, council_id: UUID) -> date | None:
    """The first day on which a council met, a proposal named it, or an issue was raised with it."""
    sql = """select least(
        (select min(held_on) from council_meetings where council_id = $1 and not withdrawn),
        (select min(raised_on) from issue_councils where council_id = $1),
        (select min(first_on) from named where record_id = $1 and proposals > 0))"""
    [[day]] = await snapshot.fetch(sql, council_id)
    return day if isinstance(day, date) else None


_RECORDED = """select (select count(*) from elsewhere where area = $1 and not mistaken) + {}""".format(
    " + ".join(
        [f"(select count(*) from {view} where area = $1)" for view in (*OF_REGISTRY, AreaThing.SURVEYS)]
        + [
            f"(select count(*) from {view} where area = $1 and state <> 'withdrawn')"
            for view in ("outreach", "partnerships", "information")
        ]
    )
)


async def count_recorded(snapshot: Snapshot, area: str) -> int:
    """How many things the area has, whatever became of them, without those recorded by mistake."""
    [[count]] = await snapshot.fetch(_RECORDED, area)
    return int(count)


async def count_left(snapshot: Snapshot, areas: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """How many things each of these areas has of its own."""
    found = {code: dict.fromkeys((kind.value for kind in OF_REGISTRY), 0) for code in areas}
    for area, thing, count in await snapshot.fetch(left_sql(OF_REGISTRY), list(areas)):
        found[area][thing] = count
    return found
