"""Reading of the views of the registry: rows, and the counts of boards."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from shiendomain.comparing import in_common_sql, pairs
from shiendomain.development import still_wanted_sql
from shiendomain.distances import around
from shiendomain.follow_up import ANSWER_DAYS, answer_overdue_sql, due_for_review_sql
from shiendomain.rules import Verification, verification_sql
from shiendomain.states import InformationState, PartnershipState, ResourceState
from shienevents import Snapshot, replace

from .projections import CouncilRow, ProviderRow, ResourceRow, cohorts, councils, providers, resources
from .similar import NEAR_METRES, SIMILAR_PERCENT, Sought

IN_USE = [state for state in ResourceState if state.in_use]
_THERE = f"state <> '{ResourceState.RETIRED}'"
_SIMILAR = f"{in_common_sql('$2::text[]', '$3::int', 'name_key')} >= {SIMILAR_PERCENT}"
MOST_ALIKE = 200


class StateCount(NamedTuple):
    """Resources of an area in one state, and how many of them are to be verified again."""

    area: str
    state: str
    resources: int
    stale: int


class KindCount(NamedTuple):
    """Resources of an area that are in use and give support of one kind."""

    area: str
    support_kind: str
    resources: int


class NetworkCount(NamedTuple):
    """Things of the network of an area: which figure, the state that is counted (empty: it has one), how many."""

    area: str
    figure: str
    state: str
    things: int


class SupporterCount(NamedTuple):
    """Supporters of an area: of those trained, who support something, gave up, and can be asked.

    `support_kind`: only of cohorts trained for it.
    """

    area: str
    support_kind: str
    trained: int
    placed: int
    gave_up: int
    unplaced: int


class VenueCount(NamedTuple):
    """Venues of an area in one state."""

    area: str
    state: str
    venues: int


class PlaceCount(NamedTuple):
    """Places of an area that seek older people today, how many these are, and how many take part in all places."""

    area: str
    seeking: int
    still_wanted: int
    filled: int


async def providers_of_number(snapshot: Snapshot, number: str, municipality: str) -> Sequence[ProviderRow]:
    """The providers of this municipality with this corporate number (法人番号)."""
    sql = "where corporate_number = $1 and area in (select area from areas where municipality = $2)"
    return await snapshot.select(providers, sql, number, municipality)


async def providers_of(snapshot: Snapshot, ids: Sequence[UUID], areas: Sequence[str]) -> Sequence[ProviderRow]:
    """Those among these providers that are of these areas."""
    of = "where provider_id = any($1::uuid[]) and area = any($2::text[])"
    return await snapshot.select(providers, of, list(ids), list(areas))


async def providers_serving(
    snapshot: Snapshot, ids: Sequence[UUID], areas: Sequence[str], served: Sequence[str]
) -> set[UUID]:
    """Those of these providers that have a resource which who has these areas may see."""
    sql = """select distinct provider_id from resources where provider_id = any($1::uuid[])
               and (area = any($2::text[]) or service_areas && $3::text[])"""
    return {record[0] for record in await snapshot.fetch(sql, list(ids), list(areas), list(served))}


async def resources_of_ids(snapshot: Snapshot, ids: Sequence[UUID]) -> Mapping[UUID, ResourceRow]:
    """These resources, by their id."""
    found = await snapshot.select(resources, "where resource_id = any($1::uuid[])", list(ids))
    return {row.resource_id: row for row in found}


async def resources_identical(
    snapshot: Snapshot, key: str, areas: Sequence[str], served: Sequence[str]
) -> Sequence[ResourceRow]:
    """The resources with this place key, in use or suspended, that who has these areas may see."""
    sql = f"where place_key = $1 and {_THERE} and (area = any($2::text[]) or service_areas && $3::text[]) order by 1"
    return await snapshot.select(resources, sql, key, list(areas), list(served)) if key else []


async def resources_alike(
    snapshot: Snapshot, sought: Sought, areas: Sequence[str], served: Sequence[str]
) -> Sequence[ResourceRow]:
    """Resources that get points (`similar.likeness`), in use or suspended, that who has these areas may see.

    There is no index for a similar name: the query reads every name. Of very many, those with the most in common.
    """
    box = around(sought.point, NEAR_METRES) if sought.point else (None, None, None, None)
    same = "(name_key = $1)::int + (address_key = $4)::int"
    sql = f"""where {_THERE} and (area = any($9::text[]) or service_areas && $10::text[])
                and ({_SIMILAR} or address_key = $4
                     or (lat_e7 between $5::bigint and $6::bigint and lon_e7 between $7::bigint and $8::bigint))
              order by {same} desc, resource_id limit {MOST_ALIKE}"""
    given = (sought.name, list(pairs(sought.name)), len(sought.name), sought.address or None)
    return await snapshot.select(resources, sql, *given, *box, list(areas), list(served))


async def providers_alike(snapshot: Snapshot, sought: Sought, areas: Sequence[str]) -> Sequence[ProviderRow]:
    """Providers of these areas that get points (`similar.likeness_of_provider`)."""
    sql = f"""where area = any($5::text[]) and ({_SIMILAR} or corporate_number = $4)
              order by (name_key = $1)::int desc, provider_id limit {MOST_ALIKE}"""
    given = (sought.name, list(pairs(sought.name)), len(sought.name), sought.number or None)
    return await snapshot.select(providers, sql, *given, list(areas))


async def providers_of_name(snapshot: Snapshot, name: str, areas: Sequence[str]) -> Sequence[ProviderRow]:
    """The providers of these areas with this name, in the form in which it is compared."""
    sql = "where name_key = $1 and area = any($2::text[]) order by provider_id"
    return await snapshot.select(providers, sql, name, list(areas)) if name else []


async def with_provider_names(snapshot: Snapshot, rows: Sequence[ResourceRow]) -> Sequence[ResourceRow]:
    """The rows with the names of their providers as the register of providers has them now."""
    names = await names_of_providers(snapshot, {row.provider_id for row in rows if row.provider_id})
    return [replace(row, provider_name=names.get(str(row.provider_id), row.provider_name)) for row in rows]


async def names_of_providers(snapshot: Snapshot, ids: Collection[UUID]) -> Mapping[str, str]:
    """The names of those of these providers that are registered, by the text of their id."""
    found = await snapshot.select(providers, "where provider_id = any($1::uuid[])", sorted(ids)) if ids else []
    return {str(provider.provider_id): provider.name for provider in found}


async def plan_by_values(snapshot: Snapshot) -> None:
    """Have each statement of this snapshot planned with its values.

    A prepared statement is planned without them after five uses. A search that names one district of many, or a rare
    word, would then read all names in their order.
    """
    await snapshot.fetch("select set_config('plan_cache_mode', 'force_custom_plan', true)")


async def nth_name(snapshot: Snapshot, n: int, after: Sequence[object] | None) -> tuple[str, UUID] | None:
    """Name and id of the nth resource after these, in the order of names; None where there are not so many."""
    begin = "where (sort_name, resource_id) > ($2, $3)" if after else ""
    sql = f"select sort_name, resource_id from resources {begin} order by 1, 2 offset $1 limit 1"
    found = await snapshot.fetch(sql, n - 1, *(after or ()))
    return (found[0][0], found[0][1]) if found else None


async def times_asked(snapshot: Snapshot, ids: Sequence[UUID], since: date) -> Mapping[UUID, int]:
    """How often each of these resources was proposed for a need in the months from `since` on; those that were."""
    sql = """select resource_id, sum(times)::bigint from asked
              where resource_id = any($1::uuid[]) and month >= $2 group by 1"""
    found = await snapshot.fetch(sql, list(ids), since) if ids else []
    return {record[0]: record[1] for record in found}


async def areas_of_cohorts(snapshot: Snapshot, ids: Sequence[UUID | None]) -> Mapping[UUID | None, str]:
    """The areas of these cohorts, by their id."""
    found = await snapshot.select(cohorts, "where cohort_id = any($1::uuid[])", list(ids)) if ids else []
    return {row.cohort_id: row.area for row in found}


async def councils_of(snapshot: Snapshot, ids: Sequence[UUID]) -> Sequence[CouncilRow]:
    """Those of these councils that there are."""
    return await snapshot.select(councils, "where council_id = any($1::uuid[])", list(ids)) if ids else []


async def count_states(
    snapshot: Snapshot, areas: Sequence[str], day: date, stale_after_days: int
) -> Sequence[StateCount]:
    """Resources registered by `day` by area and state, and how many of them are to be verified again on `day`."""
    found = await snapshot.fetch(
        f"""select area, state, count(*), count(*) filter (where {verification_sql("$2::date", "$3::int")} = $4)
              from resources where area = any($1::text[]) and registered_on <= $2 group by 1, 2""",
        list(areas),
        day,
        stale_after_days,
        Verification.STALE,
    )
    return [StateCount(*record) for record in found]


async def count_kinds(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[KindCount]:
    """Resources in use, registered by `day`, by area and support kind. One of several kinds counts in each."""
    found = await snapshot.fetch(
        """select area, kind, count(*) from resources, unnest(support_kinds) kind
            where area = any($1::text[]) and state = any($2::text[]) and registered_on <= $3 group by 1, 2""",
        *(list(areas), IN_USE, day),
    )
    return [KindCount(*record) for record in found]


async def count_network(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[NetworkCount]:
    """Councils and outreach by state and what is due of them on `day`, partnerships, and information not acknowledged.

    Only what there was by `day` counts, in the state that it has now. Information counts in the area of each council
    that has not acknowledged it.
    """
    there = "area = any($1::text[]) and"
    found = await snapshot.fetch(
        f"""select area, 'councils', state, count(*) from councils where {there} established_on <= $2 group by 1, 3
            union all select area, 'reviews_due', '', count(*) from councils
             where {there} established_on <= $2 and {due_for_review_sql("$2::date")} group by 1
            union all select area, 'outreach', state, count(*) from outreach where {there} made_on <= $2 group by 1, 3
            union all select area, 'answers_overdue', '', count(*) from outreach
             where {there} made_on <= $2 and {answer_overdue_sql("$2::date", str(ANSWER_DAYS))} group by 1
            union all select area, 'partnerships', '', count(*) from partnerships
             where {there} since <= $2 and state = '{PartnershipState.ACTIVE}' group by 1
            union all select r.area, 'information_awaited', '', count(*)
              from information i, unnest(i.awaited) one join (select council_id as id, area from councils
                   union all select provider_id, area from providers) r on r.id = one
             where r.area = any($1::text[]) and i.state = '{InformationState.AWAITED}' and i.shared_on <= $2
             group by 1""",
        list(areas),
        day,
    )
    return [NetworkCount(*record) for record in found]


ALL_KINDS = ""
"""The support kind of counts over cohorts of every kind, each once."""


async def count_supporters(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[SupporterCount]:
    """Supporters trained by `day` by area: of all cohorts, and by support kind. One of several kinds counts in each."""
    found = await snapshot.fetch(
        """select area, kind, sum(trained)::bigint, sum(placed)::bigint, sum(gave_up)::bigint, sum(unplaced)::bigint
             from cohorts, unnest(support_kinds || $2::text) kind
            where area = any($1::text[]) and held_on <= $3 group by 1, 2""",
        list(areas),
        ALL_KINDS,
        day,
    )
    return [SupporterCount(*record) for record in found]


async def count_venues(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[VenueCount]:
    """Venues first secured by `day` by area and state."""
    found = await snapshot.fetch(
        "select area, state, count(*) from venues where area = any($1::text[]) and first_secured_on <= $2"
        " group by 1, 2",
        list(areas),
        day,
    )
    return [VenueCount(*record) for record in found]


async def count_places(snapshot: Snapshot, areas: Sequence[str], day: date) -> Sequence[PlaceCount]:
    """Places offered by `day` where older people take part by area, and how many people they still want on `day`."""
    found = await snapshot.fetch(
        f"""select area, count(*) filter (where wanting > 0), sum(wanting)::bigint, sum(filled)::bigint
              from (select area, filled, {still_wanted_sql("$2::date")} as wanting from places
                     where area = any($1::text[]) and offered_on <= $2) counted group by 1""",
        list(areas),
        day,
    )
    return [PlaceCount(*record) for record in found]


async def supporters_of(snapshot: Snapshot, resource_id: UUID) -> tuple[int, int]:
    """How many supporters a resource has now, and in how many placements."""
    found = await snapshot.fetch(
        "select coalesce(sum(headcount), 0)::bigint, count(*) from placements where resource_id = $1 and headcount > 0",
        resource_id,
    )
    return found[0][0], found[0][1]
