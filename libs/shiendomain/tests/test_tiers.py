"""How the tiers are manned on a day: posts, councils, and the areas that have none."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from shiendomain.areas import AreaNode, AreaTree
from shiendomain.councils_view import CouncilRow
from shiendomain.ended_areas import ended
from shiendomain.states import CouncilState
from shiendomain.tiers import tiers_on
from shiendomain.vocabulary import Tier

DAY = date(2026, 3, 31)
BEGAN, ENDS = date(2025, 4, 1), date(2027, 4, 1)
BOTH = ("tier2",)
NODES = [
    AreaNode("c", None, "c", tiers=("tier1",)),
    AreaNode("c-1", "c", "c", tiers=BOTH),
    AreaNode("c-1-a", "c-1", "c", tiers=BOTH),
    AreaNode("c-1-b", "c-1", "c", tiers=BOTH),
    AreaNode("c-2", "c", "c", tiers=BOTH),
    AreaNode("c-9", "c", "c", tiers=BOTH, closed_on=date(2026, 4, 1), successors=("c-2",)),
]


class APost(NamedTuple):
    area: str
    tier: Tier = Tier.TIER2
    term_until: date | None = ENDS
    term_from: date | None = BEGAN
    handed_over_on: date | None = None
    posts: int = 2


def a_post(area: str, tier: Tier = Tier.TIER2, until: date = ENDS) -> APost:
    return APost(area, tier, until)


def a_council(n: int, area: str, since: date = BEGAN, **more: object) -> CouncilRow:
    return CouncilRow(council_id=UUID(int=n), area=area, established_on=since, **more)  # type: ignore[arg-type]


def vacant(posts: list[APost], day: date = DAY) -> tuple[str, ...]:
    _, second = tiers_on(day, AreaTree(NODES, day), {node.code for node in NODES}, posts, [])
    return second.vacant


def test_an_area_is_vacant_unless_a_post_runs_in_it_above_it_or_below_it() -> None:
    assert vacant([]) == ("c-1", "c-1-a", "c-1-b", "c-2", "c-9")
    assert vacant([a_post("c-1")]) == ("c-2", "c-9")
    assert vacant([a_post("c-1-a")]) == ("c-1-b", "c-2", "c-9")
    assert vacant([a_post("c", Tier.TIER1)]) == ("c-1", "c-1-a", "c-1-b", "c-2", "c-9")
    assert vacant([a_post("c-1", until=DAY)]) == ("c-1", "c-1-a", "c-1-b", "c-2", "c-9")


def test_from_its_last_day_on_an_area_is_neither_vacant_nor_counted_and_its_post_serves_the_successor() -> None:
    assert vacant([a_post("c-1"), a_post("c-9")], date(2026, 3, 31)) == ("c-2",)
    assert vacant([a_post("c-1"), a_post("c-9")], date(2026, 4, 1)) == ()


def test_posts_and_councils_are_counted_as_of_the_day() -> None:
    rest = {"since": "2026-03-01", "until": "2026-04-01"}
    councils = [
        a_council(1, "c-1", rests=(rest,)),
        a_council(2, "c-2", state=CouncilState.DORMANT, rests=({"since": "2026-04-01", "until": None},)),
        a_council(3, "c-2", since=date(2026, 4, 1)),
        a_council(4, "c", tier=Tier.TIER1),
        a_council(5, "c-2", rests=(rest,)),
    ]
    posts = [a_post("c-1"), a_post("c-2", until=DAY), a_post("elsewhere")]
    areas = {node.code for node in NODES}
    found = {day: tiers_on(day, AreaTree(NODES, day), areas, posts, councils)[1] for day in (DAY, date(2026, 4, 1))}
    counted = [(one.areas, one.coordinators, one.posts, one.overdue, one.active, one.dormant) for one in found.values()]
    assert counted == [(5, 1, 2, 1, 1, 2), (4, 1, 2, 1, 3, 1)]
    assert found[DAY].without_council == ("c-9",)


def test_an_area_that_ended_is_one_from_its_last_day_on() -> None:
    tree = AreaTree(NODES, DAY)
    assert ended(tree, [*tree.areas, "unknown"], DAY) == []
    assert ended(tree, [*tree.areas, "unknown"], date(2026, 4, 1)) == ["c-9"]
