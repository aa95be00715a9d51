"""SELECTs over the registry's views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shienevents import Snapshot

PLACE = 40
"""How many characters of a name decide its place in a list; the id decides between equals."""

Record = dict[str, Any]
Place = tuple[str, UUID] | None
"""The last item seen of a list in the order of names."""

_GIVES = "state in ('registered', 'verified')"
_SINCE = "coalesce(verified_on, registered_on)"


async def area(seen: Snapshot, code: str) -> Record | None:
    """One area."""
    return one(await rows(seen, "select * from areas where area = $1", code))


async def list_areas(seen: Snapshot, areas: Sequence[str], *, after: str | None, limit: int) -> Sequence[Record]:
    """These areas, by code."""
    return await rows(
        seen,
        "select * from areas where area = any($1::text[]) and ($2::text is null or area > $2) order by area limit $3",
        list(areas),
        after,
        limit,
    )


async def council(seen: Snapshot, council_id: UUID) -> Record | None:
    """One council."""
    return one(await rows(seen, "select * from councils where council_id = $1", council_id))


async def list_councils(
    seen: Snapshot, areas: Sequence[str], *, tier: str | None, after: UUID | None, limit: int
) -> Sequence[Record]:
    """Councils of these areas, by id."""
    return await _of_tier(seen, "councils", "council_id", areas, tier, after, limit)


async def coordinator(seen: Snapshot, coordinator_id: UUID) -> Record | None:
    """One post of coordinator."""
    return one(await rows(seen, "select * from coordinators where coordinator_id = $1", coordinator_id))


async def list_coordinators(
    seen: Snapshot, areas: Sequence[str], *, tier: str | None, after: UUID | None, limit: int
) -> Sequence[Record]:
    """Posts of coordinators of these areas, by id."""
    return await _of_tier(seen, "coordinators", "coordinator_id", areas, tier, after, limit)


async def _of_tier(
    seen: Snapshot, view: str, key: str, areas: Sequence[str], tier: str | None, after: UUID | None, limit: int
) -> Sequence[Record]:
    return await rows(
        seen,
        f"""select * from {view} where area = any($1::text[]) and ($2::text is null or tier = $2)
             and ($3::uuid is null or {key} > $3) order by {key} limit $4""",
        list(areas),
        tier,
        after,
        limit,
    )


async def provider(seen: Snapshot, provider_id: UUID) -> Record | None:
    """One provider."""
    return one(await rows(seen, "select * from providers where provider_id = $1", provider_id))


async def list_providers(
    seen: Snapshot, areas: Sequence[str], *, kind: str | None, name: str, after: Place, limit: int
) -> Sequence[Record]:
    """Providers of these areas whose name holds `name`, by name."""
    return await rows(
        seen,
        f"""select * from providers where area = any($1::text[]) and ($2::text is null or kind = $2)
              and strpos(search, $3) > 0
              and ($4::text is null or (left(search, {PLACE}), provider_id) > ($4, $5::uuid))
            order by left(search, {PLACE}), provider_id limit $6""",
        list(areas),
        kind,
        name,
        *(after or (None, None)),
        limit,
    )


async def resource(seen: Snapshot, resource_id: UUID) -> Record | None:
    """One resource."""
    return one(await rows(seen, "select * from resources where resource_id = $1", resource_id))


async def list_resources(
    seen: Snapshot,
    areas: Sequence[str],
    *,
    state: str | None,
    kind: str | None,
    name: str,
    after: Place,
    limit: int,
) -> Sequence[Record]:
    """Resources of these areas whose name holds `name`, by name."""
    return await rows(
        seen,
        f"""select * from resources
             where area = any($1::text[]) and ($2::text is null or state = $2)
               and ($3::text is null or $3 = any(support_kinds)) and strpos(search, $4) > 0
               and ($5::text is null or (left(search, {PLACE}), resource_id) > ($5, $6::uuid))
             order by left(search, {PLACE}), resource_id limit $7""",
        list(areas),
        state,
        kind,
        name,
        *(after or (None, None)),
        limit,
    )


async def stale_resources(
    seen: Snapshot, areas: Sequence[str], *, before: date, after: tuple[date, UUID] | None, limit: int
) -> Sequence[Record]:
    """Resources of these areas that give and that nobody verified since `before`, the longest waiting first."""
    return await rows(
        seen,
        f"""select *, {_SINCE} as since from resources
             where area = any($1::text[]) and {_GIVES} and {_SINCE} < $2
               and ($3::date is null or ({_SINCE}, resource_id) > ($3, $4::uuid))
             order by {_SINCE}, resource_id limit $5""",
        list(areas),
        before,
        *(after or (None, None)),
        limit,
    )


async def count_states(seen: Snapshot, areas: Sequence[str], before: date) -> Sequence[Record]:
    """Resources by area and state, and how many of them are stale."""
    return await rows(
        seen,
        f"""select area, state, count(*) as resources, count(*) filter (where {_GIVES} and {_SINCE} < $2) as stale
              from resources where area = any($1::text[]) group by 1, 2""",
        list(areas),
        before,
    )


async def count_kinds(seen: Snapshot, areas: Sequence[str]) -> Sequence[Record]:
    """Resources that give, by area and support kind. One of several kinds counts in each."""
    return await rows(
        seen,
        f"""select area, kind, count(*) as resources from resources, unnest(support_kinds) kind
             where area = any($1::text[]) and {_GIVES} group by 1, 2""",
        list(areas),
    )


async def rows(seen: Snapshot, sql: str, *arguments: object) -> Sequence[Record]:
    """The rows of a SELECT."""
    return [dict(row) for row in await seen.fetch(sql, *arguments)]


def one(found: Sequence[Record]) -> Record | None:
    """The only row, or `None`."""
    return found[0] if found else None


def area_of(found: Record | None) -> str | None:
    """The area of a row, or `None` without one."""
    return str(found["area"]) if found else None


async def providers_within(seen: Snapshot, ids: Sequence[UUID], areas: Sequence[str]) -> set[UUID]:
    """Which of these providers are of these areas."""
    found = await rows(
        seen,
        "select provider_id from providers where provider_id = any($1::uuid[]) and area = any($2::text[])",
        list(ids),
        list(areas),
    )
    return {row["provider_id"] for row in found}
