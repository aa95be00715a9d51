"""How the tiers of an area are manned (体制), and what its ended areas still have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from shiendomain.area_mappings import AreaMappingRow, area_mappings
from shiendomain.areas import AreaTree
from shiendomain.councils_view import councils_view as councils
from shiendomain.ended_areas import ended, left_sql
from shiendomain.tiers import TierOnDay, tiers_on
from shiendomain.vocabulary import AreaThing
from shienevents import Snapshot

from .projections import posts

LABELS: Final = {kind: kind.ja for kind in AreaThing}
_VIEWS: Final = {AreaThing.COORDINATORS: "posts"}


class EndedArea(NamedTuple):
    """An area that has ended, and how much of each thing is still recorded as its own."""

    code: str
    name: str
    closed_on: date
    successors: Sequence[str]
    left: Mapping[AreaThing, int]


class Moved(NamedTuple):
    """How many things of a kind a mapping moved to an area, which nobody has moved since."""

    kind: AreaThing
    area: str
    number: int


class MappingShown(NamedTuple):
    """A mapping of an ended area, and what it moved and is not back."""

    row: AreaMappingRow
    name: str
    moved: Sequence[Moved]


async def manning(seen: Snapshot, tree: AreaTree, codes: Sequence[str], day: date) -> Sequence[TierOnDay]:
    """Both tiers of these areas on a day, as the registry answers them."""
    held = await seen.select(posts, "where area = any($1::text[])", codes)
    there = await seen.select(councils, "where area = any($1::text[])", codes)
    return tiers_on(day, tree.on(day), codes, held, there)


async def ended_areas(seen: Snapshot, tree: AreaTree, codes: Sequence[str], day: date) -> Sequence[EndedArea]:
    """The areas that have ended and still have something of their own."""
    gone = ended(tree, codes, day)
    left: dict[str, dict[AreaThing, int]] = {code: dict.fromkeys(AreaThing, 0) for code in gone}
    for code, thing, count in await seen.fetch(left_sql(tuple(AreaThing), _VIEWS), gone):
        left[code][AreaThing.of(thing)] = count
    return [
        EndedArea(code, tree.name(code), closed_on, [tree.name(one) for one in tree.areas[code].successors], left[code])
        for code in gone
        if (closed_on := tree.areas[code].closed_on) and any(left[code].values())
    ]


async def mappings_of(seen: Snapshot, tree: AreaTree, codes: Sequence[str]) -> Sequence[MappingShown]:
    """The mappings of these areas, the last one of each first."""
    rows = await seen.select(area_mappings, "where area = any($1::text[]) order by area, version desc", codes)
    moved: dict[UUID, list[Moved]] = {row.mapping_id: [] for row in rows}
    sql = """select mapping_id, kind, area, count(*) from last_moves
              where mapping_id = any($1::uuid[]) group by 1, 2, 3 order by 3, 2"""
    for mapping_id, kind, area, count in await seen.fetch(sql, list(moved)):
        moved[mapping_id].append(Moved(AreaThing.of(kind), tree.name(area), count))
    return [MappingShown(row, tree.name(row.area), moved[row.mapping_id]) for row in rows]
