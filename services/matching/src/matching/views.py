"""The SELECTs: rows of the views as the API needs them, all within one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from shiendomain.vocabulary import SupportKind
from shienevents import Row, Snapshot

from .decider.state import MatchState
from .projections import MatchRow, OfferRow, OpenNeed, SearchRow

R = TypeVar("R", bound=Row)
_PENDING = [state.value for state in MatchState if state.pending]
_ADAPTERS: dict[type[Row], TypeAdapter[Any]] = {
    row: TypeAdapter(row) for row in (MatchRow, OfferRow, OpenNeed, SearchRow)
}


def read(row: type[R], found: asyncpg.Record) -> R:
    """The row that a line of a view's table is."""
    value: R = _ADAPTERS[row].validate_python(dict(found))
    return value


async def need(seen: Snapshot, need_id: UUID) -> OpenNeed | None:
    """The need, as matching knows it."""
    rows = await seen.fetch("select * from open_needs where need_id = $1", need_id)
    return read(OpenNeed, rows[0]) if rows else None


async def offers_of_kind(seen: Snapshot, kind: SupportKind) -> Sequence[OfferRow]:
    """The open offers of this kind, wherever they serve: so that it can be said that none serves the area."""
    rows = await seen.fetch("select * from offers where open and $1 = any(support_kinds)", kind.value)
    return [read(OfferRow, row) for row in rows]


async def offer(seen: Snapshot, resource_id: UUID) -> OfferRow | None:
    """What a resource can still give."""
    rows = await seen.fetch("select * from offers where resource_id = $1", resource_id)
    return read(OfferRow, rows[0]) if rows else None


async def match(seen: Snapshot, match_id: UUID) -> MatchRow | None:
    """One match."""
    rows = await seen.fetch("select * from matches where match_id = $1", match_id)
    return read(MatchRow, rows[0]) if rows else None


async def search(seen: Snapshot, search_id: UUID) -> SearchRow | None:
    """One search in vain."""
    rows = await seen.fetch("select * from searches where search_id = $1", search_id)
    return read(SearchRow, rows[0]) if rows else None


async def pending(seen: Snapshot, need_id: UUID) -> UUID | None:
    """A match of this need that something is still to come of."""
    rows = await seen.fetch(
        "select match_id from matches where need_id = $1 and state = any($2) order by match_id limit 1",
        need_id,
        _PENDING,
    )
    return rows[0]["match_id"] if rows else None


async def matches(
    seen: Snapshot,
    areas: Sequence[str],
    *,
    need_id: UUID | None,
    resource_id: UUID | None,
    state: MatchState | None,
    after: UUID | None,
    limit: int,
) -> Sequence[MatchRow]:
    """Matches of needs in these areas, in the order of their ids."""
    rows = await seen.fetch(
        "select * from matches where need_area = any($1) and ($2::uuid is null or need_id = $2)"
        " and ($3::uuid is null or resource_id = $3) and ($4::text is null or state = $4)"
        " and ($5::uuid is null or match_id > $5) order by match_id limit $6",
        areas,
        need_id,
        resource_id,
        state.value if state else None,
        after,
        limit,
    )
    return [read(MatchRow, row) for row in rows]


async def searches(
    seen: Snapshot, areas: Sequence[str], *, need_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[SearchRow]:
    """Searches in vain for needs in these areas, in the order of their ids."""
    rows = await seen.fetch(
        "select * from searches where need_area = any($1) and ($2::uuid is null or need_id = $2)"
        " and ($3::uuid is null or search_id > $3) order by search_id limit $4",
        areas,
        need_id,
        after,
        limit,
    )
    return [read(SearchRow, row) for row in rows]


async def board(seen: Snapshot, areas: Sequence[str]) -> Sequence[dict[str, Any]]:
    """A line for each of these areas: its needs' matches by state, people helped, and searches in vain."""
    by_state = ", ".join(
        f"coalesce(sum(n) filter (where state = '{state.value}'), 0)::bigint as {state.value}" for state in MatchState
    )
    rows = await seen.fetch(
        f"select area, {by_state}, coalesce(sum(helped), 0)::bigint as people_helped,"
        " coalesce(sum(n) filter (where state = 'in_vain'), 0)::bigint as searches_in_vain"
        " from unnest($1::text[]) area left join ("
        "  select need_area, state, count(*) n, sum(people_helped) filter (where state = 'concluded') helped"
        "  from matches where need_area = any($1) group by 1, 2"
        "  union all select need_area, 'in_vain', count(*), 0 from searches where need_area = any($1) group by 1"
        " ) counted on need_area = area group by area order by area",
        areas,
    )
    return [dict(row) for row in rows]
