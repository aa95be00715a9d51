"""What an area develops (資源開発), read in one snapshot: supporters, venues, places where older people take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shiendomain.development import still_wanted_sql
from shiendomain.states import VenueState
from shienevents import Snapshot

from .projections.development import CohortRow, PlaceRow, VenueRow, cohorts, places, venues

MOST = 200
"""The rows of each list of the page."""

_SUMS = f"""
select coalesce(sum(trained), 0)::bigint, coalesce(sum(placed), 0)::bigint, coalesce(sum(gave_up), 0)::bigint,
       coalesce(sum(unplaced), 0)::bigint,
       (select count(*) from venues where area = any($1::text[]) and state = '{VenueState.SECURED.value}'),
       (select coalesce(sum({still_wanted_sql("$2::date")}), 0)::bigint from places where area = any($1::text[]))
  from cohorts where area = any($1::text[])
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """Supporters trained; of them those who support something, gave up, and can be asked. Venues. People wanted."""

    trained: int
    placed: int
    gave_up: int
    unplaced: int
    venues: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Development:
    """The sums over all there is, and lists: the newest cohorts, venues by name, and places that seek people."""

    sums: Sums
    cohorts: Sequence[CohortRow]
    venues: Sequence[VenueRow]
    places: Sequence[PlaceRow]


async def development_of(seen: Snapshot, areas: Sequence[str], day: date) -> Development:
    """What these areas develop, as of a day."""
    within = "where area = any($1::text[])"
    seeking = f"{within} and {still_wanted_sql('$3::date')} > 0 order by until, place_id limit $2"
    trained = f"{within} and trained > 0 order by held_on desc, cohort_id limit $2"  # of nobody: by mistake
    secured = f"{within} and state = $3 order by name, venue_id limit $2"
    codes = list(areas)
    return Development(
        sums=Sums(*(await seen.fetch(_SUMS, codes, day))[0]),
        cohorts=await seen.select(cohorts, trained, codes, MOST),
        venues=await seen.select(venues, secured, codes, MOST, VenueState.SECURED),
        places=await seen.select(places, seeking, codes, MOST, day),
    )
