"""The SELECTs: what the routes read of the views, each within one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shiendomain.rules import helped_sql
from shiendomain.states import MatchState
from shiendomain.vocabulary import SupportKind
from shienevents import Snapshot

from .projections import MatchRow, OfferRow, matches, offers


async def open_offers(snapshot: Snapshot, kind: SupportKind) -> Sequence[OfferRow]:
    """The open offers of this kind, wherever they serve: so that it can be said that none serves the area."""
    return await snapshot.select(offers, "where open and $1 = any(support_kinds)", kind)


async def matches_of(snapshot: Snapshot, need_id: UUID) -> Sequence[MatchRow]:
    """All matches of a need, whatever their state."""
    return await snapshot.select(matches, "where need_id = $1 order by match_id", need_id)


async def board(snapshot: Snapshot, areas: Sequence[str]) -> Sequence[dict[str, Any]]:
    """A line for each of these areas: its needs' matches by state, people helped, and searches without a match."""
    states = ", ".join(
        f"coalesce(sum(n) filter (where state = '{state.value}'), 0)::bigint as {state.value}" for state in MatchState
    )
    rows = await snapshot.fetch(
        f"select area, {states}, coalesce(sum(helped), 0)::bigint as people_helped,"
        " coalesce(sum(n) filter (where state = 'unmatched'), 0)::bigint as searches_unmatched"
        " from unnest($1::text[]) area left join ("
        f"  select need_area, state, count(*) n, sum({helped_sql()}) helped"
        "  from matches where need_area = any($1) group by 1, 2"
        "  union all select need_area, 'unmatched', count(*), 0 from searches where need_area = any($1) group by 1"
        " ) counted on need_area = area group by area order by area",
        areas,
    )
    return [dict(row) for row in rows]
