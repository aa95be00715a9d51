"""Demand beside supply (需要と供給): who waits for which support on which weekday, and the resources that give it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from shiendomain.demand import people_by_weekday_sql, unanswered_sql, waited_sql
from shiendomain.states import ResourceState
from shiendomain.vocabulary import SupportKind, Weekday
from shienevents import Snapshot
from shienweb import Answer, RequestContext

from .views import by_then

MONTHS = 12
_IN_USE = [state for state in ResourceState if state.in_use]

_DEMAND = f"""
select support_kind, coalesce(sum(people_waiting) filter (where {unanswered_sql()}), 0)::bigint,
       {people_by_weekday_sql()}
  from needs where area = any($1::text[]) and support_kind is not null and {by_then("recorded_on")} group by 1
"""
_WAITED = f"""
select support_kind, day, sum({waited_sql("day")})::bigint
  from needs, unnest($2::date[]) as days(day) where area = any($1::text[]) and support_kind is not null group by 1, 2
"""
_BY_DAY = ", ".join(f"count(*) filter (where '{day.value}' = any(weekdays))" for day in Weekday)
_SUPPLY = f"""
select kind, count(*), coalesce(sum(capacity), 0)::bigint,
       array[{_BY_DAY}, count(*) filter (where cardinality(weekdays) = 0)]
  from resources, unnest(support_kinds) as kinds(kind)
 where (area = any($1::text[]) or service_areas && $2::text[]) and state = any($3::text[])
   and {by_then("registered_on", "$4::date")} group by 1
"""


class KindDemand(Answer):
    """The demand for one kind of support, and its supply.

    `people_waiting` have no answer yet; those who ask for two weekdays are in both, `people_any_day` ask for none.
    `people_waited` are those who waited at the end of each of the answer's `days`. `resources` in use serve the area,
    wherever their home is; of `resources_no_day` the written schedule names no weekday. `capacity` is the sum of those
    that are known.
    """

    support_kind: SupportKind
    people_waiting: int
    people_by_weekday: dict[Weekday, int]
    people_any_day: int
    people_waited: tuple[int, ...]
    resources: int
    capacity: int
    resources_by_weekday: dict[Weekday, int]
    resources_no_day: int

    def unserved(self, day: Weekday) -> bool:
        """Whether people ask for this weekday and no resource is known to be open on it."""
        return self.people_by_weekday[day] > 0 and not self.resources_by_weekday[day]


class DemandAndSupply(Answer):
    """Demand and supply of an area and all below it, a row for each kind that is asked for or given.

    `days` are the last days of the twelve months before, and today, the last.
    """

    area: str
    name: str
    days: tuple[date, ...]
    kinds: tuple[KindDemand, ...]
    position: str
    stale: bool
    parked: dict[str, int]


class _Row(NamedTuple):
    kind: str
    number: int
    more: int
    by_day: Sequence[int]


async def demand_and_supply(context: RequestContext, area: str) -> DemandAndSupply:
    """Demand and supply of an area of the territory. Raises `NotFound`."""
    context.must_cover(area if area in context.tree else None, "area.unknown")
    codes, days = list(context.tree.subtree(area)), month_ends(context.day, MONTHS)
    async with context.snapshot() as seen:
        kinds = await _kinds(seen, codes, list(context.tree.served_with(codes)), days)
        return DemandAndSupply(
            area=area, name=context.tree.name(area), days=tuple(days), kinds=tuple(kinds), position=seen.token,
            stale=seen.stale, parked=dict(seen.parked),
        )  # fmt: skip


async def _kinds(seen: Snapshot, codes: list[str], serving: list[str], days: list[date]) -> list[KindDemand]:
    asked = {kind: _Row(kind, people, 0, by_day) for kind, people, by_day in await seen.fetch(_DEMAND, codes, days[-1])}
    given = {row[0]: _Row(*row) for row in await seen.fetch(_SUPPLY, codes, serving, _IN_USE, days[-1])}
    waited = {(kind, day): people for kind, day, people in await seen.fetch(_WAITED, codes, days)}
    nothing = _Row("", 0, 0, [0] * (len(Weekday) + 1))
    found = []
    for kind in SupportKind:
        demand, supply = asked.get(kind, nothing), given.get(kind, nothing)
        history = tuple(waited.get((kind, day), 0) for day in days)
        if demand.number or supply.number or any(history):
            found.append(_kind(kind, demand, supply, history))
    return found


def _kind(kind: SupportKind, demand: _Row, supply: _Row, history: tuple[int, ...]) -> KindDemand:
    *people, any_day = demand.by_day
    *resources, no_day = supply.by_day
    return KindDemand(
        support_kind=kind,
        people_waiting=demand.number,
        people_by_weekday=dict(zip(Weekday, people, strict=True)),
        people_any_day=any_day,
        people_waited=history,
        resources=supply.number,
        capacity=supply.more,
        resources_by_weekday=dict(zip(Weekday, resources, strict=True)),
        resources_no_day=no_day,
    )


def month_ends(day: date, months: int) -> list[date]:
    """The last days of the so many months before that of `day`, the oldest first, and `day`.

    >>> [str(one) for one in month_ends(date(2026, 1, 31), 2)]
    ['2025-11-30', '2025-12-31', '2026-01-31']
    """
    found, first = [day], day.replace(day=1)
    for _ in range(months):
        found.append(first - timedelta(days=1))
        first = found[-1].replace(day=1)
    return found[::-1]
