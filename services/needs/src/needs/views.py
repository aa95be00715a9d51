"""SELECTs over the views of needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shienevents import Snapshot

# A need whose issue has a declared gap is in state GAP until something holds or meets it.
_STATE = "case when n.state = 'grouped' and i.gap then 'gap' else n.state end"
_NEEDS = f"""
    select * from (
      select n.need_id, n.area, {_STATE} as state, n.support_kind, n.people, n.age_band, n.frequency, n.weekdays,
             n.fee_ceiling_yen, n.source, n.survey_id, n.note, n.issue_id, n.match_id, n.resource_id, n.service_id,
             n.people_helped, n.undone, n.undone_for, n.withdrawn_for, n.recorded_at, n.correlation, n.version
        from needs n left join issues i on i.issue_id = n.issue_id) n"""
_NEWEST = "order by recorded_at desc, {key} desc"

Record = dict[str, Any]
Place = tuple[datetime, UUID] | None
"""The last item seen of a list that begins with the newest: when it was recorded, and its id."""


async def need(seen: Snapshot, need_id: UUID) -> Record | None:
    """One need."""
    return one(await seen.fetch(f"{_NEEDS} where n.need_id = $1", need_id))


async def list_needs(
    seen: Snapshot,
    areas: Sequence[str],
    *,
    state: str | None,
    kind: str | None,
    survey: UUID | None,
    issue: UUID | None,
    after: Place,
    limit: int,
) -> Sequence[Record]:
    """Needs of these areas, the newest first."""
    return await rows(
        seen,
        f"""{_NEEDS}
         where n.area = any($1::text[])
           and ($2::text is null or n.state = $2)
           and ($3::text is null or n.support_kind = $3)
           and ($4::uuid is null or n.survey_id = $4)
           and ($5::uuid is null or n.issue_id = $5)
           and ($6::timestamptz is null or (n.recorded_at, n.need_id) < ($6, $7::uuid))
         {_NEWEST.format(key="need_id")} limit $8""",
        list(areas),
        state,
        kind,
        survey,
        issue,
        *(after or (None, None)),
        limit,
    )


async def needs_of(seen: Snapshot, ids: Sequence[UUID]) -> Sequence[Record]:
    """These needs, in the order they are asked for."""
    return await rows(
        seen,
        f"{_NEEDS} where n.need_id = any($1::uuid[]) order by array_position($1::uuid[], n.need_id)",
        list(ids),
    )


async def issue(seen: Snapshot, issue_id: UUID) -> Record | None:
    """One issue."""
    return one(await seen.fetch("select * from issues where issue_id = $1", issue_id))


async def list_issues(
    seen: Snapshot, areas: Sequence[str], *, gap: bool | None, after: Place, limit: int
) -> Sequence[Record]:
    """Issues of these areas, the newest first."""
    return await rows(
        seen,
        f"""select * from issues
         where area = any($1::text[]) and ($2::boolean is null or gap = $2)
           and ($3::timestamptz is null or (recorded_at, issue_id) < ($3, $4::uuid))
         {_NEWEST.format(key="issue_id")} limit $5""",
        list(areas),
        gap,
        *(after or (None, None)),
        limit,
    )


async def searches_for(seen: Snapshot, needs: Sequence[UUID]) -> Sequence[Record]:
    """The searches in vain for these needs, the oldest first."""
    return await rows(
        seen,
        "select search_id, missing from searches where need_id = any($1::uuid[]) order by searched_at, search_id",
        list(needs),
    )


async def council(seen: Snapshot, council_id: UUID) -> Record | None:
    """One council of the registry."""
    return one(await seen.fetch("select * from councils where council_id = $1", council_id))


async def survey(seen: Snapshot, survey_id: UUID) -> Record | None:
    """One survey."""
    return one(await seen.fetch("select * from surveys where survey_id = $1", survey_id))


async def list_surveys(
    seen: Snapshot, areas: Sequence[str], *, closed: bool | None, after: Place, limit: int
) -> Sequence[Record]:
    """Surveys of these areas, the newest first."""
    return await rows(
        seen,
        f"""select * from surveys
         where area = any($1::text[]) and ($2::boolean is null or (responses is not null) = $2)
           and ($3::timestamptz is null or (recorded_at, survey_id) < ($3, $4::uuid))
         {_NEWEST.format(key="survey_id")} limit $5""",
        list(areas),
        closed,
        *(after or (None, None)),
        limit,
    )


async def count_needs(seen: Snapshot, areas: Sequence[str]) -> Sequence[Record]:
    """Needs and their people by area, state and kind."""
    return await rows(
        seen,
        f"""select n.area, {_STATE} as state, n.support_kind, count(*) as needs, sum(n.people)::bigint as people
              from needs n left join issues i on i.issue_id = n.issue_id
             where n.area = any($1::text[]) group by 1, 2, 3""",
        list(areas),
    )


async def count_issues(seen: Snapshot, areas: Sequence[str]) -> Sequence[Record]:
    """Issues and declared gaps by area."""
    return await rows(
        seen,
        "select area, count(*) as issues, count(*) filter (where gap) as gaps"
        " from issues where area = any($1::text[]) group by 1",
        list(areas),
    )


async def rows(seen: Snapshot, sql: str, *arguments: object) -> Sequence[Record]:
    """The rows of a SELECT."""
    return [dict(row) for row in await seen.fetch(sql, *arguments)]


def one(found: Sequence[Any]) -> Record | None:
    """The only row, or `None`."""
    return dict(found[0]) if found else None


def area_of(found: Record | None) -> str | None:
    """The area of a row, or `None` without one."""
    return str(found["area"]) if found else None
