"""What a page tells of the matching rounds of an area: what the last one proposed, where people are left, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from shiendomain.areas import AreaTree
from shiendomain.matching import Nearest
from shiendomain.nearest import change_of, smallest_change
from shiendomain.rounds import Shortage
from shiendomain.rounds_view import RoundRow
from shiendomain.states import MatchState, NeedState
from shiendomain.words import Word
from shienevents import Snapshot

from .projections import in_vain, resources, rounds
from .projections.in_vain import InVainRow

_ROUNDS, _PRICES, _UNSERVED = 10, 20, 100
_WANTING = [state for state in NeedState if state.wants_support]
_PENDING = [state for state in MatchState if state.pending]
_LEFT = """
people_waiting - coalesce((
    select sum(matches.people) from matches where matches.need_id = needs.need_id and matches.state = any($2::text[])
), 0)::bigint
"""
"""How many people of a need wait for whom nothing is proposed, in SQL over the views named needs and matches."""
_IN_VAIN = f"""
where need_area = any($1::text[])
  and need_id in (select need_id from needs where state = any($3::text[]) and {_LEFT} > 0)
order by searched_on desc, need_id limit $4
"""


@dataclass(frozen=True, slots=True)
class Price:
    """A resource at which one more place would add so many points to the round, at most."""

    name: str
    area: str
    points: int


@dataclass(frozen=True, slots=True)
class Near:
    """A resource that came near to serving a need, what is in the way, and with which change it would serve it."""

    name: str
    obstacles: str
    change_ja: str
    change_en: str
    smallest: bool


@dataclass(frozen=True, slots=True)
class Unserved:
    """A need that waits, of which the last search or round found nothing: why, and what came near.

    `people` are those for whom nothing is proposed: others of the need may be helped, or have a match.
    """

    row: InVainRow
    people: int
    reasons: str
    nearest: Sequence[Near]


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of an area and of those above it, the newest first, and what the newest says of the area."""

    rounds: Sequence[RoundRow]
    shortages: Sequence[Shortage]
    prices: Sequence[Price]
    unserved: Sequence[Unserved]


async def rounds_of(seen: Snapshot, tree: AreaTree, area: str) -> Rounds:
    """What there is to tell of the rounds of an area."""
    codes = list(tree.subtree(area))
    above = list(tree.path(area))
    found = await seen.select(
        rounds, "where area = any($1::text[]) order by opened_at desc, round_id limit $2", above, _ROUNDS
    )
    shortages = [Shortage.model_validate(one) for one in found[0].shortages] if found else []
    return Rounds(
        rounds=found,
        shortages=sorted(
            (one for one in shortages if one.area in codes),
            key=lambda one: (-one.points, -one.people, one.area, one.support_kind),
        ),
        prices=await _prices(seen, tree, codes, found[0]) if found else [],
        unserved=await _unserved(seen, codes),
    )


async def _prices(seen: Snapshot, tree: AreaTree, codes: Sequence[str], row: RoundRow) -> list[Price]:
    """The dearest places of resources that serve the area or are at home in it."""
    points = {UUID(one["resource_id"]): int(one["points"]) for one in row.place_prices}
    where = "where resource_id = any($1) and (area = any($2::text[]) or service_areas && $3::text[])"
    found = await seen.select(resources, where, list(points), codes, list(tree.served_with(codes)))
    dear = sorted(found, key=lambda one: (-points[one.resource_id], one.resource_id))
    return [Price(one.name, one.area, points[one.resource_id]) for one in dear[:_PRICES]]


async def _unserved(seen: Snapshot, codes: Sequence[str]) -> list[Unserved]:
    return await _told(seen, await seen.select(in_vain, _IN_VAIN, codes, _PENDING, _WANTING, _UNSERVED))


async def unserved_of(seen: Snapshot, need_id: UUID) -> Unserved | None:
    """What the last search said of the people of a need for whom nothing is proposed; `None`: there are none, or none
    was searched for in vain."""
    rows = await seen.select(in_vain, "where need_id = $1", need_id)
    found = await _told(seen, rows)
    return found[0] if found and found[0].people > 0 else None


async def _told(seen: Snapshot, rows: Sequence[InVainRow]) -> list[Unserved]:
    ids = {UUID(one["resource_id"]) for row in rows for one in row.nearest}
    named = await seen.select(resources, "where resource_id = any($1)", list(ids))
    names = {one.resource_id: one.name for one in named}
    sql = f"select need_id, {_LEFT} as people from needs where need_id = any($1::uuid[])"
    asked = await seen.fetch(sql, [row.need_id for row in rows], _PENDING)
    people = {one["need_id"]: one["people"] for one in asked}
    return [
        Unserved(row, people.get(row.need_id, 0), _ja((*row.missing, *row.unmet)), _near(row, names)) for row in rows
    ]


def _near(row: InVainRow, names: dict[UUID, str]) -> list[Near]:
    nearest = [Nearest.model_validate(one) for one in row.nearest]
    best = smallest_change(nearest)
    return [
        Near(names.get(one.resource_id, ""), _ja(one.obstacles), *change_of(one), smallest=one is best)
        for one in nearest
    ]


def _ja(words: Iterable[Word]) -> str:
    return "・".join(word.ja for word in words)
