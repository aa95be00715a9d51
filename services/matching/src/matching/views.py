"""The SELECTs: what the routes read of the views, each within one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shiendomain.rules import helped_sql
from shiendomain.states import MatchState, NeedState
from shiendomain.vocabulary import SupportKind
from shienevents import Snapshot

from .projections import MatchRow, OfferRow, OpenNeed, matches, offers, open_needs

NEAR = "where open and (service_areas && $1::text[] or area = any($2::text[]))"
"""Two indexes find these: of what the offers serve, and of where they are at home. No other offer is read."""


async def offers_for(
    snapshot: Snapshot, kind: SupportKind, path: Sequence[str], municipality: Sequence[str]
) -> Sequence[OfferRow]:
    """The open offers of this kind that serve one of `path`, and those at home in the areas of the municipality.

    Of the latter it can be said what keeps them from serving. Offers of other municipalities are not read.
    """
    return await snapshot.select(offers, f"{NEAR} and $3 = any(support_kinds)", path, municipality, kind)


async def offers_serving(snapshot: Snapshot, serving: Sequence[str], areas: Sequence[str]) -> Sequence[OfferRow]:
    """The open offers that serve one of these areas, and those at home in `areas`."""
    return await snapshot.select(offers, f"{NEAR} order by resource_id", serving, areas)


async def needs_waiting(snapshot: Snapshot, areas: Sequence[str]) -> Sequence[OpenNeed]:
    """The needs of these areas that are neither met nor withdrawn."""
    wanting = [state for state in NeedState if state.wants_support]
    return await snapshot.select(open_needs, "where area = any($1::text[]) and state = any($2::text[])", areas, wanting)


async def matches_around(snapshot: Snapshot, needs: Sequence[UUID], resources: Sequence[UUID]) -> Sequence[MatchRow]:
    """All matches of these needs, and those of these resources that await an answer."""
    where = "where need_id = any($1) or resource_id = any($2) and state = $3"
    return await snapshot.select(matches, where, needs, resources, MatchState.PROPOSED)


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
