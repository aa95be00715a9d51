"""How the tiers of an area are manned (体制), and what its ended areas still have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from shiendomain.areas import AreaTree
from shiendomain.councils_view import councils_view as councils
from shiendomain.ended_areas import LEFT, ended, left_sql
from shiendomain.tiers import TierOnDay, tiers_on
from shienevents import Snapshot

from .projections import posts

LABELS: Final = {
    "councils": "協議体", "coordinators": "コーディネーターの配置", "providers": "サービス提供者",
    "resources": "社会資源", "cohorts": "養成講座", "venues": "会場", "places": "活躍の場",
}  # fmt: skip
_VIEWS: Final = {"coordinators": "posts"}


class EndedArea(NamedTuple):
    """An area that has ended, and how much of each thing is still recorded as its own."""

    code: str
    name: str
    closed_on: date
    successors: Sequence[str]
    left: Mapping[str, int]


async def manning(seen: Snapshot, tree: AreaTree, codes: Sequence[str], day: date) -> Sequence[TierOnDay]:
    """Both tiers of these areas on a day, as the registry answers them."""
    held = await seen.select(posts, "where area = any($1::text[])", codes)
    there = await seen.select(councils, "where area = any($1::text[])", codes)
    return tiers_on(day, AreaTree(tree.areas.values(), day), codes, held, there)


async def ended_areas(seen: Snapshot, tree: AreaTree, codes: Sequence[str], day: date) -> Sequence[EndedArea]:
    """The areas that have ended and still have something of their own."""
    gone = ended(tree, codes, day)
    left: dict[str, dict[str, int]] = {code: dict.fromkeys(LEFT, 0) for code in gone}
    for code, thing, count in await seen.fetch(left_sql(_VIEWS), gone):
        left[code][thing] = count
    return [
        EndedArea(code, tree.name(code), closed_on, [tree.name(one) for one in tree.areas[code].successors], left[code])
        for code in gone
        if (closed_on := tree.areas[code].closed_on) and any(left[code].values())
    ]
