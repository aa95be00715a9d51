"""The SELECTs: what the routes read of the views, each within one snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from shiendomain.days import JAPAN
from shiendomain.rules import helped_sql
from shiendomain.states import MatchState, NeedState
from shiendomain.vocabulary import SupportKind, Urgency
from shienevents import Snapshot

from .projections import MatchRow, OfferRow, OpenNeed, matches, offers, open_needs

NEAR = "where open and (service_areas && $1::text[] or area = any($2::text[]))"
"""Two indexes find these: of what the offers serve, and of where they are at home. No other offer is read."""


CUT_OFF = (
    "(ended_with_need or held_when_lapsed > 0"
    " and exists (select from offers where offers.resource_id = matches.resource_id and offers.open)"
    " and not exists (select from matches other where other.need_id = matches.need_id"
    " and other.resource_id = matches.resource_id and other.state in ('proposed', 'accepted', 'concluded')))"
    " and exists (select from open_needs where open_needs.need_id = matches.need_id"
    f" and open_needs.state <> '{NeedState.WITHDRAWN.value}')"
)
"""What ended only because its need was withdrawn, or what held places when its resource was retired, where that was a
mistake: the need is there, and the resource is open. Until the outcome is corrected, or it is proposed anew."""


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


async def matches_unanswered(snapshot: Snapshot, before: datetime, most: int) -> Sequence[MatchRow]:
    """The matches whose proposal was recorded before a moment and that await an answer, the oldest first."""
    where = "where state = $1 and waits_since < $2 order by waits_since, match_id limit $3"
    return await snapshot.select(matches, where, MatchState.PROPOSED, before, most)


async def needs_left(
    snapshot: Snapshot, areas: Sequence[str], kinds: Sequence[SupportKind], most: int | None
) -> Sequence[UUID]:
    """Needs of these areas and kinds with people who were neither helped nor proposed anything.

    The most urgent come first, and of those the oldest.
    """
    wanting = [state for state in NeedState if state.wants_support]
    pending = ", ".join(f"'{state.value}'" for state in MatchState if state.pending)
    found = await snapshot.fetch(
        "select need_id from open_needs where area = any($1::text[]) and support_kind = any($2::text[])"
        " and state = any($3::text[]) and people > (select coalesce(sum("
        f"  case when state in ({pending}) then people else {helped_sql()} end), 0)"
        "  from matches where matches.need_id = open_needs.need_id)"
        " order by array_position($4::text[], urgency), recorded_on, need_id limit $5",
        areas,
        kinds,
        wanting,
        [urgency.value for urgency in reversed(Urgency)],
        most,
    )
    return [row["need_id"] for row in found]


async def needs_that_ended(snapshot: Snapshot, resources: Sequence[UUID]) -> Sequence[UUID]:
    """The needs of matches of these resources that are over: their people may wait again."""
    over = [state for state in MatchState if not state.pending]
    found = await snapshot.fetch(
        "select distinct need_id from matches where resource_id = any($1) and state = any($2::text[])", resources, over
    )
    return sorted(row["need_id"] for row in found)


async def offers_near(
    snapshot: Snapshot, serving: Sequence[str], at_home: Sequence[str], kinds: Sequence[SupportKind]
) -> Sequence[OfferRow]:
    """The open offers of these kinds that serve one of these areas, and those at home in `at_home`."""
    return await snapshot.select(
        offers, f"{NEAR} and support_kinds && $3::text[] order by resource_id", serving, at_home, kinds
    )


async def last_searches(snapshot: Snapshot, needs: Sequence[UUID]) -> Mapping[UUID, tuple[datetime, int | None]]:
    """When each of these needs was last searched for in vain, and for how many people."""
    found = await snapshot.fetch(
        "select distinct on (need_id) need_id, searched_at, people from searches where need_id = any($1)"
        " order by need_id, searched_at desc, search_id",
        needs,
    )
    return {row["need_id"]: (row["searched_at"], row["people"]) for row in found}


async def board(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[dict[str, Any]]:
    """A line for each of these areas: its needs' matches by state, people helped, and searches without a match.

    Only matches proposed, and searches made, by the end of `day` count. The states are those that matches have now.
    """
    states = ", ".join(
        f"coalesce(sum(n) filter (where state = '{state.value}'), 0)::bigint as {state.value}" for state in MatchState
    )
    rows = await snapshot.fetch(
        f"select area, {states}, coalesce(sum(helped), 0)::bigint as people_helped,"
        " coalesce(sum(n) filter (where state = 'unmatched'), 0)::bigint as searches_unmatched"
        " from unnest($1::text[]) area left join ("
        f"  select need_area, state, count(*) n, sum({helped_sql()}) helped"
        "  from matches where need_area = any($1) and proposed_at < $2 group by 1, 2"
        "  union all select need_area, 'unmatched', count(*), 0 from searches"
        "  where need_area = any($1) and searched_at < $2 group by 1"
        " ) counted on need_area = area group by area order by area",
        areas,
        datetime.combine(day + timedelta(days=1), time(), JAPAN),
    )
    return [dict(row) for row in rows]
